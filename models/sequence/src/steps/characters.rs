//! A language model of characters: "dinosaur island" (course 5, week 1).
//!
//! A name is read one character at a time, its one-hot vector or, before the first one, zeros; what is predicted
//! is the next character, at the end the newline. The loss is summed over the characters:
//!
//! ```text
//! loss = -Σ ln p_t[y_t]        dy = p - onehot(y)        dWya = aᵀ dy        dby = Σ dy        da = dy Wyaᵀ
//! ```
//!
//! and the rest is [`rnn::rnn_backward`]. There is no batch: as in the assignment, a step of training reads one name,
//! and begins with the hidden state that the name before it left.
//!
//! What is drawn at random is an argument. The assignment's `rnn_step_forward` is [`rnn::rnn_cell_forward`].

use burn::tensor::{Device, Tensor, TensorData};

use super::clip::clip_by_value;
use super::rnn::{self, RnnWeights};
use super::{Layer, at, softmax};
use crate::alphabet::Alphabet;

/// No name that is sampled is longer, in characters.
pub const LONGEST_SAMPLE: usize = 50;

/// Where [`optimize`] clips every entry of a gradient.
pub const MAX_VALUE: f64 = 5.0;

/// The parameters of the model, or the gradients by them.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// `Wax`, `Waa`, `ba`.
    pub recurrent: RnnWeights,
    /// `Wya`, `by`.
    pub prediction: Layer,
}

impl Parameters {
    /// Characters that the model knows, `n_x`.
    fn vocab_size(&self) -> usize {
        self.recurrent.wax.dims()[0]
    }

    fn device(&self) -> Device {
        self.recurrent.waa.device()
    }

    fn map(&self, change: impl Fn(&Tensor<2>) -> Tensor<2>) -> Self {
        let RnnWeights { wax, waa, ba } = &self.recurrent;
        let Layer { weight, bias } = &self.prediction;
        Self {
            recurrent: RnnWeights { wax: change(wax), waa: change(waa), ba: change(ba) },
            prediction: Layer { weight: change(weight), bias: change(bias) },
        }
    }
}

/// What the model made of one name.
#[derive(Debug, Clone)]
pub struct Forward {
    /// The loss, summed over the characters, `[1]`.
    pub loss: Tensor<1>,
    /// The probabilities of each next character, `[time, vocab_size]`.
    pub y_hat: Tensor<2>,
    /// The hidden state after each character, `[1, time, n_a]`.
    pub a: Tensor<3>,
}

/// What one step of [`optimize`] leaves.
#[derive(Debug, Clone)]
pub struct Optimized {
    /// The loss before the update, `[1]`.
    pub loss: Tensor<1>,
    /// The gradients, clipped.
    pub gradients: Parameters,
    /// The last hidden state, with which the next name begins, `[1, n_a]`.
    pub a_last: Tensor<2>,
    /// The parameters after the update.
    pub parameters: Parameters,
}

/// Draws the first parameters: normal numbers times 0.01, zeros for the biases.
///
/// `randn` gives standard normal numbers, in the course's order: Wax `(n_a, n_x)`, Waa `(n_a, n_a)`, Wya
/// `(n_y, n_a)`, row by row. NumPy's stream after `np.random.seed` gives the course's own weights.
#[must_use]
pub fn initialize_parameters(
    n_a: usize,
    n_x: usize,
    n_y: usize,
    mut randn: impl FnMut() -> f64,
    device: &Device,
) -> Parameters {
    let mut drawn = |rows: usize, columns: usize| {
        let values: Vec<f64> = (0..rows * columns).map(|_| randn() * 0.01).collect();
        let tensor = Tensor::<2>::from_data(TensorData::new(values, [rows, columns]), device);
        tensor.transpose() // [inputs, outputs]
    };
    let (wax, waa, wya) = (drawn(n_a, n_x), drawn(n_a, n_a), drawn(n_y, n_a));
    Parameters {
        recurrent: RnnWeights { wax, waa, ba: Tensor::zeros([1, n_a], device) },
        prediction: Layer { weight: wya, bias: Tensor::zeros([1, n_y], device) },
    }
}

/// Predicts each next character of a name.
///
/// `x` are the characters read, `None` for the vector of zeros; `y` the characters that should follow.
///
/// # Shapes
/// - `a0`: `[1, n_a]`
///
/// # Panics
/// When there is no character, or not one to follow each, or a number is none of the model's characters.
#[must_use]
pub fn rnn_forward(
    x: &[Option<usize>],
    y: &[usize],
    a0: &Tensor<2>,
    parameters: &Parameters,
) -> Forward {
    assert!(x.len() == y.len(), "{} characters, and {} to follow them", x.len(), y.len());
    let inputs = rows(x, parameters.vocab_size(), &parameters.device()).unsqueeze_dim::<3>(0);
    let forward = rnn::rnn_forward(&inputs, a0, &parameters.recurrent, &parameters.prediction);
    let y_hat = forward.y_pred.squeeze_dim::<2>(0); // [time, vocab_size]
    let right = (y_hat.clone() * targets(y, parameters)).sum_dim(1);
    Forward { loss: -right.log().sum(), y_hat, a: forward.a }
}

/// Returns the gradients of the loss, and that by the first hidden state, `[1, n_a]`.
///
/// `forward` is what [`rnn_forward`] returned; the others as given to it.
///
/// # Panics
/// As [`rnn_forward`].
#[must_use]
pub fn rnn_backward(
    x: &[Option<usize>],
    y: &[usize],
    a0: &Tensor<2>,
    forward: &Forward,
    parameters: &Parameters,
) -> (Parameters, Tensor<2>) {
    let dy = forward.y_hat.clone() - targets(y, parameters); // [time, vocab_size]
    let a = forward.a.clone().squeeze_dim::<2>(0);
    let (prediction, da) = parameters.prediction.backward(&a, &dy);
    let inputs = rows(x, parameters.vocab_size(), &parameters.device()).unsqueeze_dim(0);
    let da = da.unsqueeze_dim(0);
    let found = rnn::rnn_backward(&da, &forward.a, &inputs, a0, &parameters.recurrent);
    (Parameters { recurrent: found.weights, prediction }, found.da0)
}

/// Takes a step of gradient descent, `p - learning_rate dp`.
#[must_use]
pub fn update_parameters(
    parameters: &Parameters,
    gradients: &Parameters,
    learning_rate: f64,
) -> Parameters {
    let step = |p: &Tensor<2>, dp: &Tensor<2>| p.clone() - dp.clone() * learning_rate;
    let (p, dp) = (&parameters.recurrent, &gradients.recurrent);
    let (q, dq) = (&parameters.prediction, &gradients.prediction);
    Parameters {
        recurrent: RnnWeights {
            wax: step(&p.wax, &dp.wax),
            waa: step(&p.waa, &dp.waa),
            ba: step(&p.ba, &dp.ba),
        },
        prediction: Layer { weight: step(&q.weight, &dq.weight), bias: step(&q.bias, &dq.bias) },
    }
}

/// Learns from one name: forward, backward, clip every entry to [`MAX_VALUE`], update.
///
/// # Panics
/// As [`rnn_forward`].
#[must_use]
pub fn optimize(
    x: &[Option<usize>],
    y: &[usize],
    a_prev: &Tensor<2>,
    parameters: &Parameters,
    learning_rate: f64,
) -> Optimized {
    let forward = rnn_forward(x, y, a_prev, parameters);
    let (gradients, _) = rnn_backward(x, y, a_prev, &forward, parameters);
    let gradients = gradients.map(|gradient| clip_by_value(gradient.clone(), MAX_VALUE));
    let a_last = at(&forward.a, x.len() - 1);
    let parameters = update_parameters(parameters, &gradients, learning_rate);
    Optimized { loss: forward.loss, gradients, a_last, parameters }
}

/// Draws a name, character by character, from hidden state and input of zeros, until `end` comes. After
/// [`LONGEST_SAMPLE`] characters `end` is put behind them, whatever the last one was.
///
/// `draw` gives uniform numbers of `[0, 1)`, one for each character: the character is the first whose cumulative
/// probability is above it, as `np.random.choice` does.
#[must_use]
pub fn sample(parameters: &Parameters, end: usize, mut draw: impl FnMut() -> f64) -> Vec<usize> {
    let [n_a, _] = parameters.recurrent.waa.dims();
    let dtype = parameters.recurrent.waa.dtype();
    let mut a = Tensor::zeros([1, n_a], (&parameters.device(), dtype));
    let mut character = None;
    let mut indices = Vec::new();
    while character != Some(end) && indices.len() < LONGEST_SAMPLE {
        let xt = rows(&[character], parameters.vocab_size(), &parameters.device());
        let step = rnn::rnn_cell_forward(&xt, &a, &parameters.recurrent, &parameters.prediction);
        a = step.0;
        let probabilities: Vec<f64> = step.1.into_data().iter().collect();
        let drawn = choose(&probabilities, draw());
        character = Some(drawn);
        indices.push(drawn);
    }
    if indices.len() == LONGEST_SAMPLE {
        indices.push(end);
    }
    indices
}

/// The first index whose cumulative share of the probabilities is above `draw`, a number of `[0, 1)`; the last
/// one where there is none, as rounding, or probabilities that are not numbers, may have it.
///
/// # Panics
/// When there are no probabilities.
#[must_use]
pub fn choose(probabilities: &[f64], draw: f64) -> usize {
    assert!(!probabilities.is_empty(), "choose: there are no probabilities");
    let sum: f64 = probabilities.iter().sum();
    let mut cumulative = 0.0;
    let above = |probability: &f64| {
        cumulative += probability;
        cumulative / sum > draw
    };
    probabilities.iter().position(above).unwrap_or(probabilities.len() - 1)
}

/// Sharpens probabilities, at a `temperature` below 1, or levels them, above 1: `softmax(ln p / temperature)`.
///
/// # Shapes
/// - `probabilities`, output: `[batch, classes]`
///
/// # Panics
/// When `temperature` is not above 0.
#[must_use]
pub fn with_temperature(probabilities: &Tensor<2>, temperature: f64) -> Tensor<2> {
    assert!(temperature > 0.0, "the temperature is {temperature}, but more than 0 is wanted");
    softmax(probabilities.clone().log() / temperature)
}

/// The loss to show: `0.999 loss + 0.001 current`.
#[must_use]
pub fn smooth(loss: f64, current: f64) -> f64 {
    loss * 0.999 + current * 0.001
}

/// The loss of `seq_length` characters of which each is as likely as any: `-ln(1 / vocab_size) seq_length`. The
/// assignment gives the number of names to be sampled, 7, for `seq_length`.
#[must_use]
pub fn get_initial_loss(vocab_size: usize, seq_length: usize) -> f64 {
    -(1.0 / vocab_size as f64).ln() * seq_length as f64
}

/// The text of sampled characters, the first one upper case; the newline at the end stays.
#[must_use]
pub fn get_sample(indices: &[usize], alphabet: &Alphabet) -> String {
    let text = alphabet.decode(indices);
    let mut rest = text.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}

/// Cuts a text into windows of `length` characters, one every `stride`, each with the character that follows it:
/// what the poems' notebook trains on.
///
/// # Panics
/// When `stride` is 0.
#[must_use]
pub fn build_data(text: &str, length: usize, stride: usize) -> Vec<(String, char)> {
    let characters: Vec<char> = text.chars().collect();
    let windows = characters.windows(length + 1).step_by(stride);
    windows.map(|window| (window[..length].iter().collect(), window[length])).collect()
}

/// A row for each character, one at its number, or zeros for none.
fn rows(characters: &[Option<usize>], vocab_size: usize, device: &Device) -> Tensor<2> {
    let mut entries = vec![0.0; characters.len() * vocab_size];
    for (row, number) in characters.iter().enumerate() {
        let Some(number) = *number else { continue };
        assert!(number < vocab_size, "character {number} is none of the model's {vocab_size}");
        entries[row * vocab_size + number] = 1.0;
    }
    Tensor::from_data(TensorData::new(entries, [characters.len(), vocab_size]), device)
}

fn targets(y: &[usize], parameters: &Parameters) -> Tensor<2> {
    let y: Vec<Option<usize>> = y.iter().copied().map(Some).collect();
    rows(&y, parameters.prediction.bias.dims()[1], &parameters.device())
}
