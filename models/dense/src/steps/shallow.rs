//! The network with one hidden layer by hand (week 3).
//!
//! ```text
//! Z1 = X W1 + b1    A1 = tanh Z1    Z2 = A1 W2 + b2    A2 = σ(Z2)
//! dZ2 = A2 - Y                      dW2 = A1ᵀ dZ2 / m  db2 = mean dZ2
//! dZ1 = dZ2 W2ᵀ * (1 - A1²)         dW1 = Xᵀ dZ1 / m   db1 = mean dZ1
//! ```
//!
//! Where the notes slip: they print the second bias, repeated over the examples, as `n1 x m`; it is `1 x m`.
//!
//! Thousands of points of two features are a tall, narrow table. Inside, it lies on its side, as the
//! course has it, so that the long axis is contiguous in memory: measured, half the time. At the edges
//! everything is `[batch, features]`; a transpose there is a view and costs nothing.

use burn::tensor::{Device, Tensor};

use super::basics::sigmoid;
use super::{Layer, WeightScale, draw_layer, threshold};

/// The course's number of hidden units.
pub const HIDDEN: usize = 4;

/// What the forward pass computed and the backward pass needs.
#[derive(Debug, Clone)]
pub struct Activations {
    /// `[batch, hidden]`: the hidden layer before tanh.
    pub z1: Tensor<2>,
    /// `[batch, hidden]`: the hidden layer.
    pub a1: Tensor<2>,
    /// `[batch, outputs]`: the logits.
    pub z2: Tensor<2>,
    /// `[batch, outputs]`: the probabilities.
    pub a2: Tensor<2>,
}

/// Returns the sizes of input, hidden layer and output for `x` `[batch, n_x]` and `y` `[batch, n_y]`.
///
/// The hidden layer always has [`HIDDEN`] units: the course fixes it here.
#[must_use]
pub fn layer_sizes(x: &Tensor<2>, y: &Tensor<2>) -> (usize, usize, usize) {
    let ([_, n_x], [_, n_y]) = (x.dims(), y.dims());
    (n_x, HIDDEN, n_y)
}

/// Draws weights of 0.01 times `randn`, hidden layer first; see [`super::initialize_parameters_deep`].
#[must_use]
pub fn initialize_parameters(
    n_x: usize,
    n_h: usize,
    n_y: usize,
    mut randn: impl FnMut() -> f64,
    device: &Device,
) -> [Layer; 2] {
    let scale = WeightScale::Constant(0.01);
    let hidden = draw_layer(n_x, n_h, scale, &mut randn, device);
    let output = draw_layer(n_h, n_y, scale, &mut randn, device);
    [hidden, output]
}

/// Computes the activations of both layers.
///
/// # Shapes
/// - `x`: `[batch, n_x]`
#[must_use]
pub fn forward_propagation(x: &Tensor<2>, [hidden, output]: &[Layer; 2]) -> Activations {
    let weighted = |layer: &Layer, input: Tensor<2>| {
        let weight = layer.weight.clone().transpose();
        weight.matmul(input) + layer.bias.clone().transpose()
    };
    let z1 = weighted(hidden, x.clone().transpose()); // [n_h, batch]
    let a1 = tanh(z1.clone());
    let z2 = weighted(output, a1.clone()); // [n_y, batch]
    let a2 = sigmoid(z2.clone());
    Activations { z1: z1.transpose(), a1: a1.transpose(), z2: z2.transpose(), a2: a2.transpose() }
}

/// Returns the gradients of the cost by both layers.
///
/// # Shapes
/// - `x`: `[batch, n_x]`, `y`: `[batch, n_y]`
#[must_use]
pub fn backward_propagation(
    [_, output]: &[Layer; 2],
    activations: &Activations,
    x: &Tensor<2>,
    y: &Tensor<2>,
) -> [Layer; 2] {
    let [batch, _] = x.dims();
    let a1 = activations.a1.clone().transpose(); // [n_h, batch]
    let a2 = activations.a2.clone().transpose(); // [n_y, batch]
    // The 1/m of all four gradients is taken here, once.
    let dz2 = (a2 - y.clone().transpose()) / batch as f64;
    let dz1 = output.weight.clone().matmul(dz2.clone()) * (a1.clone() * -a1.clone() + 1.0);
    let gradient = |input: Tensor<2>, dz: Tensor<2>| Layer {
        weight: input.matmul(dz.clone().transpose()),
        bias: dz.sum_dim(1).transpose(),
    };
    [gradient(x.clone().transpose(), dz1), gradient(a1, dz2)]
}

/// One iteration of [`nn_model`]: returns the updated parameters and the logits before.
#[must_use]
pub fn gradient_step(
    layers: &[Layer; 2],
    x: &Tensor<2>,
    y: &Tensor<2>,
    learning_rate: f64,
) -> ([Layer; 2], Tensor<2>) {
    let activations = forward_propagation(x, layers);
    let gradients = backward_propagation(layers, &activations, x, y);
    let updated = std::array::from_fn(|l| layers[l].update(&gradients[l], learning_rate));
    (updated, activations.z2)
}

/// Trains for `num_iterations` from `layers` and returns the parameters found.
#[must_use]
pub fn nn_model(
    x: &Tensor<2>,
    y: &Tensor<2>,
    layers: [Layer; 2],
    num_iterations: usize,
    learning_rate: f64,
) -> [Layer; 2] {
    (0..num_iterations).fold(layers, |layers, _| gradient_step(&layers, x, y, learning_rate).0)
}

/// Returns 1 where the network gives more than one half, else 0.
///
/// # Shapes
/// - `x`: `[batch, n_x]`
/// - output: `[batch, n_y]`
#[must_use]
pub fn predict(layers: &[Layer; 2], x: &Tensor<2>) -> Tensor<2> {
    threshold(&forward_propagation(x, layers).a2)
}

/// `1 - 2 / (e^2z + 1)`: a third of the time of Burn's own on the CPU, and within rounding (absolute,
/// not relative: near 0 the last digits are lost) of it.
fn tanh(z: Tensor<2>) -> Tensor<2> {
    let e = (z * 2.0).exp();
    (e + 1.0).recip() * -2.0 + 1.0
}
