//! Course 2, week 1: the same network held back in five ways.

use crate::Failure;
use crate::boundary::boundary;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::plot::{self, Series, Titles};
use crate::programs::files::FOOTBALL;
use crate::recipes::regularization::{
    self, LAYER_SIZES, Masks, Regularizer, by_autodiff, draw_net, stop_early,
};
use crate::values::{Count, KeepProbability, LearningRate, Penalty};
use burn::module::Module;
use clap::Args;
use fireside_datasets::football::Football;
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::binary_accuracy;
use fireside_training::regularizer::dropout::KeepProb;
use serde::{Deserialize, Serialize};

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
    let football = Football::load(&settings.data.source(), settings.seed)?;
    if let Some(runs) = setup.reference() {
        return setup.report(&regularization::compare_with_course(runs, &football, device)?);
    }
    let mut run = setup.begin()?;
    let (learnt, tested) = (football.train.labels.len(), football.test.labels.len());
    run.say(&format!(
        "Data: {learnt} points to train on and {tested} to test, {}.",
        settings.data.source()
    ));

    let Settings { iterations, lr, lambda, keep_prob, patience, seed, .. } = *settings;
    let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(100);
    let (x, y) = (football.train.features(device), football.train.targets(device));
    let (mut nets, mut curves) = (Vec::new(), Vec::new());
    for (name, regularizer) in [
        ("none", Regularizer::None),
        ("L2", Regularizer::L2(lambda.get())),
        ("L1", Regularizer::L1(lambda.get())),
        ("dropout", Regularizer::Dropout(KeepProb::new(keep_prob.get())?, Masks::Fresh(seed))),
    ] {
        let mut stage = run.stage(name, &("DeepNet", LAYER_SIZES))?;
        let (net, descent) = stage.begin(draw_net(seed, device)?, config.clone())?;
        let update = by_autodiff(x.clone(), y.clone(), regularizer);
        let trained = stage.descend(descent, net.train(), update)?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;
        curves.push(Series::of_costs(name, &history));
        nets.push((name, net));
    }
    let config = DescentConfig { iterations: run.iterations(iterations.get()), ..config };
    let stopped = stop_early(&football.train, config, patience.get(), seed, device)?;
    run.say(&format!("Early stopping: the best was after {} updates.", stopped.completed));
    run.result("early_stopping_completed", stopped.completed);
    nets.push(("early stopping", stopped.model));

    run.say(&format!("{:16} {:>7} {:>7}", "", "train %", "test %"));
    let mut panels = Vec::new();
    for (name, net) in &nets {
        let mut shares = [0.0; 2];
        for (share, points) in shares.iter_mut().zip([&football.train, &football.test]) {
            let logits = net.forward(points.features(device));
            *share = 100.0 * binary_accuracy(logits, &points.labels)?;
        }
        let [train, test] = shares;
        run.say(&format!("{name:16} {train:>7.2} {test:>7.2}"));
        run.result(&format!("train_accuracy_{name}"), train);
        run.result(&format!("test_accuracy_{name}"), test);
        let title = format!("{name}: {train:.1} / {test:.1} %");
        panels.push(boundary(&title, |x| net.forward(x), &football.train, device)?);
    }
    let title = "Train and test accuracy by what holds the network back";
    run.picture("boundaries.png", &plot::boundaries(title, &panels, 3)?)?;
    let titles = Titles { title: "Costs, penalties included", x: "iteration", y: "cost" };
    run.picture("costs.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}
