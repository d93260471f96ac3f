//! Course 5 by hand: recurrent networks forward and backward through time, and sentences by the mean of their
//! words, under the assignments' names.
//!
//! Plain functions over tensors, for every backend, one step of time after the other. Where the course puts
//! features first, `(n_x, m)` and `(n_x, m, T_x)`, these are batch first, `[batch, features]` and
//! `[batch, time, features]`, so a weight is `[inputs, outputs]` and multiplies from the right. The layers that
//! networks are made of are in `fireside_layers::ops`: the same numbers, a whole sequence at once.
//!
//! - [`rnn`], [`lstm`]: week 1's "building a recurrent network step by step"
//! - [`gru`]: the gated recurrent unit of the lectures
//! - [`clip`]: against gradients that explode
//! - [`characters`]: the character model of "dinosaur island", and the text functions beside it
//! - [`emojify`]: week 2's emoji for a sentence

pub mod characters;
pub mod clip;
pub mod emojify;
pub mod gru;
pub mod lstm;
pub mod rnn;

use burn::tensor::{Tensor, activation};

/// Weight and bias of one affine map, or the gradients by them.
#[derive(Debug, Clone)]
pub struct Layer {
    /// `[inputs, outputs]`: the transpose of the course's `W`.
    pub weight: Tensor<2>,
    /// `[1, outputs]`
    pub bias: Tensor<2>,
}

impl Layer {
    /// `x W + b`.
    fn apply(&self, x: Tensor<2>) -> Tensor<2> {
        x.matmul(self.weight.clone()) + self.bias.clone()
    }

    /// Returns the gradients by weight and bias and that by `x`, given that by the result.
    fn backward(&self, x: &Tensor<2>, dz: &Tensor<2>) -> (Self, Tensor<2>) {
        let weight = x.clone().transpose().matmul(dz.clone());
        let gradients = Self { weight, bias: dz.clone().sum_dim(0) };
        (gradients, dz.clone().matmul(self.weight.clone().transpose()))
    }

    fn zeros_like(&self) -> Self {
        Self { weight: self.weight.zeros_like(), bias: self.bias.zeros_like() }
    }

    /// Adds the gradients of another step.
    fn plus(self, other: Self) -> Self {
        Self { weight: self.weight + other.weight, bias: self.bias + other.bias }
    }
}

/// The prediction of one step from its hidden state: `softmax(a Wy + by)`.
///
/// # Shapes
/// - `a`: `[batch, n_a]`, `prediction`: `n_a` to `n_y`
/// - output: `[batch, n_y]`
#[must_use]
pub fn predict(a: &Tensor<2>, prediction: &Layer) -> Tensor<2> {
    softmax(prediction.apply(a.clone()))
}

/// `e^x` divided by its sum over the row.
///
/// Each row's own maximum is subtracted first. The assignment subtracts that of the whole matrix, and an example
/// far below another one becomes 0/0.
///
/// # Shapes
/// - `x`, output: `[batch, classes]`
#[must_use]
pub fn softmax(x: Tensor<2>) -> Tensor<2> {
    activation::softmax(x, 1)
}

/// `1 / (1 + e^-x)`, element by element.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::sigmoid(x)
}

/// The derivative of [`sigmoid`] from its value: `s (1 - s)`.
fn sigmoid_slope(s: &Tensor<2>) -> Tensor<2> {
    s.clone() * (1.0 - s.clone())
}

/// The derivative of tanh from its value: `1 - a²`.
fn tanh_slope(a: &Tensor<2>) -> Tensor<2> {
    1.0 - a.clone().square()
}

/// One step of a batch of sequences, `[batch, features]`.
fn at(x: &Tensor<3>, t: usize) -> Tensor<2> {
    x.clone().narrow(1, t, 1).squeeze_dim(1)
}

/// The state before a step, `[batch, n_a]`: the first one, or that after the step before.
fn before(a: &Tensor<3>, a0: &Tensor<2>, t: usize) -> Tensor<2> {
    if t == 0 { a0.clone() } else { at(a, t - 1) }
}

/// Puts the steps of a batch, `[batch, features]` each, side by side: `[batch, time, features]`.
fn stack(steps: Vec<Tensor<2>>) -> Tensor<3> {
    Tensor::stack(steps, 1)
}

/// Checks what a sequence begins with; `weight` is that of the input, whatever else it multiplies.
fn check_sequence(
    operation: &str,
    x: &Tensor<3>,
    state: &Tensor<2>,
    rows: usize,
    weight: [usize; 2],
) {
    let [batch, time, _] = x.dims();
    assert!(
        time > 0 && state.dims() == [batch, weight[1]] && weight[0] == rows,
        "{operation}: x of {:?}, a state of {:?} and a weight of {weight:?} do not fit",
        x.dims(),
        state.dims(),
    );
}

/// Checks that a gradient has the shape of what it is by.
fn check_gradient(operation: &str, gradient: &Tensor<3>, x: &Tensor<3>, n_a: usize) {
    let [batch, time, _] = x.dims();
    assert!(
        gradient.dims() == [batch, time, n_a],
        "{operation}: the gradient is {:?}, but x of {:?} gives states of {:?}",
        gradient.dims(),
        x.dims(),
        [batch, time, n_a]
    );
}
