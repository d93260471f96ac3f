//! Course 2, week 1: how gradients vanish and explode with depth, and what keeps them.

use std::process::ExitCode;

use clap::{Args, Parser};
use fireside_bin::backend::Floats;
use fireside_bin::options::{self, Common};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::vanishing_gradients::{STARTS, first_gradient};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use serde::{Deserialize, Serialize};

const NAME: &str = "c2w1-vanishing-gradients";

/// The deepest network that a run may ask for.
const DEEPEST: usize = 200;

/// Measures the gradient that reaches the first layer of networks of growing depth: with 0.5, 1 and 1.5 times the
/// identity in every layer, with He's and Xavier's weights, and with small weights without and with batch norm.
///
/// Expect a straight line down by half a layer, one up by half as much again, He's and Xavier's within a few times
/// of where they began, and batch norm growing slowly where the same weights without it vanish. Takes seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    common: Common,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Layers of the deepest network
    #[arg(long, default_value_t = 50, value_parser = depth)]
    #[serde(deserialize_with = "options::checked::units")]
    depth: usize,
    /// Units of each layer
    #[arg(long, default_value_t = 32, value_parser = options::units)]
    #[serde(deserialize_with = "options::checked::units")]
    width: usize,
    /// Networks drawn of each kind and depth; the middle one of their gradients counts
    #[arg(long, default_value_t = 5, value_parser = depth)]
    #[serde(deserialize_with = "options::checked::units")]
    draws: usize,
    /// Seed of weights and examples
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

fn depth(text: &str) -> Result<usize, String> {
    match options::units(text)? {
        depth if depth <= DEEPEST => Ok(depth),
        _ => Err(format!("it must be a whole number from 1 to {DEEPEST}")),
    }
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, common }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), Floats::F32)?;
    let settings = Run::settings(NAME, &common, settings)?;
    let mut run = Run::start(NAME, &common, &settings, backend)?;
    let deepest = run.iterations(settings.depth);
    let stride = deepest.div_ceil(25);
    let mut lines = Vec::new();
    for (name, start) in STARTS {
        let mut points = Vec::new();
        for depth in (1..=deepest).step_by(stride) {
            let draws = (0..settings.draws as u32)
                .map(|draw| settings.seed.wrapping_add(draw))
                .map(|seed| first_gradient(start, depth, settings.width, seed, &device));
            let mut norms = draws.collect::<Result<Vec<f64>, Failure>>()?;
            norms.sort_by(f64::total_cmp);
            points.push((depth as f64, norms[norms.len() / 2]));
        }
        let (shallow, deep) = (points[0], points[points.len() - 1]);
        run.say(&format!(
            "{name:22} gradient of the first layer: {:.2e} with {} layer, {:.2e} with {}",
            shallow.1, shallow.0, deep.1, deep.0
        ));
        run.result(&format!("gradient_{name}"), deep.1);
        lines.push(Series { name: name.to_string(), points });
    }
    let titles = Titles {
        title: "The gradient that reaches the first layer",
        x: "layers",
        y: "norm of the gradient by the first weights",
    };
    run.picture("gradients-by-depth.png", &plot::lines_by_magnitude(titles, &lines)?)?;
    run.finish()
}
