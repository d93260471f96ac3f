//! `apply` of Burn's recurrent modules computes what `forward` does: outputs, states, and the gradients of
//! input, states and every parameter.

use burn::module::{Module, ModuleVisitor, Param};
use burn::nn::activation::ActivationConfig;
use burn::nn::{
    BiGruConfig, BiLstmConfig, BiRnnConfig, GruConfig, HardSigmoidConfig, Initializer, LstmConfig,
    LstmState, RnnConfig, RnnState,
};
use burn::tensor::{Device, Gradients, Tensor, TensorData};
use fireside_layers::Layer;

use crate::compare::{Numbers, assert_close};

const FEATURES: usize = 3;
const HIDDEN: usize = 5;

/// Everything that a run of a module gives: outputs, then gradients.
type Found = Vec<Vec<f64>>;

struct OfParameters<'a>(&'a Gradients, &'a mut Found);

impl ModuleVisitor for OfParameters<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let gradient = param.val().grad(self.0).expect("every parameter has one");
        self.1.push(list(gradient));
    }
}

fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter().collect()
}

fn input<const D: usize>(seed: u64, shape: [usize; D], device: &Device) -> Tensor<D> {
    let values = Numbers::new(seed).vector(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device).require_grad()
}

/// Runs `function` on an input and two states and goes back from all of its outputs.
fn run<M: Module, const S: usize>(
    module: &M,
    states: [usize; S],
    function: impl Fn(Tensor<3>, [Tensor<S>; 2]) -> (Tensor<3>, Vec<Tensor<S>>),
) -> Found {
    let device = Device::flex().autodiff();
    let x = input(1, [2, 4, FEATURES], &device);
    let states = [2, 3].map(|seed| input(seed, states, &device));
    let (output, last) = function(x.clone(), states.clone());
    let squares = last.iter().map(|state| state.clone().square().sum());
    let loss = squares.fold(output.clone().square().sum(), |sum, term| sum + term);
    let gradients = loss.backward();
    let mut found = vec![list(output.inner())];
    found.extend(last.into_iter().map(|state| list(state.inner())));
    found.push(list(x.grad(&gradients).expect("the input has one")));
    found.extend(states.iter().filter_map(|state| state.grad(&gradients)).map(list));
    module.visit(&mut OfParameters(&gradients, &mut found));
    found
}

fn assert_same(claim: &str, found: &Found, expected: &Found) {
    assert_eq!(found.len(), expected.len(), "{claim}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_close(&format!("{claim}, tensor {index}"), found, expected, 1e-5);
    }
}

/// Biases that are not 0.
const DRAWN: Initializer = Initializer::Normal { mean: 0.1, std: 0.4 };

/// Batch and time swapped, if the module wants them so.
fn turned(x: Tensor<3>, batch_first: bool) -> Tensor<3> {
    if batch_first { x } else { x.swap_dims(0, 1) }
}

#[test]
fn lstm_modules_compute_the_same_by_apply_as_by_forward() {
    let device = Device::flex().autodiff();
    for (index, config) in [
        LstmConfig::new(FEATURES, HIDDEN, true),
        LstmConfig::new(FEATURES, HIDDEN, false).with_reverse(true),
        LstmConfig::new(FEATURES, HIDDEN, true).with_batch_first(false).with_reverse(true),
        LstmConfig::new(FEATURES, HIDDEN, true)
            .with_gate_activation(ActivationConfig::HardSigmoid(HardSigmoidConfig::new())),
        // What the operation does not have.
        LstmConfig::new(FEATURES, HIDDEN, true).with_clip(Some(0.2)),
        LstmConfig::new(FEATURES, HIDDEN, true).with_input_forget(true),
        LstmConfig::new(FEATURES, HIDDEN, true).with_cell_activation(ActivationConfig::Relu),
    ]
    .into_iter()
    .enumerate()
    {
        let lstm = config.with_initializer(DRAWN).init(&device);
        let run = |by: &dyn Fn(Tensor<3>, LstmState<2>) -> (Tensor<3>, LstmState<2>)| {
            run(&lstm, [2, HIDDEN], |x, [hidden, cell]| {
                let (output, last) = by(turned(x, lstm.batch_first), LstmState::new(cell, hidden));
                (turned(output, lstm.batch_first), vec![last.hidden, last.cell])
            })
        };
        let found = run(&|x, state| lstm.apply((x, Some(state))));
        let expected = run(&|x, state| lstm.forward(x, Some(state)));
        assert_same(&format!("Lstm {index}"), &found, &expected);
    }
}

#[test]
fn two_way_lstm_modules_compute_the_same_by_apply_as_by_forward() {
    let device = Device::flex().autodiff();
    for (batch_first, clip) in [(true, None), (false, None), (true, Some(0.2))] {
        let lstm = BiLstmConfig::new(FEATURES, HIDDEN, true)
            .with_batch_first(batch_first)
            .with_clip(clip)
            .with_initializer(DRAWN)
            .init(&device);
        let run = |by: &dyn Fn(Tensor<3>, LstmState<3>) -> (Tensor<3>, LstmState<3>)| {
            run(&lstm, [2, 2, HIDDEN], |x, [hidden, cell]| {
                let (output, last) = by(turned(x, batch_first), LstmState::new(cell, hidden));
                (turned(output, batch_first), vec![last.hidden, last.cell])
            })
        };
        let found = run(&|x, state| lstm.apply((x, Some(state))));
        let expected = run(&|x, state| lstm.forward(x, Some(state)));
        assert_same(&format!("BiLstm, batch first {batch_first}, {clip:?}"), &found, &expected);
    }
}

#[test]
fn gru_modules_compute_the_same_by_apply_as_by_forward() {
    let device = Device::flex().autodiff();
    for (bias, reset_after, clip) in
        [(true, true, None), (true, false, None), (false, true, None), (true, true, Some(0.2))]
    {
        let claim = format!("bias {bias}, reset after {reset_after}, {clip:?}");
        let gru = GruConfig::new(FEATURES, HIDDEN, bias)
            .with_reset_after(reset_after)
            .with_clip(clip)
            .with_initializer(DRAWN)
            .init(&device);
        let one_way = |by: &dyn Fn(Tensor<3>, Tensor<2>) -> Tensor<3>| {
            run(&gru, [2, HIDDEN], |x, [state, _]| (by(x, state), Vec::new()))
        };
        let found = one_way(&|x, state| gru.apply((x, Some(state))));
        let expected = one_way(&|x, state| gru.forward(x, Some(state)));
        assert_same(&format!("Gru, {claim}"), &found, &expected);

        for batch_first in [true, false] {
            let gru = BiGruConfig::new(FEATURES, HIDDEN, bias)
                .with_reset_after(reset_after)
                .with_batch_first(batch_first)
                .with_clip(clip)
                .with_initializer(DRAWN)
                .init(&device);
            let two_ways = |by: &dyn Fn(Tensor<3>, Tensor<3>) -> (Tensor<3>, Tensor<3>)| {
                run(&gru, [2, 2, HIDDEN], |x, [state, _]| {
                    let (output, last) = by(turned(x, batch_first), state);
                    (turned(output, batch_first), vec![last])
                })
            };
            let found = two_ways(&|x, state| gru.apply((x, Some(state))));
            let expected = two_ways(&|x, state| gru.forward(x, Some(state)));
            assert_same(&format!("BiGru, {claim}, {batch_first}"), &found, &expected);
        }
    }
}

#[test]
fn rnn_modules_compute_the_same_by_apply_as_by_forward() {
    let device = Device::flex().autodiff();
    for activation in [ActivationConfig::Tanh, ActivationConfig::Relu, ActivationConfig::Sigmoid] {
        for batch_first in [true, false] {
            let claim = format!("{activation:?}, batch first {batch_first}");
            let rnn = RnnConfig::new(FEATURES, HIDDEN, true)
                .with_hidden_activation(activation.clone())
                .with_batch_first(batch_first)
                .with_reverse(!batch_first)
                .with_initializer(DRAWN)
                .init(&device);
            let one_way = |by: &dyn Fn(Tensor<3>, RnnState<2>) -> (Tensor<3>, RnnState<2>)| {
                run(&rnn, [2, HIDDEN], |x, [state, _]| {
                    let (output, last) = by(turned(x, batch_first), RnnState::new(state));
                    (turned(output, batch_first), vec![last.hidden])
                })
            };
            let found = one_way(&|x, state| rnn.apply((x, Some(state))));
            let expected = one_way(&|x, state| rnn.forward(x, Some(state)));
            assert_same(&format!("Rnn, {claim}"), &found, &expected);

            let rnn = BiRnnConfig::new(FEATURES, HIDDEN, true)
                .with_hidden_activation(activation.clone())
                .with_batch_first(batch_first)
                .with_initializer(DRAWN)
                .init(&device);
            let two_ways = |by: &dyn Fn(Tensor<3>, RnnState<3>) -> (Tensor<3>, RnnState<3>)| {
                run(&rnn, [2, 2, HIDDEN], |x, [state, _]| {
                    let (output, last) = by(turned(x, batch_first), RnnState::new(state));
                    (turned(output, batch_first), vec![last.hidden])
                })
            };
            let found = two_ways(&|x, state| rnn.apply((x, Some(state))));
            let expected = two_ways(&|x, state| rnn.forward(x, Some(state)));
            assert_same(&format!("BiRnn, {claim}"), &found, &expected);
        }
    }
}
