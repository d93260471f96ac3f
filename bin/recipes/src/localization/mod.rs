//! One object or none in a picture, what it is and where; and where the features of a face are.

mod landmarks;
mod objects;
mod own;
mod set;

use burn::tensor::Tensor;
use fireside_vision::localization::{BoxLoss, Head, LocalizerConfig};
use serde::{Deserialize, Serialize};

pub use self::landmarks::{FaceFigures, Faces, face_figures};
pub use self::objects::{ObjectFigures, Objects, object_figures};
pub use self::set::{Located, Targets};
use crate::lesson::Pace;

/// Rows and columns of the pictures.
pub const IMAGE: [usize; 2] = [64, 64];
/// What the box weighs in the mixed loss: its squared error, in shares of a picture and small, and its overlap.
const COORDINATES: f64 = 20.0;
const OVERLAP: f64 = 2.0;

/// Over which share of the updates the learning rate rises.
const RISE: f64 = 0.1;

/// By what an object is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// The logistic loss, cross-entropy, and of the box the squared error and the overlap.
    Mixed,
    /// The lecture's.
    Squared,
}

impl Loss {
    /// Both, by name, with what they are.
    pub const CHOICES: [(&'static str, &'static str, Self); 2] = [
        (
            "mixed",
            "logistic for the object, cross-entropy for its class, overlap and squares for its box",
            Self::Mixed,
        ),
        ("squared", "the lecture's squared error of all numbers", Self::Squared),
    ];

    /// The loss.
    pub fn of_boxes(self) -> BoxLoss {
        match self {
            Self::Mixed => BoxLoss::Mixed { coordinates: COORDINATES, overlap: OVERLAP },
            Self::Squared => BoxLoss::Squared,
        }
    }
}

/// So many times through the pictures, 32 at a time.
pub fn pace(epochs: usize, rate: f64, seed: u32) -> Pace {
    Pace { epochs, batch_size: 32, rate, weight_decay: 1e-3, seed }
}

/// Pictures as a localiser sees them: values of 0 to 1 become those of -1 to 1.
pub fn signed<const D: usize>(images: Tensor<D>) -> Tensor<D> {
    images * 2.0 - 1.0
}

/// A localiser of pictures of this size.
fn config(head: Head) -> LocalizerConfig {
    LocalizerConfig::new(head).with_image(IMAGE)
}
