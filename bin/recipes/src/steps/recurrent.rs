//! Course 5, week 1: building a recurrent neural network step by step.

mod lstm;

use burn::tensor::{Device, Tensor};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::Layer;
use fireside_sequence::steps::rnn::{
    RnnWeights, rnn_backward, rnn_cell_backward, rnn_cell_forward, rnn_forward,
};

use super::{Array, Named, Notebook, Step};
use crate::RecipeError;

/// Building a recurrent neural network step by step.
pub const NOTEBOOK: Notebook = Notebook { name: "c5w1a1", steps };

/// Examples of the tests.
const M: usize = 10;
/// Units of the hidden state.
const N_A: usize = 5;
/// Features of an input.
const N_X: usize = 3;
/// Classes of a prediction.
const N_Y: usize = 2;

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let [cell, cell_back] = cell_steps(device)?;
    let [whole, whole_back] = sequence_steps(device)?;
    let [lstm_cell, lstm_cell_back] = lstm::cell_steps(device)?;
    let (lstm, lstm_back) = (lstm::forward_step(device)?, lstm::backward_step(device)?);
    Ok(vec![cell, whole, lstm_cell, lstm, cell_back, whole_back, lstm_cell_back, lstm_back])
}

/// The parameters of the cell and of its predictions, as the notebook has them.
struct Parameters {
    waa: Array,
    wax: Array,
    wya: Array,
    ba: Array,
    by: Array,
}

impl Parameters {
    fn randn(rng: &mut NumpyRng) -> Self {
        let (waa, wax) = (Array::randn(rng, [N_A, N_A]), Array::randn(rng, [N_A, N_X]));
        let wya = Array::randn(rng, [N_Y, N_A]);
        Self { waa, wax, wya, ba: Array::randn(rng, [N_A, 1]), by: Array::randn(rng, [N_Y, 1]) }
    }

    fn weights(&self, device: &Device) -> RnnWeights {
        RnnWeights {
            wax: self.wax.batch_first(device),
            waa: self.waa.batch_first(device),
            ba: self.ba.batch_first(device),
        }
    }

    fn prediction(&self, device: &Device) -> Layer {
        layer(&self.wya, &self.by, device)
    }

    fn named(&self) -> Named {
        let Self { waa, wax, wya, ba, by } = self;
        let all = [("Waa", waa), ("Wax", wax), ("Wya", wya), ("ba", ba), ("by", by)];
        all.map(|(name, array)| (name.to_string(), array.into())).to_vec()
    }
}

fn cell_steps(device: &Device) -> Result<[Step; 2], RecipeError> {
    let mut rng = NumpyRng::new(1);
    let (xt, a_prev) = (Array::randn(&mut rng, [N_X, M]), Array::randn(&mut rng, [N_A, M]));
    let parameters = Parameters::randn(&mut rng);
    let da_next = Array::randn(&mut rng, [N_A, M]);

    let (x, before) = (xt.batch_first(device), a_prev.batch_first(device));
    let weights = parameters.weights(device);
    let (after, yt_pred) = rnn_cell_forward(&x, &before, &weights, &parameters.prediction(device));
    let found = rnn_cell_backward(&da_next.batch_first(device), &after, &x, &before, &weights);
    let a_next = Array::features_first(after)?;
    Ok([
        Step::new(
            "rnn_cell_forward",
            "a_next = tanh(Wax xt + Waa a_prev + ba), yt_pred = softmax(Wya a_next + by)",
        )
        .input("xt", &xt)
        .input("a_prev", &a_prev)
        .inputs(parameters.named())
        .output("a_next", &a_next)
        .output("yt_pred", Array::features_first(yt_pred)?),
        Step::new(
            "rnn_cell_backward",
            "dz = da_next (1 - a_next^2), and its products with Wax, Waa, xt and a_prev",
        )
        .input("da_next", da_next)
        .input("a_next", a_next)
        .input("a_prev", a_prev)
        .input("xt", xt)
        .inputs(parameters.named())
        .output("dxt", Array::features_first(found.dxt)?)
        .output("da_prev", Array::features_first(found.da_prev)?)
        .outputs(named_gradients(found.weights)?),
    ])
}

fn sequence_steps(device: &Device) -> Result<[Step; 2], RecipeError> {
    let time = 4;
    let mut rng = NumpyRng::new(1);
    let (x, a0) = (Array::randn(&mut rng, [N_X, M, time]), Array::randn(&mut rng, [N_A, M]));
    let parameters = Parameters::randn(&mut rng);
    let da = Array::randn(&mut rng, [N_A, M, time]);

    let (inputs, start) = (x.sequence(device), a0.batch_first(device));
    let weights = parameters.weights(device);
    let forward = rnn_forward(&inputs, &start, &weights, &parameters.prediction(device));
    let found = rnn_backward(&da.sequence(device), &forward.a, &inputs, &start, &weights);
    Ok([
        Step::new("rnn_forward", "rnn_cell_forward from the first step of time to the last")
            .input("x", &x)
            .input("a0", &a0)
            .inputs(parameters.named())
            .output("a", Array::of_sequence(forward.a)?)
            .output("y_pred", Array::of_sequence(forward.y_pred)?),
        Step::new(
            "rnn_backward",
            "rnn_cell_backward from the last step of time to the first, with da and da_prev added",
        )
        .input("da", da)
        .input("x", x)
        .input("a0", a0)
        .inputs(parameters.named())
        .output("dx", Array::of_sequence(found.dx)?)
        .output("da0", Array::features_first(found.da0)?)
        .outputs(named_gradients(found.weights)?),
    ])
}

/// Weight and bias of the course, `(n_out, n_in)` and `(n_out, 1)`.
fn layer(weight: &Array, bias: &Array, device: &Device) -> Layer {
    Layer { weight: weight.batch_first(device), bias: bias.batch_first(device) }
}

fn named_gradients(weights: RnnWeights) -> Result<Named, RecipeError> {
    let RnnWeights { wax, waa, ba } = weights;
    features_first([("dWax", wax), ("dWaa", waa), ("dba", ba)])
}

/// Names batch-first results, in the notebook's axes.
fn features_first<const N: usize>(named: [(&str, Tensor<2>); N]) -> Result<Named, RecipeError> {
    let array =
        |(name, tensor): (&str, _)| Ok((name.to_string(), Array::features_first(tensor)?.into()));
    named.into_iter().map(array).collect()
}
