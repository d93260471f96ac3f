//! Gradient checking.

use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::steps::Layer;
use fireside_dense::steps::gradient_checking::{
    backward_line, backward_propagation_with_planted_errors, forward_line,
};
use fireside_dense::steps::propagation::{backward_propagation, compute_loss, forward_propagation};
use fireside_tests::case::{Case, Outputs, Problem, Value, name_layers, scalar};
use fireside_tests::compare::{FUNCTION, Tolerance};
use fireside_training::gradient_check::{GradientCheck, TOLERANCE};
use fireside_training::parameters::Named;

use crate::Handlers;
use crate::c2w1a1::{name_backward, name_forward, read_forward};

/// Differences of costs by 1e-7 are good to about 1e-6, and so is what is made of them. A right gradient's
/// difference is noise below the course's limit, compared as such.
const DIFFERENCES: Tolerance = Tolerance { relative: 1e-6, absolute: TOLERANCE };

pub const HANDLERS: Handlers = &[
    ("forward_propagation", FUNCTION, forward_1d),
    ("backward_propagation", FUNCTION, backward_1d),
    ("gradient_check", DIFFERENCES, gradient_check),
    ("forward_propagation_n", FUNCTION, forward_n),
    ("backward_propagation_n", FUNCTION, backward_n),
    ("gradient_check_n", DIFFERENCES, gradient_check_n),
    ("backward_propagation_n_wrong", FUNCTION, backward_n_wrong),
    ("dictionary_to_vector", FUNCTION, dictionary_to_vector),
    ("gradients_to_vector", FUNCTION, gradients_to_vector),
    ("vector_to_dictionary", FUNCTION, vector_to_dictionary),
];

fn forward_1d(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let cost = forward_line(case.number("x")?, case.number("theta")?);
    Ok([("J".to_string(), Value::Number(cost))].into())
}

fn backward_1d(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let gradient = backward_line(case.number("x")?, case.number("theta")?);
    Ok([("dtheta".to_string(), Value::Number(gradient))].into())
}

fn gradient_check(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (x, theta) = (case.number("x")?, case.number("theta")?);
    let named = |value| vec![("theta".to_string(), vec![value])];
    let check =
        GradientCheck { epsilon: case.number_or("epsilon", 1e-7)?, ..GradientCheck::default() };
    let report = check
        .check(&named(theta), &named(backward_line(x, theta)), |at| Ok(forward_line(x, at[0].1[0])))
        .map_err(|error| error.to_string())?;
    Ok([("difference".to_string(), Value::Number(report.difference))].into())
}

fn forward_n(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let forward = forward_propagation(&x, &case.layers("W", "b", device)?);
    let cost = scalar(compute_loss(forward.probabilities(), &y));
    let mut outputs = name_forward(forward, "Z", "A");
    outputs.insert("cost".to_string(), cost);
    Ok(outputs)
}

fn backward_n(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let forward = read_forward(case, "Z", "A", layers.len(), device)?;
    Ok(name_backward(backward_propagation(&x, &y, &forward, &layers), ["dZ", "dA"], 1.0))
}

fn backward_n_wrong(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let layers = case.layers("W", "b", device)?;
    let forward = read_forward(case, "Z", "A", layers.len(), device)?;
    let gradients = backward_propagation_with_planted_errors(&x, &y, &forward, &layers);
    Ok(name_backward(gradients, ["dZ", "dA"], 1.0))
}

/// The layers `{weight}1`, `{bias}1` and so on as named numbers in the course's order, row-major
/// `[outputs, inputs]`.
fn named(case: &Case, weight: &str, bias: &str) -> Result<Named, Problem> {
    let mut named = Named::new();
    for l in (1..).take_while(|l| case.inputs.contains_key(&format!("{weight}{l}"))) {
        for name in [weight, bias] {
            let (_, data) = case.array(&format!("{name}{l}"))?;
            named.push((format!("{name}{l}"), data.to_vec()));
        }
    }
    Ok(named)
}

fn flattened(named: &Named) -> Vec<f64> {
    named.iter().flat_map(|(_, values)| values.clone()).collect()
}

fn column(name: &str, data: Vec<f64>) -> Outputs {
    [(name.to_string(), Value::Array { shape: vec![data.len(), 1], data })].into()
}

/// Named numbers as layers, given the units of each, the input first.
fn layers_of(named: &Named, sizes: &[usize], device: &Device) -> Vec<Layer> {
    let tensor = |values: &[f64], rows, columns| {
        let data = TensorData::new(values.to_vec(), [rows, columns]);
        Tensor::<2>::from_data(data, device).transpose()
    };
    sizes
        .windows(2)
        .zip(named.chunks(2))
        .map(|(size, pair)| Layer {
            weight: tensor(&pair[0].1, size[1], size[0]),
            bias: tensor(&pair[1].1, size[1], 1),
        })
        .collect()
}

fn gradient_check_n(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, y) = (case.batch_first("X", device)?, case.batch_first("Y", device)?);
    let parameters = named(case, "W", "b")?;
    let gradient: Named = named(case, "dW", "db")?
        .into_iter()
        .map(|(name, values)| (name[1..].to_string(), values))
        .collect();
    let layers = case.layers("W", "b", device)?;
    let units = layers.iter().map(|layer| layer.weight.dims()[1]);
    let sizes: Vec<usize> = std::iter::once(x.dims()[1]).chain(units).collect();
    let check =
        GradientCheck { epsilon: case.number_or("epsilon", 1e-7)?, ..GradientCheck::default() };
    let report = check
        .check(&parameters, &gradient, |at| {
            let forward = forward_propagation(&x, &layers_of(at, &sizes, device));
            let cost = compute_loss(forward.probabilities(), &y).try_into_data()?;
            Ok(cost.iter::<f64>().sum())
        })
        .map_err(|error| error.to_string())?;
    let mut outputs = column("gradapprox", flattened(&report.approximation));
    let passes = f64::from(u8::from(report.passes(TOLERANCE)));
    outputs.insert("passes".to_string(), Value::Number(passes));
    outputs.insert("difference".to_string(), Value::Number(report.difference));
    Ok(outputs)
}

fn dictionary_to_vector(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    Ok(column("theta", flattened(&named(case, "W", "b")?)))
}

fn gradients_to_vector(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    Ok(column("theta", flattened(&named(case, "dW", "db")?)))
}

/// The course fixes the shapes at 4-5-3-1 here.
fn vector_to_dictionary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (_, theta) = case.array("theta")?;
    let sizes = [4, 5, 3, 1];
    let mut rest = theta;
    let mut named = Named::new();
    for size in sizes.windows(2) {
        for count in [size[0] * size[1], size[1]] {
            let (values, after) = rest.split_at_checked(count).ok_or("theta is too short")?;
            named.push((String::new(), values.to_vec()));
            rest = after;
        }
    }
    Ok(name_layers(&layers_of(&named, &sizes, device), "W", "b"))
}
