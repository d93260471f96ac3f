//! Course 2, week 1: what the first weights decide.

use std::process::ExitCode;

use burn::module::Module;
use clap::{Args, Parser};
use fireside_bin::boundary::boundary;
use fireside_bin::options::{self, Common, Verify};
use fireside_bin::plot::{self, Series, Titles};
use fireside_bin::recipes::deep::by_autodiff;
use fireside_bin::recipes::initialization::{
    INITIALIZERS, LAYER_SIZES, compare_with_course, draw_circles, first_net,
};
use fireside_bin::run::Run;
use fireside_bin::{Failure, backend, program};
use fireside_dense::deep_net::DeepNet;
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::binary_accuracy;
use serde::{Deserialize, Serialize};

const NAME: &str = "c2w1-initialization";

/// Trains the same network (2-10-5-1) on a circle within a circle from four sorts of first weights: zeros, 10
/// times a normal number, He's and Xavier's.
///
/// Expect 50, 83 and 99.3 % on the training points for the first three, and 50, 86 and 96 % on the test points.
/// Takes about 10 seconds.
#[derive(Parser, Debug)]
#[command(version, allow_negative_numbers = true)]
struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    verify: Verify,
}

#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value_t = 15_000, value_parser = options::iterations)]
    #[serde(deserialize_with = "options::checked::iterations")]
    iterations: usize,
    /// Learning rate
    #[arg(long, default_value_t = 0.01, value_parser = options::learning_rate)]
    #[serde(deserialize_with = "options::checked::learning_rate")]
    lr: f64,
    /// Seed of the weights
    #[arg(long, default_value_t = 3)]
    seed: u32,
    /// Seed of the points to train on; the test points take the next
    #[arg(long, default_value_t = 1)]
    data_seed: u32,
}

fn main() -> ExitCode {
    program(run)
}

fn run(Arguments { settings, common, verify }: Arguments) -> Result<(), Failure> {
    let (backend, device) = backend::open(common.device.as_deref(), verify.floats())?;
    if verify.verify {
        return compare_with_course(&verify, &common, &device);
    }
    let settings = Run::settings(NAME, &common, settings)?;
    let (train, test) = draw_circles(settings.data_seed);
    let (x, y) = (train.features(&device), train.targets(&device));
    let mut run = Run::start(NAME, &common, &settings, backend)?;
    let (learnt, tested) = (train.labels.len(), test.labels.len());
    run.say(&format!(
        "Data: circles, {learnt} points to train on and {tested} to test, generated."
    ));

    let (mut panels, mut curves) = (Vec::new(), Vec::new());
    for (name, initializer) in INITIALIZERS {
        run.say(&format!("First weights: {name}."));
        let net = first_net(&LAYER_SIZES, initializer, settings.seed, &device)?;
        let config = DescentConfig::new(settings.iterations, settings.lr).with_cost_interval(1000);
        let mut stage = run.stage(name, &("DeepNet", LAYER_SIZES))?.printing_costs();
        let (net, descent) = stage.begin(net, config)?;
        let update = by_autodiff(x.clone(), y.clone());
        let trained = stage.descend(descent, net.train(), update)?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;

        let apart = units_apart(&net)?;
        run.say(&format!("hidden units of the first layer differ by up to {apart:.3}"));
        run.result(&format!("units_apart_{name}"), apart);
        for (set, points) in [("train", &train), ("test", &test)] {
            let logits = net.forward(points.features(&device));
            let share = 100.0 * binary_accuracy(logits, &points.labels)?;
            run.say(&format!("{set} accuracy: {share:.2} %"));
            run.result(&format!("{set}_accuracy_{name}"), share);
        }
        panels.push(boundary(name, |x| net.forward(x), &train, &device)?);
        curves.push(Series::of_costs(name, &history));
    }
    run.picture("boundaries.png", &plot::boundaries("First weights", &panels, 4)?)?;
    let titles = Titles { title: "Costs by first weights", x: "iteration", y: "cost" };
    run.picture("costs.png", &plot::lines(titles, &curves)?)?;
    run.finish()
}

/// How far the first layer's units are from being copies of each other: 0 if they all compute the same, as
/// they do for ever from zeros.
fn units_apart(net: &DeepNet) -> Result<f64, Failure> {
    let weight = net.layers()[0].weight.clone(); // [inputs, units]
    let spread = weight.clone().max_dim(1) - weight.min_dim(1);
    Ok(spread.max().try_into_data()?.iter::<f64>().sum())
}
