//! The introduction to a framework: linear functions, softmax, its cost.

use burn::tensor::Device;
use fireside_dense::deep_net::DeepNetConfig;
use fireside_dense::steps::basics::sigmoid as steps_sigmoid;
use fireside_dense::steps::deep::linear_forward;
use fireside_dense::steps::propagation::forward_propagation;
use fireside_dense::steps::{Layer, softmax};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, features_first, list, scalar};
use fireside_tests::compare::{EXACT, FUNCTION};

use crate::Handlers;
use crate::c1w2a1::element_wise;
use crate::numpy::seeded;

pub const HANDLERS: Handlers = &[
    ("linear_function", FUNCTION, linear_function),
    ("sigmoid", FUNCTION, sigmoid),
    ("one_hot_matrix", EXACT, one_hot_matrix),
    ("compute_total_loss", FUNCTION, compute_total_loss),
    ("forward_propagation", FUNCTION, forward),
    ("compute_cost", FUNCTION, compute_cost),
    ("initialize_parameters", EXACT, initialize_parameters),
];

/// X, W and b are what the seed gives, in this order, where there is one.
fn linear_function(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    if case.has("seed") {
        let mut rng = seeded(case)?;
        for name in ["X", "W", "b"] {
            let given = case.entries(name)?;
            if rng.randn_vec(given.len()) != given {
                return Err(format!("the {name} drawn from the seed is another"));
            }
        }
    }
    let layer: Layer = case.layer("W", "b", device)?;
    let y = linear_forward(case.batch_first("X", device)?, &layer);
    Ok([("Y".to_string(), features_first(y))].into())
}

fn sigmoid(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    element_wise(case, "z", "a", device, steps_sigmoid)
}

fn one_hot_matrix(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let row = softmax::one_hot(&[case.count("label")?], case.count_or("C", 6)?, device);
    Ok([("one_hot".to_string(), as_is(row.squeeze_dim::<1>(0)))].into())
}

fn compute_total_loss(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (logits, labels) =
        (case.batch_first("logits", device)?, case.batch_first("labels", device)?);
    Ok([("total_loss".to_string(), scalar(softmax::total_loss(&logits, &labels)))].into())
}

fn compute_cost(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (logits, labels) =
        (case.batch_first("logits", device)?, case.batch_first("labels", device)?);
    Ok([("cost".to_string(), scalar(softmax::cost(&logits, &labels)))].into())
}

fn forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.batch_first("X", device)?;
    let mut forward = forward_propagation(&x, &case.layers("W", "b", device)?);
    let (last, logits) = (forward.z.len(), forward.z.pop().ok_or("no layers")?);
    Ok([(format!("Z{last}"), features_first(logits))].into())
}

/// Only the shapes, in the course's order `[outputs, inputs]`.
fn initialize_parameters(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let sizes = ["n_x", "n_h1", "n_h2", "n_y"].map(|name| case.count(name));
    let sizes: Result<Vec<usize>, Problem> = sizes.into_iter().collect();
    let net = DeepNetConfig::new(sizes?).init(device).map_err(|error| error.to_string())?;
    let shape = |dims: [usize; 2]| list(vec![dims[1] as f64, dims[0] as f64]);
    let named = net.layers().into_iter().zip(1..).flat_map(|(layer, l)| {
        [
            (format!("W{l}_shape"), shape(layer.weight.dims())),
            (format!("b{l}_shape"), shape(layer.bias.dims())),
        ]
    });
    Ok(named.collect::<std::collections::BTreeMap<String, Value>>())
}
