//! Improvising jazz with an LSTM.

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData, activation};
use fireside_sequence::music_model::{MusicModel, MusicModelConfig, most_likely};
use fireside_sequence::recurrent::{Cell, RecurrentConfig, RecurrentState};
use fireside_suite::parameters::{Values, set_parameters};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is};
use fireside_tests::compare::{EXACT, FUNCTION};

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("djmodel_summary", EXACT, summary),
    ("music_inference_model_summary", EXACT, inference_summary),
    ("music_inference", FUNCTION, inference),
    ("djmodel_forward", FUNCTION, forward),
];

fn named<const N: usize>(outputs: [(&str, Value); N]) -> Outputs {
    outputs.map(|(name, value)| (name.to_string(), value)).into()
}

fn number(count: usize) -> Value {
    Value::Number(count as f64)
}

fn sized(num_values: usize, hidden: usize, device: &Device) -> Result<MusicModel, Problem> {
    let config = MusicModelConfig::new().with_num_values(num_values).with_hidden(hidden);
    config.init(device).map_err(|error| error.to_string())
}

fn summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [time, hidden, num_values] = sizes(case, "Tx")?;
    let model = sized(num_values, hidden, device)?;
    let lstm = RecurrentConfig::new(Cell::LSTM, num_values, hidden).init(device);
    let lstm = lstm.map_err(|error| error.to_string())?.num_params();
    let (logits, _) = model.forward(Tensor::zeros([1, time, num_values], device), None);
    Ok(named([
        ("total_params", number(model.num_params())),
        ("lstm_params", number(lstm)),
        ("dense_params", number(model.num_params() - lstm)),
        ("num_outputs", number(logits.dims()[1])),
    ]))
}

fn inference_summary(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [time, hidden, num_values] = sizes(case, "Ty")?;
    let model = sized(num_values, hidden, device)?;
    let start = Tensor::zeros([1, num_values], device);
    let played = model.generate(start, None, time, most_likely);
    Ok(named([
        ("total_params", number(model.num_params())),
        ("num_outputs", number(played.values.dims()[1])),
    ]))
}

fn sizes(case: &Case, time: &str) -> Result<[usize; 3], Problem> {
    Ok([case.count(time)?, case.count("n_a")?, case.count("n_values")?])
}

/// Keras's gates stand in the order of ours.
fn model(case: &Case, device: &Device) -> Result<MusicModel, Problem> {
    let (hidden, num_values) = match case.array("dense_W")?.0 {
        [hidden, num_values] => (*hidden, *num_values),
        shape => return Err(format!("dense_W has shape {shape:?}")),
    };
    let names = [
        ("kernel", "recurrent.forward.0.input"),
        ("recurrent_kernel", "recurrent.forward.0.recurrent"),
        ("bias", "recurrent.forward.0.bias"),
        ("dense_W", "head.weight"),
        ("dense_b", "head.bias"),
    ];
    let mut values = Values::new();
    for (keras, path) in names {
        let (shape, data) = case.array(keras)?;
        values.insert(path.to_string(), TensorData::new(data.to_vec(), shape.to_vec()));
    }
    set_parameters(sized(num_values, hidden, device)?, values)
}

/// The state to begin from; the model has its own, of zeros, for a case without.
fn state(
    case: &Case,
    names: [&str; 2],
    device: &Device,
) -> Result<Option<RecurrentState>, Problem> {
    let [hidden, cell] = names.map(|name| case.optional::<2>(name, device));
    let state = hidden?.zip(cell?);
    Ok(state.map(|(hidden, cell)| RecurrentState { hidden: vec![hidden], cell: vec![cell] }))
}

/// `[batch, time, values]` of logits as the course's `(time, batch, values)` of probabilities.
fn probabilities(logits: Tensor<3>) -> Value {
    as_is(activation::softmax(logits, 2).swap_dims(0, 1))
}

fn inference(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let start = case.tensor::<3>("x_initializer", device)?.squeeze_dim(1);
    let state = state(case, ["a_initializer", "c_initializer"], device)?;
    let length = case.count("Ty")?;
    let played = model(case, device)?.generate(start, state, length, most_likely);
    Ok(named([
        ("probs", probabilities(played.logits)),
        ("indices", as_is(played.values.float().transpose())),
    ]))
}

fn forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let state = state(case, ["a0", "c0"], device)?;
    let (logits, _) = model(case, device)?.forward(case.tensor("X", device)?, state);
    Ok(named([("probs", probabilities(logits))]))
}
