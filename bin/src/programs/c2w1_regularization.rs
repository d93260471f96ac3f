//! Course 2, week 1: the same network held back in five ways.

use clap::Args;
use fireside_datasets::football::Football;
use fireside_recipes::planar::share_right;
use fireside_recipes::regularization::{
    LAYER_SIZES, by_autodiff, compare_with_course, draw_net, regularizers, stop_early,
};
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::{Boundaries, Cell, Table};
use crate::frame::{self, Nothing, Program, Setup};
use crate::interrupt::heed;
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::FOOTBALL;
use crate::values::{Count, KeepProbability, LearningRate, Penalty};

/// Trains a network (2-20-3-1) on the football field five times: with nothing to hold it back, with L2, L1,
/// dropout, and early stopping by a fifth of the training points.
///
/// Expect on the course's field 94.8 % on the training and 91.5 % on the test points without, 93.8 and 93 % with
/// L2. The course's 92.9 and 95 % with dropout hold for its dropping the same units in every iteration (--verify);
/// here, others are dropped each time. Takes about 15 seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value = "30000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.3")]
    lr: LearningRate,
    /// Strength of L2 and of L1
    #[arg(long, default_value = "0.7")]
    lambda: Penalty,
    /// Probability of keeping a hidden unit
    #[arg(long, default_value = "0.86")]
    keep_prob: KeepProbability,
    /// Hundreds of updates to wait for a new best before stopping early
    #[arg(long, default_value = "20")]
    patience: Count,
    /// Seed of the weights
    #[arg(long, default_value_t = 3)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w1-regularization",
    teaches: "L2, L1, dropout and early stopping against learning by heart",
    files: FOOTBALL,
    embedded: "a generated football field",
    minutes: 0.3,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { iterations, lr, lambda, keep_prob, patience, seed, ref data } = *settings;
    let Football { train, test } = Football::load(&data.source(), seed)?;
    if let Some(runs) = setup.reference() {
        return setup.report(&compare_with_course(runs, &Football { train, test }, device)?);
    }
    let mut run = setup.begin()?;
    let (learnt, tested) = (train.labels.len(), test.labels.len());
    run.say(&format!("Data: {learnt} points to train on and {tested} to test, {}.", data.source()));

    let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(100);
    let (mut nets, mut curves) = (Vec::new(), Vec::new());
    for (name, regularizer) in regularizers(lambda.get(), keep_prob.get(), seed)? {
        let stage = run.stage(name, &("DeepNet", LAYER_SIZES))?;
        let update = by_autodiff(train.features(device), train.targets(device), regularizer);
        let (net, history) = stage.learn(draw_net(seed, device)?, config.clone(), update)?;
        run.describe(name, &Card::of_points(Architecture::deep_net(&LAYER_SIZES)))?;
        curves.push(Series::of_costs(called(name), &history));
        nets.push((name, net));
    }
    let config = DescentConfig { iterations: run.iterations(iterations.get()), ..config };
    let best = stop_early(&train, config, patience.get(), seed, device, heed)?;
    let best = best.ok_or_else(|| run.stopped("early stopping", "the other networks"))?;
    run.say(&format!("Early stopping: the best was after {} updates.", best.completed));
    run.result("early_stopping_completed", best.completed);
    nets.push(("early stopping", best.model));

    let table = Table::begin(&run, [("", 16), ("train %", 7), ("test %", 7)]);
    let mut panels = Boundaries::over(&train, device);
    for (name, net) in &nets {
        let share = |points| share_right(points, device, |x| net.forward(x));
        let [of_train, of_test] = [100.0 * share(&train)?, 100.0 * share(&test)?];
        let cell = |set, percent| Cell::figure(format!("{set}_accuracy_{name}"), percent, 2);
        let cells = [Cell::said(*name), cell("train", of_train), cell("test", of_test)];
        table.row(&mut run, cells);
        panels
            .add(format!("{}: {of_train:.1} / {of_test:.1} %", called(name)), |x| net.forward(x))?;
    }
    let title = "Train and test accuracy by what holds the network back";
    panels.draw(&mut run, "boundaries.png", title, 3)?;
    run.curves("costs.png", "Costs, penalties included", ["iteration", "cost"], &curves)?;
    run.finish()
}

/// What the pictures call what holds a network back.
fn called(name: &str) -> &str {
    if name == "none" { "nothing" } else { name }
}
