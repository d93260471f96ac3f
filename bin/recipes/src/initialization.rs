//! First weights compared on the circles: zeros, large, He, Xavier.

use std::ops::ControlFlow;
use std::path::Path;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::planar::{self, PointSet};
use fireside_dense::deep_net::{DeepNet, DeepNetConfig};
use fireside_dense::steps::propagation::{compute_loss, forward_propagation};
use fireside_numpy_rng::NumpyRng;
use fireside_training::descent::Run;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::binary_accuracy;

use crate::RecipeError;
use crate::comparison::{self, Allowance, Comparison, Reference};
use crate::deep::by_autodiff;

/// Units of each layer of the assignment's network.
pub const COURSE_LAYER_SIZES: [usize; 4] = [2, 10, 5, 1];

/// Units of each layer, one layer more than the assignment has: through its two, one seed of ten has large weights that
/// find the circles all the same. With ten units in each, He's lose none of them for good.
pub const LAYER_SIZES: [usize; 5] = [2, 10, 10, 10, 1];

/// The assignment's three, and the course's other for comparison.
pub const INITIALIZERS: [(&str, Initializer); 4] = [
    ("zeros", Initializer::Zeros),
    ("random", Initializer::Normal(10.0)),
    ("he", Initializer::He),
    ("xavier", Initializer::Xavier),
];

/// What people call first weights.
pub fn called(name: &str) -> &str {
    match name {
        "random" => "large",
        "he" => "He's",
        "xavier" => "Xavier's",
        name => name,
    }
}

/// Draws a circle within a circle, 300 points to train on and 100 to test.
pub fn draw_circles(seed: u32) -> (PointSet, PointSet) {
    let draw = |count, seed| planar::circles(count, 0.8, 0.05, &mut NumpyRng::new(seed));
    (draw(300, seed), draw(100, seed.wrapping_add(1)))
}

/// Builds a network with first weights of NumPy's numbers for the seed.
///
/// # Errors
/// When a layer has no units.
pub fn first_net(
    layer_sizes: &[usize],
    initializer: Initializer,
    seed: u32,
    device: &Device,
) -> Result<DeepNet, RecipeError> {
    let net = DeepNetConfig::new(layer_sizes.to_vec()).init(device)?;
    Ok(initialize(net, initializer, &mut NumpyRng::new(seed)))
}

/// How far the first layer's units are from being copies of each other: 0 if they all compute the same, as they do for
/// ever from zeros.
///
/// # Errors
/// When the device fails.
pub fn units_apart(net: &DeepNet) -> Result<f64, RecipeError> {
    let weight = net.layers()[0].weight.clone(); // [inputs, units]
    let spread = weight.clone().max_dim(1) - weight.min_dim(1);
    Ok(spread.max().try_into_data()?.iter::<f64>().sum())
}

/// The costs of weights of 10 times a normal number: the course's logarithm of a saturated sigmoid depends on
/// the last bits, so that its own two runs differ, ours of the logits does not.
const SATURATED: Allowance =
    Allowance::new(2e-3, 0.0, "2e-3: a saturated sigmoid's logarithm, in the course's figures");

/// Repeats the course's run from `first` weights whose last bits are moved by `nudge`.
fn repeat(
    reference: &Reference,
    first: &DeepNet,
    nudge: f64,
    (x, y): (&Tensor<2>, &Tensor<2>),
) -> Result<Run<DeepNet>, RecipeError> {
    let mut start = first.layers();
    start[0].weight = start[0].weight.clone() * (1.0 + nudge * f64::EPSILON);
    let update = by_autodiff(x.clone(), y.clone());
    let net = DeepNet::from_layers(&start).train();
    Ok(reference.descent(1000)?.run(net, update, |_| ControlFlow::Continue(()))?)
}

/// Repeats the course's runs: the figures of both sides.
///
/// # Errors
/// When a training fails or the reference runs cannot be read.
pub fn compare_with_course(runs: &Path, device: &Device) -> Result<Comparison, RecipeError> {
    let mut comparison = Comparison::default();
    let (train, test) = draw_circles(1);
    let (x, y) = (train.features(device), train.targets(device));
    for reference in Reference::read(runs, "c2w1a1", "init_model")? {
        let name = reference.text("initialization")?;
        let (_, initializer) = INITIALIZERS
            .into_iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| RecipeError::Input(format!("models.json initialises by {name}")))?;
        let net = first_net(&COURSE_LAYER_SIZES, initializer, reference.seed()?, device)?;
        // The course's own cost of the first iteration, infinite where a probability is 0 or 1.
        let first = forward_propagation(&x, &net.layers());
        let first = compute_loss(first.probabilities(), &y).try_into_scalar::<f64>();

        let trained = repeat(&reference, &net, 0.0, (&x, &y))?;
        let mut ours = trained.history.costs_every(1000);
        ours[0] = first?;
        let course = reference.figures("costs_every_1000")?;
        let printed = reference.printed("costs_every_1000").ok();
        // Saturated units let go of a run one by one: how far do its own repetitions stray?
        let nudges = printed.iter().flat_map(|_| 1..=8);
        let nudged = nudges.map(|nudge| {
            let trained = repeat(&reference, &net, f64::from(nudge), (&x, &y))?;
            Ok(trained.history.costs_every(1000))
        });
        let nudged: Vec<_> = nudged.collect::<Result<_, RecipeError>>()?;
        comparison.add_costs(&name, 1000, &course, &ours, |index, course| match &printed {
            Some(printed) => {
                let runs = nudged.iter().chain([&ours]);
                let cost = |run: &Vec<f64>| run.get(index).copied().unwrap_or(f64::NAN);
                SATURATED
                    .with_other_run(course, cost(printed))
                    .with_spread(course, comparison::spread(runs.map(cost)))
            }
            None => comparison::SUMMED,
        });
        let net = trained.model.valid();
        let share = |points: &PointSet| {
            binary_accuracy(net.forward(points.features(device)), &points.labels)
        };
        comparison.add_accuracies(&name, &reference, [share(&train)?, share(&test)?])?;
    }
    Ok(comparison)
}
