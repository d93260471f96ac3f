//! Building a recurrent neural network step by step.

use burn::tensor::{Device, Tensor};
use fireside_sequence::steps::lstm::{
    LstmCell, LstmForward, LstmGates, lstm_backward, lstm_cell_backward, lstm_cell_forward,
    lstm_forward,
};
use fireside_sequence::steps::rnn::{
    RnnForward, RnnWeights, rnn_backward, rnn_cell_backward, rnn_cell_forward, rnn_forward,
};
use fireside_sequence::steps::{self, Layer, predict};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, features_first};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("rnn_cell_forward", FUNCTION, rnn_cell),
    ("rnn_forward", FUNCTION, rnn),
    ("lstm_cell_forward", FUNCTION, lstm_cell),
    ("lstm_forward", FUNCTION, lstm),
    ("rnn_cell_backward", FUNCTION, rnn_cell_back),
    ("rnn_backward", FUNCTION, rnn_back),
    ("lstm_cell_backward", FUNCTION, lstm_cell_back),
    ("lstm_backward", FUNCTION, lstm_back),
    ("softmax", FUNCTION, softmax),
    ("sigmoid", FUNCTION, sigmoid),
];

/// The course's `(features, m, T)` as `[batch, time, features]`.
fn sequence(case: &Case, name: &str, device: &Device) -> Result<Tensor<3>, Problem> {
    Ok(case.tensor::<3>(name, device)?.permute([1, 2, 0]))
}

fn sequence_as_the_course_s(tensor: Tensor<3>) -> Value {
    as_is(tensor.permute([2, 0, 1]))
}

/// A bias that the case leaves out is zeros.
pub fn layer(case: &Case, weight: &str, bias: &str, device: &Device) -> Result<Layer, Problem> {
    let fireside_dense::steps::Layer { weight, bias } = case.layer(weight, bias, device)?;
    Ok(Layer { weight, bias })
}

/// The layer of the predictions: what is asked of a way back needs none.
fn prediction(case: &Case, weight: &str, bias: &str, device: &Device) -> Result<Layer, Problem> {
    if case.has(weight) {
        return layer(case, weight, bias, device);
    }
    let [hidden, _] = case.array(if case.has("Waa") { "Waa" } else { "Wf" })?.0 else {
        return Err("the recurrent weights have not two axes".to_string());
    };
    Ok(Layer { weight: Tensor::zeros([*hidden, 1], device), bias: Tensor::zeros([1, 1], device) })
}

pub fn rnn_weights(case: &Case, device: &Device) -> Result<RnnWeights, Problem> {
    let Layer { weight: waa, bias: ba } = layer(case, "Waa", "ba", device)?;
    Ok(RnnWeights { wax: case.batch_first("Wax", device)?, waa, ba })
}

fn lstm_gates(case: &Case, device: &Device) -> Result<LstmGates, Problem> {
    Ok(LstmGates {
        forget: layer(case, "Wf", "bf", device)?,
        update: layer(case, "Wi", "bi", device)?,
        candidate: layer(case, "Wc", "bc", device)?,
        output: layer(case, "Wo", "bo", device)?,
    })
}

fn named<const N: usize>(outputs: [(&str, Value); N]) -> Outputs {
    outputs.map(|(name, value)| (name.to_string(), value)).into()
}

pub fn name_rnn_gradients(weights: &RnnWeights) -> Outputs {
    named([
        ("dWax", features_first(weights.wax.clone())),
        ("dWaa", features_first(weights.waa.clone())),
        ("dba", features_first(weights.ba.clone())),
    ])
}

fn name_lstm_gradients(gates: LstmGates) -> Outputs {
    let LstmGates { forget, update, candidate, output } = gates;
    let gates = [("f", forget), ("i", update), ("c", candidate), ("o", output)];
    let named = gates.into_iter().flat_map(|(gate, layer)| {
        [
            (format!("dW{gate}"), features_first(layer.weight)),
            (format!("db{gate}"), features_first(layer.bias)),
        ]
    });
    named.collect()
}

fn rnn_cell(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (xt, a_prev) = (case.batch_first("xt", device)?, case.batch_first("a_prev", device)?);
    let prediction = layer(case, "Wya", "by", device)?;
    let (a_next, yt_pred) =
        rnn_cell_forward(&xt, &a_prev, &rnn_weights(case, device)?, &prediction);
    Ok(named([("a_next", features_first(a_next)), ("yt_pred", features_first(yt_pred))]))
}

fn rnn(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let RnnForward { a, y_pred } = run_rnn(case, device)?;
    Ok(named([("a", sequence_as_the_course_s(a)), ("y_pred", sequence_as_the_course_s(y_pred))]))
}

fn run_rnn(case: &Case, device: &Device) -> Result<RnnForward, Problem> {
    let (x, a0) = (sequence(case, "x", device)?, case.batch_first("a0", device)?);
    let prediction = prediction(case, "Wya", "by", device)?;
    Ok(rnn_forward(&x, &a0, &rnn_weights(case, device)?, &prediction))
}

fn rnn_cell_back(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let get = |name| case.batch_first(name, device);
    let found = rnn_cell_backward(
        &get("da_next")?,
        &get("a_next")?,
        &get("xt")?,
        &get("a_prev")?,
        &rnn_weights(case, device)?,
    );
    let mut outputs = name_rnn_gradients(&found.weights);
    outputs.extend(named([
        ("dxt", features_first(found.dxt)),
        ("da_prev", features_first(found.da_prev)),
    ]));
    Ok(outputs)
}

fn rnn_back(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let forward = run_rnn(case, device)?;
    let (x, a0) = (sequence(case, "x", device)?, case.batch_first("a0", device)?);
    let da = sequence(case, "da", device)?;
    let found = rnn_backward(&da, &forward.a, &x, &a0, &rnn_weights(case, device)?);
    let mut outputs = name_rnn_gradients(&found.weights);
    outputs.extend(named([
        ("dx", sequence_as_the_course_s(found.dx)),
        ("da0", features_first(found.da0)),
    ]));
    Ok(outputs)
}

fn lstm_cell(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let get = |name| case.batch_first(name, device);
    let gates = lstm_gates(case, device)?;
    let cell = lstm_cell_forward(&get("xt")?, &get("a_prev")?, &get("c_prev")?, &gates);
    let yt_pred = predict(&cell.a_next, &prediction(case, "Wy", "by", device)?);
    Ok(named([
        ("a_next", features_first(cell.a_next)),
        ("c_next", features_first(cell.c_next)),
        ("yt_pred", features_first(yt_pred)),
        ("ft", features_first(cell.ft)),
        ("it", features_first(cell.it)),
        ("cct", features_first(cell.cct)),
        ("ot", features_first(cell.ot)),
    ]))
}

fn lstm(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let LstmForward { a, y, c, .. } = run_lstm(case, device)?;
    Ok(named([
        ("a", sequence_as_the_course_s(a)),
        ("y", sequence_as_the_course_s(y)),
        ("c", sequence_as_the_course_s(c)),
    ]))
}

fn run_lstm(case: &Case, device: &Device) -> Result<LstmForward, Problem> {
    let (x, a0) = (sequence(case, "x", device)?, case.batch_first("a0", device)?);
    let prediction = prediction(case, "Wy", "by", device)?;
    Ok(lstm_forward(&x, &a0, &lstm_gates(case, device)?, &prediction))
}

fn lstm_cell_back(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let get = |name| case.batch_first(name, device);
    let cell = LstmCell {
        a_next: get("a_next")?,
        c_next: get("c_next")?,
        ft: get("ft")?,
        it: get("it")?,
        cct: get("cct")?,
        ot: get("ot")?,
    };
    let found = lstm_cell_backward(
        &get("da_next")?,
        &get("dc_next")?,
        &cell,
        &get("xt")?,
        &get("a_prev")?,
        &get("c_prev")?,
        &lstm_gates(case, device)?,
    );
    let mut outputs = name_lstm_gradients(found.gates);
    outputs.extend(named([
        ("dxt", features_first(found.dxt)),
        ("da_prev", features_first(found.da_prev)),
        ("dc_prev", features_first(found.dc_prev)),
    ]));
    Ok(outputs)
}

fn lstm_back(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let forward = run_lstm(case, device)?;
    let (x, a0) = (sequence(case, "x", device)?, case.batch_first("a0", device)?);
    let da = sequence(case, "da", device)?;
    let found = lstm_backward(&da, &forward, &x, &a0, &lstm_gates(case, device)?);
    let mut outputs = name_lstm_gradients(found.gates);
    outputs.extend(named([
        ("dx", sequence_as_the_course_s(found.dx)),
        ("da0", features_first(found.da0)),
    ]));
    Ok(outputs)
}

/// Of a list too, which is one column.
fn softmax(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let y = match case.array("x")?.0 {
        [_] => as_is(steps::softmax(case.tensor::<1>("x", device)?.unsqueeze()).flatten::<1>(0, 1)),
        _ => features_first(steps::softmax(case.batch_first("x", device)?)),
    };
    Ok(named([("y", y)]))
}

/// Of any shape.
fn sigmoid(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    Ok(named([("s", case.like("x", steps::sigmoid(case.flat("x", device)?))?)]))
}
