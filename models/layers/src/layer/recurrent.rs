//! Burn's recurrent modules. What one of them asks for that [`ops`] does not have, such as clipping, other
//! activations or coupled gates, runs by the module's own `forward`.

use burn::nn::activation::Activation;
use burn::nn::{
    BiGru, BiLstm, BiRnn, GateController, Gru, Linear, Lstm, LstmState as BurnLstmState, Rnn,
    RnnState,
};
use burn::tensor::Tensor;

use super::Layer;
use crate::ops::{
    self, GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan,
};

impl Layer<(Tensor<3>, Option<BurnLstmState<2>>)> for Lstm {
    type Output = (Tensor<3>, BurnLstmState<2>);

    fn apply(&self, (x, state): (Tensor<3>, Option<BurnLstmState<2>>)) -> Self::Output {
        let Some((weights, gates)) = lstm_weights(self) else {
            return self.forward(x, state);
        };
        let x = batch_first(x, self.batch_first);
        let (output, state) = lstm(x, weights, state, gates, self.reverse);
        (batch_first(output, self.batch_first), state)
    }
}

impl Layer<(Tensor<3>, Option<BurnLstmState<3>>)> for BiLstm {
    type Output = (Tensor<3>, BurnLstmState<3>);

    fn apply(&self, (x, state): (Tensor<3>, Option<BurnLstmState<3>>)) -> Self::Output {
        let there = is_plain(self.forward.batch_first, self.forward.reverse);
        let weights = lstm_weights(&self.forward).zip(lstm_weights(&self.reverse));
        let Some(((there, there_gates), (back, back_gates))) = weights.filter(|_| there) else {
            return self.forward(x, state);
        };
        let (hidden, cell) = state.map(|state| (state.hidden, state.cell)).unzip();
        let [of_there, of_back] = [0, 1].map(|direction| {
            let (hidden, cell) = (of_direction(&hidden, direction), of_direction(&cell, direction));
            hidden.zip(cell).map(|(hidden, cell)| BurnLstmState::new(cell, hidden))
        });
        let x = batch_first(x, self.batch_first);
        let (there, there_state) = lstm(x.clone(), there, of_there, there_gates, false);
        let (back, back_state) = lstm(x, back, of_back, back_gates, true);
        let output = Tensor::cat(vec![there, back], 2);
        let state = BurnLstmState::stack(vec![there_state, back_state], 0);
        (batch_first(output, self.batch_first), state)
    }
}

impl Layer<(Tensor<3>, Option<Tensor<2>>)> for Gru {
    type Output = Tensor<3>;

    fn apply(&self, (x, state): (Tensor<3>, Option<Tensor<2>>)) -> Self::Output {
        match gru_weights(self) {
            Some((weights, options)) => ops::gru(x, weights, state, &options(false)).0,
            None => self.forward(x, state),
        }
    }
}

impl Layer<(Tensor<3>, Option<Tensor<3>>)> for BiGru {
    type Output = (Tensor<3>, Tensor<3>);

    fn apply(&self, (x, state): (Tensor<3>, Option<Tensor<3>>)) -> Self::Output {
        let weights = gru_weights(&self.forward).zip(gru_weights(&self.reverse));
        let Some(((there, there_options), (back, back_options))) = weights else {
            return self.forward(x, state);
        };
        let [of_there, of_back] = [0, 1].map(|direction| of_direction(&state, direction));
        let x = batch_first(x, self.batch_first);
        let there = ops::gru(x.clone(), there, of_there, &there_options(false));
        let back = ops::gru(x, back, of_back, &back_options(true));
        let output = Tensor::cat(vec![there.0, back.0], 2);
        (batch_first(output, self.batch_first), Tensor::stack(vec![there.1, back.1], 0))
    }
}

impl Layer<(Tensor<3>, Option<RnnState<2>>)> for Rnn {
    type Output = (Tensor<3>, RnnState<2>);

    fn apply(&self, (x, state): (Tensor<3>, Option<RnnState<2>>)) -> Self::Output {
        let Some((weights, options)) = rnn_weights(self) else {
            return self.forward(x, state);
        };
        let (x, state) = (batch_first(x, self.batch_first), state.map(|state| state.hidden));
        let (output, last) = ops::rnn(x, weights, state, &options(self.reverse));
        (batch_first(output, self.batch_first), RnnState::new(last))
    }
}

impl Layer<(Tensor<3>, Option<RnnState<3>>)> for BiRnn {
    type Output = (Tensor<3>, RnnState<3>);

    fn apply(&self, (x, state): (Tensor<3>, Option<RnnState<3>>)) -> Self::Output {
        let there = is_plain(self.forward.batch_first, self.forward.reverse);
        let weights = rnn_weights(&self.forward).zip(rnn_weights(&self.reverse));
        let Some(((there, there_options), (back, back_options))) = weights.filter(|_| there) else {
            return self.forward(x, state);
        };
        let state = state.map(|state| state.hidden);
        let [of_there, of_back] = [0, 1].map(|direction| of_direction(&state, direction));
        let x = batch_first(x, self.batch_first);
        let there = ops::rnn(x.clone(), there, of_there, &there_options(false));
        let back = ops::rnn(x, back, of_back, &back_options(true));
        let output = Tensor::cat(vec![there.0, back.0], 2);
        let last = Tensor::stack(vec![there.1, back.1], 0);
        (batch_first(output, self.batch_first), RnnState::new(last))
    }
}

fn lstm(
    x: Tensor<3>,
    weights: LstmWeights,
    state: Option<BurnLstmState<2>>,
    gates: GateActivation,
    reverse: bool,
) -> (Tensor<3>, BurnLstmState<2>) {
    let state = state.map(|state| LstmState { hidden: state.hidden, cell: state.cell });
    let options = LstmOptions { gates, scan: Scan { reverse, lengths: None } };
    let (output, last) = ops::lstm(x, weights, state, &options);
    (output, BurnLstmState::new(last.cell, last.hidden))
}

/// `None` where the module asks for more than [`ops::lstm`] has.
fn lstm_weights(module: &Lstm) -> Option<(LstmWeights, GateActivation)> {
    let gates = gate_activation(&module.gate_activation)?;
    let tanh = [&module.cell_activation, &module.hidden_activation];
    if module.clip.is_some() || module.input_forget || !tanh.into_iter().all(is_tanh) {
        return None;
    }
    let forget = module.forget_gate.as_ref()?;
    let weights =
        Joined::new(&[&module.input_gate, forget, &module.cell_gate, &module.output_gate]);
    let bias = weights.one_bias();
    let Joined { input, recurrent, .. } = weights;
    Some((LstmWeights { input, recurrent, bias, peepholes: None }, gates))
}

/// `None` where the module asks for more than [`ops::gru`] has; options for a direction.
fn gru_weights(module: &Gru) -> Option<(GruWeights, impl Fn(bool) -> GruOptions + use<>)> {
    let gates = gate_activation(&module.gate_activation)?;
    if module.clip.is_some() || !is_tanh(&module.hidden_activation) {
        return None;
    }
    let reset = if module.reset_after { Reset::AfterProduct } else { Reset::BeforeProduct };
    let weights = Joined::new(&[&module.reset_gate, &module.update_gate, &module.new_gate]);
    let Joined { input, recurrent, bias, recurrent_bias } = weights;
    let options = move |reverse| GruOptions { reset, gates, scan: Scan { reverse, lengths: None } };
    Some((GruWeights { input, recurrent, bias, recurrent_bias }, options))
}

/// `None` where the module asks for more than [`ops::rnn`] has; options for a direction.
fn rnn_weights(module: &Rnn) -> Option<(RnnWeights, impl Fn(bool) -> RnnOptions + use<>)> {
    let activation = match module.hidden_activation {
        Activation::Tanh(_) => RnnActivation::Tanh,
        Activation::Relu(_) => RnnActivation::Relu,
        _ => return None,
    };
    if module.clip.is_some() {
        return None;
    }
    let weights = Joined::new(&[&module.gate]);
    let bias = weights.one_bias();
    let Joined { input, recurrent, .. } = weights;
    let options = move |reverse| RnnOptions { activation, scan: Scan { reverse, lengths: None } };
    Some((RnnWeights { input, recurrent, bias }, options))
}

/// The parameters of several gates side by side.
struct Joined {
    input: Tensor<2>,
    recurrent: Tensor<2>,
    bias: Option<Tensor<1>>,
    recurrent_bias: Option<Tensor<1>>,
}

impl Joined {
    fn new(gates: &[&GateController]) -> Self {
        let inputs: Vec<_> = gates.iter().map(|gate| &gate.input_transform).collect();
        let recurrents: Vec<_> = gates.iter().map(|gate| &gate.hidden_transform).collect();
        let weights = |layers: &[&Linear]| {
            Tensor::cat(layers.iter().map(|layer| layer.weight.val()).collect(), 1)
        };
        Self {
            input: weights(&inputs),
            recurrent: weights(&recurrents),
            bias: biases(&inputs),
            recurrent_bias: biases(&recurrents),
        }
    }

    /// The sum of both biases, where only that matters.
    fn one_bias(&self) -> Option<Tensor<1>> {
        match (&self.bias, &self.recurrent_bias) {
            (Some(bias), Some(recurrent)) => Some(bias.clone() + recurrent.clone()),
            (bias, recurrent) => bias.clone().or(recurrent.clone()),
        }
    }
}

/// Biases one after the other; `None` where no layer has one.
fn biases(layers: &[&Linear]) -> Option<Tensor<1>> {
    if layers.iter().all(|layer| layer.bias.is_none()) {
        return None;
    }
    let of_layer = |layer: &&Linear| match &layer.bias {
        Some(bias) => bias.val(),
        None => {
            let weight = layer.weight.val();
            Tensor::zeros([weight.dims()[1]], (&weight.device(), weight.dtype()))
        }
    };
    Some(Tensor::cat(layers.iter().map(of_layer).collect(), 0))
}

fn gate_activation(activation: &Activation) -> Option<GateActivation> {
    match activation {
        Activation::Sigmoid(_) => Some(GateActivation::Logistic),
        Activation::HardSigmoid(hard) => {
            Some(GateActivation::HardSigmoid { slope: hard.alpha, offset: hard.beta })
        }
        _ => None,
    }
}

fn is_tanh(activation: &Activation) -> bool {
    matches!(activation, Activation::Tanh(_))
}

/// Whether the forward half of a two-way module is as its configuration makes it.
fn is_plain(batch_first: bool, reverse: bool) -> bool {
    batch_first && !reverse
}

/// Swaps batch and time where the batch does not come first.
fn batch_first(tensor: Tensor<3>, is_first: bool) -> Tensor<3> {
    if is_first { tensor } else { tensor.swap_dims(0, 1) }
}

/// The part of a two-way state that belongs to one direction.
fn of_direction(state: &Option<Tensor<3>>, direction: usize) -> Option<Tensor<2>> {
    state.as_ref().map(|state| state.clone().narrow(0, direction, 1).squeeze_dim(0))
}
