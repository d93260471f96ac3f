//! Course 2, week 1: what the first weights decide.

use crate::Failure;
use crate::boundary::boundary;
use crate::frame::{self, Nothing, Program, Setup};
use crate::plot::{self, Series, Titles};
use crate::recipes::deep::by_autodiff;
use crate::recipes::initialization::{
    INITIALIZERS, LAYER_SIZES, compare_with_course, draw_circles, first_net,
};
use crate::values::{Count, LearningRate};
use burn::module::Module;
use clap::Args;
use fireside_dense::deep_net::DeepNet;
use fireside_training::descent::DescentConfig;
use fireside_training::metrics::binary_accuracy;
use serde::{Deserialize, Serialize};

/// Trains the same network (2-10-5-1) on a circle within a circle from four sorts of first weights: zeros, 10
/// times a normal number, He's and Xavier's.
///
/// Expect 50, 83 and 99.3 % on the training points for the first three, and 50, 86 and 96 % on the test points.
/// Takes about 10 seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Updates of each network
    #[arg(long, default_value = "15000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.01")]
    lr: LearningRate,
    /// Seed of the weights
    #[arg(long, default_value_t = 3)]
    seed: u32,
    /// Seed of the points to train on; the test points take the next
    #[arg(long, default_value_t = 1)]
    data_seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c2w1-initialization",
    teaches: "what the first weights decide: zeros, too large, He's, Xavier's",
    files: &[],
    embedded: "generated circles",
    minutes: 0.2,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    if let Some(runs) = setup.reference() {
        return setup.report(&compare_with_course(runs, device)?);
    }
    let (train, test) = draw_circles(settings.data_seed);
    let (x, y) = (train.features(device), train.targets(device));
    let mut run = setup.begin()?;
    let (learnt, tested) = (train.labels.len(), test.labels.len());
    run.say(&format!(
        "Data: circles, {learnt} points to train on and {tested} to test, generated."
    ));

    let (mut panels, mut curves) = (Vec::new(), Vec::new());
    for (name, initializer) in INITIALIZERS {
        run.say(&format!("First weights: {name}."));
        let net = first_net(&LAYER_SIZES, initializer, settings.seed, device)?;
        let config = DescentConfig::new(settings.iterations.get(), settings.lr.get())
            .with_cost_interval(1000);
        let mut stage = run.stage(name, &("DeepNet", LAYER_SIZES))?.printing_costs();
        let (net, descent) = stage.begin(net, config)?;
        let update = by_autodiff(x.clone(), y.clone());
        let trained = stage.descend(descent, net.train(), update)?;
        let (net, history) = stage.end(trained.map(|net| net.valid()))?;

        let apart = units_apart(&net)?;
        run.say(&format!("hidden units of the first layer differ by up to {apart:.3}"));
        run.result(&format!("units_apart_{name}"), apart);
        for (set, points) in [("train", &train), ("test", &test)] {
            let logits = net.forward(points.features(device));
            let share = 100.0 * binary_accuracy(logits, &points.labels)?;
            run.say(&format!("{set} accuracy: {share:.2} %"));
            run.result(&format!("{set}_accuracy_{name}"), share);
        }
        panels.push(boundary(name, |x| net.forward(x), &train, device)?);
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
