//! Course 2, week 1: the same network held back in five ways.

use clap::Args;
use fireside_datasets::football::Football;
use fireside_recipes::planar::sizes;
use fireside_recipes::regularization::{self as recipe, Learner, Regularizer, by_autodiff};
use fireside_recipes::steps::regularization::NOTEBOOK;
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::FOOTBALL;
use crate::values::{Count, KeepProbability, LearningRate, Penalty};

/// Trains a network (2-20-3-1, on a drawn field 2-20-20-1) five times: with nothing to hold it back, with L2, L1,
/// dropout, and early stopping by a fifth of the training points.
///
/// Expect on the course's football field 94.8 % (training) and 91.5 % (test) without, 93.8 and 93 % with L2; on a
/// drawn one 9 to 20 points between them without, 6 at most with L2, 10 with dropout. The course's 92.9 and 95 % with
/// dropout hold for dropping the same units each time (--verify), not others. Takes 7 to 8 seconds of processor time.
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
    /// Probability of keeping a hidden unit [default: 0.86 on the course's field, 0.5 on a drawn one]
    #[arg(long)]
    keep_prob: Option<KeepProbability>,
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
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    trains: "--values 0.2 -0.3",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    let Settings { iterations, lr, lambda, keep_prob, patience, seed, ref data } = *settings;
    let football = Football::load(&data.source(), seed)?;
    if let Some(runs) = setup.reference() {
        return setup.compare(|| recipe::compare_with_course(runs, &football, device));
    }
    let Football { train, test } = football;
    let mut run = setup.begin()?;
    run.look_at_points(&format!("{}, {}", sizes(&train, &test), data.source()), &train)?;

    let learner = Learner::of(&data.source()).keeping(keep_prob.map(KeepProbability::get));
    let (start, shape) = (learner.draw_net(seed, device)?, learner.shape());
    let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(100);
    let (mut nets, mut curves) = (Vec::new(), Vec::new());
    for (name, regularizer) in learner.regularizers(lambda.get(), seed)? {
        let update = by_autodiff(train.features(device), train.targets(device), regularizer);
        let called = recipe::called(name);
        let stage = run.stage(name, &shape)?.called(format!("held back by {called}"));
        let (net, history) = stage.learn(start.clone(), config.clone(), update)?;
        run.describe(name, &learner.card(name))?;
        curves.push(Series::of_costs(called, &history));
        nets.push((name, net));
    }

    let [most, dev] = recipe::hold_out(&train, seed);
    let update = by_autodiff(most.features(device), most.targets(device), Regularizer::None);
    let stage = run.stage("early-stopping", &shape)?.called("held back by early stopping");
    let dev_cost = recipe::cost_on(&dev, device);
    let (net, completed) = stage.learn_until(start, config, patience.get(), update, dev_cost)?;
    run.stopped_early(completed, &learner.card("early-stopping"))?;
    nets.push(("early stopping", net));

    run.boundaries_by_restraint(&nets, [&train, &test], device)?;
    run.curves("costs.png", "Costs, penalties included", ["iteration", "cost"], &curves)?;
    run.finish()
}
