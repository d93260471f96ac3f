//! Formulas of the lectures: of course 1, the softmax of the basics over examples in columns.

use burn::tensor::Device;
use fireside_dense::steps::basics;
use fireside_tests::case::{Case, Outputs, Problem, features_first};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[("softmax_axis0", FUNCTION, softmax_axis0)];

fn softmax_axis0(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let probabilities = basics::softmax(case.batch_first("Z", device)?);
    Ok([("A".to_string(), features_first(probabilities))].into())
}
