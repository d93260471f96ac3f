//! Forward and backward through (linear, ReLU) times L-1, linear, sigmoid, as course 2's notebooks have it.
//!
//! ```text
//! dz_L = a_L - y                dW = a_prevᵀ dz / m        db = mean dz
//! da = dz Wᵀ                    dz = da where a > 0
//! ```
//!
//! [`super::deep`] goes back through the sigmoid's own derivative, which is 0/0 once the output saturates;
//! here the two have been cancelled against each other, and every layer's `dz` and `da` are kept, to look at
//! or to check. The notebooks on initialisation and optimisation take the `1/m` in `dz` already; every
//! `dz` and `da` there is `1/m` of the one here.

use burn::tensor::{Tensor, activation};

use super::basics::sigmoid;
use super::{Layer, threshold};

/// What the forward pass computed.
#[derive(Debug, Clone)]
pub struct Forward {
    /// Each layer before its activation, `[batch, units]`; the last are the logits.
    pub z: Vec<Tensor<2>>,
    /// Each layer after its activation, `[batch, units]`; the last are the probabilities.
    pub a: Vec<Tensor<2>>,
}

impl Forward {
    /// Returns the probabilities.
    ///
    /// # Panics
    /// When there is no layer.
    #[must_use]
    pub fn probabilities(&self) -> &Tensor<2> {
        &self.a[self.a.len() - 1]
    }
}

/// The gradients of the cost by one layer.
#[derive(Debug, Clone)]
pub struct Backward {
    /// By the layer before its activation, times `m`: `[batch, units]`.
    pub dz: Tensor<2>,
    /// By the layer after its activation, times `m`; `None` for the last.
    pub da: Option<Tensor<2>>,
    /// By weight and bias.
    pub parameters: Layer,
}

/// Computes all layers; `alter` may change a hidden layer after its ReLU, given its position from 0.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
#[must_use]
pub fn forward_with(
    x: &Tensor<2>,
    layers: &[Layer],
    mut alter: impl FnMut(usize, Tensor<2>) -> Tensor<2>,
) -> Forward {
    let mut forward = Forward { z: Vec::new(), a: Vec::new() };
    for (index, layer) in layers.iter().enumerate() {
        let input = forward.a.last().unwrap_or(x).clone();
        let z = input.matmul(layer.weight.clone()) + layer.bias.clone();
        let a = match index + 1 == layers.len() {
            true => sigmoid(z.clone()),
            false => alter(index, activation::relu(z.clone())),
        };
        forward.z.push(z);
        forward.a.push(a);
    }
    forward
}

/// Computes all layers.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
#[must_use]
pub fn forward_propagation(x: &Tensor<2>, layers: &[Layer]) -> Forward {
    forward_with(x, layers, |_, a| a)
}

/// Returns the gradients of every layer, the first layer first; `alter` may change the gradient by a hidden
/// layer's output, given its position from 0, as the forward pass changed the output.
///
/// # Shapes
/// - `x`: `[batch, inputs]`, `y`: `[batch, outputs]`
#[must_use]
pub fn backward_with(
    x: &Tensor<2>,
    y: &Tensor<2>,
    forward: &Forward,
    layers: &[Layer],
    mut alter: impl FnMut(usize, Tensor<2>) -> Tensor<2>,
) -> Vec<Backward> {
    let [batch, _] = x.dims();
    let mut gradients = Vec::with_capacity(layers.len());
    let mut dz = forward.probabilities().clone() - y.clone();
    let mut da = None;
    for index in (0..layers.len()).rev() {
        let input = if index == 0 { x } else { &forward.a[index - 1] };
        let parameters = Layer {
            weight: input.clone().transpose().matmul(dz.clone()) / batch as f64,
            bias: dz.clone().mean_dim(0),
        };
        let this = Backward { dz: dz.clone(), da: da.take(), parameters };
        gradients.push(this);
        if index > 0 {
            let by_input = dz.matmul(layers[index].weight.clone().transpose());
            let by_input = alter(index - 1, by_input);
            dz = by_input.clone().mask_fill(input.clone().lower_equal_elem(0.0), 0.0);
            da = Some(by_input);
        }
    }
    gradients.reverse();
    gradients
}

/// Returns the gradients of every layer, the first layer first.
///
/// # Shapes
/// - `x`: `[batch, inputs]`, `y`: `[batch, outputs]`
#[must_use]
pub fn backward_propagation(
    x: &Tensor<2>,
    y: &Tensor<2>,
    forward: &Forward,
    layers: &[Layer],
) -> Vec<Backward> {
    backward_with(x, y, forward, layers, |_, da| da)
}

/// The sum of the cross-entropy over the examples, without those that are not a number.
///
/// A probability of exactly 0 or 1 gives `0 ln 0`, no number, for the right label, which the course drops
/// (`nansum`), and infinity for the wrong one. Divide by the number of examples for the mean: the notebook on
/// optimisation does so once an epoch.
///
/// # Shapes
/// - `probabilities`, `labels`: `[batch, 1]`
/// - output: `[1]`
#[must_use]
pub fn summed_cost(probabilities: &Tensor<2>, labels: &Tensor<2>) -> Tensor<1> {
    let (a, y) = (probabilities.clone(), labels.clone());
    let terms = -(y.clone() * a.clone().log() + (-y + 1.0) * (-a + 1.0).log());
    let not_a_number = terms.clone().is_nan();
    terms.mask_fill(not_a_number, 0.0).sum()
}

/// The mean of [`summed_cost`]: the notebooks on initialisation and regularisation.
///
/// # Shapes
/// - `probabilities`, `labels`: `[batch, 1]`
/// - output: `[1]`
#[must_use]
pub fn compute_loss(probabilities: &Tensor<2>, labels: &Tensor<2>) -> Tensor<1> {
    let [batch, _] = probabilities.dims();
    summed_cost(probabilities, labels) / batch as f64
}

/// Returns 1 where the network gives more than one half, else 0.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
/// - output: `[batch, 1]`
#[must_use]
pub fn predict(x: &Tensor<2>, layers: &[Layer]) -> Tensor<2> {
    threshold(forward_propagation(x, layers).probabilities())
}
