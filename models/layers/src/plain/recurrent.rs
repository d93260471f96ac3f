//! Twins of the recurrent layers in [`ops`](crate::ops): one step after the other.

use burn::tensor::{Bool, Int, Tensor, activation};

use super::{hard_sigmoid, linear};
use crate::ops::{
    GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan,
};

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

fn zero_state(x: &Tensor<3>, recurrent: &Tensor<2>) -> Tensor<2> {
    Tensor::zeros([x.dims()[0], recurrent.dims()[0]], (&x.device(), x.dtype()))
}

/// One gate's columns.
fn gate(columns: &Tensor<2>, index: usize, gates: usize) -> Tensor<2> {
    let hidden = columns.dims()[1] / gates;
    columns.clone().narrow(1, index * hidden, hidden)
}

fn open(gates: GateActivation, sum: Tensor<2>) -> Tensor<2> {
    match gates {
        GateActivation::Logistic => activation::sigmoid(sum),
        GateActivation::HardSigmoid { slope, offset } => hard_sigmoid(sum, slope, offset),
    }
}

/// Zeros instead of padding, so that not even NaN gets through.
fn without_padding(x: Tensor<3>, scan: &Scan) -> Tensor<3> {
    let Some(lengths) = &scan.lengths else { return x };
    let [batch, time, features] = x.dims();
    let steps = (0..time).map(|t| padded(lengths, t, batch, features, &x).unsqueeze_dim(1));
    let steps: Vec<Tensor<3, Bool>> = steps.collect();
    if steps.is_empty() { x } else { x.mask_fill(Tensor::cat(steps, 1), 0.0) }
}

/// Which rows are padding at a step.
fn padded(
    lengths: &[usize],
    step: usize,
    batch: usize,
    width: usize,
    like: &Tensor<3>,
) -> Tensor<2, Bool> {
    let lengths: Vec<i64> = lengths.iter().map(|&length| length as i64).collect();
    let lengths = Tensor::<1, Int>::from_data(lengths.as_slice(), &like.device());
    lengths.lower_equal_elem(step as i64).unsqueeze_dim::<2>(1).expand([batch, width])
}

/// Runs `step` over the second axis of `inputs`. Returns the first state after each step, and the last states.
fn through_time<const STATES: usize>(
    inputs: Tensor<3>,
    mut states: [Tensor<2>; STATES],
    scan: &Scan,
    step: impl Fn(Tensor<2>, [Tensor<2>; STATES]) -> [Tensor<2>; STATES],
) -> (Tensor<3>, [Tensor<2>; STATES]) {
    let [batch, time, _] = inputs.dims();
    let [_, hidden] = states[0].dims();
    let mut outputs = vec![None; time];
    for index in 0..time {
        let t = if scan.reverse { time - 1 - index } else { index };
        let mut after = step(inputs.clone().narrow(1, t, 1).squeeze_dim(1), states.clone());
        let mut output = after[0].clone();
        if let Some(lengths) = &scan.lengths {
            let padding = padded(lengths, t, batch, hidden, &inputs);
            for (after, before) in after.iter_mut().zip(states) {
                *after = after.clone().mask_where(padding.clone(), before);
            }
            output = output.mask_fill(padding, 0.0);
        }
        outputs[t] = Some(output.unsqueeze_dim(1));
        states = after;
    }
    let outputs: Vec<Tensor<3>> = outputs.into_iter().flatten().collect();
    match outputs.is_empty() {
        true => (Tensor::zeros([batch, 0, hidden], (&inputs.device(), inputs.dtype())), states),
        false => (Tensor::cat(outputs, 1), states),
    }
}
