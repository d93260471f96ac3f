//! Course 2, week 3: hyperparameter search, from coarse to fine.

use std::thread;

use crate::Failure;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::plot::{self, Series, Titles};
use crate::programs::files::SIGNS;
use crate::recipes::tuning::{self, Problem, Task};
use crate::recipes::tuning_plans::{Extent, coarse, describe, fine, grid, longest};
use crate::run::Run;
use crate::searching::Plan;
use crate::trial_reports::{report, report_best, report_table};
use crate::values::{Count, Trials, Workers};
use clap::Args;
use fireside_search::{Curve, CurvePoint, Sampling, Search, Trial, zoom};
use serde::{Deserialize, Serialize};

/// The fine search goes this far beyond the best trials on each scale.
const MARGIN: f64 = 0.1;

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
    let Setup { settings, asked: Asked { workers }, device, .. } = setup;
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let workers = workers.map_or(cores, Workers::get);
    let default = if settings.data.data.is_some() { Task::Signs } else { Task::Moons };
    let problem = match settings.on.unwrap_or(default) {
        Task::Moons => Problem::moons(settings.seed, device),
        Task::Signs => Problem::signs(&settings.data.source(), settings.seed, device)?,
    };
    let mut run = setup.begin()?;
    run.say(problem.describe());

    let extent = Extent {
        trials: run.iterations(settings.trials.get()),
        fine: run.iterations(settings.fine.get()),
        epochs: run.iterations(settings.epochs.get()),
        seed: settings.seed,
        halving: settings.halving,
    };
    let space = tuning::space()?;
    let coarse = coarse(&extent, &space)?;
    if settings.panda {
        return babysit(run, coarse, &problem);
    }
    let train = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);

    run.say(&format!("Searching {}.", describe(&space)));
    if let Plan::Halving(halving) = &coarse {
        let rounds = halving.rounds()?;
        let rounds =
            rounds.iter().map(|round| format!("{} for {} epochs", round.trials, round.budget));
        run.say(&format!("Halving: {}.", rounds.collect::<Vec<_>>().join(", ")));
    }
    let found = run.search("coarse", &coarse, workers, train)?;
    let best = report_best(&mut run, "coarse", &found)?;
    let points: Vec<_> = best.iter().map(|record| &record.point).collect();
    let narrow = zoom(&space, &points, MARGIN)?;
    run.say(&format!("Searching around the best {}: {}.", best.len(), describe(&narrow)));
    let plan = fine(&extent, &coarse, narrow);
    let found_fine = run.search("fine", &plan, workers, train)?;
    report_best(&mut run, "fine", &found_fine)?;
    let mut groups = vec![("coarse", found.records), ("fine", found_fine.records)];
    if settings.grid {
        let plan = grid(&extent, &coarse, &space);
        let found = run.search("grid", &plan, workers, train)?;
        report_best(&mut run, "grid", &found)?;
        groups.push(("grid", found.records));
    }
    report(&mut run, &space, &tuning::DRAWN, &groups)?;
    run.finish()
}

/// The panda way: one training from the middle of the space.
fn babysit(mut run: Run, coarse: Plan, problem: &Problem) -> Result<(), Failure> {
    let (search, budget) = longest(&coarse);
    let middle = Sampling::Grid { points: vec![1; search.space.dimensions().len()] };
    let plan = Plan::Equal(Search { sampling: middle, budget, ..search.clone() });
    let train = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);
    let (found, curve) = run.babysit("panda", &plan, train)?;
    report_best(&mut run, "panda", &found)?;
    report_table(&mut run, &search.space, &found.records)?;
    if !curve.is_empty() {
        let line = |name: &str, value: fn(&CurvePoint) -> f64| Series {
            name: name.to_string(),
            points: curve.iter().map(|point| (point.spent as f64, value(point))).collect(),
        };
        let lines = [
            line("cost", |point| point.cost),
            line("share of the dev set that is wrong", |point| 1.0 - point.score / 100.0),
        ];
        let titles = Titles { title: "A babysat training", x: "epoch", y: "" };
        run.picture("curve.png", &plot::lines(titles, &lines)?)?;
    }
    run.finish()
}
