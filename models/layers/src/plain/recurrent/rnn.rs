//! Twin of the basic recurrent layer.

use burn::tensor::{Tensor, activation};

use super::through_time::{Scan, through_time, without_padding, zero_state};
use crate::plain::linear::linear;

/// The parameters of [`rnn`].
#[derive(Debug, Clone)]
pub struct RnnWeights {
    /// `[features, hidden]`.
    pub input: Tensor<2>,
    /// `[hidden, hidden]`.
    pub recurrent: Tensor<2>,
    /// `[hidden]`.
    pub bias: Option<Tensor<1>>,
}

/// The activation of [`rnn`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RnnActivation {
    /// Hyperbolic tangent.
    #[default]
    Tanh,
    /// `max(0, x)`.
    Relu,
}

/// What [`rnn`] may do otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RnnOptions {
    /// The activation.
    pub activation: RnnActivation,
    /// Direction and lengths.
    pub scan: Scan,
}

/// Twin of [`ops::rnn`](crate::ops::rnn).
pub fn rnn(
    x: Tensor<3>,
    weights: RnnWeights,
    initial: Option<Tensor<2>>,
    options: &RnnOptions,
) -> (Tensor<3>, Tensor<2>) {
    let initial = initial.unwrap_or_else(|| zero_state(&x, &weights.recurrent));
    let inputs = linear(without_padding(x, &options.scan), weights.input, weights.bias);
    let step = |inputs: Tensor<2>, [hidden]: [Tensor<2>; 1]| {
        let sum = inputs + hidden.matmul(weights.recurrent.clone());
        [match options.activation {
            RnnActivation::Tanh => sum.tanh(),
            RnnActivation::Relu => activation::relu(sum),
        }]
    };
    let (output, [hidden]) = through_time(inputs, [initial], &options.scan, step);
    (output, hidden)
}
