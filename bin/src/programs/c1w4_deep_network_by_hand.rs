//! Course 1, week 4: the L-layer network step by step, its backward pass checked against autodiff.

use clap::Args;
use fireside_datasets::cats::{CLASSES, Cats};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::WeightScale;
use fireside_recipes::cats::{CatTensors, Judgement};
use fireside_recipes::deep::{self, gradients_both_ways};
use fireside_recipes::steps::deep_network::NOTEBOOK;
use fireside_recipes::trained::{Architecture, Card};
use fireside_training::descent::DescentConfig;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::frame::{self, Nothing, Program, Setup};
use crate::options::Data;
use crate::plot::Series;
use crate::programs::files::CATS;
use crate::values::{Count, LearningRate, Units};

/// How far gradients of 32-bit floats may be apart.
const TOLERANCE: f64 = 1e-4;

/// Trains a deep network on the cats with forward and backward passes written by hand, after checking
/// every gradient against Burn's autodiff, side by side.
///
/// Expect both gradients to agree to 4 to 7 digits; 32-bit floats have 7. Takes 7 to 8 seconds of processor time.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
struct Settings {
    /// Units of each hidden layer, separated by commas
    #[arg(long, value_delimiter = ',', default_values = ["20", "7", "5"])]
    hidden: Vec<Units>,
    /// Updates
    #[arg(long, default_value = "1500")]
    iterations: Count,
    /// Learning rate
    #[arg(long, default_value = "0.0075")]
    lr: LearningRate,
    /// Seed of the weights, and of the drawn pictures
    #[arg(long, default_value_t = 1)]
    seed: u32,
    #[command(flatten)]
    #[serde(flatten)]
    data: Data,
}

/// The assignment.
pub const PROGRAM: Program = Program {
    name: "c1w4-deep-network-by-hand",
    teaches: "forward and backward through any depth, checked against autodiff",
    files: CATS,
    embedded: "drawn cats and other things",
    minutes: 0.1,
    command: frame::command::<Settings, Nothing>,
    trains: "photo.jpg",
    run: |program, flags| story(&Setup::new(program, flags)?),
    notebook: Some(NOTEBOOK),
    verifies: true,
    ..Program::PLAIN
};

fn story(setup: &Setup<Settings>) -> Result<(), Failure> {
    let Setup { settings: Settings { hidden, iterations, lr, seed, data }, device, .. } = setup;
    let cats = Cats::load(&data.source(), *seed)?;
    let tensors = CatTensors::new(&cats, device);
    if let Some(runs) = setup.reference() {
        return setup.compare(|| deep::compare_by_hand(runs, &cats, &tensors));
    }
    let mut run = setup.begin()?;
    run.look_at_pictures([&cats.train, &cats.test], &CLASSES, &data.source())?;

    let hidden: Vec<usize> = hidden.iter().map(|units| units.get()).collect();
    let sizes = [&[cats.train.num_features()], &hidden[..], &[1]].concat();
    let start = deep::draw_weights(&sizes, WeightScale::InverseRootOfInputs, *seed, device);
    run.say(&format!("A network of {sizes:?}, its first gradients:"));
    let gradients = gradients_both_ways(&start, &tensors.x_train, &tensors.y_train)?;
    run.gradients_both_ways(&gradients, TOLERANCE)?;

    let stage = run.stage("net", &("DeepNet", &sizes))?.called("by hand").printing_costs_every(100);
    let config = DescentConfig::new(iterations.get(), lr.get());
    let update = deep::by_hand(tensors.x_train.clone(), tensors.y_train.clone());
    let start = DeepNet::from_layers(&start);
    let (net, history) = stage.learn_by_hand(start, &deep::BY_HAND, config, update)?;
    run.result("cost", history.last_cost());
    let architecture = Architecture::deep_net(&sizes);
    run.describe("net", &Card::of_pictures(architecture, cats.test.side(), &CLASSES))?;
    let found = Judgement::new(&cats, &tensors, |x| net.forward(x))?;
    run.accuracies("net", found.shares);
    run.misclassified("misclassified.png", &cats.test, &found.predictions, &CLASSES)?;
    let costs = [Series::of_costs("training set", &history)];
    run.curves("costs.png", "Cost of a network by hand", ["iteration", "cost"], &costs)?;
    run.finish()
}
