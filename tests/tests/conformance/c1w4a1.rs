//! Building a deep network step by step.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::deep::{self, Activation, Cache, LayerGradients};
use fireside_dense::steps::initialize_parameters_deep as initialize_deep;
use fireside_dense::steps::{Layer, WeightScale, basics, compute_cost as cost};
use fireside_tests::case::{Case, Outputs, Problem, features_first, name_layers, scalar};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;
use crate::c1w2a1::element_wise;
use crate::c1w3a1::{initialize_parameters, update_parameters};
use crate::numpy::seeded;

pub const HANDLERS: Handlers = &[
    ("initialize_parameters", FUNCTION, initialize_parameters),
    ("initialize_parameters_deep", FUNCTION, initialize_parameters_deep),
    ("linear_forward", FUNCTION, linear_forward),
    ("linear_activation_forward", FUNCTION, linear_activation_forward),
    ("L_model_forward", FUNCTION, l_model_forward),
    ("compute_cost", FUNCTION, compute_cost),
    ("linear_backward", FUNCTION, linear_backward),
    ("linear_activation_backward", FUNCTION, linear_activation_backward),
    ("L_model_backward", FUNCTION, l_model_backward),
    ("update_parameters", FUNCTION, update_parameters),
    ("sigmoid", FUNCTION, sigmoid),
    ("relu", FUNCTION, relu),
    ("sigmoid_backward", FUNCTION, sigmoid_backward),
    ("relu_backward", FUNCTION, relu_backward),
];

fn name_tensor(name: &str, tensor: Tensor<2>) -> Outputs {
    [(name.to_string(), features_first(tensor))].into()
}

fn name_gradients(gradients: LayerGradients) -> Outputs {
    [
        ("dA_prev".to_string(), features_first(gradients.da_prev)),
        ("dW".to_string(), features_first(gradients.parameters.weight)),
        ("db".to_string(), features_first(gradients.parameters.bias)),
    ]
    .into()
}

fn activation(case: &Case) -> Result<Activation, Problem> {
    match case.text("activation")? {
        "relu" => Ok(Activation::Relu),
        "sigmoid" => Ok(Activation::Sigmoid),
        other => Err(format!("unknown activation {other}")),
    }
}

fn initialize_parameters_deep(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let sizes = case.counts("layer_dims")?;
    let scale = WeightScale::Constant(0.01);
    let layers = initialize_deep(&sizes, scale, || rng.randn(), device);
    Ok(name_layers(&layers, "W", "b"))
}

fn linear_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layer = case.layer("W", "b", device)?;
    Ok(name_tensor("Z", deep::linear_forward(case.batch_first("A", device)?, &layer)))
}

fn linear_activation_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layer = case.layer("W", "b", device)?;
    let a_prev = case.batch_first("A_prev", device)?;
    let (a, cache) = deep::linear_activation_forward(a_prev, &layer, activation(case)?);
    let mut outputs = name_tensor("A", a);
    outputs.extend(name_tensor("Z", cache.z));
    Ok(outputs)
}

fn l_model_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layers = case.layers("W", "b", device)?;
    let (al, caches) = deep::l_model_forward(&case.batch_first("X", device)?, &layers);
    let mut outputs = name_tensor("AL", al);
    for (l, cache) in caches.into_iter().enumerate() {
        outputs.extend(name_tensor(&format!("Z{}", l + 1), cache.z));
        outputs.extend(name_tensor(&format!("A{l}"), cache.a_prev));
    }
    Ok(outputs)
}

pub fn compute_cost(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (al, y) = (case.batch_first("AL", device)?, case.batch_first("Y", device)?);
    Ok([("cost".to_string(), scalar(cost(&al, &y)))].into())
}

fn linear_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layer = case.layer("W", "b", device)?;
    let (dz, a_prev) = (case.batch_first("dZ", device)?, case.batch_first("A_prev", device)?);
    Ok(name_gradients(deep::linear_backward(dz, &a_prev, &layer)))
}

fn linear_activation_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let cache = Cache {
        a_prev: case.batch_first("A_prev", device)?,
        layer: case.layer("W", "b", device)?,
        z: case.batch_first("Z", device)?,
        activation: activation(case)?,
    };
    let da = case.batch_first("dA", device)?;
    Ok(name_gradients(deep::linear_activation_backward(da, &cache)))
}

fn l_model_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let layers = case.layers("W", "b", device)?;
    let last = layers.len();
    let caches: Result<Vec<Cache>, Problem> = layers
        .into_iter()
        .zip(1..)
        .map(|(layer, l)| {
            Ok(Cache {
                a_prev: case.batch_first(&format!("A{}", l - 1), device)?,
                layer,
                z: case.batch_first(&format!("Z{l}"), device)?,
                activation: if l == last { Activation::Sigmoid } else { Activation::Relu },
            })
        })
        .collect();
    let (al, y) = (case.batch_first("AL", device)?, case.batch_first("Y", device)?);
    let gradients = deep::l_model_backward(&al, &y, &caches?);
    let parameters: Vec<Layer> = gradients.iter().map(|layer| layer.parameters.clone()).collect();
    let mut outputs = name_layers(&parameters, "dW", "db");
    for (l, layer) in gradients.into_iter().enumerate() {
        outputs.extend(name_tensor(&format!("dA{l}"), layer.da_prev));
    }
    Ok(outputs)
}

fn sigmoid(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    element_wise(case, "Z", "A", device, basics::sigmoid)
}

fn relu(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let z = case.flat("Z", device)?.unsqueeze();
    Ok([("A".to_string(), case.like("Z", deep::relu(z))?)].into())
}

fn sigmoid_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    entry_by_entry(case, device, deep::sigmoid_backward)
}

fn relu_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    entry_by_entry(case, device, deep::relu_backward)
}

/// The gradient by `Z`, of any shape.
fn entry_by_entry(
    case: &Case,
    device: &Device,
    backward: fn(Tensor<2>, Tensor<2>) -> Tensor<2>,
) -> Result<Outputs, Problem> {
    let (da, z) = (case.flat("dA", device)?.unsqueeze(), case.flat("Z", device)?.unsqueeze());
    Ok([("dZ".to_string(), case.like("Z", backward(da, z))?)].into())
}
