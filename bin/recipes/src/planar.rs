//! One hidden layer on points of the plane, by hand.

use std::ops::ControlFlow;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use fireside_datasets::planar::{PointSet, Shape};
use fireside_dense::logistic_regression::{LogisticRegression, LogisticRegressionConfig};
use fireside_dense::shallow_net::{ShallowNet, ShallowNetConfig};
use fireside_dense::steps::{Layer, logistic, shallow};
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::{DescentConfig, Update};
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::binary_accuracy;

use crate::RecipeError;
use crate::by_hand::ByHand;
use crate::comparison::{self, Comparison, Reference};
use crate::trained::{Architecture, Card};

/// Hidden units of the networks that are compared.
pub const HIDDEN_SIZES: [usize; 7] = [1, 2, 3, 4, 5, 20, 50];

/// Draws as many points as the course does, of two classes.
pub fn draw_points(shape: Shape, seed: u32) -> PointSet {
    shape.generate(shape.course_count(), seed).into_two_classes()
}

/// How many points there are to train on and to test, in words.
pub fn sizes(train: &PointSet, test: &PointSet) -> String {
    let (train, test) = (train.labels.len(), test.labels.len());
    format!("{train} points to train on and {test} to test")
}

/// The share of points that a classifier gets right, in 0..=1; `logits` maps `[batch, 2]` to `[batch, 1]`.
///
/// # Errors
/// When the device fails.
pub fn share_right(
    points: &PointSet,
    device: &Device,
    logits: impl Fn(Tensor<2>) -> Tensor<2>,
) -> Result<f64, RecipeError> {
    Ok(binary_accuracy(logits(points.features(device)), &points.labels)?)
}

/// How long and how fast logistic regression learns the straight line between the classes.
pub fn of_line() -> DescentConfig {
    DescentConfig::new(1000, 0.1)
}

/// Where logistic regression begins: zeros.
pub fn zero_line(device: &Device) -> LogisticRegression {
    LogisticRegression::from_layer(&logistic::initialize_with_zeros(2, device))
}

/// What describes logistic regression on points.
pub fn card_of_line() -> Card {
    let architecture = Architecture::LogisticRegression(LogisticRegressionConfig::new(2));
    Card::of_points(architecture).called("logistic regression")
}

/// What describes a network with so many hidden units.
pub fn card(hidden: usize) -> Card {
    Card::of_points(Architecture::ShallowNet(ShallowNetConfig::new(2, hidden)))
}

/// Draws a network with the first weights of the course for so many hidden units.
pub fn draw_net(hidden: usize, seed: u32, device: &Device) -> ShallowNet {
    ShallowNet::from_layers(&draw_weights(hidden, seed, device))
}

/// Draws the first weights of the course for so many hidden units.
pub fn draw_weights(hidden: usize, seed: u32, device: &Device) -> [Layer; 2] {
    let mut rng = NumpyRng::new(seed);
    shallow::initialize_parameters(2, hidden, 1, || rng.randn(), device)
}

/// Weights and biases of a network, for [`by_hand`].
pub const BY_HAND: ByHand<ShallowNet, [Layer; 2]> =
    ByHand { parameters: ShallowNet::layers, module: ShallowNet::from_layers };

/// One update of both layers, by the gradient that the backward pass by hand gives.
///
/// # Shapes
/// - `x`: `[batch, 2]`, `y`: `[batch, 1]`
pub fn by_hand(
    x: Tensor<2>,
    y: Tensor<2>,
) -> impl FnMut([Layer; 2], Update) -> ([Layer; 2], Option<Tensor<1>>) {
    move |layers, update| {
        let (layers, logits) = shallow::gradient_step(&layers, &x, &y, update.learning_rate);
        (layers, update.cost_wanted.then(|| binary_cross_entropy(logits, y.clone())))
    }
}

/// What a training run of the course left us to compare: its costs, the last one and the accuracy.
struct Figures {
    costs: Vec<f64>,
    final_cost: f64,
    accuracy: f64,
}

/// Repeats a run of the course, from weights whose last bits are moved by `nudge`.
fn repeat(
    reference: &Reference,
    points: &PointSet,
    nudge: f64,
    device: &Device,
) -> Result<Figures, RecipeError> {
    let hidden = reference.hyperparameter("n_h")? as usize;
    let mut start = draw_weights(hidden, reference.seed()?, device);
    start[0].weight = start[0].weight.clone() * (1.0 + nudge * f64::EPSILON);
    let (x, y) = (points.features(device), points.targets(device));
    let update = by_hand(x.clone(), y.clone());
    let trained = reference.descent(1000)?.run(start, update, |_| ControlFlow::Continue(()))?;
    let activations = shallow::forward_propagation(&x, &trained.model);
    Ok(Figures {
        costs: trained.history.costs_every(1000),
        final_cost: binary_cross_entropy(activations.z2.clone(), y).try_into_scalar()?,
        accuracy: 100.0 * binary_accuracy(activations.z2, &points.labels)?,
    })
}

/// Repeats the course's runs: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_with_course(runs: &Path, device: &Device) -> Result<Comparison, RecipeError> {
    let mut comparison = Comparison::default();
    for reference in Reference::read(runs, "c1w3a1", "planar_nn")? {
        let shape = match reference.data().starts_with("noisy_moons") {
            true => Shape::NoisyMoons,
            false => Shape::Petals,
        };
        let points = draw_points(shape, 1);
        let ours = repeat(&reference, &points, 0.0, device)?;
        // With a rate of 1.2 the run is chaotic: how far do its own repetitions stray?
        let nudged: Result<Vec<_>, _> =
            (1..=8).map(|nudge| repeat(&reference, &points, f64::from(nudge), device)).collect();
        let nudged = nudged?;
        let spread = |figure: &dyn Fn(&Figures) -> f64| {
            comparison::spread(nudged.iter().chain([&ours]).map(figure))
        };
        let hidden = reference.hyperparameter("n_h")?;
        let run =
            format!("{shape}, {hidden} units, {}", reference.hyperparameter("num_iterations")?);
        comparison.add_costs(
            &run,
            1000,
            &reference.figures("costs_every_1000")?,
            &ours.costs,
            |index, course| {
                let cost = |run: &Figures| run.costs.get(index).copied().unwrap_or(f64::NAN);
                comparison::PRINTED_6.with_spread(course, spread(&cost))
            },
        );
        let course = reference.figure("final_cost")?;
        let allowance = comparison::SUMMED.with_spread(course, spread(&|run| run.final_cost));
        comparison.add(format!("{run}: cost at the end"), course, ours.final_cost, allowance);
        let course = reference.figure("accuracy")?;
        let allowance = comparison::EXACT.with_spread(course, spread(&|run| run.accuracy));
        comparison.add(format!("{run}: accuracy in %"), course, ours.accuracy, allowance);
    }
    Ok(comparison)
}
