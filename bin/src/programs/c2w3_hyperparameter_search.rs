//! Course 2, week 3: hyperparameter search, from coarse to fine.

use std::thread;

use clap::{Args, ValueEnum};
use fireside_recipes::tuning::{Extent, Plans, Problem, describe};
use fireside_search::{Curve, Trial};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::trials;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::values::{Count, Trials, Workers};

/// Searches learning rate, β, mini-batch size, hidden units, layers, optimiser and L2 of a small network on
/// the two moons, or on the hands of SIGNS: at random over the whole space, then around the best.
///
/// Expect about 97 % of the best trials on points they were not trained on; half of the coarse trials stay
/// below 88 %, half of the fine ones reach 94 %. Takes a few seconds, and a minute or two on the hands.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// What the network learns [default: moons, or signs where --data is given]
    #[arg(long)]
    on: Option<Task>,
    /// Trials of the coarse search
    #[arg(long, default_value = "24")]
    trials: Trials,
    /// Trials of the fine search
    #[arg(long, default_value = "12")]
    fine: Trials,
    /// Epochs of each trial; with --halving, of the last at most
    #[arg(long, default_value = "60")]
    epochs: Count,
    /// Seed of the points of the search, and of weights and mini-batches
    #[arg(long, default_value_t = 1)]
    seed: u32,
    /// Train all coarse trials briefly and only the better ones longer, by successive halving
    #[arg(long)]
    halving: bool,
    /// Search a grid of as many trials too, for contrast
    #[arg(long)]
    grid: bool,
    /// Train a single network, from the middle of the space, and watch its curve; Ctrl-C ends its training
    #[arg(long, conflicts_with_all = ["grid", "halving", "workers"])]
    panda: bool,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// What changes no figure.
#[derive(Args, Debug, Clone)]
struct Asked {
    /// Trials to train at once: caviar, not panda [default: one for each core]
    #[arg(long, value_name = "N")]
    workers: Option<Workers>,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w3-hyperparameter-search",
    teaches: "which hyperparameters matter, and how to search them: at random, coarse to fine",
    files: SIGNS,
    embedded: "generated moons, drawn hands",
    minutes: 0.1,
    command: frame::command::<Settings, Asked>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Asked>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { trials, fine, epochs, seed, halving, ref data, .. } = *settings;
    let default = if data.data.is_some() { Task::Signs } else { Task::Moons };
    let problem = match settings.on.unwrap_or(default) {
        Task::Moons => Problem::moons(seed, device),
        Task::Signs => Problem::signs(&data.source(), seed, device)?,
    };
    let mut run = setup.begin()?;
    run.say(problem.describe());
    let [trials, fine, epochs] =
        [trials.get(), fine.get(), epochs.get()].map(|n| run.iterations(n));
    let plans = Plans::new(Extent { trials, fine, epochs, seed, halving })?;
    let train = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);
    if settings.panda {
        let (found, curve) = run.babysit("panda", &plans.middle(), train)?;
        trials::report_babysat(&mut run, &plans.space, &found, &curve)?;
        return run.finish();
    }

    run.say(&format!("Searching {}.", describe(&plans.space)));
    if let Some(rounds) = plans.coarse.describe_rounds()? {
        run.say(&rounds);
    }
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let workers = asked.workers.map_or(cores, Workers::get);
    let found = run.search("coarse", &plans.coarse, workers, train)?;
    let best = trials::report_best(&mut run, "coarse", &found)?;
    let narrow = plans.around(&best.iter().map(|record| &record.point).collect::<Vec<_>>())?;
    run.say(&format!("Searching around the best {}: {}.", best.len(), describe(&narrow)));
    let mut groups = vec![("coarse", found.records)];
    let grid = settings.grid.then(|| ("grid", plans.grid()));
    for (name, plan) in [("fine", plans.fine(narrow))].into_iter().chain(grid) {
        let found = run.search(name, &plan, workers, train)?;
        trials::report_best(&mut run, name, &found)?;
        groups.push((name, found.records));
    }
    trials::report(&mut run, &plans.space, &groups)?;
    run.finish()
}

/// What the network is to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Task {
    /// Which of two moons a point belongs to.
    Moons,
    /// How many fingers a hand shows.
    Signs,
}
