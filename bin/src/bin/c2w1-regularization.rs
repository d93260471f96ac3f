//! Course 2, week 1: the same network held back in five ways.

use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::boundary::boundary;
use fireside_bin::options::{self, Common, Data, Verify};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::regularization::{
    self, LAYER_SIZES, Masks, Regularizer, by_autodiff, draw_net, stop_early,
};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_datasets::football::Football;
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::binary_accuracy;
use fireside_training::regularizer::dropout::KeepProb;
use serde::{Deserialize, Serialize};

const NAME: &str = "c2w1-regularization";

/// Trains a network (2-20-3-1) on the football field five times: with nothing to hold it back, with L2, L1,
/// dropout, and early stopping by a fifth of the training points.
///
/// Expect on the course's field 94.8 % on the training and 91.5 % on the test points without, 93.8 and 93 % with
/// L2. The course's 92.9 and 95 % with dropout hold for its dropping the same units in every iteration (--verify);
/// here, others are dropped each time. Takes about 15 seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value_t = 30_000, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    iterations: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.3, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Strength of L2 and of L1
    #[arg(long, default_value_t = 0.7, value_parser = options::lambda)]
    #[serde(deserialize_with = "options::checked::lambda")]
    lambda: f64,
    /// Probability of keeping a hidden unit
    #[arg(long, default_value_t = 0.86, value_parser = options::keep_prob)]
    #[serde(deserialize_with = "options::checked::keep_prob")]
    keep_prob: f64,
    /// Hundreds of updates to wait for a new best before stopping early
    #[arg(long, default_value_t = 20, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    patience: usize,
    /// Seed of the weights
    #[arg(long, default_value_t = 3)]
    seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { settings, data, common, verify } = arguments;
    verify.needs(&data)?;
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    let (settings, data) = Run::settings(NAME, &common, (settings, data))?;
    let football = Football::load(&data.source(), settings.seed)?;
    if verify.verify {
        return regularization::compare_with_course(&verify, &common, &football, &device);
    }
    let mut run = Run::start(NAME, &common, &(&settings, &data), backend)?;
    let (learnt, tested) = (football.train.labels.len(), football.test.labels.len());
    run.say(&format!("Data: {learnt} points to train on and {tested} to test, {}.", data.source()));

    let Settings { iterations, lr, lambda, keep_prob, patience, seed } = settings;
    let config = DescentConfig::new(iterations, lr).with_cost_interval(100);
    let (x, y) = (football.train.features(&device), football.train.targets(&device));
    let (mut nets, mut curves) = (Vec::new(), Vec::new());
    for (name, regularizer) in [
        ("none", Regularizer::None),
        ("L2", Regularizer::L2(lambda)),
        ("L1", Regularizer::L1(lambda)),
        ("dropout", Regularizer::Dropout(KeepProb::new(keep_prob)?, Masks::Fresh(seed))),
    ] {
        let mut stage = run.stage(name, &("DeepNet", LAYER_SIZES))?;
        let (net, descent) = stage.begin(draw_net(seed, &device)?, config.clone())?;
        let update = by_autodiff(x.clone(), y.clone(), regularizer);
        let trained = stage.descend(descent, net.train(), update)?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;
        curves.push(Series::of_costs(name, &history));
        nets.push((name, net));
    }
    let config = DescentConfig { iterations: run.iterations(iterations), ..config };
    let stopped = stop_early(&football.train, config, patience, seed, &device)?;
    run.say(&format!("Early stopping: the best was after {} updates.", stopped.completed));
    run.result("early_stopping_completed", stopped.completed);
    nets.push(("early stopping", stopped.model));

    run.say(&format!("{:16} {:>7} {:>7}", "", "train %", "test %"));
    let mut panels = Vec::new();
    for (name, net) in &nets {
        let mut shares = [0.0; 2];
        for (share, points) in shares.iter_mut().zip([&football.train, &football.test]) {
            let logits = net.forward(points.features(&device));
            *share = 100.0 * binary_accuracy(logits, &points.labels)?;
        }
        let [train, test] = shares;
        run.say(&format!("{name:16} {train:>7.2} {test:>7.2}"));
        run.result(&format!("train_accuracy_{name}"), train);
        run.result(&format!("test_accuracy_{name}"), test);
        let title = format!("{name}: {train:.1} / {test:.1} %");
        panels.push(boundary(&title, |x| net.forward(x), &football.train, &device)?);
    }
    let title = "Train and test accuracy by what holds the network back";
    run.picture("boundaries.png", &plot::boundaries(title, &panels, 3)?)?;
    let titles = Titles { title: "Costs, penalties included", x: "iteration", y: "cost" };
    run.picture("costs.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}
