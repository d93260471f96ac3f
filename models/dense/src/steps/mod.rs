//! Courses 1 and 2 by hand: the forward and backward functions of their assignments, under their names.
//!
//! Plain functions over tensors, for every backend. Where the course puts features first, `(n_x, m)`,
//! these are batch first, `[batch, features]`, so a weight is `[inputs, outputs]` and `Z = X W + b`.
//!
//! Course 1:
//! - [`basics`]: week 2, Python basics with NumPy
//! - [`logistic`]: week 2, logistic regression with a neural network mindset
//! - [`shallow`]: week 3, planar data classification
//! - [`deep`]: week 4, building a deep network step by step, and its application
//!
//! Course 2:
//! - [`propagation`]: week 1 and 2, the three-layer network of every notebook, at any depth
//! - [`regularization`]: week 1, L2 and dropout
//! - [`gradient_checking`]: week 1, a line and a wrong backward pass to check
//! - [`softmax`], [`batch_norm`]: week 3

pub mod basics;
pub mod batch_norm;
pub mod deep;
pub mod gradient_checking;
pub mod logistic;
pub mod propagation;
pub mod regularization;
pub mod shallow;
pub mod softmax;

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, Tensor, TensorData};

/// The weight and bias of one layer, or the gradients of the cost by them.
#[derive(Debug, Clone)]
pub struct Layer {
    /// `[inputs, outputs]`: the transpose of the course's `W`.
    pub weight: Tensor<2>,
    /// `[1, outputs]`
    pub bias: Tensor<2>,
}

impl Layer {
    /// Returns Burn's layer with these parameters.
    pub fn to_linear(&self) -> Linear {
        Linear {
            weight: Param::from_tensor(self.weight.clone()),
            bias: Some(Param::from_tensor(self.bias.clone().squeeze_dim(0))),
        }
    }

    /// Returns the parameters of Burn's layer, a missing bias as zeros.
    pub fn from_linear(linear: &Linear) -> Self {
        let weight = linear.weight.val().without_autodiff();
        let [_, outputs] = weight.dims();
        let bias = match &linear.bias {
            Some(bias) => bias.val().without_autodiff().reshape([1, outputs]),
            None => Tensor::zeros([1, outputs], &weight.device()),
        };
        Self { weight, bias }
    }

    /// Takes the step of gradient descent, `p - learning_rate * dp`, for weight and bias.
    pub fn update(&self, gradient: &Layer, learning_rate: f64) -> Layer {
        let step = |p: &Tensor<2>, dp: &Tensor<2>| p.clone() - dp.clone() * learning_rate;
        Layer {
            weight: step(&self.weight, &gradient.weight),
            bias: step(&self.bias, &gradient.bias),
        }
    }
}

/// How large the course draws its first weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WeightScale {
    /// Normal numbers times this; 0.01 in weeks 3 and 4.
    Constant(f64),
    /// Normal numbers divided by the square root of the layer's inputs: the deep network of the week 4
    /// application, which does not train from 0.01.
    InverseRootOfInputs,
}

/// Draws the first parameters of a network of `layer_dims` units, the input first; biases are zero.
///
/// `randn` gives standard normal numbers; drawn in the course's order (layer by layer, one output
/// unit after the other), NumPy's stream after `np.random.seed` gives the course's own weights.
///
/// The notes print `b = np.zeros((m, n))`, the shape of the weights; a bias has one number for each unit.
#[must_use]
pub fn initialize_parameters_deep(
    layer_dims: &[usize],
    scale: WeightScale,
    mut randn: impl FnMut() -> f64,
    device: &Device,
) -> Vec<Layer> {
    layer_dims
        .windows(2)
        .map(|dims| draw_layer(dims[0], dims[1], scale, &mut randn, device))
        .collect()
}

fn draw_layer(
    inputs: usize,
    outputs: usize,
    scale: WeightScale,
    randn: &mut impl FnMut() -> f64,
    device: &Device,
) -> Layer {
    let drawn: Vec<f64> = (0..inputs * outputs)
        .map(|_| match scale {
            WeightScale::Constant(factor) => randn() * factor,
            WeightScale::InverseRootOfInputs => randn() / (inputs as f64).sqrt(),
        })
        .collect();
    // The course's W is [outputs, inputs]: transposed on the host, so that ours is contiguous.
    let mut weight = Vec::with_capacity(drawn.len());
    for input in 0..inputs {
        weight.extend((0..outputs).map(|output| drawn[output * inputs + input]));
    }
    Layer {
        weight: Tensor::from_data(TensorData::new(weight, [inputs, outputs]), device),
        bias: Tensor::zeros([1, outputs], device),
    }
}

/// Binary cross-entropy of the predicted probabilities: `-(y ln a + (1 - y) ln(1 - a))`, the mean over the examples
/// and the sum over the outputs of each.
///
/// As in the course, a probability of exactly 0 or 1 with the wrong label costs infinity and with the
/// right one gives NaN (0 times infinity); a loss on logits has neither trouble.
///
/// # Shapes
/// - `probabilities`, `labels`: `[batch, outputs]`
/// - output: `[1]`
#[must_use]
pub fn compute_cost(probabilities: &Tensor<2>, labels: &Tensor<2>) -> Tensor<1> {
    let [batch, _] = labels.dims();
    let (a, y) = (probabilities.clone(), labels.clone());
    let log_likelihood = y.clone() * a.clone().log() + (-y + 1.0) * (-a + 1.0).log();
    -log_likelihood.sum() / batch as f64
}

/// Takes one step of gradient descent on every layer.
///
/// # Panics
/// When there is not one gradient for each layer.
#[must_use]
pub fn update_parameters(layers: &[Layer], gradients: &[Layer], learning_rate: f64) -> Vec<Layer> {
    assert_eq!(layers.len(), gradients.len(), "one gradient for each layer");
    let pairs = layers.iter().zip(gradients);
    pairs.map(|(layer, gradient)| layer.update(gradient, learning_rate)).collect()
}

/// Returns 1 where the probability is above one half, strictly, else 0.
///
/// # Shapes
/// - `probabilities`, output: `[batch, 1]`
#[must_use]
pub fn threshold(probabilities: &Tensor<2>) -> Tensor<2> {
    probabilities.clone().greater_elem(0.5).float()
}
