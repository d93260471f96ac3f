//! Course 2, week 1: how gradients vanish and explode with depth, and what keeps them.

use clap::Args;
use fireside_recipes::vanishing_gradients::{STARTS, median_gradient};
use fireside_report::text::significant;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::values::{Units, Whole};

/// The deepest network that a run may ask for.
const DEEPEST: usize = 200;

/// Measures the gradient that reaches the first layer of networks of growing depth: with 0.5, 1 and 1.5 times the
/// identity in every layer, with He's and Xavier's weights, and with small weights without and with batch norm.
///
/// Expect a straight line down by half a layer, one up by half as much again, He's 2 to 16 times lower at 50 layers
/// and Xavier's near it, and batch norm growing where the same weights without it vanish. Takes a second or two.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Layers of the deepest network
    #[arg(long, default_value = "50")]
    depth: Whole<1, DEEPEST>,
    /// Units of each layer
    #[arg(long, default_value = "32")]
    width: Units,
    /// Networks drawn of each kind and depth; the middle one of their gradients counts
    #[arg(long, default_value = "5")]
    draws: Whole<1, DEEPEST>,
    /// Seed of weights and examples
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w1-vanishing-gradients",
    teaches: "how gradients vanish and explode with depth, and what keeps them",
    files: &[],
    embedded: "random examples",
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings: Settings { depth, width, draws, seed }, device, .. } = setup;
    let mut run = setup.begin()?;
    let deepest = run.iterations(depth.get());
    let mut lines = Vec::new();
    for (name, start) in STARTS {
        let mut points = Vec::new();
        for depth in (1..=deepest).step_by(deepest.div_ceil(25)) {
            let norm = median_gradient(start, depth, width.get(), draws.get(), *seed, device)?;
            points.push((depth as f64, norm));
        }
        let (shallow, deep) = (points[0], points[points.len() - 1]);
        run.say(&format!(
            "{:28} gradient of the first layer: {} with {} layer, {} with {}",
            called(name),
            written(shallow.1),
            shallow.0,
            written(deep.1),
            deep.0
        ));
        run.result(&format!("gradient_{name}"), deep.1);
        lines.push(Series::new(called(name), points));
    }
    let title = "The gradient that reaches the first layer";
    let axes = ["layers", "norm of the gradient by the first weights"];
    run.magnitude_curves("gradients-by-depth.png", title, axes, &lines)?;
    run.finish()
}

/// A norm with its power of ten, or what a zero means.
fn written(norm: f64) -> String {
    match norm {
        0.0 => "0 (below the least float)".to_string(),
        _ => significant(norm, 3),
    }
}

/// What people call a way to begin.
fn called(name: &str) -> &str {
    match name {
        "0.5 I" => "half the identity",
        "I" => "the identity",
        "1.5 I" => "1.5 times the identity",
        "0.1 randn, ReLU" => "0.1 times normal, ReLU",
        "0.1 randn, batch norm" => "0.1 times normal, batch norm",
        name => name,
    }
}
