//! Twin of long short-term memory.

use burn::tensor::Tensor;

use super::gates::{GateActivation, gate, open};
use super::through_time::{Scan, through_time, without_padding, zero_state};
use crate::plain::linear::linear;

/// The parameters of [`lstm`]. Columns of the gates stand side by side: input, forget, candidate, output.
#[derive(Debug, Clone)]
pub struct LstmWeights {
    /// `[features, 4 * hidden]`.
    pub input: Tensor<2>,
    /// `[hidden, 4 * hidden]`.
    pub recurrent: Tensor<2>,
    /// `[4 * hidden]`.
    pub bias: Option<Tensor<1>>,
    /// What the input, the forget and the output gate see of the cell, `[3, hidden]`.
    pub peepholes: Option<Tensor<2>>,
}

/// The state of [`lstm`] between two steps.
#[derive(Debug, Clone)]
pub struct LstmState {
    /// `[batch, hidden]`.
    pub hidden: Tensor<2>,
    /// `[batch, hidden]`.
    pub cell: Tensor<2>,
}

/// What [`lstm`] may do otherwise.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LstmOptions {
    /// The activation of the three gates.
    pub gates: GateActivation,
    /// Direction and lengths.
    pub scan: Scan,
}

/// Twin of [`ops::lstm`](crate::ops::lstm).
pub fn lstm(
    x: Tensor<3>,
    weights: LstmWeights,
    initial: Option<LstmState>,
    options: &LstmOptions,
) -> (Tensor<3>, LstmState) {
    let initial = match initial {
        Some(LstmState { hidden, cell }) => [hidden, cell],
        None => [0, 1].map(|_| zero_state(&x, &weights.recurrent)),
    };
    let inputs = linear(without_padding(x, &options.scan), weights.input, weights.bias);
    let see = |index: usize, cell: &Tensor<2>, sum: Tensor<2>| match &weights.peepholes {
        Some(peepholes) => sum + peepholes.clone().narrow(0, index, 1) * cell.clone(),
        None => sum,
    };
    let step = |inputs: Tensor<2>, [hidden, cell]: [Tensor<2>; 2]| {
        let sums = inputs + hidden.matmul(weights.recurrent.clone());
        let [input, forget, candidate, output] = [0, 1, 2, 3].map(|index| gate(&sums, index, 4));
        let input = open(options.gates, see(0, &cell, input));
        let forget = open(options.gates, see(1, &cell, forget));
        let cell = forget * cell + input * candidate.tanh();
        let output = open(options.gates, see(2, &cell, output));
        [output * cell.clone().tanh(), cell]
    };
    let (output, [hidden, cell]) = through_time(inputs, initial, &options.scan, step);
    (output, LstmState { hidden, cell })
}
