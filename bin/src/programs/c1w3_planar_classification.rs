//! Course 1, week 3: planar data classification with one hidden layer, forward and backward by hand.

use clap::Args;
use fireside_datasets::planar::Shape;
use fireside_recipes::planar::{self, BY_HAND, HIDDEN_SIZES};
use fireside_recipes::steps::planar_classification::NOTEBOOK;
use fireside_recipes::{counted, logistic};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::findings::Boundaries;
use crate::frame::{self, Nothing, Program, Setup};
use crate::values::{Count, LearningRate, Units};

/// Trains a network with one hidden layer on points of the plane, by hand, and draws its decision
/// boundary: beside that of logistic regression, and for 1 to 50 hidden units.
///
/// Expect 90 to 96 % on the petals with 4 units (69 from one seed of ten), 45 to 53 by a line. Takes a second or two.
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
    minutes: 0.05,
    command: frame::command::<Settings, Nothing>,
    trains: "--values 0.5 -1.2",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings, device, .. } = setup;
    if let Some(runs) = setup.reference() {
        return setup.compare(|| planar::compare_with_course(runs, device));
    }
    let Settings { shape, hidden, iterations, lr, seed, data_seed } = *settings;
    let points = planar::draw_points(shape, data_seed);
    let mut run = setup.begin()?;
    run.look_at_points(&format!("{shape}, generated"), &points)?;
    let (x, y) = (points.features(device), points.targets(device));

    // A straight line between the classes is the best that logistic regression can do.
    let stage = run.stage("logistic-regression", &("LogisticRegression", 2))?;
    let (line, update) = (planar::zero_line(device), logistic::by_hand(x.clone(), y.clone()));
    let (line, _) = stage.learn_by_hand(line, &logistic::BY_HAND, planar::of_line(), update)?;
    run.describe("logistic-regression", &planar::card_of_line())?;
    let (mut panels, key) = (Boundaries::over(&points, device), "accuracy_logistic_regression");
    panels.judge(&mut run, "logistic regression", key, |x| line.forward(x))?;

    let update = || planar::by_hand(x.clone(), y.clone());
    let config = DescentConfig::new(iterations.get(), lr.get());
    run.say(&format!("One hidden layer of {}:", counted(hidden.get(), "unit")));
    let stage = run.stage("net", &("ShallowNet", [2, hidden.get(), 1]))?.printing_costs_every(1000);
    let net = planar::draw_net(hidden.get(), seed, device);
    let (net, history) = stage.learn_by_hand(net, &BY_HAND, config, update())?;
    run.describe("net", &planar::card(hidden.get()).as_main().called("the network of --hidden"))?;
    panels
        .judge(&mut run, &counted(hidden.get(), "hidden unit"), "accuracy", |x| net.forward(x))?;
    run.result("cost", history.last_cost());
    panels.draw(&mut run, "decision-boundary.png", "Decision boundaries", 2)?;

    let mut panels = Boundaries::over(&points, device);
    let config = DescentConfig::new(iterations.get().div_ceil(2), lr.get());
    for hidden in HIDDEN_SIZES {
        let (name, units) = (format!("hidden-{hidden}"), counted(hidden, "hidden unit"));
        let stage = run.stage(&name, &("ShallowNet", [2, hidden, 1]))?.called(&units);
        let net = planar::draw_net(hidden, seed, device);
        let (net, _) = stage.learn_by_hand(net, &BY_HAND, config.clone(), update())?;
        run.describe(&name, &planar::card(hidden))?;
        panels.judge(&mut run, &units, &format!("accuracy_{name}"), |x| net.forward(x))?;
    }
    panels.draw(&mut run, "hidden-layer-sizes.png", "Decision boundaries by hidden units", 4)?;
    run.finish()
}
