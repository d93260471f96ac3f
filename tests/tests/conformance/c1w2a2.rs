//! Logistic regression with a neural network mindset.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::logistic::{self, Optimized};
use fireside_dense::steps::{Layer, basics, compute_cost};
use fireside_tests::case::{Case, Outputs, Problem, as_is, features_first, list, scalar};
use fireside_tests::compare::{FUNCTION, TRAINING};

use crate::Handlers;
use crate::c1w2a1::element_wise;

pub const HANDLERS: Handlers = &[
    ("sigmoid", FUNCTION, sigmoid),
    ("initialize_with_zeros", FUNCTION, initialize_with_zeros),
    ("propagate", FUNCTION, propagate),
    ("optimize", TRAINING, optimize),
    ("predict", FUNCTION, predict),
    ("model", TRAINING, model),
    ("flatten_images", FUNCTION, flatten_images),
];

/// `w` is `(n_x, 1)` on both sides, and `b` a number.
fn parameters(case: &Case, device: &Device) -> Result<Layer, Problem> {
    Ok(Layer {
        weight: case.tensor("w", device)?,
        bias: Tensor::from_data([[case.number("b")?]], device),
    })
}

fn name_parameters(layer: Layer, weight: &str, bias: &str) -> Outputs {
    [(weight.to_string(), as_is(layer.weight)), (bias.to_string(), scalar(layer.bias))].into()
}

fn costs(costs: Vec<Tensor<1>>) -> (String, fireside_tests::case::Value) {
    let costs = costs.into_iter().map(Tensor::into_scalar::<f64>).collect();
    ("costs".to_string(), list(costs))
}

fn sigmoid(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    element_wise(case, "z", "s", device, basics::sigmoid)
}

fn initialize_with_zeros(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layer = logistic::initialize_with_zeros(case.count("dim")?, device);
    Ok(name_parameters(layer, "w", "b"))
}

fn propagate(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let (gradient, logits) = logistic::propagate(&parameters(case, device)?, &x, &y);
    let mut outputs = name_parameters(gradient, "dw", "db");
    outputs.insert("cost".to_string(), scalar(compute_cost(&basics::sigmoid(logits), &y)));
    Ok(outputs)
}

fn optimize(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let found = logistic::optimize(
        parameters(case, device)?,
        &case.batch_first("X", device)?,
        &case.batch_first("Y", device)?,
        case.count_or("num_iterations", 100)?,
        case.number_or("learning_rate", 0.009)?,
    );
    let mut outputs = name_parameters(found.layer, "w", "b");
    if let Some(gradient) = found.gradient {
        outputs.extend(name_parameters(gradient, "dw", "db"));
    }
    outputs.extend([costs(found.costs)]);
    Ok(outputs)
}

fn predict(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let found = logistic::predict(&parameters(case, device)?, &case.batch_first("X", device)?);
    Ok([("Y_prediction".to_string(), features_first(found))].into())
}

fn model(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X_train", device)?;
    let [_, num_features] = x.dims();
    let Optimized { layer, costs: found, .. } = logistic::optimize(
        logistic::initialize_with_zeros(num_features, device),
        &x,
        &case.batch_first("Y_train", device)?,
        case.count_or("num_iterations", 2000)?,
        case.number_or("learning_rate", 0.5)?,
    );
    let on_test = logistic::predict(&layer, &case.batch_first("X_test", device)?);
    let mut outputs: Outputs = [
        ("Y_prediction_train".to_string(), features_first(logistic::predict(&layer, &x))),
        ("Y_prediction_test".to_string(), features_first(on_test)),
        costs(found),
    ]
    .into();
    outputs.extend(name_parameters(layer, "w", "b"));
    Ok(outputs)
}

/// Grey images may come without their axis of channels.
fn flatten_images(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let rows = match case.array("X_orig")?.0 {
        [_, _, _] => basics::flatten_images(case.tensor::<3>("X_orig", device)?.unsqueeze_dim(3)),
        _ => basics::flatten_images(case.tensor("X_orig", device)?),
    };
    Ok([("X_flatten".to_string(), features_first(rows))].into())
}
