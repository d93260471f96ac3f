//! The basic recurrent layer (course 5, week 1; Elman, 1990).

use burn::tensor::Tensor;

use super::check::{Sizes, check, sizes};
use crate::fused;
use crate::plain::{RnnOptions, RnnWeights};

/// A basic recurrent layer over whole sequences: `h' = activation(x W + h U + b)`.
///
/// Returns the hidden states of all steps and the final one. Without an `initial` state it begins at 0.
///
/// # Shapes
/// - `x`: `[batch, time, features]`
/// - output: `[batch, time, hidden]`
/// - states: `[batch, hidden]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn rnn(
    x: Tensor<3>,
    weights: RnnWeights,
    initial: Option<Tensor<2>>,
    options: &RnnOptions,
) -> (Tensor<3>, Tensor<2>) {
    let RnnWeights { input, recurrent, bias } = &weights;
    let Sizes { batch, hidden, columns } = sizes("rnn", 1, &x, input, recurrent, &options.scan);
    check("rnn", &x, "bias", bias.as_ref(), [columns]);
    check("rnn", &x, "hidden state", initial.as_ref(), [batch, hidden]);
    fused::rnn(x, weights, initial, options)
}
