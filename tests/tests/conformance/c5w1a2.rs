//! Dinosaur island: a language model of characters.

use burn::tensor::{Device, Tensor, TensorData};
use fireside_datasets::dinosaurs::Dinosaurs;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::alphabet::Alphabet;
use fireside_sequence::steps::Layer;
use fireside_sequence::steps::characters::{self, Optimized, Parameters};
use fireside_sequence::steps::clip::clip_by_value;
use fireside_sequence::steps::rnn::RnnWeights;
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, features_first, list, scalar};
use fireside_tests::compare::{EXACT, FUNCTION};

use crate::c5w1a1::{layer, name_rnn_gradients, rnn_weights};
use crate::numpy::seeded;
use crate::{Handlers, course_files};

pub const HANDLERS: Handlers = &[
    ("clip", EXACT, clipped),
    ("sample_seeded", EXACT, sample_seeded),
    ("sample", EXACT, sample),
    ("optimize_seeded", FUNCTION, optimize_seeded),
    ("optimize", FUNCTION, optimize),
    ("rnn_forward", FUNCTION, rnn_forward),
    ("rnn_backward", FUNCTION, rnn_backward),
    ("initialize_parameters", EXACT, initialize_parameters),
    ("smooth", FUNCTION, smooth),
    ("get_initial_loss", FUNCTION, get_initial_loss),
    ("get_sample", EXACT, get_sample),
    ("shuffle_examples", EXACT, shuffle_examples),
    ("shuffle", EXACT, shuffle),
    ("build_data", EXACT, build_data),
    ("sample_temperature", FUNCTION, sample_temperature),
];

fn named<const N: usize>(outputs: [(&str, Value); N]) -> Outputs {
    outputs.map(|(name, value)| (name.to_string(), value)).into()
}

fn parameters(case: &Case, device: &Device) -> Result<Parameters, Problem> {
    let prediction = layer(case, "Wya", "by", device)?;
    Ok(Parameters { recurrent: rnn_weights(case, device)?, prediction })
}

/// The characters read, -1 for none.
fn inputs(case: &Case) -> Result<Vec<Option<usize>>, Problem> {
    let (_, data) = case.array("X")?;
    Ok(data.iter().map(|&entry| (entry >= 0.0).then_some(entry as usize)).collect())
}

fn name_gradients(gradients: &Parameters) -> Outputs {
    let mut outputs = name_rnn_gradients(&gradients.recurrent);
    outputs.extend(named([
        ("dWya", features_first(gradients.prediction.weight.clone())),
        ("dby", features_first(gradients.prediction.bias.clone())),
    ]));
    outputs
}

fn clipped(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let max_value = case.number("maxValue")?;
    let mut outputs = Outputs::new();
    for name in case.inputs.keys().filter(|name| name.starts_with('d')) {
        let gradient = case.flat(name, device)?;
        outputs.insert(name.clone(), case.like(name, clip_by_value(gradient, max_value))?);
    }
    Ok(outputs)
}

/// Parameters of normal numbers, weights before biases, in the order of the course's tests.
fn drawn(rng: &mut NumpyRng, n_a: usize, vocab_size: usize, device: &Device) -> Parameters {
    let mut draw = |rows: usize, columns: usize| {
        let values = rng.randn_vec(rows * columns);
        Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), device).transpose()
    };
    let (wax, waa, wya) = (draw(n_a, vocab_size), draw(n_a, n_a), draw(vocab_size, n_a));
    let (ba, by) = (draw(n_a, 1), draw(vocab_size, 1));
    Parameters {
        recurrent: RnnWeights { wax, waa, ba },
        prediction: Layer { weight: wya, bias: by },
    }
}

/// The draws of the case are those of generators that are seeded anew at each character, each seed 2 above the
/// one before; without a seed they are taken as they are.
fn sampled(case: &Case, parameters: &Parameters) -> Result<Outputs, Problem> {
    let seed = case.has("seed").then(|| case.number("seed")).transpose()?.map(|seed| seed as u32);
    let given = if case.has("draws") { case.entries("draws")? } else { &[] };
    let mut drawn = Vec::new();
    let indices = characters::sample(parameters, case.count("newline_index")?, || {
        let draw = match seed {
            Some(seed) => NumpyRng::new(seed.wrapping_add(2 * drawn.len() as u32)).random_sample(),
            None => given.get(drawn.len()).copied().unwrap_or(f64::NAN),
        };
        drawn.push(draw);
        draw
    });
    if case.has("draws") && drawn != given {
        return Err("the numbers drawn are others than those of the case".to_string());
    }
    Ok(named([("indices", list(indices.into_iter().map(|index| index as f64).collect()))]))
}

fn sample_seeded(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let rng = &mut NumpyRng::new(case.number("param_seed")? as u32);
    let parameters = drawn(rng, case.count("n_a")?, case.count("vocab_size")?, device);
    sampled(case, &parameters)
}

fn sample(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    sampled(case, &parameters(case, device)?)
}

fn optimize(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let a_prev = case.batch_first("a_prev", device)?;
    let found = optimized(case, &a_prev, &parameters(case, device)?)?;
    let new = &found.parameters;
    let mut outputs = name_gradients(&found.gradients);
    outputs.extend(named([
        ("loss", scalar(found.loss)),
        ("a_last", features_first(found.a_last)),
        ("Wax_new", features_first(new.recurrent.wax.clone())),
        ("Waa_new", features_first(new.recurrent.waa.clone())),
        ("Wya_new", features_first(new.prediction.weight.clone())),
        ("ba_new", features_first(new.recurrent.ba.clone())),
        ("by_new", features_first(new.prediction.bias.clone())),
    ]));
    Ok(outputs)
}

fn optimized(
    case: &Case,
    a_prev: &Tensor<2>,
    parameters: &Parameters,
) -> Result<Optimized, Problem> {
    let (x, y) = (inputs(case)?, case.counts("Y")?);
    Ok(characters::optimize(&x, &y, a_prev, parameters, case.number_or("learning_rate", 0.01)?))
}

/// Rows and sums of the results: a row of the course's weights is a column of ours.
fn optimize_seeded(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (n_a, rng) = (case.count("n_a")?, &mut seeded(case)?);
    let a_prev = TensorData::new(rng.randn_vec(n_a), [1, n_a]);
    let a_prev = Tensor::<2>::from_data(a_prev, device);
    let parameters = drawn(rng, n_a, case.count("vocab_size")?, device);
    let found = optimized(case, &a_prev, &parameters)?;
    let (new, gradients) = (found.parameters.recurrent, found.gradients.recurrent);
    let dwya = found.gradients.prediction.weight;
    let row = |weight: &Tensor<2>, row: usize| {
        as_is(weight.clone().narrow(1, row, 1).squeeze_dim::<1>(1))
    };
    Ok(named([
        ("loss", scalar(found.loss)),
        ("dba", features_first(gradients.ba.clone())),
        ("dby", features_first(found.gradients.prediction.bias)),
        ("dWaa_row1", row(&gradients.waa, 1)),
        ("dWya_row1", row(&dwya, 1)),
        ("dWax_row3", row(&gradients.wax, 3)),
        ("a_last", features_first(found.a_last)),
        ("Wax_new_row0", row(&new.wax, 0)),
        ("Waa_new_row0", row(&new.waa, 0)),
        ("ba_new", features_first(new.ba)),
        ("by_new", features_first(found.parameters.prediction.bias)),
        ("sum_dWaa", scalar(gradients.waa.sum())),
        ("sum_dWya", scalar(dwya.sum())),
        ("sum_dWax", scalar(gradients.wax.sum())),
    ]))
}

fn rnn_forward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let a0 = case.batch_first("a0", device)?;
    let (x, y) = (inputs(case)?, case.counts("Y")?);
    let found = characters::rnn_forward(&x, &y, &a0, &parameters(case, device)?);
    Ok(named([
        ("loss", scalar(found.loss)),
        ("y_hat", features_first(found.y_hat)),
        ("a", features_first(found.a.squeeze_dim(0))),
    ]))
}

fn rnn_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let a0 = case.batch_first("a0", device)?;
    let (x, y) = (inputs(case)?, case.counts("Y")?);
    let parameters = parameters(case, device)?;
    let forward = characters::rnn_forward(&x, &y, &a0, &parameters);
    let (gradients, da0) = characters::rnn_backward(&x, &y, &a0, &forward, &parameters);
    let mut outputs = name_gradients(&gradients);
    outputs.insert("da_next".to_string(), features_first(da0));
    Ok(outputs)
}

fn initialize_parameters(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let mut rng = seeded(case)?;
    let [n_a, n_x, n_y] = ["n_a", "n_x", "n_y"].map(|name| case.count(name));
    let drawn = characters::initialize_parameters(n_a?, n_x?, n_y?, || rng.randn(), device);
    Ok(named([
        ("Wax", features_first(drawn.recurrent.wax)),
        ("Waa", features_first(drawn.recurrent.waa)),
        ("Wya", features_first(drawn.prediction.weight)),
        ("ba", features_first(drawn.recurrent.ba)),
        ("by", features_first(drawn.prediction.bias)),
    ]))
}

fn smooth(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let loss = characters::smooth(case.number("loss")?, case.number("cur_loss")?);
    Ok(named([("loss_new", Value::Number(loss))]))
}

fn get_initial_loss(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let loss = characters::get_initial_loss(case.count("vocab_size")?, case.count("seq_length")?);
    Ok(named([("loss", Value::Number(loss))]))
}

fn get_sample(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let alphabet = Alphabet::new(('a'..='z').chain(['\n']));
    let text = characters::get_sample(&case.counts("sample_ix")?, &alphabet);
    Ok(named([("text", Value::Text(text))]))
}

fn shuffle_examples(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let names = Dinosaurs::read(&course_files()?).map_err(|error| error.to_string())?.names;
    if names.len() != case.count("num_examples")? {
        return Err(format!("there are {} names", names.len()));
    }
    let order = seeded(case)?.permutation(names.len());
    let first = &order[..8];
    Ok(named([
        ("first_indices", list(first.iter().map(|&index| index as f64).collect())),
        ("first_names", Value::Texts(first.iter().map(|&index| names[index].clone()).collect())),
    ]))
}

fn shuffle(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let order = seeded(case)?.permutation(case.count("n")?);
    Ok(named([("order", list(order.into_iter().map(|index| index as f64).collect()))]))
}

fn build_data(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let (length, stride) = (case.count_or("Tx", 40)?, case.count_or("stride", 3)?);
    let windows = characters::build_data(case.text("text")?, length, stride);
    let (x, y): (Vec<String>, Vec<String>) =
        windows.into_iter().map(|(window, next)| (window, next.to_string())).unzip();
    Ok(named([("X", Value::Texts(x)), ("Y", Value::Texts(y))]))
}

fn sample_temperature(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let probabilities = case.flat("preds", device)?.unsqueeze::<2>();
    let found = characters::with_temperature(&probabilities, case.number_or("temperature", 1.0)?);
    Ok(named([("probas", case.like("preds", found)?)]))
}
