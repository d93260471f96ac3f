//! Initialisation.

use std::ops::ControlFlow;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::planar;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::propagation::{self, Backward, Forward, backward_propagation};
use fireside_recipes::deep::by_autodiff;
use fireside_recipes::initialization::first_net;
use fireside_tests::case::{Case, Outputs, Problem, Value, features_first, name_layers, scalar};
use fireside_tests::compare::{FUNCTION, TRAINING};
use fireside_training::descent::{Descent, DescentConfig, Update};
use fireside_training::initializer::Initializer;
use fireside_training::metrics::accuracy;

use crate::Handlers;
use crate::c1w3a1::{name_points, update_parameters};
use crate::numpy::seeded;

pub const HANDLERS: Handlers = &[
    ("initialize_parameters_zeros", FUNCTION, initialize_parameters_zeros),
    ("initialize_parameters_random", FUNCTION, initialize_parameters_random),
    ("initialize_parameters_he", FUNCTION, initialize_parameters_he),
    ("load_dataset", FUNCTION, load_dataset),
    ("forward_propagation", FUNCTION, forward),
    ("backward_propagation", FUNCTION, backward),
    ("update_parameters", FUNCTION, update_parameters),
    ("predict", FUNCTION, predict),
    ("compute_loss", FUNCTION, compute_loss),
    ("model", TRAINING, model),
];

/// Draws a network of the sizes `sizes` with the case's `seed`, or the notebooks' where it has none.
pub fn initialized(
    case: &Case,
    sizes: &str,
    initializer: Initializer,
    device: &Device,
) -> Result<Outputs, Problem> {
    let seed = case.number_or("seed", 3.0)? as u32;
    let net = first_net(&case.counts(sizes)?, initializer, seed, device);
    let net = net.map_err(|failure| failure.to_string())?;
    Ok(name_layers(&net.layers(), "W", "b"))
}

fn initialize_parameters_zeros(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    initialized(case, "layers_dims", Initializer::Zeros, device)
}

fn initialize_parameters_random(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    initialized(case, "layers_dims", Initializer::Normal(10.0), device)
}

fn initialize_parameters_he(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    initialized(case, "layers_dims", Initializer::He, device)
}

fn load_dataset(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let points = planar::circles(case.count("n_samples")?, 0.8, case.number("noise")?, &mut rng);
    Ok(name_points(&points, device))
}

/// Names every layer of a forward pass `{z}1`, `{a}1` and so on.
pub fn name_forward(forward: Forward, z: &str, a: &str) -> Outputs {
    let mut outputs = Outputs::new();
    for (name, layers) in [(z, forward.z), (a, forward.a)] {
        for (tensor, l) in layers.into_iter().zip(1..) {
            outputs.insert(format!("{name}{l}"), features_first(tensor));
        }
    }
    outputs
}

/// Names the gradients of every layer; `dz` and `da` are multiplied by `factor` first.
pub fn name_backward(gradients: Vec<Backward>, [dz, da]: [&str; 2], factor: f64) -> Outputs {
    let parameters: Vec<_> = gradients.iter().map(|layer| layer.parameters.clone()).collect();
    let mut outputs = name_layers(&parameters, "dW", "db");
    for (layer, l) in gradients.into_iter().zip(1..) {
        outputs.insert(format!("{dz}{l}"), features_first(layer.dz * factor));
        if let Some(tensor) = layer.da {
            outputs.insert(format!("{da}{l}"), features_first(tensor * factor));
        }
    }
    outputs
}

/// Reads a forward pass back from `{z}1`, `{a}1` and so on.
pub fn read_forward(
    case: &Case,
    z: &str,
    a: &str,
    layers: usize,
    device: &Device,
) -> Result<Forward, Problem> {
    let read = |name: &str| -> Result<Vec<Tensor<2>>, Problem> {
        (1..=layers).map(|l| case.batch_first(&format!("{name}{l}"), device)).collect()
    };
    Ok(Forward { z: read(z)?, a: read(a)? })
}

pub fn forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let layers = case.layers("W", "b", device)?;
    Ok(name_forward(propagation::forward_propagation(&x, &layers), "z", "a"))
}

pub fn backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let forward = read_forward(case, "z", "a", layers.len(), device)?;
    let gradients = backward_propagation(&x, &y, &forward, &layers);
    let [batch, _] = x.dims();
    Ok(name_backward(gradients, ["dz", "da"], 1.0 / batch as f64))
}

pub fn predict(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let found = propagation::predict(&x, &case.layers("W", "b", device)?);
    let classes: Vec<usize> = found.to_data().iter::<f64>().map(|class| class as usize).collect();
    let share = accuracy(&classes, &case.counts("y")?);
    Ok([("p".to_string(), features_first(found)), ("accuracy".to_string(), Value::Number(share))]
        .into())
}

fn compute_loss(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (a3, y) = (case.batch_first("a3", device)?, case.batch_first("Y", device)?);
    Ok([("loss".to_string(), scalar(propagation::compute_loss(&a3, &y)))].into())
}

fn model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let initialization =
        if case.has("initialization") { case.text("initialization")? } else { "he" };
    let initializer = match initialization {
        "zeros" => Initializer::Zeros,
        "random" => Initializer::Normal(10.0),
        "he" => Initializer::He,
        other => return Err(format!("unknown initialization {other}")),
    };
    let sizes = [x.dims()[1], 10, 5, 1];
    let net = first_net(&sizes, initializer, case.number_or("seed", 3.0)? as u32, device);
    let net = net.map_err(|failure| failure.to_string())?;
    let iterations = case.count_or("num_iterations", 15_000)?;
    descended(net, iterations, case.number_or("learning_rate", 0.01)?, by_autodiff(x, y))
}

/// The parameters after a descent. The library refuses a rate of 0, at which the course's loop moves nothing.
pub fn descended(
    net: DeepNet,
    iterations: usize,
    learning_rate: f64,
    update: impl FnMut(DeepNet, Update) -> (DeepNet, Option<Tensor<1>>),
) -> Result<Outputs, Problem> {
    if learning_rate == 0.0 {
        return Ok(name_layers(&net.layers(), "W", "b"));
    }
    let trained = Descent::new(DescentConfig::new(iterations, learning_rate))
        .run(net.train(), update, |_| ControlFlow::Continue(()))
        .map_err(|error| error.to_string())?;
    Ok(name_layers(&trained.model.valid().layers(), "W", "b"))
}
