//! Course 1, week 3: planar data classification with one hidden layer, forward and backward by hand.

use crate::boundary::boundary;
use crate::frame::{self, Nothing, Program, Setup};
use crate::recipes::planar;
use crate::stage::Stage;
use crate::values::{Count, LearningRate, Units};
use crate::{Failure, plot};
use burn::tensor::Device;
use clap::Args;
use fireside_datasets::planar::{PointSet, Shape};
use fireside_dense::logistic_regression::LogisticRegression;
use fireside_dense::shallow_net::ShallowNet;
use fireside_dense::steps::{Layer, logistic};
use fireside_training::descent::DescentConfig;
use fireside_training::history::History;
use fireside_training::metrics::binary_accuracy;
use serde::{Deserialize, Serialize};

const HIDDEN_SIZES: [usize; 7] = [1, 2, 3, 4, 5, 20, 50];

/// Trains a network with one hidden layer on points of the plane, by hand, and draws its decision
/// boundary: beside that of logistic regression, and for 1 to 50 hidden units.
///
/// Expect 90.75 % on the petals with 4 units, where logistic regression has about 47 %. Takes seconds.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Points to learn: petals, noisy-circles, noisy-moons, blobs or gaussian-quantiles
    #[arg(long, default_value_t = Shape::Petals)]
    shape: Shape,
    /// Units of the hidden layer
    #[arg(long, default_value = "4")]
    hidden: Units,
    /// Updates of the first network; those compared by size get half as many
    #[arg(long, default_value = "10000")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "1.2")]
    lr: LearningRate,
    /// Seed of the weights
    #[arg(long, default_value_t = 3)]
    seed: u32,
    /// Seed of the points
    #[arg(long, default_value_t = 1)]
    data_seed: u32,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w3-planar-classification",
    teaches: "one hidden layer by hand, and how many units it needs",
    files: &[],
    embedded: "generated petals, circles, moons, blobs, quantiles",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    run: |program, flags| story(&Setup::new(program, flags)?),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    if let Some(runs) = setup.reference() {
        return setup.report(&planar::compare_with_course(runs, device)?);
    }
    let points = planar::draw_points(settings.shape, settings.data_seed);
    let (x, labels) = (points.features(device), &points.labels);
    let mut run = setup.begin()?;
    run.say(&format!("Data: {} points, {}, generated.", labels.len(), settings.shape));

    // A straight line between the classes is the best that logistic regression can do.
    let zeros = logistic::initialize_with_zeros(2, device);
    let line = logistic::optimize(zeros, &x, &points.targets(device), run.iterations(1000), 0.1);
    let line = LogisticRegression::from_layer(&line.layer);
    let share = 100.0 * binary_accuracy(line.forward(x.clone()), labels)?;
    run.say(&format!("Accuracy of logistic regression: {share:.2} %"));
    run.result("logistic_regression_accuracy", share);
    let mut panels = vec![boundary("Logistic regression", |x| line.forward(x), &points, device)?];

    let Settings { hidden, iterations, lr, seed, .. } = *settings;
    let config = DescentConfig::new(iterations.get(), lr.get()).with_cost_interval(1000);
    run.say(&format!("One hidden layer of {hidden} units:"));
    let stage = run.stage("net", &("ShallowNet", [2, hidden.get(), 1]))?.printing_costs();
    let start = planar::draw_weights(hidden.get(), seed, device);
    let (net, history) = train(stage, config.clone(), start, &points, device)?;
    let share = 100.0 * binary_accuracy(net.forward(x.clone()), labels)?;
    run.say(&format!("Accuracy: {share:.2} %"));
    run.result("accuracy", share);
    run.result("cost", history.last_cost());
    let title = format!("{hidden} hidden units: {share:.2} %");
    panels.push(boundary(&title, |x| net.forward(x), &points, device)?);
    run.picture("decision-boundary.png", &plot::boundaries("Decision boundary", &panels, 2)?)?;

    panels.clear();
    let config = DescentConfig { iterations: iterations.get().div_ceil(2), ..config };
    for hidden in HIDDEN_SIZES {
        let name = format!("hidden-{hidden}");
        let stage = run.stage(&name, &("ShallowNet", [2, hidden, 1]))?;
        let start = planar::draw_weights(hidden, seed, device);
        let (net, _) = train(stage, config.clone(), start, &points, device)?;
        let share = 100.0 * binary_accuracy(net.forward(x.clone()), labels)?;
        run.say(&format!("Accuracy for {hidden} hidden units: {share:.2} %"));
        run.result(&format!("accuracy_{name}"), share);
        panels.push(boundary(
            &format!("{hidden} hidden: {share:.2} %"),
            |x| net.forward(x),
            &points,
            device,
        )?);
    }
    run.picture("hidden-layer-sizes.png", &plot::boundaries("Hidden layer size", &panels, 4)?)?;
    run.finish()
}

fn train(
    mut stage: Stage<'_>,
    config: DescentConfig,
    start: [Layer; 2],
    points: &PointSet,
    device: &Device,
) -> Result<(ShallowNet, History), Failure> {
    let (net, descent) = stage.begin(ShallowNet::from_layers(&start), config)?;
    let update = planar::by_hand(points.features(device), points.targets(device));
    let trained = stage.descend_as(descent, net.layers(), ShallowNet::from_layers, update)?;
    stage.end(trained.map(|layers| ShallowNet::from_layers(&layers)))
}
