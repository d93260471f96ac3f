//! L2 and dropout by hand (course 2, week 1).
//!
//! ```text
//! L2:       J + λ/(2m) Σ W²                    dW gains λ/m W
//! dropout:  A := A D / keep_prob               dA := dA D / keep_prob, with the same D
//! ```
//!
//! The dropout mask `D` is 1 where a unit is kept. The course draws the same masks in every pass, from seed
//! 1; whoever trains for other reasons than to repeat its figures draws new ones each time.

use burn::tensor::Tensor;

use super::Layer;
use super::propagation::{Backward, Forward, backward_with, compute_loss, forward_with};

/// Cross-entropy, and `λ/(2m)` for the squares of all weights.
///
/// # Shapes
/// - `probabilities`, `y`: `[batch, 1]`
/// - output: `[1]`
#[must_use]
pub fn compute_cost_with_regularization(
    probabilities: &Tensor<2>,
    y: &Tensor<2>,
    layers: &[Layer],
    lambda: f64,
) -> Tensor<1> {
    let [batch, _] = y.dims();
    let squares = layers.iter().map(|layer| layer.weight.clone().square().sum());
    let factor = lambda / (2.0 * batch as f64);
    squares.fold(compute_loss(probabilities, y), |cost, square| cost + square * factor)
}

/// Returns the gradients of the cost with its L2 term.
///
/// # Shapes
/// - `x`: `[batch, inputs]`, `y`: `[batch, 1]`
#[must_use]
pub fn backward_propagation_with_regularization(
    x: &Tensor<2>,
    y: &Tensor<2>,
    forward: &Forward,
    layers: &[Layer],
    lambda: f64,
) -> Vec<Backward> {
    let [batch, _] = x.dims();
    let mut gradients = backward_with(x, y, forward, layers, |_, da| da);
    for (gradient, layer) in gradients.iter_mut().zip(layers) {
        let term = layer.weight.clone() * (lambda / batch as f64);
        gradient.parameters.weight = gradient.parameters.weight.clone() + term;
    }
    gradients
}

/// Computes all layers, dropping the units that the masks of the hidden layers name.
///
/// # Shapes
/// - `x`: `[batch, inputs]`, each of `masks`: `[batch, units]` of 1 and 0
///
/// # Panics
/// When a hidden layer has no mask.
#[must_use]
pub fn forward_propagation_with_dropout(
    x: &Tensor<2>,
    layers: &[Layer],
    masks: &[Tensor<2>],
    keep_prob: f64,
) -> Forward {
    forward_with(x, layers, |index, a| a * masks[index].clone() / keep_prob)
}

/// Returns the gradients of the cost under the forward pass's own masks.
///
/// # Shapes
/// - `x`: `[batch, inputs]`, `y`: `[batch, 1]`, each of `masks`: `[batch, units]`
///
/// # Panics
/// When a hidden layer has no mask.
#[must_use]
pub fn backward_propagation_with_dropout(
    x: &Tensor<2>,
    y: &Tensor<2>,
    forward: &Forward,
    layers: &[Layer],
    masks: &[Tensor<2>],
    keep_prob: f64,
) -> Vec<Backward> {
    backward_with(x, y, forward, layers, |index, da| da * masks[index].clone() / keep_prob)
}
