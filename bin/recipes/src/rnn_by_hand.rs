//! The three cells by hand: against autodiff, and how far back their gradients reach.

use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{
    self, GruOptions, GruWeights, LstmOptions, LstmWeights, Reset, RnnOptions,
};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::Layer;
use fireside_sequence::steps::clip::{clip_by_global_norm, clip_by_value};
use fireside_sequence::steps::gru::{GruGates, gru_backward, gru_forward};
use fireside_sequence::steps::lstm::{LstmGates, lstm_backward, lstm_forward};
use fireside_sequence::steps::rnn::{RnnWeights, rnn_backward, rnn_forward};

use crate::RecipeError;
use crate::by_hand::{Difference, drawn, entries};

/// Sizes of a batch of sequences and of a cell's state.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Sequences.
    pub batch: usize,
    /// Steps of each.
    pub time: usize,
    /// Features of a step.
    pub inputs: usize,
    /// Units of the cell.
    pub hidden: usize,
}

/// A cell with its parameters.
#[expect(clippy::large_enum_variant, reason = "a run holds three of them")]
#[derive(Debug, Clone)]
pub enum Cell {
    /// The basic one.
    Rnn(RnnWeights),
    /// The gated recurrent unit.
    Gru(GruGates),
    /// Long short-term memory.
    Lstm(LstmGates),
}

/// The kinds of cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The basic one.
    Rnn,
    /// The gated recurrent unit.
    Gru,
    /// Long short-term memory.
    Lstm,
}

/// The cells whose gradients are followed: how large the weights are drawn, and the bias of the gate that keeps the
/// state.
pub const FOLLOWED: [(&str, Kind, f64, f64); 6] = [
    ("RNN", Kind::Rnn, 1.0, 0.0),
    ("RNN, weights 1.5 times as large", Kind::Rnn, 1.5, 0.0),
    ("GRU", Kind::Gru, 1.0, 0.0),
    ("GRU that keeps its state", Kind::Gru, 1.0, 4.0),
    ("LSTM", Kind::Lstm, 1.0, 0.0),
    ("LSTM that keeps its cell", Kind::Lstm, 1.0, 4.0),
];

/// The kinds of cell, by name.
const KINDS: [(&str, Kind); 3] = [("RNN", Kind::Rnn), ("GRU", Kind::Gru), ("LSTM", Kind::Lstm)];

/// The gradients of a sequence.
#[derive(Debug, Clone)]
pub struct Gradients {
    /// By the inputs, `[batch, time, inputs]`.
    pub dx: Tensor<3>,
    /// By the first state, `[batch, hidden]`.
    pub da0: Tensor<2>,
    /// By the parameters, weight and bias of gate after gate.
    pub parameters: Vec<Tensor<2>>,
}

impl Cell {
    /// Draws a cell: normal weights of variance `scale² / n`, `n` being the rows that a unit sums over, and biases
    /// 0, but `open` for the gate that keeps the state: the LSTM's forget gate, the other way round the GRU's update
    /// gate.
    pub fn draw(
        kind: Kind,
        sizes: Sizes,
        scale: f64,
        open: f64,
        rng: &mut NumpyRng,
        device: &Device,
    ) -> Self {
        let Sizes { inputs, hidden, .. } = sizes;
        let mut weight =
            |rows: usize| drawn([rows, hidden], rng, device) * (scale / (rows as f64).sqrt());
        let bias = |value: f64| Tensor::<2>::full([1, hidden], value, device);
        match kind {
            Kind::Rnn => {
                Self::Rnn(RnnWeights { wax: weight(inputs), waa: weight(hidden), ba: bias(0.0) })
            }
            Kind::Gru => {
                let mut gate = |value| Layer { weight: weight(hidden + inputs), bias: bias(value) };
                let (update, reset) = (gate(-open), gate(0.0));
                Self::Gru(GruGates { update, reset, candidate: gate(0.0) })
            }
            Kind::Lstm => {
                let mut gate = |value| Layer { weight: weight(hidden + inputs), bias: bias(value) };
                let (forget, update) = (gate(open), gate(0.0));
                Self::Lstm(LstmGates { forget, update, candidate: gate(0.0), output: gate(0.0) })
            }
        }
    }

    /// The states of all steps by hand, `[batch, time, hidden]`.
    pub fn forward(&self, x: &Tensor<3>, a0: &Tensor<2>) -> Tensor<3> {
        match self {
            Self::Rnn(weights) => rnn_forward(x, a0, weights, &no_prediction(a0)).a,
            Self::Gru(gates) => gru_forward(x, a0, gates).c,
            Self::Lstm(gates) => lstm_forward(x, a0, gates, &no_prediction(a0)).a,
        }
    }

    /// The gradients by hand, given those by the states.
    pub fn backward(&self, da: &Tensor<3>, x: &Tensor<3>, a0: &Tensor<2>) -> Gradients {
        match self {
            Self::Rnn(weights) => {
                let forward = rnn_forward(x, a0, weights, &no_prediction(a0));
                let found = rnn_backward(da, &forward.a, x, a0, weights);
                let RnnWeights { wax, waa, ba } = found.weights;
                Gradients { dx: found.dx, da0: found.da0, parameters: vec![wax, waa, ba] }
            }
            Self::Gru(gates) => {
                let found = gru_backward(da, &gru_forward(x, a0, gates), x, a0, gates);
                let parameters = Self::Gru(found.gates).parameters();
                Gradients { dx: found.dx, da0: found.dc0, parameters }
            }
            Self::Lstm(gates) => {
                let forward = lstm_forward(x, a0, gates, &no_prediction(a0));
                let found = lstm_backward(da, &forward, x, a0, gates);
                let parameters = Self::Lstm(found.gates).parameters();
                Gradients { dx: found.dx, da0: found.da0, parameters }
            }
        }
    }

    /// The states of all steps by the layers.
    fn by_layers(&self, x: Tensor<3>, a0: Tensor<2>) -> Tensor<3> {
        let [_, hidden] = a0.dims();
        match self {
            Self::Rnn(RnnWeights { wax, waa, ba }) => {
                let bias = Some(ba.clone().squeeze_dim(0));
                let (input, recurrent) = (wax.clone(), waa.clone());
                let weights = ops::RnnWeights { input, recurrent, bias };
                ops::rnn(x, weights, Some(a0), &RnnOptions::default()).0
            }
            Self::Gru(GruGates { update, reset, candidate }) => {
                // The layers' update gate keeps the old state where the lectures' lets the new one in.
                let update = Layer { weight: -update.weight.clone(), bias: -update.bias.clone() };
                let [input, recurrent, bias] = side_by_side(&[reset, &update, candidate], hidden);
                let bias = Some(bias.squeeze_dim(0));
                let weights = GruWeights { input, recurrent, bias, recurrent_bias: None };
                let options = GruOptions { reset: Reset::BeforeProduct, ..GruOptions::default() };
                ops::gru(x, weights, Some(a0), &options).0
            }
            Self::Lstm(LstmGates { forget, update, candidate, output }) => {
                let gates = [update, forget, candidate, output];
                let [input, recurrent, bias] = side_by_side(&gates, hidden);
                let bias = Some(bias.squeeze_dim(0));
                let weights = LstmWeights { input, recurrent, bias, peepholes: None };
                let initial = ops::LstmState { cell: a0.zeros_like(), hidden: a0 };
                ops::lstm(x, weights, Some(initial), &LstmOptions::default()).0
            }
        }
    }

    fn parameters(&self) -> Vec<Tensor<2>> {
        let layers = match self {
            Self::Rnn(RnnWeights { wax, waa, ba }) => {
                return vec![wax.clone(), waa.clone(), ba.clone()];
            }
            Self::Gru(gates) => vec![&gates.update, &gates.reset, &gates.candidate],
            Self::Lstm(gates) => {
                vec![&gates.forget, &gates.update, &gates.candidate, &gates.output]
            }
        };
        let pairs = layers.into_iter().map(|layer| [layer.weight.clone(), layer.bias.clone()]);
        pairs.flatten().collect()
    }

    fn map(&self, change: impl Fn(&Tensor<2>) -> Tensor<2>) -> Self {
        let layer =
            |layer: &Layer| Layer { weight: change(&layer.weight), bias: change(&layer.bias) };
        match self {
            Self::Rnn(RnnWeights { wax, waa, ba }) => {
                Self::Rnn(RnnWeights { wax: change(wax), waa: change(waa), ba: change(ba) })
            }
            Self::Gru(GruGates { update, reset, candidate }) => Self::Gru(GruGates {
                update: layer(update),
                reset: layer(reset),
                candidate: layer(candidate),
            }),
            Self::Lstm(LstmGates { forget, update, candidate, output }) => Self::Lstm(LstmGates {
                forget: layer(forget),
                update: layer(update),
                candidate: layer(candidate),
                output: layer(output),
            }),
        }
    }
}

/// The gates' weights side by side, the rows of the input, those of the state, and the biases.
fn side_by_side(gates: &[&Layer], hidden: usize) -> [Tensor<2>; 3] {
    let weight = Tensor::cat(gates.iter().map(|gate| gate.weight.clone()).collect(), 1);
    let bias = Tensor::cat(gates.iter().map(|gate| gate.bias.clone()).collect(), 1);
    let [rows, _] = weight.dims();
    [weight.clone().narrow(0, hidden, rows - hidden), weight.narrow(0, 0, hidden), bias]
}

/// To nowhere: predictions have no part in what is looked at here.
fn no_prediction(a0: &Tensor<2>) -> Layer {
    let zeros = |rows: usize| Tensor::zeros([rows, 1], (&a0.device(), a0.dtype()));
    Layer { weight: zeros(a0.dims()[1]), bias: zeros(1) }
}

/// Runs every cell on drawn numbers, forward and backward, against autodiff and against the layers.
///
/// # Errors
/// When the device fails.
pub fn differences(seed: u32, device: &Device) -> Result<Vec<Difference>, RecipeError> {
    let sizes = Sizes { batch: 10, time: 7, inputs: 3, hidden: 5 };
    let rng = &mut NumpyRng::new(seed);
    let mut found = Vec::new();
    for (name, kind) in KINDS {
        let cell = Cell::draw(kind, sizes, 1.0, 0.0, rng, device);
        let x = drawn([sizes.batch, sizes.time, sizes.inputs], rng, device);
        let a0 = drawn([sizes.batch, sizes.hidden], rng, device);
        let states = cell.forward(&x, &a0);
        let da = drawn(states.dims(), rng, device);
        let hand = flat(states, cell.backward(&da, &x, &a0))?;
        let by_autodiff = |layers: bool| -> Result<[Vec<f64>; 4], RecipeError> {
            let cell = cell.map(|weight| weight.clone().autodiff().require_grad());
            let (x, a0) =
                (x.clone().autodiff().require_grad(), a0.clone().autodiff().require_grad());
            let states = match layers {
                true => cell.by_layers(x.clone(), a0.clone()),
                false => cell.forward(&x, &a0),
            };
            let gradients = (states.clone() * da.clone().autodiff()).sum().backward();
            let missing = || RecipeError::Run("autodiff has no gradient".to_string());
            let parameters = cell.parameters().into_iter().map(|weight| weight.grad(&gradients));
            let found = Gradients {
                dx: x.grad(&gradients).ok_or_else(missing)?,
                da0: a0.grad(&gradients).ok_or_else(missing)?,
                parameters: parameters.collect::<Option<_>>().ok_or_else(missing)?,
            };
            flat(states.without_autodiff(), found)
        };
        let (autodiff, layers) = (by_autodiff(false)?, by_autodiff(true)?);
        let names = ["states", "dx", "da0", "parameters"];
        let what = |part: &str| format!("{name}, {part}");
        found.extend(Difference::of_each(names, &hand, [&autodiff, &layers], what));
    }
    Ok(found)
}

fn flat(states: Tensor<3>, gradients: Gradients) -> Result<[Vec<f64>; 4], RecipeError> {
    let mut parameters = Vec::new();
    for gradient in gradients.parameters {
        parameters.extend(entries(gradient)?);
    }
    Ok([entries(states)?, entries(gradients.dx)?, entries(gradients.da0)?, parameters])
}

/// The [`reach`] of each of the cells that are [`FOLLOWED`], with its name; every one is drawn from the seed.
///
/// # Errors
/// When the device fails.
pub fn reaches(
    sizes: Sizes,
    seed: u32,
    device: &Device,
) -> Result<Vec<(&'static str, Vec<f64>)>, RecipeError> {
    let follow = |(name, kind, scale, open)| {
        let rng = &mut NumpyRng::new(seed);
        let cell = Cell::draw(kind, sizes, scale, open, rng, device);
        Ok((name, reach(&cell, sizes, rng, device)?))
    };
    FOLLOWED.into_iter().map(follow).collect()
}

/// Returns, for every step, the norm of the gradient that the last state sends back to that step's input, the last
/// step first: how far back a cell can learn from.
///
/// # Errors
/// When the device fails.
pub fn reach(
    cell: &Cell,
    sizes: Sizes,
    rng: &mut NumpyRng,
    device: &Device,
) -> Result<Vec<f64>, RecipeError> {
    let Sizes { batch, time, inputs, hidden } = sizes;
    let x = drawn([batch, time, inputs], rng, device);
    let a0 = Tensor::zeros([batch, hidden], device);
    let last = drawn([batch, 1, hidden], rng, device);
    let steps = Tensor::<3>::zeros([batch, time, hidden], device);
    let da = steps.slice_assign([0..batch, time - 1..time, 0..hidden], last);
    let dx = cell.backward(&da, &x, &a0).dx;
    let norms = dx.square().sum_dims(&[0, 2]).sqrt().reshape([time]);
    Ok(entries::<1>(norms)?.into_iter().rev().collect())
}

/// What clipping leaves of the gradient by a cell's parameters.
#[derive(Debug)]
pub struct Clipped {
    /// Its norm.
    pub norm: f64,
    /// Its angle, in degrees, to the gradient as it was.
    pub angle: f64,
}

/// The gradient by the parameters of a cell whose gradients explode, as it is, clipped by value, and clipped by
/// norm.
///
/// # Errors
/// When the device fails.
pub fn clipped(seed: u32, max: f64, device: &Device) -> Result<[Clipped; 3], RecipeError> {
    let sizes = Sizes { batch: 4, time: 30, inputs: 3, hidden: 16 };
    let rng = &mut NumpyRng::new(seed);
    let cell = Cell::draw(Kind::Rnn, sizes, 3.0, 0.0, rng, device);
    let x = drawn([sizes.batch, sizes.time, sizes.inputs], rng, device);
    let a0 = drawn([sizes.batch, sizes.hidden], rng, device);
    let da = drawn([sizes.batch, sizes.time, sizes.hidden], rng, device);
    let gradient = cell.backward(&da, &x, &a0).parameters;
    let by_value: Vec<_> = gradient.iter().map(|part| clip_by_value(part.clone(), max)).collect();
    let by_norm = clip_by_global_norm(gradient.clone(), max);
    let all = |parts: Vec<Tensor<2>>| -> Result<Vec<f64>, RecipeError> {
        let parts: Result<Vec<_>, _> = parts.into_iter().map(entries).collect();
        Ok(parts?.concat())
    };
    let original = all(gradient)?;
    let norm = |entries: &[f64]| entries.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
    let of = |entries: Vec<f64>| {
        let product: f64 = entries.iter().zip(&original).map(|(a, b)| a * b).sum();
        let cosine = product / (norm(&entries) * norm(&original)).max(f64::MIN_POSITIVE);
        Clipped { norm: norm(&entries), angle: cosine.clamp(-1.0, 1.0).acos().to_degrees() }
    };
    Ok([of(original.clone()), of(all(by_value)?), of(all(by_norm)?)])
}
