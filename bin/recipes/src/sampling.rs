//! A draw from what a model says comes next.

use burn::tensor::{Tensor, activation};
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::steps::characters::choose;

use crate::RecipeError;

/// Draws a class from the probabilities `softmax(logits / temperature)`: below 1 the likely gets likelier, above 1
/// everything more alike.
///
/// # Shapes
/// - `logits`: `[1, num_classes]`
///
/// # Errors
/// When the device fails.
pub fn draw(logits: Tensor<2>, temperature: f64, rng: &mut NumpyRng) -> Result<usize, RecipeError> {
    let probabilities = activation::softmax(logits / temperature, 1);
    let probabilities: Vec<f64> = probabilities.try_into_data()?.iter().collect();
    Ok(choose(&probabilities, rng.random_sample()))
}
