//! Course 2, week 1: initialisation.

use burn::tensor::Device;
use fireside_training::initializer::Initializer;

use super::dense::named_layers;
use super::{Array, Notebook, Step};
use crate::RecipeError;
use crate::initialization::first_net;

/// Initialisation.
pub const NOTEBOOK: Notebook = Notebook { name: "c2w1a1", steps };

/// The seed of the notebook's weights.
const SEED: u32 = 3;

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let drawn = |step: Step, sizes: &[usize], initializer| {
        let net = first_net(sizes, initializer, SEED, device)?;
        let step = step.input("layers_dims", Array::counts(sizes));
        let step = match initializer {
            Initializer::Zeros => step,
            _ => step.input("seed", f64::from(SEED)),
        };
        Ok::<_, RecipeError>(step.outputs(named_layers(&net.layers(), "")?))
    };
    let zeros = Step::new("initialize_parameters_zeros", "W = 0, b = 0");
    let random = Step::new("initialize_parameters_random", "W = 10 randn, b = 0");
    let he = Step::new("initialize_parameters_he", "W = randn sqrt(2 / n_{l-1}), b = 0");
    Ok(vec![
        drawn(zeros, &[3, 2, 1], Initializer::Zeros)?,
        drawn(random, &[3, 2, 1], Initializer::Normal(10.0))?,
        drawn(he, &[2, 4, 1], Initializer::He)?,
    ])
}
