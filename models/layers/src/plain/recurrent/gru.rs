//! Twin of the gated recurrent unit.

use burn::serde::{Deserialize, Serialize};
use burn::tensor::Tensor;

use super::gates::{GateActivation, gate, open};
use super::through_time::{Scan, through_time, without_padding, zero_state};
use crate::plain::linear::linear;

/// The parameters of [`gru`]. Columns of the gates stand side by side: reset, update, new.
#[derive(Debug, Clone)]
pub struct GruWeights {
    /// `[features, 3 * hidden]`.
    pub input: Tensor<2>,
    /// `[hidden, 3 * hidden]`.
    pub recurrent: Tensor<2>,
    /// `[3 * hidden]`.
    pub bias: Option<Tensor<1>>,
    /// A second bias, of the recurrent product, `[3 * hidden]`.
    pub recurrent_bias: Option<Tensor<1>>,
}

/// Where the reset gate stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(crate = "burn::serde")]
pub enum Reset {
    /// After the recurrent product, as PyTorch, cuDNN and Keras do.
    #[default]
    AfterProduct,
    /// Before it, on the hidden state, as the paper and the course do.
    BeforeProduct,
}

/// What [`gru`] may do otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GruOptions {
    /// Where the reset gate stands.
    pub reset: Reset,
    /// The activation of the reset and the update gate.
    pub gates: GateActivation,
    /// Direction and lengths.
    pub scan: Scan,
}

/// Twin of [`ops::gru`](crate::ops::gru).
pub fn gru(
    x: Tensor<3>,
    weights: GruWeights,
    initial: Option<Tensor<2>>,
    options: &GruOptions,
) -> (Tensor<3>, Tensor<2>) {
    let initial = initial.unwrap_or_else(|| zero_state(&x, &weights.recurrent));
    let inputs = linear(without_padding(x, &options.scan), weights.input, weights.bias);
    let [of_reset, of_update, of_new] = [0, 1, 2].map(|index| gate(&weights.recurrent, index, 3));
    let biases = weights.recurrent_bias.map(|bias| bias.unsqueeze::<2>());
    let biases = [0, 1, 2].map(|index| biases.as_ref().map(|bias| gate(bias, index, 3)));
    let multiply = |state: &Tensor<2>, weight: &Tensor<2>, bias: &Option<Tensor<2>>| {
        let product = state.clone().matmul(weight.clone());
        bias.as_ref().map_or(product.clone(), |bias| product + bias.clone())
    };
    let step = |inputs: Tensor<2>, [hidden]: [Tensor<2>; 1]| {
        let [reset, update, new] = [0, 1, 2].map(|index| gate(&inputs, index, 3));
        let reset = open(options.gates, reset + multiply(&hidden, &of_reset, &biases[0]));
        let update = open(options.gates, update + multiply(&hidden, &of_update, &biases[1]));
        let recurrent = match options.reset {
            Reset::AfterProduct => reset * multiply(&hidden, &of_new, &biases[2]),
            Reset::BeforeProduct => multiply(&(reset * hidden.clone()), &of_new, &biases[2]),
        };
        let new = (new + recurrent).tanh();
        [(-update.clone() + 1.0) * new + update * hidden]
    };
    let (output, [hidden]) = through_time(inputs, [initial], &options.scan, step);
    (output, hidden)
}
