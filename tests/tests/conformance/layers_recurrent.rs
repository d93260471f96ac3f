//! Recurrent layers of the usual libraries, and the lectures' gated recurrent unit.
//!
//! PyTorch's weights are `[gates * hidden, inputs]` and its sequences time first. Its gates and Keras's stand
//! in the order of ours, but for Keras's update gate, which comes before the reset gate.

use burn::tensor::{Device, Gradients, Tensor};
use fireside_layers::ops::{
    GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset, RnnOptions, RnnWeights,
    Scan, gru, lstm, rnn,
};
use fireside_sequence::steps;
use fireside_sequence::steps::gru::GruGates;
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, features_first};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;
use crate::c5w1a1::layer;

pub const HANDLERS: Handlers = &[
    ("keras_lstm", FUNCTION, keras_lstm),
    ("keras_gru", FUNCTION, keras_gru),
    ("keras_simple_rnn", FUNCTION, keras_simple_rnn),
    ("keras_bilstm", FUNCTION, keras_bilstm),
    ("torch_lstm", FUNCTION, torch_lstm),
    ("torch_lstm_backward", FUNCTION, torch_lstm_backward),
    ("torch_gru", FUNCTION, torch_gru),
    ("torch_gru_backward", FUNCTION, torch_gru_backward),
    ("torch_bilstm", FUNCTION, torch_bilstm),
];

fn named<const N: usize>(outputs: [(&str, Value); N]) -> Result<Outputs, Problem> {
    Ok(outputs.map(|(name, value)| (name.to_string(), value)).into())
}

/// A case's tensors: on an autodiff device gradients by them are wanted.
struct Tensors<'a> {
    case: &'a Case,
    device: &'a Device,
    differentiable: bool,
}

impl Tensors<'_> {
    fn get<const D: usize>(&self, name: &str) -> Result<Tensor<D>, Problem> {
        let tensor = self.case.tensor(name, self.device)?;
        Ok(if self.differentiable { tensor.require_grad() } else { tensor })
    }

    /// What a case may leave out.
    fn optional<const D: usize>(&self, name: &str) -> Result<Option<Tensor<D>>, Problem> {
        self.case.has(name).then(|| self.get(name)).transpose()
    }
}

/// The state to begin from: zeros where the case has none, or has but one half.
fn lstm_state(hidden: Option<Tensor<2>>, cell: Option<Tensor<2>>) -> Option<LstmState> {
    let like = hidden.clone().or_else(|| cell.clone())?;
    let or_zeros = |half: Option<Tensor<2>>| half.unwrap_or_else(|| like.zeros_like());
    Some(LstmState { hidden: or_zeros(hidden), cell: or_zeros(cell) })
}

fn plain<'a>(case: &'a Case, device: &'a Device) -> Tensors<'a> {
    Tensors { case, device, differentiable: false }
}

fn keras_lstm_weights(
    case: &Case,
    prefix: [&str; 3],
    device: &Device,
) -> Result<LstmWeights, Problem> {
    let [input, recurrent, bias] = prefix;
    Ok(LstmWeights {
        input: case.tensor(input, device)?,
        recurrent: case.tensor(recurrent, device)?,
        bias: case.optional(bias, device)?,
        peepholes: None,
    })
}

pub fn keras_lstm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let weights = keras_lstm_weights(case, ["kernel", "recurrent_kernel", "bias"], device)?;
    let initial = lstm_state(case.optional("h0", device)?, case.optional("c0", device)?);
    let x = case.tensor("x", device)?;
    let (output, last) = lstm(x, weights, initial, &LstmOptions::default());
    named([("output", as_is(output)), ("h_n", as_is(last.hidden)), ("c_n", as_is(last.cell))])
}

pub fn keras_bilstm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x: Tensor<3> = case.tensor("x", device)?;
    let one_way = |names, reverse| -> Result<Tensor<3>, Problem> {
        let weights = keras_lstm_weights(case, names, device)?;
        Ok(lstm(x.clone(), weights, None, &in_direction(reverse)).0)
    };
    let there = one_way(["fw_kernel", "fw_recurrent", "fw_bias"], false)?;
    let back = one_way(["bw_kernel", "bw_recurrent", "bw_bias"], true)?;
    named([("output", as_is(Tensor::cat(vec![there, back], 2)))])
}

fn in_direction(reverse: bool) -> LstmOptions {
    LstmOptions { scan: Scan { reverse, lengths: None }, ..LstmOptions::default() }
}

pub fn keras_gru(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let reset_after = case.count_or("reset_after", 1)? == 1;
    let (bias, recurrent_bias) = match case.has("bias") {
        true if reset_after => {
            let [bias, recurrent] = rows_of_two(case.tensor("bias", device)?);
            (Some(bias), Some(recurrent))
        }
        true => (Some(case.flat("bias", device)?), None),
        false => (None, None),
    };
    let weights = GruWeights {
        input: reset_first(case.tensor("kernel", device)?),
        recurrent: reset_first(case.tensor("recurrent_kernel", device)?),
        bias: bias.map(reset_first),
        recurrent_bias: recurrent_bias.map(reset_first),
    };
    let reset = if reset_after { Reset::AfterProduct } else { Reset::BeforeProduct };
    let options = GruOptions { reset, ..GruOptions::default() };
    let (x, initial) = (case.tensor("x", device)?, case.optional("h0", device)?);
    let (output, last) = gru(x, weights, initial, &options);
    named([("output", as_is(output)), ("h_n", as_is(last))])
}

fn rows_of_two(tensor: Tensor<2>) -> [Tensor<1>; 2] {
    [0, 1].map(|row| tensor.clone().narrow(0, row, 1).squeeze_dim(0))
}

/// The columns of update, reset, new as reset, update, new.
fn reset_first<const D: usize>(tensor: Tensor<D>) -> Tensor<D> {
    let hidden = tensor.dims()[D - 1] / 3;
    let gate = |index: usize| tensor.clone().narrow(D - 1, index * hidden, hidden);
    Tensor::cat(vec![gate(1), gate(0), gate(2)], D - 1)
}

pub fn keras_simple_rnn(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let weights = RnnWeights {
        input: case.tensor("kernel", device)?,
        recurrent: case.tensor("recurrent_kernel", device)?,
        bias: case.optional("bias", device)?,
    };
    let (x, initial) = (case.tensor("x", device)?, case.optional("h0", device)?);
    let (output, last) = rnn(x, weights, initial, &RnnOptions::default());
    named([("output", as_is(output)), ("h_n", as_is(last))])
}

/// Parameters as PyTorch lays them out.
struct Torch {
    input: Tensor<2>,
    recurrent: Tensor<2>,
    bias: Option<Tensor<1>>,
    recurrent_bias: Option<Tensor<1>>,
}

impl Torch {
    fn new(tensors: &Tensors, suffix: &str) -> Result<Self, Problem> {
        Ok(Self {
            input: tensors.get(&format!("W_ih{suffix}"))?,
            recurrent: tensors.get(&format!("W_hh{suffix}"))?,
            bias: tensors.optional(&format!("b_ih{suffix}"))?,
            recurrent_bias: tensors.optional(&format!("b_hh{suffix}"))?,
        })
    }

    fn lstm(&self) -> LstmWeights {
        LstmWeights {
            input: self.input.clone().transpose(),
            recurrent: self.recurrent.clone().transpose(),
            bias: [&self.bias, &self.recurrent_bias]
                .into_iter()
                .flatten()
                .cloned()
                .reduce(|one, other| one + other),
            peepholes: None,
        }
    }

    fn gru(&self) -> GruWeights {
        GruWeights {
            input: self.input.clone().transpose(),
            recurrent: self.recurrent.clone().transpose(),
            bias: self.bias.clone(),
            recurrent_bias: self.recurrent_bias.clone(),
        }
    }

    fn gradients(&self, gradients: &Gradients) -> Result<Outputs, Problem> {
        let mut found = named([
            ("dW_ih", gradient(&self.input, gradients)?),
            ("dW_hh", gradient(&self.recurrent, gradients)?),
        ])?;
        for (name, bias) in [("db_ih", &self.bias), ("db_hh", &self.recurrent_bias)] {
            insert_gradient(&mut found, name, bias, gradients)?;
        }
        Ok(found)
    }
}

fn gradient<const D: usize>(tensor: &Tensor<D>, gradients: &Gradients) -> Result<Value, Problem> {
    tensor.grad(gradients).map(as_is).ok_or_else(|| "no gradient".to_string())
}

/// The gradient of what a case may leave out.
fn insert_gradient<const D: usize>(
    found: &mut Outputs,
    name: &str,
    tensor: &Option<Tensor<D>>,
    gradients: &Gradients,
) -> Result<(), Problem> {
    if let Some(tensor) = tensor {
        found.insert(name.to_string(), gradient(tensor, gradients)?);
    }
    Ok(())
}

/// A state without PyTorch's axis of layers.
fn state(tensor: &Option<Tensor<3>>) -> Option<Tensor<2>> {
    tensor.clone().map(|tensor| tensor.squeeze_dim(0))
}

fn with_layers(tensor: Tensor<2>) -> Tensor<3> {
    tensor.unsqueeze_dim(0)
}

pub fn torch_lstm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let tensors = plain(case, device);
    let weights = Torch::new(&tensors, "")?.lstm();
    let [hidden, cell] = ["h0", "c0"].map(|name| tensors.optional(name));
    let initial = lstm_state(state(&hidden?), state(&cell?));
    let x = tensors.get::<3>("x")?.swap_dims(0, 1);
    let (output, last) = lstm(x, weights, initial, &LstmOptions::default());
    named([
        ("output", as_is(output.swap_dims(0, 1))),
        ("h_n", as_is(with_layers(last.hidden))),
        ("c_n", as_is(with_layers(last.cell))),
    ])
}

pub fn torch_lstm_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = &device.clone().autodiff();
    let tensors = Tensors { case, device, differentiable: true };
    let torch = Torch::new(&tensors, "")?;
    let (x, hidden, cell) =
        (tensors.get::<3>("x")?, tensors.optional("h0")?, tensors.optional("c0")?);
    let initial = lstm_state(state(&hidden), state(&cell));
    let turned = x.clone().swap_dims(0, 1);
    let (output, _) = lstm(turned, torch.lstm(), initial, &LstmOptions::default());
    let along = case.tensor::<3>("doutput", device)?;
    let gradients = (output.swap_dims(0, 1) * along).sum().backward();
    let mut found = torch.gradients(&gradients)?;
    found.insert("dx".to_string(), gradient(&x, &gradients)?);
    insert_gradient(&mut found, "dh0", &hidden, &gradients)?;
    insert_gradient(&mut found, "dc0", &cell, &gradients)?;
    Ok(found)
}

pub fn torch_gru(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let tensors = plain(case, device);
    let weights = Torch::new(&tensors, "")?.gru();
    let initial = state(&tensors.optional("h0")?);
    let x = tensors.get::<3>("x")?.swap_dims(0, 1);
    let (output, last) = gru(x, weights, initial, &GruOptions::default());
    named([("output", as_is(output.swap_dims(0, 1))), ("h_n", as_is(with_layers(last)))])
}

pub fn torch_gru_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = &device.clone().autodiff();
    let tensors = Tensors { case, device, differentiable: true };
    let torch = Torch::new(&tensors, "")?;
    let (x, hidden) = (tensors.get::<3>("x")?, tensors.optional("h0")?);
    let turned = x.clone().swap_dims(0, 1);
    let (output, _) = gru(turned, torch.gru(), state(&hidden), &GruOptions::default());
    let along = case.tensor::<3>("doutput", device)?;
    let gradients = (output.swap_dims(0, 1) * along).sum().backward();
    let mut found = torch.gradients(&gradients)?;
    found.insert("dx".to_string(), gradient(&x, &gradients)?);
    insert_gradient(&mut found, "dh0", &hidden, &gradients)?;
    Ok(found)
}

pub fn torch_bilstm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let tensors = plain(case, device);
    let x = tensors.get::<3>("x")?.swap_dims(0, 1);
    let [hidden, cell] = ["h0", "c0"].map(|name| tensors.optional::<3>(name));
    let states = [hidden?, cell?];
    let one_way = |suffix: &str, reverse: bool| -> Result<(Tensor<3>, LstmState), Problem> {
        let weights = Torch::new(&tensors, suffix)?.lstm();
        let [hidden, cell] = states.clone().map(|state| {
            state.map(|state| state.narrow(0, usize::from(reverse), 1).squeeze_dim(0))
        });
        Ok(lstm(x.clone(), weights, lstm_state(hidden, cell), &in_direction(reverse)))
    };
    let ((there, there_last), (back, back_last)) = (one_way("", false)?, one_way("_rev", true)?);
    let both = |there, back| as_is(Tensor::<2>::stack::<3>(vec![there, back], 0));
    named([
        ("output", as_is(Tensor::cat(vec![there, back], 2).swap_dims(0, 1))),
        ("h_n", both(there_last.hidden, back_last.hidden)),
        ("c_n", both(there_last.cell, back_last.cell)),
    ])
}

/// The step by hand, and the state by the layer, whose update gate keeps the old state where the lectures' lets
/// the new one in: that of the opposite numbers.
pub fn gru_cell_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [x, before] = ["xt", "c_prev"].map(|name| case.batch_first(name, device));
    let (x, before) = (x?, before?);
    let layer = |weight, bias| layer(case, weight, bias, device);
    let (candidate, update, reset) = (layer("Wc", "bc")?, layer("Wu", "bu")?, layer("Wr", "br")?);
    let gates = GruGates { update, reset, candidate };
    let cell = steps::gru::gru_cell_forward(&x, &before, &gates);

    let GruGates { update, reset, candidate } = gates;
    let ([_, hidden], [_, features]) = (before.dims(), x.dims());
    let weights = Tensor::cat(vec![reset.weight, update.weight.neg(), candidate.weight], 1);
    let bias = Tensor::cat(vec![reset.bias, update.bias.neg(), candidate.bias], 1);
    let weights = GruWeights {
        input: weights.clone().narrow(0, hidden, features),
        recurrent: weights.narrow(0, 0, hidden),
        bias: Some(bias.squeeze_dim(0)),
        recurrent_bias: None,
    };
    let options = GruOptions { reset: Reset::BeforeProduct, ..GruOptions::default() };
    let (_, after) = gru(x.unsqueeze_dim(1), weights, Some(before), &options);
    let apart = (after.clone() - cell.c_next).abs().max().into_scalar::<f64>();
    if apart > 1e-12 {
        return Err(format!("by hand and by the layer the states are {apart:e} apart"));
    }
    named([
        ("c_next", features_first(after)),
        ("gamma_u", features_first(cell.gamma_u)),
        ("gamma_r", features_first(cell.gamma_r)),
        ("c_tilde", features_first(cell.c_tilde)),
    ])
}
