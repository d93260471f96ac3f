//! A classifier of windows slid over pictures in one pass, and a detector of cars and pedestrians made of one.
//!
//! The detector's classifier sees windows of 32x32 pixels. It learns from objects cut out of drawn street scenes and
//! from windows of nothing, then twice more with windows of nothing that it took for something (hard-negative mining:
//! Sung & Poggio, 1994; Dalal & Triggs, 2005). The scene at several sizes and suppression make a detector of it.

mod claim;
mod costs;
mod crops;
mod detector;
mod scenes;

use burn::tensor::Device;
use fireside_vision::sliding_window::{WindowClassifier, WindowConfig};

pub use self::claim::{Apart, Claim, claim};
pub use self::costs::{Cost, Costs, SIDES, costs};
pub use self::crops::{Crops, LOOKS, WINDOW, parts};
pub use self::detector::{Detector, Part, Windows};
pub use self::scenes::{Scene, draw, found, judged, mine, tensor};
use crate::RecipeError;
use crate::lesson::{Lesson, Pace};
use crate::picture_set::ImageBatch;
use crate::trained::{Architecture, Boxes, Card, Finder, Task};

/// What is looked for.
pub const CLASSES: [&str; 2] = ["car", "pedestrian"];
/// Rows and columns of the scenes.
pub const SCENE: [usize; 2] = [96, 128];

/// Looks at a scene from 2.6 times its size down, until a window is as large as three quarters of it.
pub fn windows(parts: Vec<Part>) -> Windows {
    Windows {
        longest: SCENE[1],
        parts,
        largest: 2.6,
        step: 1.12,
        sizes: 15,
        least: 0.3,
        overlap: 0.3,
    }
}

/// Rounds of learning: the first, and two with windows that were taken for something.
pub const ROUNDS: usize = 3;

/// So many times through the windows of the first round, 64 at a time.
pub fn pace(epochs: usize, rate: f64, seed: u32) -> Pace {
    Pace { epochs, batch_size: 64, rate, weight_decay: 1e-3, seed }
}

/// What the classifier learns in a round; in the first it starts from scratch, later it goes on from `net`, half as often
/// and at a third of the rate. The classifier of the last round is the main one.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn lesson(
    round: usize,
    net: Option<WindowClassifier>,
    windows: &Windows,
    pace: Pace,
    crops: usize,
    device: &Device,
) -> Result<Lesson<WindowClassifier, ImageBatch>, RecipeError> {
    let config = WindowConfig::of_32_pixels(windows.parts.len() + 1);
    let task = Boxes {
        classes: CLASSES.map(str::to_string).to_vec(),
        by: Finder::Windows(windows.clone()),
    };
    let card = Card::new(Architecture::WindowNet(config.clone()), Task::Boxes(task));
    let stage = format!("round-{round}");
    Ok(match net {
        None => {
            let net = config.init(device)?;
            Lesson::of_pictures(&stage, card, net, pace, crops)?.from_scratch(device)
        }
        Some(net) => {
            let pace = Pace {
                epochs: pace.epochs.div_ceil(2),
                rate: pace.rate / 3.0,
                seed: pace.seed + round as u32,
                ..pace
            };
            let card = card.as_main_if(round == ROUNDS);
            Lesson::of_pictures(&stage, card, net, pace, crops)?
        }
    })
}
