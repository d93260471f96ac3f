//! Course 5, week 1: recurrent networks by hand, against autodiff, and how far back their gradients reach.

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::recipes::rnn_by_hand::{Cell, Kind, Sizes, clipped, differences, reach};
use crate::run::Run;
use crate::values::{Units, Whole};
use burn::tensor::Device;
use clap::Args;
use fireside_numpy_rng::NumpyRng;
use serde::{Deserialize, Serialize};

/// How far results by hand may be from autodiff's in 32-bit floats.
const TOLERANCE: f64 = 1e-4;
/// Where the assignment clips.
const MAX_VALUE: f64 = 5.0;
/// Where a gradient counts as gone, and its line ends.
const LEAST: f64 = 1e-10;
/// The longest sequence that a run may ask for.
const LONGEST: usize = 10_000;

/// The cells whose gradients are followed: how large the weights are drawn, and the bias of the gate that keeps the
/// state.
const CELLS: [(&str, Kind, f64, f64); 6] = [
    ("RNN", Kind::Rnn, 1.0, 0.0),
    ("RNN, weights 1.5 times as large", Kind::Rnn, 1.5, 0.0),
    ("GRU", Kind::Gru, 1.0, 0.0),
    ("GRU that keeps its state", Kind::Gru, 1.0, 4.0),
    ("LSTM", Kind::Lstm, 1.0, 0.0),
    ("LSTM that keeps its cell", Kind::Lstm, 1.0, 4.0),
];

/// Holds the three cells of the lectures by hand, forward and backward through time, against autodiff and against
/// the layers, and follows the gradient of the last of 100 steps back to the first.
///
/// Expect differences below 1e-6, the width of 32-bit floats; a gradient that shrinks tenfold every five or six steps
/// in each of the cells as they are drawn, and that the gates carry over all hundred steps once they are biased to
/// keep what they have. Takes seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Steps of the sequences that the gradient goes back through
    #[arg(long, default_value = "100")]
    steps: Whole<1, LONGEST>,
    /// Units of each cell
    #[arg(long, default_value = "32")]
    hidden: Units,
    /// Seed of weights and sequences
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c5w1-rnn-by-hand",
    teaches: "RNN, GRU and LSTM step by step, and how far back their gradients reach",
    files: &[],
    embedded: "random sequences",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let mut run = setup.begin()?;
    check(&mut run, settings.seed, device)?;
    follow(&mut run, settings, device)?;
    clip(&mut run, settings.seed, device)?;
    run.finish()
}

/// Every cell by hand against autodiff and against the layers.
fn check(run: &mut Run, seed: u32, device: &Device) -> Result<(), Failure> {
    run.say(&format!(
        "{:40} {:>10} {:>10}",
        "By hand, relative difference from", "autodiff", "layers"
    ));
    let mut worst = 0.0_f64;
    for found in differences(seed, device)? {
        run.say(&format!("{:40} {:>10.1e} {:>10.1e}", found.what, found.autodiff, found.layers));
        worst = worst.max(found.autodiff).max(found.layers);
    }
    run.result("worst_difference", worst);
    match worst < TOLERANCE {
        true => Ok(()),
        false => Err(Failure::Run(format!("results by hand differ by {worst:.1e}"))),
    }
}

/// The gradient of the last step, step by step back to the first.
fn follow(run: &mut Run, settings: &Settings, device: &Device) -> Result<(), Failure> {
    let time = run.iterations(settings.steps.get());
    let sizes =
        Sizes { batch: 16, time, inputs: settings.hidden.get(), hidden: settings.hidden.get() };
    run.say(&format!("\nThe gradient that the last of {time} steps sends back:"));
    let mut lines = Vec::new();
    for (name, kind, scale, open) in CELLS {
        let rng = &mut NumpyRng::new(settings.seed);
        let cell = Cell::draw(kind, sizes, scale, open, rng, device);
        let norms = reach(&cell, sizes, rng, device)?;
        let (last, first) = (norms[0], norms[norms.len() - 1]);
        run.say(&format!("    {name:32} {last:.2e} at the last step, {first:.2e} at the first"));
        run.result(&format!("gradient_at_the_first_step_{name}"), first);
        let points = norms.iter().enumerate().map(|(back, norm)| (back as f64, *norm));
        let points = points.take_while(|(_, norm)| *norm > LEAST).collect();
        lines.push(Series { name: name.to_string(), points });
    }
    let titles = Titles {
        title: "How far back the last step's gradient reaches",
        x: "steps back",
        y: "norm of the gradient by the step's input",
    };
    run.picture("gradients-through-time.png", &plot::lines_by_magnitude(titles, &lines)?)
}

/// A gradient that exploded, clipped both ways.
fn clip(run: &mut Run, seed: u32, device: &Device) -> Result<(), Failure> {
    run.say(&format!("\nA gradient that exploded, clipped at {MAX_VALUE}:"));
    let ways = [("as it is", "none"), ("by value", "by_value"), ("by norm", "by_norm")];
    for ((name, key), found) in ways.into_iter().zip(clipped(seed, MAX_VALUE, device)?) {
        let (norm, angle) = (found.norm, found.angle);
        run.say(&format!("    {name:10} norm {norm:10.2}, turned by {angle:5.1} degrees"));
        run.result(&format!("angle_clipped_{key}"), angle);
    }
    Ok(())
}
