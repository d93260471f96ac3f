//! The recurrent layers' backward passes against differences of the loss, in 64-bit floats.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::{Module, Param};
use burn::tensor::{Tensor, TensorData};
use fireside_layers::ops::{
    GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan, gru, lstm, rnn,
};
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::{GradientCheck, TOLERANCE};

use crate::device;

const BATCH: usize = 3;
const TIME: usize = 4;
const FEATURES: usize = 2;
const HIDDEN: usize = 3;

/// Everything that a layer may take, as parameters: input and states too.
#[derive(Module, Debug)]
struct Arguments {
    x: Param<Tensor<3>>,
    input: Param<Tensor<2>>,
    recurrent: Param<Tensor<2>>,
    bias: Param<Tensor<1>>,
    recurrent_bias: Param<Tensor<1>>,
    peepholes: Param<Tensor<2>>,
    hidden: Param<Tensor<2>>,
    cell: Param<Tensor<2>>,
}

fn drawn<const D: usize>(rng: &mut NumpyRng, shape: [usize; D]) -> Tensor<D> {
    let values = rng.randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &device().autodiff())
}

impl Arguments {
    fn draw(gates: usize) -> Self {
        let (rng, columns) = (&mut NumpyRng::new(3), gates * HIDDEN);
        Self {
            x: Param::from_tensor(drawn(rng, [BATCH, TIME, FEATURES])),
            input: Param::from_tensor(drawn(rng, [FEATURES, columns])),
            recurrent: Param::from_tensor(drawn(rng, [HIDDEN, columns]) * 0.5),
            bias: Param::from_tensor(drawn(rng, [columns])),
            recurrent_bias: Param::from_tensor(drawn(rng, [columns])),
            peepholes: Param::from_tensor(drawn(rng, [3, HIDDEN])),
            hidden: Param::from_tensor(drawn(rng, [BATCH, HIDDEN])),
            cell: Param::from_tensor(drawn(rng, [BATCH, HIDDEN])),
        }
    }
}

/// A number that depends on every output, on each in another way.
fn loss(output: Tensor<3>, states: Vec<Tensor<2>>) -> Tensor<1> {
    let rng = &mut NumpyRng::new(4);
    let of_output = (output.clone() * drawn(rng, output.dims())).sum();
    let states = states.into_iter().map(|state| (state.clone() * drawn(rng, state.dims())).sum());
    states.collect::<Vec<_>>().into_iter().fold(of_output, |sum, term| sum + term)
}

fn assert_right(claim: &str, gates: usize, run: impl Fn(&Arguments) -> Tensor<1>) {
    let report = GradientCheck::default().check_module(&Arguments::draw(gates), run).unwrap();
    let worst = report.worst();
    assert!(report.passes(TOLERANCE), "{claim}: {}, {worst:?}", report.difference);
    assert!(report.suspects(1e-4).is_empty(), "{claim}: {:?}", report.suspects(1e-4));
}

fn scans() -> Vec<Scan> {
    let mut scans = Vec::new();
    for reverse in [false, true] {
        for lengths in [None, Some(vec![2, 4, 0])] {
            scans.push(Scan { reverse, lengths });
        }
    }
    scans
}

#[test]
fn gradients_of_rnn_are_those_of_its_differences() {
    for scan in scans() {
        for activation in [RnnActivation::Tanh, RnnActivation::Relu] {
            let options = RnnOptions { activation, scan: scan.clone() };
            assert_right(&format!("{options:?}"), 1, |arguments| {
                let weights = RnnWeights {
                    input: arguments.input.val(),
                    recurrent: arguments.recurrent.val(),
                    bias: Some(arguments.bias.val()),
                };
                let initial = Some(arguments.hidden.val());
                let (output, last) = rnn(arguments.x.val(), weights, initial, &options);
                loss(output, vec![last])
            });
        }
    }
}

#[test]
fn gradients_of_gru_are_those_of_its_differences() {
    for scan in scans() {
        for reset in [Reset::AfterProduct, Reset::BeforeProduct] {
            let options = GruOptions { reset, scan: scan.clone(), ..GruOptions::default() };
            assert_right(&format!("{options:?}"), 3, |arguments| {
                let weights = GruWeights {
                    input: arguments.input.val(),
                    recurrent: arguments.recurrent.val(),
                    bias: Some(arguments.bias.val()),
                    recurrent_bias: Some(arguments.recurrent_bias.val()),
                };
                let initial = Some(arguments.hidden.val());
                let (output, last) = gru(arguments.x.val(), weights, initial, &options);
                loss(output, vec![last])
            });
        }
    }
}

#[test]
fn gradients_of_lstm_are_those_of_its_differences() {
    let old_keras = GateActivation::HardSigmoid { slope: 0.2, offset: 0.5 };
    for scan in scans() {
        for (gates, with_peepholes) in
            [(GateActivation::Logistic, true), (GateActivation::Logistic, false), (old_keras, true)]
        {
            let options = LstmOptions { gates, scan: scan.clone() };
            assert_right(&format!("{options:?}, {with_peepholes}"), 4, |arguments| {
                let weights = LstmWeights {
                    input: arguments.input.val(),
                    recurrent: arguments.recurrent.val(),
                    bias: Some(arguments.bias.val()),
                    peepholes: with_peepholes.then(|| arguments.peepholes.val()),
                };
                let initial =
                    LstmState { hidden: arguments.hidden.val(), cell: arguments.cell.val() };
                let (output, last) = lstm(arguments.x.val(), weights, Some(initial), &options);
                loss(output, vec![last.hidden, last.cell])
            });
        }
    }
}
