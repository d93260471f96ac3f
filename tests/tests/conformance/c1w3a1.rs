//! Planar data classification with one hidden layer.

use burn::tensor::Device;
use fireside_datasets::planar::{PointSet, Shape};
use fireside_dense::steps::shallow::{self, Activations};
use fireside_dense::steps::{Layer, compute_cost as cost, update_parameters as update};
use fireside_tests::case::{Case, Outputs, Problem, Value, features_first, name_layers, scalar};
use fireside_tests::compare::{EXACT, FUNCTION, TRAINING};
use fireside_training::metrics::accuracy;

use crate::Handlers;
use crate::numpy::{seeded, seeded_or};

pub const HANDLERS: Handlers = &[
    ("layer_sizes", EXACT, layer_sizes),
    ("initialize_parameters", FUNCTION, initialize_parameters),
    ("forward_propagation", FUNCTION, forward_propagation),
    ("compute_cost", FUNCTION, compute_cost),
    ("backward_propagation", FUNCTION, backward_propagation),
    ("update_parameters", FUNCTION, update_parameters),
    ("nn_model", TRAINING, nn_model),
    ("predict", EXACT, predict),
    ("model_accuracy", FUNCTION, model_accuracy),
    ("load_planar_dataset", FUNCTION, load_planar_dataset),
    ("load_extra_datasets", FUNCTION, load_extra_datasets),
];

fn two_layers(case: &Case, device: &Device) -> Result<[Layer; 2], Problem> {
    let layers = case.layers("W", "b", device)?;
    layers.try_into().map_err(|layers: Vec<_>| format!("{} layers, not 2", layers.len()))
}

fn layer_sizes(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let (n_x, n_h, n_y) = shallow::layer_sizes(&x, &y);
    let sizes = [("n_x", n_x), ("n_h", n_h), ("n_y", n_y)];
    Ok(sizes.map(|(name, size)| (name.to_string(), Value::Number(size as f64))).into())
}

pub fn initialize_parameters(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let [n_x, n_h, n_y] = ["n_x", "n_h", "n_y"].map(|name| case.count(name));
    let layers = shallow::initialize_parameters(n_x?, n_h?, n_y?, || rng.randn(), device);
    Ok(name_layers(&layers, "W", "b"))
}

fn forward_propagation(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let found = shallow::forward_propagation(&x, &two_layers(case, device)?);
    let named = [("Z1", found.z1), ("A1", found.a1), ("Z2", found.z2), ("A2", found.a2)];
    Ok(named.map(|(name, tensor)| (name.to_string(), features_first(tensor))).into())
}

fn compute_cost(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (a2, y) = (case.batch_first("A2", device)?, case.batch_first("Y", device)?);
    Ok([("cost".to_string(), scalar(cost(&a2, &y)))].into())
}

fn backward_propagation(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let activations = Activations {
        z1: case.batch_first("Z1", device)?,
        a1: case.batch_first("A1", device)?,
        z2: case.batch_first("Z2", device)?,
        a2: case.batch_first("A2", device)?,
    };
    let gradients = shallow::backward_propagation(
        &two_layers(case, device)?,
        &activations,
        &case.batch_first("X", device)?,
        &case.batch_first("Y", device)?,
    );
    Ok(name_layers(&gradients, "dW", "db"))
}

/// Entry by entry, so that parameters may be of any rank.
pub fn update_parameters(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let rate = case.number_or("learning_rate", 1.2)?;
    let flat = |name: String| Ok::<_, Problem>(case.flat(&name, device)?.unsqueeze::<2>());
    let mut outputs = Outputs::new();
    for l in (1..).take_while(|l| case.has(&format!("W{l}"))) {
        let (weight, bias) = (format!("W{l}"), format!("b{l}"));
        let layer = Layer { weight: flat(weight.clone())?, bias: flat(bias.clone())? };
        let gradient =
            Layer { weight: flat(format!("d{weight}"))?, bias: flat(format!("d{bias}"))? };
        for Layer { weight: updated, bias: updated_bias } in update(&[layer], &[gradient], rate) {
            outputs.insert(weight.clone(), case.like(&weight, updated)?);
            outputs.insert(bias.clone(), case.like(&bias, updated_bias)?);
        }
    }
    Ok(outputs)
}

fn nn_model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let ([_, n_x], [_, n_y]) = (x.dims(), y.dims());
    let mut rng = seeded_or(case, 3)?;
    let n_h = case.count("n_h")?;
    let start = shallow::initialize_parameters(n_x, n_h, n_y, || rng.randn(), device);
    let iterations = case.count_or("num_iterations", 10_000)?;
    let found = shallow::nn_model(&x, &y, start, iterations, case.number_or("learning_rate", 1.2)?);
    Ok(name_layers(&found, "W", "b"))
}

fn predict(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let found = shallow::predict(&two_layers(case, device)?, &x);
    Ok([("predictions".to_string(), features_first(found))].into())
}

fn model_accuracy(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let share = accuracy(&case.counts("y_pred")?, &case.counts("y_true")?);
    Ok([("accuracy".to_string(), Value::Number(100.0 * share))].into())
}

fn load_planar_dataset(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let points =
        Shape::Petals.generate(case.count_or("m", 400)?, case.number_or("seed", 1.0)? as u32);
    Ok(name_points(&points, device))
}

fn load_extra_datasets(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let shape: Shape = case.text("dataset")?.replace('_', "-").parse()?;
    let points = shape.generate(case.count("n_samples")?, case.number("seed")? as u32);
    Ok(name_points(&points, device))
}

pub fn name_points(points: &PointSet, device: &Device) -> Outputs {
    [
        ("X".to_string(), features_first(points.features(device))),
        ("Y".to_string(), features_first(points.targets(device))),
    ]
    .into()
}
