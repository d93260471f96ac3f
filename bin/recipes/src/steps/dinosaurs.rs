//! Course 5, week 1: dinosaur island, a language model of characters.

use burn::tensor::{Device, Tensor};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::Layer;
use fireside_sequence::steps::characters::{Parameters, optimize, sample};
use fireside_sequence::steps::clip::clip_by_value;
use fireside_sequence::steps::rnn::RnnWeights;

use super::array::scalar;
use super::{Array, Named, Notebook, Step};
use crate::RecipeError;

/// Dinosaur island.
pub const NOTEBOOK: Notebook = Notebook { name: "c5w1a2", steps };

/// Units of the hidden state, and characters: the newline, and a to z.
const SIZES: [usize; 2] = [100, 27];

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    Ok(vec![clipped(10.0, device)?, clipped(5.0, device)?, sampled(device), optimized(device)?])
}

fn clipped(max_value: f64, device: &Device) -> Result<Step, RecipeError> {
    let mut rng = NumpyRng::new(3);
    let shapes =
        [("dWax", [5, 3]), ("dWaa", [5, 5]), ("dWya", [2, 5]), ("dba", [5, 1]), ("dby", [2, 1])];
    let mut step = Step::new("clip", "every entry cut off at -maxValue and maxValue");
    let mut outputs = Named::new();
    for (name, shape) in shapes {
        let gradient = Array::randn(&mut rng, shape).map(|drawn| drawn * 10.0);
        let found = clip_by_value(gradient.tensor::<2>(device), max_value);
        outputs.push((name.to_string(), Array::of(found)?.into()));
        step = step.input(name, gradient);
    }
    Ok(step.input("maxValue", max_value).outputs(outputs))
}

/// Parameters of normal numbers, in the order of the notebook's tests.
fn drawn(rng: &mut NumpyRng, device: &Device) -> Parameters {
    let [n_a, vocab_size] = SIZES;
    let mut draw = |shape: [usize; 2]| Array::randn(rng, shape).batch_first(device);
    let (wax, waa, wya) = (draw([n_a, vocab_size]), draw([n_a, n_a]), draw([vocab_size, n_a]));
    let (ba, by) = (draw([n_a, 1]), draw([vocab_size, 1]));
    Parameters {
        recurrent: RnnWeights { wax, waa, ba },
        prediction: Layer { weight: wya, bias: by },
    }
}

/// The notebook seeds its generator anew for each character, each seed 2 above the one before.
fn sampled(device: &Device) -> Step {
    let ([n_a, vocab_size], parameter_seed, newline, seed) = (SIZES, 24, 0, 0);
    let parameters = drawn(&mut NumpyRng::new(parameter_seed), device);
    let mut draws = Vec::new();
    let indices = sample(&parameters, newline, || {
        let draw = NumpyRng::new(seed + 2 * draws.len() as u32).random_sample();
        draws.push(draw);
        draw
    });
    let what =
        "a name until its newline, each character drawn by the probabilities after the one before";
    Step::new("sample", what)
        .input("param_seed", f64::from(parameter_seed))
        .input("n_a", n_a)
        .input("vocab_size", vocab_size)
        .input("newline_index", newline)
        .input("seed", f64::from(seed))
        .input("draws", Array::list(draws))
        .output("indices", Array::counts(&indices))
}

/// Of the large results one row each, as in the notebook.
fn optimized(device: &Device) -> Result<Step, RecipeError> {
    let ([n_a, vocab_size], seed, rate) = (SIZES, 1, 0.01);
    let mut rng = NumpyRng::new(seed);
    let a_prev = Array::randn(&mut rng, [n_a, 1]).batch_first(device);
    let parameters = drawn(&mut rng, device);
    let (x, y) = ([12, 3, 5, 11, 22, 3], [4, 14, 11, 22, 25, 26]);
    let found = optimize(&x.map(Some), &y, &a_prev, &parameters, rate);
    let (gradients, new) = (found.gradients.recurrent, found.parameters.recurrent);
    let Layer { weight: dwya, bias: dby } = found.gradients.prediction;
    Ok(Step::new(
        "optimize",
        "forward, backward, clip at 5, update: one step of training, on one name",
    )
    .input("seed", f64::from(seed))
    .input("n_a", n_a)
    .input("vocab_size", vocab_size)
    .input("X", Array::counts(&x))
    .input("Y", Array::counts(&y))
    .input("learning_rate", rate)
    .output("loss", scalar(found.loss)?)
    .output("dWaa_row1", row(&gradients.waa, 1)?)
    .output("dWax_row3", row(&gradients.wax, 3)?)
    .output("dWya_row1", row(&dwya, 1)?)
    .output("dba", Array::features_first(gradients.ba)?)
    .output("dby", Array::features_first(dby)?)
    .output("sum_dWaa", scalar(gradients.waa.sum())?)
    .output("sum_dWax", scalar(gradients.wax.sum())?)
    .output("sum_dWya", scalar(dwya.sum())?)
    .output("a_last", Array::features_first(found.a_last)?)
    .output("Wax_new_row0", row(&new.wax, 0)?)
    .output("Waa_new_row0", row(&new.waa, 0)?)
    .output("ba_new", Array::features_first(new.ba)?)
    .output("by_new", Array::features_first(found.parameters.prediction.bias)?))
}

/// A row of the course's weight, which is a column of ours.
fn row(weight: &Tensor<2>, row: usize) -> Result<Array, RecipeError> {
    Array::of(weight.clone().narrow(1, row, 1).squeeze_dim::<1>(1))
}
