//! Course 2, week 1: regularisation.
//!
//! The notebook's tests hold weights and activations as NumPy had printed them, to eight decimals, and so do the inputs
//! of the gradients here.

use burn::tensor::{Device, Tensor};
use fireside_dense::steps::propagation::forward_propagation;
use fireside_dense::steps::regularization::{
    backward_propagation_with_dropout, backward_propagation_with_regularization,
    compute_cost_with_regularization, forward_propagation_with_dropout,
};
use fireside_numpy_rng::NumpyRng;
use fireside_training::regularizer::dropout::KeepProb;

use super::array::scalar;
use super::dense::{Parameters, arrays, forward, layers, named, named_backward, named_forward};
use super::{Array, Named, Notebook, Step};
use crate::RecipeError;

/// Regularisation.
pub const NOTEBOOK: Notebook = Notebook { name: "c2w1a2", steps };

/// Units of each layer in the tests.
const SIZES: [usize; 4] = [3, 2, 3, 1];

/// Examples in the tests, and their labels.
const LABELS: [f64; 5] = [1.0, 1.0, 0.0, 1.0, 0.0];

/// The seed of the masks.
const MASKS: u32 = 1;

/// The network of the tests and what it is tried on, drawn under seed 1.
struct Problem {
    x: Array,
    y: Array,
    drawn: Vec<Parameters>,
    /// The same to the decimals that NumPy prints.
    printed: Vec<Parameters>,
}

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut rng = NumpyRng::new(1);
    let x = Array::randn(&mut rng, [SIZES[0], LABELS.len()]);
    let drawn = Parameters::network(&mut rng, &SIZES);
    let printed = drawn.iter().map(Parameters::as_printed).collect();
    let problem = Problem { x, y: Array::matrix(&[LABELS]).of_integers(), drawn, printed };
    let [cost, with_l2] = problem.l2(device)?;
    Ok(vec![cost, with_l2, problem.dropped(device)?, problem.back_through_dropout(device)?])
}

impl Problem {
    fn l2(&self, device: &Device) -> Result<[Step; 2], RecipeError> {
        let (x, y) = (self.x.batch_first(device), self.y.batch_first(device));
        let pass = arrays(forward_propagation(&x, &layers(&self.drawn, device)))?;
        let pass = as_printed(&pass);

        let mut rng = NumpyRng::new(1);
        let (lambda, others) = (0.1, Parameters::network(&mut rng, &SIZES));
        let probabilities = &pass[SIZES.len() - 2][1];
        let cost = compute_cost_with_regularization(
            &probabilities.batch_first(device),
            &y,
            &layers(&others, device),
            lambda,
        );
        let cost_step = Step::new(
            "compute_cost_with_regularization",
            "the cross-entropy, and lambd / (2m) times the sum of all W^2",
        )
        .input("A3", probabilities)
        .input("Y", &self.y)
        .inputs(named(&others, ""))
        .input("lambd", lambda)
        .output("cost", scalar(cost)?);

        let lambda = 0.7;
        let parameters = layers(&self.printed, device);
        let found = backward_propagation_with_regularization(
            &x,
            &y,
            &forward(&pass, device),
            &parameters,
            lambda,
        );
        let backward_step = Step::new(
            "backward_propagation_with_regularization",
            "dZ3 = A3 - Y; dW = dZ A^T / m + lambd / m W, db = mean dZ, dA = W^T dZ, dZ = dA where A > 0",
        )
        .input("X", &self.x)
        .input("Y", &self.y)
        .inputs(named_forward(&pass))
        .inputs(named(&self.printed, ""))
        .input("lambd", lambda)
        .outputs(named_backward(found)?);
        Ok([cost_step, backward_step])
    }

    /// The masks `D1` and `D2`.
    fn masks(keep_prob: f64, device: &Device) -> Result<(Vec<Tensor<2>>, Named), RecipeError> {
        let (keep, mut rng) = (KeepProb::new(keep_prob)?, NumpyRng::new(MASKS));
        let hidden = SIZES[1..SIZES.len() - 1].iter();
        let masks: Vec<_> =
            hidden.map(|&units| keep.mask(LABELS.len(), units, &mut rng, device)).collect();
        let mut named = Named::new();
        for (mask, l) in masks.iter().zip(1..) {
            let kept = Array::features_first(mask.clone())?.of_integers();
            named.push((format!("D{l}"), kept.into()));
        }
        Ok((masks, named))
    }

    fn dropped(&self, device: &Device) -> Result<Step, RecipeError> {
        let keep_prob = 0.7;
        let (masks, named_masks) = Self::masks(keep_prob, device)?;
        let (x, parameters) = (self.x.batch_first(device), layers(&self.drawn, device));
        let found = forward_propagation_with_dropout(&x, &parameters, &masks, keep_prob);
        Ok(Step::new(
            "forward_propagation_with_dropout",
            "A = relu(Z) D / keep_prob in hidden layers, D = rand < keep_prob; sigmoid in the last",
        )
        .input("X", &self.x)
        .inputs(named(&self.drawn, ""))
        .input("keep_prob", keep_prob)
        .inputs(named_masks)
        .input("seed", f64::from(MASKS))
        .outputs(named_forward(&arrays(found)?)))
    }

    /// The test's activations are of a pass that kept half of the units, and `keep_prob` is another.
    fn back_through_dropout(&self, device: &Device) -> Result<Step, RecipeError> {
        let (kept, keep_prob) = (0.5, 0.8);
        let (masks, named_masks) = Self::masks(kept, device)?;
        let (x, y) = (self.x.batch_first(device), self.y.batch_first(device));
        let pass = forward_propagation_with_dropout(&x, &layers(&self.drawn, device), &masks, kept);
        let pass = as_printed(&arrays(pass)?);
        let found = backward_propagation_with_dropout(
            &x,
            &y,
            &forward(&pass, device),
            &layers(&self.printed, device),
            &masks,
            keep_prob,
        );
        Ok(Step::new(
            "backward_propagation_with_dropout",
            "as without, but dA2 and dA1 are multiplied by D / keep_prob",
        )
        .input("X", &self.x)
        .input("Y", &self.y)
        .inputs(named_forward(&pass))
        .inputs(named_masks)
        .inputs(named(&self.printed, ""))
        .input("keep_prob", keep_prob)
        .outputs(named_backward(found)?))
    }
}

fn as_printed(pass: &[[Array; 2]]) -> Vec<[Array; 2]> {
    pass.iter().map(|pair| pair.each_ref().map(Array::as_printed)).collect()
}
