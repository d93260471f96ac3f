//! What the assignment on gradient checking checks (course 2, week 1): a line, and a backward pass with two
//! planted errors. The check itself is `fireside_training::gradient_check`.

use burn::tensor::Tensor;

use super::Layer;
use super::propagation::{Backward, Forward, backward_propagation};

/// `J = θ x`.
#[must_use]
pub fn forward_line(x: f64, theta: f64) -> f64 {
    theta * x
}

/// `dJ/dθ = x`.
#[must_use]
pub fn backward_line(x: f64, _theta: f64) -> f64 {
    x
}

/// [`backward_propagation`] with the errors that the assignment plants: the second layer's weight gradient
/// doubled, the first layer's bias gradient times 4.
///
/// # Panics
/// With fewer than two layers.
#[must_use]
pub fn backward_propagation_with_planted_errors(
    x: &Tensor<2>,
    y: &Tensor<2>,
    forward: &Forward,
    layers: &[Layer],
) -> Vec<Backward> {
    let mut gradients = backward_propagation(x, y, forward, layers);
    let first = &mut gradients[0].parameters;
    first.bias = first.bias.clone() * 4.0;
    let second = &mut gradients[1].parameters;
    second.weight = second.weight.clone() * 2.0;
    gradients
}
