//! Course 2, week 3: hyperparameter search, from coarse to fine.

use clap::Args;
use fireside_recipes::tuning::{Extent, Plans, describe};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::trials;
use crate::frame::{self, Program, Setup};
use crate::options::Data;
use crate::programs::files::SIGNS;
use crate::searching::{Caviar, Task};
use crate::values::{Count, Trials};

/// Searches learning rate, β, mini-batch size, hidden units, layers and L2 of a small network with Adam on two spirals,
/// or on the hands of SIGNS: at random over the whole space, then around the best.
///
/// Expect the best coarse trial to know 80 to 100 % of points it was not trained on, the best fine one 94 to 100;
/// half of the coarse trials stay below 59 to 64 %, half of the fine ones reach 73 to 91 %. Takes 2 to 3 seconds of
/// processor time, and a minute or two on the hands.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// What the network learns [default: spirals, or signs where --data is given]
    #[arg(long)]
    on: Option<Task>,
    /// Trials of the coarse search
    #[arg(long, default_value = "25")]
    trials: Trials,
    /// Trials of the fine search
    #[arg(long, default_value = "25")]
    fine: Trials,
    /// Epochs of each trial; with --halving, of the last at most
    #[arg(long, default_value = "30")]
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

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w3-hyperparameter-search",
    teaches: "which hyperparameters matter, and how to search them: at random, coarse to fine",
    files: SIGNS,
    embedded: "generated spirals, drawn hands",
    minutes: 0.05,
    command: frame::command::<Settings, Caviar>,
    trains: "--values 0.5 0.25",
    run: |program, flags| story(&Setup::new(program, flags)?),
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings, Caviar>) -> Result<(), Failure> {
    let Setup { settings, asked, device, .. } = setup;
    let Settings { trials, fine, epochs, seed, halving, ref data, .. } = *settings;
    let problem = Task::problem(settings.on, data, seed, device)?;
    let mut run = setup.begin()?;
    run.look_at_problem(&problem)?;
    let [trials, fine, epochs] =
        [trials.get(), fine.get(), epochs.get()].map(|n| run.iterations(n));
    let plans = Plans::new(Extent { trials, fine, epochs, seed, halving })?;
    if settings.panda {
        let found = run.train_alone("panda", &problem, &plans.middle()?, true)?;
        trials::report_babysat(&mut run, &plans.space, &found)?;
        run.finish()?;
        return found.stopped.map_or(Ok(()), Err);
    }

    run.say(&format!("Searching {}.", describe(&plans.space)));
    if let Some(rounds) = plans.coarse.describe_rounds()? {
        run.say(&rounds);
    }
    let workers = asked.workers();
    let coarse = run.search("coarse", &plans.coarse, workers, &problem)?;
    let best: Vec<_> = trials::best(&coarse).into_iter().map(|record| &record.point).collect();
    let narrow = plans.around(&best)?;
    run.say(&trials::around(best.len(), &narrow));
    let fine = ("fine", plans.fine(narrow));
    let mut groups = vec![("coarse", coarse)];
    for (name, plan) in [fine].into_iter().chain(settings.grid.then(|| ("grid", plans.grid()))) {
        groups.push((name, run.search(name, &plan, workers, &problem)?));
    }
    if let Some(best) = trials::report(&mut run, &plans.space, &groups)? {
        run.say(&format!("Training trial {} again, to keep its network.", best.number));
        run.train_alone("best", &problem, &best, false)?.stopped.map_or(Ok(()), Err)?;
    }
    run.finish()
}
