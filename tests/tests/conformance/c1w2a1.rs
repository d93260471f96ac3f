//! Python basics with NumPy.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::basics;
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, features_first, scalar};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("basic_sigmoid", FUNCTION, basic_sigmoid),
    ("sigmoid", FUNCTION, sigmoid),
    ("sigmoid_derivative", FUNCTION, sigmoid_derivative),
    ("image2vector", FUNCTION, image2vector),
    ("normalize_rows", FUNCTION, normalize_rows),
    ("softmax", FUNCTION, softmax),
    ("L1", FUNCTION, l1),
    ("L2", FUNCTION, l2),
];

fn named(name: &str, value: Value) -> Result<Outputs, Problem> {
    Ok([(name.to_string(), value)].into())
}

/// Applies an element-wise function to an array of any rank, or to a number.
pub fn element_wise(
    case: &Case,
    input: &str,
    output: &str,
    device: &Device,
    function: fn(Tensor<1>) -> Tensor<1>,
) -> Result<Outputs, Problem> {
    named(output, case.like(input, function(case.flat(input, device)?))?)
}

fn basic_sigmoid(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    named("s", Value::Number(basics::basic_sigmoid(case.number("x")?)))
}

fn sigmoid(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    element_wise(case, "x", "s", device, basics::sigmoid)
}

fn sigmoid_derivative(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    element_wise(case, "x", "ds", device, basics::sigmoid_derivative)
}

fn image2vector(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    named("v", features_first(basics::image2vector(case.tensor("image", device)?)))
}

fn normalize_rows(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    named("x_normalized", as_is(basics::normalize_rows(case.tensor("x", device)?)))
}

fn softmax(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    named("s", as_is(basics::softmax(case.tensor("x", device)?)))
}

fn l1(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (yhat, y) = (case.flat("yhat", device)?, case.flat("y", device)?);
    named("loss", scalar(basics::l1(yhat, y)))
}

fn l2(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (yhat, y) = (case.flat("yhat", device)?, case.flat("y", device)?);
    named("loss", scalar(basics::l2(yhat, y)))
}
