//! The L-layer network by hand: (linear, ReLU) times L-1, then linear and sigmoid (week 4).
//!
//! ```text
//! Z = A_prev W + b                A = g(Z)
//! dZ = dA * g'(Z)                 dW = A_prevᵀ dZ / m    db = mean dZ    dA_prev = dZ Wᵀ
//! ```
//!
//! Where the notes slip: they give ReLU the slope 1 at z = 0 (the graded assignment, followed here, has 0);
//! for one example they write `dW = dz a_prev` without the transpose of `a_prev`; and they name the
//! derivative by `a` of the last layer `∂L/∂z`, though what they then compute is `∂L/∂a`.

use burn::tensor::{Tensor, activation};

use super::basics::sigmoid;
use super::{
    Layer, WeightScale, compute_cost, initialize_parameters_deep, threshold, update_parameters,
};

/// The activation of one layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `max(0, z)`, in the hidden layers.
    Relu,
    /// `1 / (1 + e^-z)`, in the last.
    Sigmoid,
}

/// What the forward pass of one layer leaves for its backward pass.
#[derive(Debug, Clone)]
pub struct Cache {
    /// `[batch, inputs]`: what came in.
    pub a_prev: Tensor<2>,
    /// The layer's parameters.
    pub layer: Layer,
    /// `[batch, outputs]`: before the activation.
    pub z: Tensor<2>,
    /// The layer's activation.
    pub activation: Activation,
}

/// The gradients of the cost by one layer.
#[derive(Debug, Clone)]
pub struct LayerGradients {
    /// `[batch, inputs]`: by what came in.
    pub da_prev: Tensor<2>,
    /// By weight and bias.
    pub parameters: Layer,
}

/// `max(0, z)`, element by element.
#[must_use]
pub fn relu(z: Tensor<2>) -> Tensor<2> {
    activation::relu(z)
}

/// `dA` where `z > 0`, else 0.
///
/// # Shapes
/// - `da`, `z`, output: `[batch, outputs]`
#[must_use]
pub fn relu_backward(da: Tensor<2>, z: Tensor<2>) -> Tensor<2> {
    da.mask_fill(z.lower_equal_elem(0.0), 0.0)
}

/// `dA * s (1 - s)` with `s = sigmoid(z)`.
///
/// # Shapes
/// - `da`, `z`, output: `[batch, outputs]`
#[must_use]
pub fn sigmoid_backward(da: Tensor<2>, z: Tensor<2>) -> Tensor<2> {
    let s = sigmoid(z);
    da * s.clone() * (1.0 - s)
}

/// `A W + b`.
///
/// # Shapes
/// - `a`: `[batch, inputs]`
/// - output: `[batch, outputs]`
#[must_use]
pub fn linear_forward(a: Tensor<2>, layer: &Layer) -> Tensor<2> {
    a.matmul(layer.weight.clone()) + layer.bias.clone()
}

/// Computes one layer and what its backward pass needs.
///
/// # Shapes
/// - `a_prev`: `[batch, inputs]`
/// - output: `[batch, outputs]`
#[must_use]
pub fn linear_activation_forward(
    a_prev: Tensor<2>,
    layer: &Layer,
    activation: Activation,
) -> (Tensor<2>, Cache) {
    let z = linear_forward(a_prev.clone(), layer);
    let a = match activation {
        Activation::Relu => relu(z.clone()),
        Activation::Sigmoid => sigmoid(z.clone()),
    };
    let cache = Cache { a_prev, layer: layer.clone(), z, activation };
    (a, cache)
}

/// Computes the probabilities, and the cache of every layer.
///
/// # Shapes
/// - `x`: `[batch, n_x]`
/// - output: `[batch, 1]`
#[must_use]
pub fn l_model_forward(x: &Tensor<2>, layers: &[Layer]) -> (Tensor<2>, Vec<Cache>) {
    let mut a = x.clone();
    let mut caches = Vec::with_capacity(layers.len());
    for (index, layer) in layers.iter().enumerate() {
        let activation = match index + 1 == layers.len() {
            true => Activation::Sigmoid,
            false => Activation::Relu,
        };
        let (next, cache) = linear_activation_forward(a, layer, activation);
        caches.push(cache);
        a = next;
    }
    (a, caches)
}

/// The gradients of one linear step, from `dz` `[batch, outputs]`.
#[must_use]
pub fn linear_backward(dz: Tensor<2>, a_prev: &Tensor<2>, layer: &Layer) -> LayerGradients {
    let [batch, _] = a_prev.dims();
    let parameters = Layer {
        weight: a_prev.clone().transpose().matmul(dz.clone()) / batch as f64,
        bias: dz.clone().mean_dim(0),
    };
    LayerGradients { da_prev: dz.matmul(layer.weight.clone().transpose()), parameters }
}

/// The gradients of one layer, from `da` `[batch, outputs]`.
#[must_use]
pub fn linear_activation_backward(da: Tensor<2>, cache: &Cache) -> LayerGradients {
    let dz = match cache.activation {
        Activation::Relu => relu_backward(da, cache.z.clone()),
        Activation::Sigmoid => sigmoid_backward(da, cache.z.clone()),
    };
    linear_backward(dz, &cache.a_prev, &cache.layer)
}

/// Returns the gradients of every layer, the first layer first.
///
/// # Shapes
/// - `al`: `[batch, 1]`, the probabilities of [`l_model_forward`]
/// - `y`: `[batch, 1]`
#[must_use]
pub fn l_model_backward(al: &Tensor<2>, y: &Tensor<2>, caches: &[Cache]) -> Vec<LayerGradients> {
    let (al, y) = (al.clone(), y.clone());
    let mut da = (1.0 - y.clone()) / (1.0 - al.clone()) - y / al;
    let mut gradients = Vec::with_capacity(caches.len());
    for cache in caches.iter().rev() {
        let gradient = linear_activation_backward(da, cache);
        da = gradient.da_prev.clone();
        gradients.push(gradient);
    }
    gradients.reverse();
    gradients
}

/// One iteration of training: returns the updated parameters and the logits before.
///
/// # Panics
/// When there are no layers.
#[must_use]
pub fn gradient_step(
    layers: &[Layer],
    x: &Tensor<2>,
    y: &Tensor<2>,
    learning_rate: f64,
) -> (Vec<Layer>, Tensor<2>) {
    let (al, caches) = l_model_forward(x, layers);
    let logits = caches[caches.len() - 1].z.clone();
    let gradients: Vec<Layer> =
        l_model_backward(&al, y, &caches).into_iter().map(|gradient| gradient.parameters).collect();
    (update_parameters(layers, &gradients, learning_rate), logits)
}

/// Trains linear, ReLU, linear, sigmoid from weights of 0.01 times `randn`.
///
/// Returns the parameters and the costs at iterations 0, 100, 200 and so on.
#[must_use]
pub fn two_layer_model(
    x: &Tensor<2>,
    y: &Tensor<2>,
    layers_dims: [usize; 3],
    learning_rate: f64,
    num_iterations: usize,
    randn: impl FnMut() -> f64,
) -> (Vec<Layer>, Vec<Tensor<1>>) {
    let scale = WeightScale::Constant(0.01);
    let layers = initialize_parameters_deep(&layers_dims, scale, randn, &x.device());
    descend(layers, x, y, learning_rate, num_iterations)
}

/// Trains a network of any depth from weights of `randn` over the root of each layer's inputs.
///
/// Returns the parameters and the costs at iterations 0, 100, 200 and so on.
#[must_use]
pub fn l_layer_model(
    x: &Tensor<2>,
    y: &Tensor<2>,
    layers_dims: &[usize],
    learning_rate: f64,
    num_iterations: usize,
    randn: impl FnMut() -> f64,
) -> (Vec<Layer>, Vec<Tensor<1>>) {
    let scale = WeightScale::InverseRootOfInputs;
    let layers = initialize_parameters_deep(layers_dims, scale, randn, &x.device());
    descend(layers, x, y, learning_rate, num_iterations)
}

fn descend(
    mut layers: Vec<Layer>,
    x: &Tensor<2>,
    y: &Tensor<2>,
    learning_rate: f64,
    num_iterations: usize,
) -> (Vec<Layer>, Vec<Tensor<1>>) {
    let mut costs = Vec::new();
    for iteration in 0..num_iterations {
        let (updated, logits) = gradient_step(&layers, x, y, learning_rate);
        if iteration.is_multiple_of(100) {
            costs.push(compute_cost(&sigmoid(logits), y));
        }
        layers = updated;
    }
    (layers, costs)
}

/// Returns 1 where the network gives more than one half, else 0.
///
/// # Shapes
/// - `x`: `[batch, n_x]`
/// - output: `[batch, 1]`
#[must_use]
pub fn predict(x: &Tensor<2>, layers: &[Layer]) -> Tensor<2> {
    threshold(&l_model_forward(x, layers).0)
}
