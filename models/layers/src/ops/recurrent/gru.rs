//! Gated recurrent unit (course 5, week 1; Cho et al., 2014).

use burn::tensor::Tensor;

use super::check::{Sizes, check, sizes};
use crate::fused;
use crate::plain::{GruOptions, GruWeights};

/// A gated recurrent unit over whole sequences.
///
/// ```text
/// r = σ(x W_r + b_r + h U_r + d_r)          z = σ(x W_z + b_z + h U_z + d_z)
/// n = tanh(x W_n + b_n + r (h U_n + d_n))   with the reset after the product, or
/// n = tanh(x W_n + b_n + (r h) U_n + d_n)   before it
/// h' = (1 - z) n + z h
/// ```
///
/// with `b` the bias and `d` the recurrent bias. This is the convention of PyTorch and Keras: `z` keeps the old
/// state. In the course's lectures `z` lets the new one in, `h' = z n + (1 - z) h`; negating weights and biases
/// of the update gate changes one into the other.
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
pub fn gru(
    x: Tensor<3>,
    weights: GruWeights,
    initial: Option<Tensor<2>>,
    options: &GruOptions,
) -> (Tensor<3>, Tensor<2>) {
    let GruWeights { input, recurrent, bias, recurrent_bias } = &weights;
    let Sizes { batch, hidden, columns } = sizes("gru", 3, &x, input, recurrent, &options.scan);
    check("gru", &x, "bias", bias.as_ref(), [columns]);
    check("gru", &x, "recurrent bias", recurrent_bias.as_ref(), [columns]);
    check("gru", &x, "hidden state", initial.as_ref(), [batch, hidden]);
    fused::gru(x, weights, initial, options)
}
