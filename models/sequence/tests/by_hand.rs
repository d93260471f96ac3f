//! Recurrent networks by hand against the layers, against autodiff and against differences, in 64-bit floats.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::tensor::{Device, Tensor, TensorData};
use fireside_layers::ops::{
    GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset, RnnOptions,
};
use fireside_layers::{ops, plain};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::characters::{self, Parameters};
use fireside_sequence::steps::clip::{clip_by_global_norm, clip_by_value, global_norm};
use fireside_sequence::steps::gru::{GruGates, gru_backward, gru_forward};
use fireside_sequence::steps::lstm::{
    LstmGates, lstm_backward, lstm_cell_backward, lstm_cell_forward, lstm_forward,
};
use fireside_sequence::steps::rnn::{RnnWeights, rnn_backward, rnn_forward};
use fireside_sequence::steps::{Layer, predict};
use fireside_suite::in_doubles;
use fireside_training::gradient_check::{Difference, GradientCheck, relative_difference};
use fireside_training::parameters::Named;
use proptest::prelude::*;

/// The same sums in another order.
const SAME: f64 = 1e-10;
/// A central difference of this step is good to about its square, and to rounding over the step.
const NUMERIC: GradientCheck = GradientCheck { epsilon: 1e-5, difference: Difference::Central };
const DIFFERENCES: f64 = 1e-7;
const CASES: u32 = 32;

/// The device, in 64-bit floats for this whole process.
fn device() -> Device {
    in_doubles(Device::flex())
}

fn drawn<const D: usize>(rng: &mut NumpyRng, shape: [usize; D]) -> Tensor<D> {
    let values = rng.randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &device())
}

fn entries<const D: usize>(tensor: &Tensor<D>) -> Vec<f64> {
    tensor.to_data().iter::<f64>().collect()
}

fn assert_same<const D: usize>(claim: &str, found: &Tensor<D>, expected: &Tensor<D>) {
    assert_eq!(found.dims(), expected.dims(), "{claim}");
    let apart = relative_difference(&entries(found), &entries(expected));
    assert!(apart < SAME, "{claim}, {:?}: {apart:e}", expected.dims());
}

#[derive(Debug, Clone, Copy)]
struct Sizes {
    batch: usize,
    time: usize,
    inputs: usize,
    hidden: usize,
}

fn sizes() -> impl Strategy<Value = Sizes> {
    (1usize..4, 1usize..6, 1usize..5, 1usize..5).prop_map(|(batch, time, inputs, hidden)| Sizes {
        batch,
        time,
        inputs,
        hidden,
    })
}

#[derive(Debug, Clone, Copy)]
enum Cell {
    Rnn,
    Lstm,
    Gru,
}

const CELLS: [Cell; 3] = [Cell::Rnn, Cell::Lstm, Cell::Gru];

/// Everything that a sequence depends on: x as `[batch, time * inputs]`, the first state, and the parameters.
fn leaves(cell: Cell, sizes: Sizes, seed: u32) -> Vec<Tensor<2>> {
    let Sizes { batch, time, inputs, hidden } = sizes;
    let rng = &mut NumpyRng::new(seed);
    let mut leaves = vec![drawn(rng, [batch, time * inputs]), drawn(rng, [batch, hidden])];
    let gates = match cell {
        Cell::Rnn => {
            leaves.extend([drawn(rng, [inputs, hidden]), drawn(rng, [hidden, hidden])]);
            leaves.push(drawn(rng, [1, hidden]));
            return leaves;
        }
        Cell::Lstm => 4,
        Cell::Gru => 3,
    };
    for _ in 0..gates {
        leaves.extend([drawn(rng, [hidden + inputs, hidden]), drawn(rng, [1, hidden])]);
    }
    leaves
}

fn x(sizes: Sizes, leaves: &[Tensor<2>]) -> Tensor<3> {
    leaves[0].clone().reshape([sizes.batch, sizes.time, sizes.inputs])
}

fn rnn_weights(leaves: &[Tensor<2>]) -> RnnWeights {
    RnnWeights { wax: leaves[2].clone(), waa: leaves[3].clone(), ba: leaves[4].clone() }
}

fn layer(leaves: &[Tensor<2>], index: usize) -> Layer {
    Layer { weight: leaves[2 + 2 * index].clone(), bias: leaves[3 + 2 * index].clone() }
}

fn lstm_gates(leaves: &[Tensor<2>]) -> LstmGates {
    let [forget, update, candidate, output] = [0, 1, 2, 3].map(|index| layer(leaves, index));
    LstmGates { forget, update, candidate, output }
}

fn gru_gates(leaves: &[Tensor<2>]) -> GruGates {
    let [update, reset, candidate] = [0, 1, 2].map(|index| layer(leaves, index));
    GruGates { update, reset, candidate }
}

/// To nowhere: no gradient of these tests goes through it.
fn no_prediction(sizes: Sizes, like: &Tensor<2>) -> Layer {
    let zeros = |rows: usize| Tensor::zeros([rows, 1], (&like.device(), like.dtype()));
    Layer { weight: zeros(sizes.hidden), bias: zeros(1) }
}

/// The states of all steps.
fn by_hand(cell: Cell, sizes: Sizes, leaves: &[Tensor<2>]) -> Tensor<3> {
    let (x, a0) = (x(sizes, leaves), &leaves[1]);
    let prediction = no_prediction(sizes, a0);
    match cell {
        Cell::Rnn => rnn_forward(&x, a0, &rnn_weights(leaves), &prediction).a,
        Cell::Lstm => lstm_forward(&x, a0, &lstm_gates(leaves), &prediction).a,
        Cell::Gru => gru_forward(&x, a0, &gru_gates(leaves)).c,
    }
}

/// Gates side by side, as the layers want them: the rows of the input, those of the state, and the bias.
fn joined(sizes: Sizes, gates: Vec<Layer>) -> [Tensor<2>; 3] {
    let Sizes { inputs, hidden, .. } = sizes;
    let weight = Tensor::cat(gates.iter().map(|gate| gate.weight.clone()).collect(), 1);
    let bias = Tensor::cat(gates.into_iter().map(|gate| gate.bias).collect(), 1);
    [weight.clone().narrow(0, hidden, inputs), weight.narrow(0, 0, hidden), bias]
}

/// The same by the layers, or by their plain twins.
fn by_layer(cell: Cell, sizes: Sizes, leaves: &[Tensor<2>], twin: bool) -> Tensor<3> {
    let (x, a0) = (x(sizes, leaves), leaves[1].clone());
    match cell {
        Cell::Rnn => {
            let RnnWeights { wax, waa, ba } = rnn_weights(leaves);
            let bias = Some(ba.squeeze_dim(0));
            let weights = ops::RnnWeights { input: wax, recurrent: waa, bias };
            let run = if twin { plain::rnn } else { ops::rnn };
            run(x, weights, Some(a0), &RnnOptions::default()).0
        }
        Cell::Lstm => {
            let LstmGates { forget, update, candidate, output } = lstm_gates(leaves);
            let [input, recurrent, bias] = joined(sizes, vec![update, forget, candidate, output]);
            let bias = Some(bias.squeeze_dim(0));
            let weights = LstmWeights { input, recurrent, bias, peepholes: None };
            let initial = LstmState { cell: a0.zeros_like(), hidden: a0 };
            let run = if twin { plain::lstm } else { ops::lstm };
            run(x, weights, Some(initial), &LstmOptions::default()).0
        }
        Cell::Gru => {
            let GruGates { update, reset, candidate } = gru_gates(leaves);
            // The layers' update gate keeps the old state.
            let update = Layer { weight: -update.weight, bias: -update.bias };
            let [input, recurrent, bias] = joined(sizes, vec![reset, update, candidate]);
            let bias = Some(bias.squeeze_dim(0));
            let weights = GruWeights { input, recurrent, bias, recurrent_bias: None };
            let options = GruOptions { reset: Reset::BeforeProduct, ..GruOptions::default() };
            let run = if twin { plain::gru } else { ops::gru };
            run(x, weights, Some(a0), &options).0
        }
    }
}

/// The gradients by all leaves, given those by the states.
fn backward(cell: Cell, sizes: Sizes, leaves: &[Tensor<2>], da: &Tensor<3>) -> Vec<Tensor<2>> {
    let (x, a0) = (x(sizes, leaves), &leaves[1]);
    let prediction = no_prediction(sizes, a0);
    let (dx, da0, parameters) = match cell {
        Cell::Rnn => {
            let weights = rnn_weights(leaves);
            let forward = rnn_forward(&x, a0, &weights, &prediction);
            let found = rnn_backward(da, &forward.a, &x, a0, &weights);
            let RnnWeights { wax, waa, ba } = found.weights;
            (found.dx, found.da0, vec![wax, waa, ba])
        }
        Cell::Lstm => {
            let gates = lstm_gates(leaves);
            let forward = lstm_forward(&x, a0, &gates, &prediction);
            let found = lstm_backward(da, &forward, &x, a0, &gates);
            let LstmGates { forget, update, candidate, output } = found.gates;
            (found.dx, found.da0, flat(vec![forget, update, candidate, output]))
        }
        Cell::Gru => {
            let gates = gru_gates(leaves);
            let forward = gru_forward(&x, a0, &gates);
            let found = gru_backward(da, &forward, &x, a0, &gates);
            let GruGates { update, reset, candidate } = found.gates;
            (found.dx, found.dc0, flat(vec![update, reset, candidate]))
        }
    };
    let dx = dx.reshape([sizes.batch, sizes.time * sizes.inputs]);
    [dx, da0].into_iter().chain(parameters).collect()
}

fn flat(layers: Vec<Layer>) -> Vec<Tensor<2>> {
    layers.into_iter().flat_map(|layer| [layer.weight, layer.bias]).collect()
}

/// Autodiff's gradients of `loss` by the leaves.
fn autodiff(leaves: &[Tensor<2>], loss: impl Fn(&[Tensor<2>]) -> Tensor<1>) -> Vec<Tensor<2>> {
    let leaves: Vec<_> = leaves.iter().map(|leaf| leaf.clone().autodiff().require_grad()).collect();
    let gradients = loss(&leaves).backward();
    leaves.iter().map(|leaf| leaf.grad(&gradients).unwrap()).collect()
}

fn named(tensors: &[Tensor<2>]) -> Named {
    let named = tensors.iter().enumerate();
    named.map(|(index, tensor)| (index.to_string(), entries(tensor))).collect()
}

/// How far the gradients are from differences of `loss`.
fn from_differences(
    leaves: &[Tensor<2>],
    gradients: &[Tensor<2>],
    loss: impl Fn(&[Tensor<2>]) -> Tensor<1>,
) -> f64 {
    let at = |moved: &Named| {
        let leaves = moved.iter().zip(leaves).map(|((_, values), leaf)| {
            Tensor::from_data(TensorData::new(values.clone(), leaf.dims()), &device())
        });
        Ok(loss(&leaves.collect::<Vec<_>>()).into_scalar())
    };
    NUMERIC.check(&named(leaves), &named(gradients), at).unwrap().difference
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    /// Autodiff goes three ways: through the layers, through their twins of Burn's operations, and through the
    /// forward pass by hand.
    #[test]
    fn cells_by_hand_are_those_of_the_layers_and_of_autodiff(sizes in sizes(), seed in any::<u32>()) {
        for cell in CELLS {
            let leaves = leaves(cell, sizes, seed);
            let states = by_hand(cell, sizes, &leaves);
            assert_same(&format!("{cell:?}"), &states, &by_layer(cell, sizes, &leaves, false));
            assert_same(&format!("{cell:?}, twin"), &states, &by_layer(cell, sizes, &leaves, true));

            let da: Tensor<3> = drawn(&mut NumpyRng::new(seed ^ 1), states.dims());
            let found = backward(cell, sizes, &leaves, &da);
            let along = |states: Tensor<3>| (states * da.clone().autodiff()).sum();
            for (way, expected) in [
                ("layer", autodiff(&leaves, |at| along(by_layer(cell, sizes, at, false)))),
                ("twin", autodiff(&leaves, |at| along(by_layer(cell, sizes, at, true)))),
                ("by hand", autodiff(&leaves, |at| along(by_hand(cell, sizes, at)))),
            ] {
                for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
                    assert_same(&format!("{cell:?}, {way}, gradient {index}"), found, expected);
                }
            }
        }
    }

    #[test]
    fn gradients_through_time_are_those_of_differences(sizes in sizes(), seed in any::<u32>()) {
        for cell in CELLS {
            let leaves = leaves(cell, sizes, seed);
            let states = by_hand(cell, sizes, &leaves);
            let da: Tensor<3> = drawn(&mut NumpyRng::new(seed ^ 1), states.dims());
            let found = backward(cell, sizes, &leaves, &da);
            let loss = |at: &[Tensor<2>]| (by_hand(cell, sizes, at) * da.clone()).sum();
            let difference = from_differences(&leaves, &found, loss);
            prop_assert!(difference < DIFFERENCES, "{cell:?}: {difference:e}");
        }
    }

    /// A gradient that comes in through the cell as well, and a cell that does not begin at 0.
    #[test]
    fn gradients_of_one_lstm_step_are_those_of_autodiff(sizes in sizes(), seed in any::<u32>()) {
        let Sizes { batch, inputs, hidden, .. } = sizes;
        let sizes = Sizes { time: 1, ..sizes };
        let mut leaves = leaves(Cell::Lstm, sizes, seed);
        let rng = &mut NumpyRng::new(seed ^ 1);
        let [c_prev, da, dc] = [0, 1, 2].map(|_| drawn::<2>(rng, [batch, hidden]));
        let gates = lstm_gates(&leaves);
        let cell = lstm_cell_forward(&leaves[0], &leaves[1], &c_prev, &gates);
        let found = lstm_cell_backward(&da, &dc, &cell, &leaves[0], &leaves[1], &c_prev, &gates);
        prop_assert_eq!(found.dxt.dims(), [batch, inputs]);
        leaves.push(c_prev);
        let expected = autodiff(&leaves, |at| {
            let cell = lstm_cell_forward(&at[0], &at[1], &at[10], &lstm_gates(at));
            (cell.a_next * da.clone().autodiff() + cell.c_next * dc.clone().autodiff()).sum()
        });
        let LstmGates { forget, update, candidate, output } = found.gates;
        let parameters = flat(vec![forget, update, candidate, output]);
        let found = [found.dxt, found.da_prev].into_iter().chain(parameters).chain([found.dc_prev]);
        for (found, expected) in found.zip(&expected) {
            assert_same("lstm step", &found, expected);
        }
    }

    #[test]
    fn character_model_s_gradients_are_those_of_autodiff_and_of_differences(
        [vocab_size, n_a, time] in prop::array::uniform3(1usize..6),
        seed in any::<u32>(),
    ) {
        let rng = &mut NumpyRng::new(seed);
        let mut character = || rng.randint(0, vocab_size as i64).unwrap() as usize;
        let y: Vec<usize> = (0..time).map(|_| character()).collect();
        let x: Vec<Option<usize>> =
            std::iter::once(None).chain(y.iter().copied().map(Some)).take(time).collect();
        let leaves: Vec<Tensor<2>> =
            [[1, n_a], [vocab_size, n_a], [n_a, n_a], [1, n_a], [n_a, vocab_size], [1, vocab_size]]
                .map(|shape| drawn(rng, shape))
                .into();
        let parameters = |at: &[Tensor<2>]| Parameters {
            recurrent: RnnWeights { wax: at[1].clone(), waa: at[2].clone(), ba: at[3].clone() },
            prediction: Layer { weight: at[4].clone(), bias: at[5].clone() },
        };
        let loss = |at: &[Tensor<2>]| characters::rnn_forward(&x, &y, &at[0], &parameters(at)).loss;

        let here = parameters(&leaves);
        let forward = characters::rnn_forward(&x, &y, &leaves[0], &here);
        let (gradients, da0) = characters::rnn_backward(&x, &y, &leaves[0], &forward, &here);
        let Parameters { recurrent, prediction } = gradients;
        let found = vec![
            da0, recurrent.wax, recurrent.waa, recurrent.ba, prediction.weight, prediction.bias,
        ];
        // With one character there is nothing to learn: all gradients are 0.
        if vocab_size > 1 {
            for (found, expected) in found.iter().zip(&autodiff(&leaves, loss)) {
                assert_same("gradient", found, expected);
            }
            let difference = from_differences(&leaves, &found, loss);
            prop_assert!(difference < DIFFERENCES, "{difference:e}");
        }
    }

    #[test]
    fn clipping_by_norm_keeps_the_direction_and_clipping_by_value_the_signs(
        [rows, columns] in prop::array::uniform2(1usize..5),
        max in 0.01f64..20.0,
        seed in any::<u32>(),
    ) {
        let rng = &mut NumpyRng::new(seed);
        let gradients: Vec<Tensor<2>> = vec![drawn(rng, [rows, columns]), drawn(rng, [1, columns])];
        let norm: f64 = global_norm(&gradients).unwrap().into_scalar();
        let clipped = clip_by_global_norm(gradients.clone(), max);
        let factor = (max / norm).min(1.0);
        for (clipped, gradient) in clipped.iter().zip(&gradients) {
            assert_same("by norm", clipped, &(gradient.clone() * factor));
            let by_value = entries(&clip_by_value(gradient.clone(), max));
            let expected = entries(gradient).into_iter().map(|entry| entry.clamp(-max, max));
            prop_assert_eq!(by_value, expected.collect::<Vec<_>>());
        }
        let clipped: f64 = global_norm(&clipped).unwrap().into_scalar();
        prop_assert!(clipped <= max * (1.0 + 1e-12));
    }
}

#[test]
fn gradients_of_zeros_are_clipped_to_zeros() {
    let zeros = Tensor::<2>::zeros([2, 3], &device());
    let clipped = clip_by_global_norm(vec![zeros.clone()], 1.0);
    assert_eq!(entries(&clipped[0]), entries(&zeros));
    assert!(clip_by_global_norm(Vec::new(), 1.0).is_empty());
}

/// Softmax of the hidden state's affine map, row by row.
#[test]
fn predictions_of_a_sequence_are_those_of_its_states() {
    let sizes = Sizes { batch: 2, time: 3, inputs: 2, hidden: 4 };
    let leaves = leaves(Cell::Rnn, sizes, 1);
    let rng = &mut NumpyRng::new(2);
    let prediction = Layer { weight: drawn(rng, [4, 3]), bias: drawn(rng, [1, 3]) };
    let forward = rnn_forward(&x(sizes, &leaves), &leaves[1], &rnn_weights(&leaves), &prediction);
    let last = forward.a.narrow(1, 2, 1).squeeze_dim(1);
    let predicted = forward.y_pred.narrow(1, 2, 1).squeeze_dim(1);
    assert_same("prediction", &predicted, &predict(&last, &prediction));
    let sums = predicted.sum_dim(1);
    assert_same("sum", &sums, &sums.ones_like());
}

#[test]
fn rows_far_below_another_one_still_have_a_softmax() {
    let x = Tensor::<2>::from_data([[1000.0, 1001.0], [-1000.0, -1001.0]], &device());
    let y = entries(&fireside_sequence::steps::softmax(x));
    let e = 1.0 / (1.0 + 1f64.exp());
    for (found, expected) in y.iter().zip([e, 1.0 - e, 1.0 - e, e]) {
        assert!((found - expected).abs() < 1e-15, "{found}, expected {expected}");
    }
}

#[test]
fn sample_without_an_end_is_cut_off_and_ended() {
    let parameters = characters::initialize_parameters(2, 3, 3, || 0.0, &device());
    let never = characters::sample(&parameters, 0, || 0.9); // each as likely as any: the last one
    assert_eq!(never, [vec![2; 50], vec![0]].concat());
    assert_eq!(characters::sample(&parameters, 0, || 0.1), [0]);
}

#[test]
fn character_is_the_first_whose_cumulative_probability_is_above_the_draw() {
    let probabilities = [0.25, 0.25, 0.5];
    for (draw, expected) in [(0.0, 0), (0.2499, 0), (0.25, 1), (0.5, 2), (0.99, 2)] {
        assert_eq!(characters::choose(&probabilities, draw), expected, "{draw}");
    }
    assert_eq!(characters::choose(&[0.0, 1.0], 0.0), 1);
    assert_eq!(characters::choose(&[f64::NAN, 1.0], 0.5), 1);
}

#[test]
#[should_panic(expected = "character 7 is none of the model's 3")]
fn characters_that_the_model_does_not_know_are_refused() {
    let parameters = characters::initialize_parameters(2, 3, 3, || 0.0, &device());
    let a0 = Tensor::zeros([1, 2], &device());
    let _ = characters::rnn_forward(&[None, Some(7)], &[1, 2], &a0, &parameters);
}

#[test]
#[should_panic(expected = "lstm_forward: x of [2, 3, 5]")]
fn weights_of_another_width_are_refused() {
    let sizes = Sizes { batch: 2, time: 3, inputs: 4, hidden: 3 };
    let leaves = leaves(Cell::Lstm, sizes, 1);
    let x = Tensor::zeros([2, 3, 5], &device());
    let _ = lstm_forward(&x, &leaves[1], &lstm_gates(&leaves), &no_prediction(sizes, &leaves[1]));
}
