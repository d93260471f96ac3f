//! Logistic regression by hand: initialise, propagate, optimise, predict (week 2).
//!
//! ```text
//! A  = σ(X w + b)              cost = -mean(Y ln A + (1 - Y) ln(1 - A))
//! dw = Xᵀ (A - Y) / m          db   = mean(A - Y)
//! ```

use burn::tensor::{Device, Tensor};

use super::basics::sigmoid;
use super::{Layer, compute_cost, threshold};

/// Returns zero weights for `dim` features.
#[must_use]
pub fn initialize_with_zeros(dim: usize, device: &Device) -> Layer {
    Layer { weight: Tensor::zeros([dim, 1], device), bias: Tensor::zeros([1, 1], device) }
}

/// Returns the gradient of the cost, and the logits it follows from.
///
/// # Shapes
/// - `features`: `[batch, num_features]`, `labels`: `[batch, 1]` of 0 and 1
/// - logits: `[batch, 1]`
#[must_use]
pub fn propagate(layer: &Layer, features: &Tensor<2>, labels: &Tensor<2>) -> (Layer, Tensor<2>) {
    let [batch, _] = features.dims();
    let logits = logits(layer, features);
    let error = (sigmoid(logits.clone()) - labels.clone()) / batch as f64;
    let gradient = Layer {
        weight: features.clone().transpose().matmul(error.clone()),
        bias: error.sum_dim(0),
    };
    (gradient, logits)
}

/// One iteration of [`optimize`]: returns the updated parameters, the gradient that led to them, and the
/// logits before.
#[must_use]
pub fn gradient_step(
    layer: &Layer,
    features: &Tensor<2>,
    labels: &Tensor<2>,
    learning_rate: f64,
) -> (Layer, Layer, Tensor<2>) {
    let (gradient, logits) = propagate(layer, features, labels);
    (layer.update(&gradient, learning_rate), gradient, logits)
}

/// What [`optimize`] found.
#[derive(Debug, Clone)]
pub struct Optimized {
    /// The parameters after the last update.
    pub layer: Layer,
    /// The gradient of the last iteration; absent when there was none.
    pub gradient: Option<Layer>,
    /// The costs at iterations 0, 100, 200 and so on, each before its update.
    pub costs: Vec<Tensor<1>>,
}

/// Descends for `num_iterations`.
#[must_use]
pub fn optimize(
    layer: Layer,
    features: &Tensor<2>,
    labels: &Tensor<2>,
    num_iterations: usize,
    learning_rate: f64,
) -> Optimized {
    let mut found = Optimized { layer, gradient: None, costs: Vec::new() };
    for iteration in 0..num_iterations {
        let (layer, gradient, logits) =
            gradient_step(&found.layer, features, labels, learning_rate);
        if iteration.is_multiple_of(100) {
            found.costs.push(compute_cost(&sigmoid(logits), labels));
        }
        found.layer = layer;
        found.gradient = Some(gradient);
    }
    found
}

/// Returns 1 where the model gives more than one half, else 0.
///
/// # Shapes
/// - `features`: `[batch, num_features]`
/// - output: `[batch, 1]`
#[must_use]
pub fn predict(layer: &Layer, features: &Tensor<2>) -> Tensor<2> {
    threshold(&sigmoid(logits(layer, features)))
}

fn logits(layer: &Layer, features: &Tensor<2>) -> Tensor<2> {
    features.clone().matmul(layer.weight.clone()) + layer.bias.clone()
}
