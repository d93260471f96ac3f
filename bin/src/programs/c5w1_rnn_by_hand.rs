//! Course 5, week 1: recurrent networks by hand, against autodiff, and how far back their gradients reach.

use clap::Args;
use fireside_recipes::rnn_by_hand::{Sizes, clipped, differences, reaches};
use fireside_recipes::steps::recurrent::NOTEBOOK;
use fireside_report::text::significant;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::Series;
use crate::values::{Units, Whole};

/// How far results by hand may be from autodiff's in 32-bit floats.
const TOLERANCE: f64 = 1e-4;
/// Where the assignment clips.
const MAX_VALUE: f64 = 5.0;
/// The longest sequence that a run may ask for.
const LONGEST: usize = 10_000;

/// Holds the three cells of the lectures by hand, forward and backward through time, against autodiff and against
/// the layers, and follows the gradient of the last of 100 steps back to the first.
///
/// Expect differences below 1e-6, the width of 32-bit floats; a gradient that shrinks tenfold every five or six steps
/// in each of the cells as they are drawn, and that the gates carry over all hundred steps once they are biased to
/// keep what they have. Takes a second or two.
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
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings: Settings { steps, hidden, seed }, device, .. } = setup;
    let mut run = setup.begin()?;
    run.differences(&differences(*seed, device)?, TOLERANCE)?;

    let time = run.iterations(steps.get());
    let sizes = Sizes { batch: 16, time, inputs: hidden.get(), hidden: hidden.get() };
    run.say(&format!("\nThe gradient that the last of {time} steps sends back:"));
    let mut lines = Vec::new();
    for (name, norms) in reaches(sizes, *seed, device)? {
        let (last, first) = (norms[0], norms[norms.len() - 1]);
        let [at_last, at_first] = [last, first].map(|norm| significant(norm, 3));
        run.say(&format!("    {name:32} {at_last} at the last step, {at_first} at the first"));
        run.result(&format!("gradient_at_the_first_step_{name}"), first);
        let points = norms.iter().enumerate().map(|(back, norm)| (back as f64, *norm));
        lines.push(Series::new(name, points.collect()));
    }
    let title = "How far back the last step's gradient reaches";
    let axes = ["steps back", "norm of the gradient by the step's input"];
    run.magnitude_curves("gradients-through-time.png", title, axes, &lines)?;

    run.say(&format!("\nA gradient that exploded, clipped at {MAX_VALUE}:"));
    let ways = [("as it is", "none"), ("by value", "by_value"), ("by norm", "by_norm")];
    for ((name, key), found) in ways.into_iter().zip(clipped(*seed, MAX_VALUE, device)?) {
        let (norm, angle) = (found.norm, found.angle);
        run.say(&format!("    {name:10} norm {norm:10.2}, turned by {angle:5.1} degrees"));
        run.result(&format!("angle_clipped_{key}"), angle);
    }
    run.finish()
}
