//! The basic recurrent cell (course 5, week 1).
//!
//! ```text
//! a_t = tanh(x_t Wax + a_{t-1} Waa + ba)                  y_t = softmax(a_t Wya + by)
//!
//! dz = da (1 - a²)        dx = dz Waxᵀ        da_prev = dz Waaᵀ
//!                         dWax = xᵀ dz        dWaa = a_prevᵀ dz        dba = Σ dz
//! ```
//!
//! Backward through time, `da` of a step is what its own loss gives plus `da_prev` of the step after it. The
//! prediction has no part in `rnn_backward`: `da` comes in from outside.

use burn::tensor::Tensor;

use super::{Layer, at, before, check_gradient, check_sequence, predict, stack, tanh_slope};

/// The parameters of the cell, or the gradients by them.
#[derive(Debug, Clone)]
pub struct RnnWeights {
    /// Of the input, `[n_x, n_a]`.
    pub wax: Tensor<2>,
    /// Of the hidden state, `[n_a, n_a]`.
    pub waa: Tensor<2>,
    /// `[1, n_a]`
    pub ba: Tensor<2>,
}

impl RnnWeights {
    fn zeros_like(&self) -> Self {
        let Self { wax, waa, ba } = self;
        Self { wax: wax.zeros_like(), waa: waa.zeros_like(), ba: ba.zeros_like() }
    }

    fn plus(self, other: Self) -> Self {
        Self { wax: self.wax + other.wax, waa: self.waa + other.waa, ba: self.ba + other.ba }
    }
}

/// What [`rnn_forward`] computed.
#[derive(Debug, Clone)]
pub struct RnnForward {
    /// The hidden state after each step, `[batch, time, n_a]`.
    pub a: Tensor<3>,
    /// The prediction of each step, `[batch, time, n_y]`.
    pub y_pred: Tensor<3>,
}

/// The gradients of [`rnn_cell_forward`].
#[derive(Debug, Clone)]
pub struct RnnCellGradients {
    /// By the input, `[batch, n_x]`.
    pub dxt: Tensor<2>,
    /// By the hidden state before, `[batch, n_a]`.
    pub da_prev: Tensor<2>,
    /// By the parameters.
    pub weights: RnnWeights,
}

/// The gradients of [`rnn_forward`].
#[derive(Debug, Clone)]
pub struct RnnGradients {
    /// By the inputs, `[batch, time, n_x]`.
    pub dx: Tensor<3>,
    /// By the first hidden state, `[batch, n_a]`.
    pub da0: Tensor<2>,
    /// By the parameters, summed over time.
    pub weights: RnnWeights,
}

/// Takes one step: returns `a_next` and the prediction `yt_pred`.
///
/// # Shapes
/// - `xt`: `[batch, n_x]`, `a_prev`: `[batch, n_a]`
/// - output: `[batch, n_a]`, `[batch, n_y]`
#[must_use]
pub fn rnn_cell_forward(
    xt: &Tensor<2>,
    a_prev: &Tensor<2>,
    weights: &RnnWeights,
    prediction: &Layer,
) -> (Tensor<2>, Tensor<2>) {
    let of_input = xt.clone().matmul(weights.wax.clone());
    let of_state = a_prev.clone().matmul(weights.waa.clone());
    let a_next = (of_input + of_state + weights.ba.clone()).tanh();
    let yt_pred = predict(&a_next, prediction);
    (a_next, yt_pred)
}

/// Reads whole sequences.
///
/// # Shapes
/// - `x`: `[batch, time, n_x]`, `a0`: `[batch, n_a]`
///
/// # Panics
/// When the shapes do not fit, or there is no step.
#[must_use]
pub fn rnn_forward(
    x: &Tensor<3>,
    a0: &Tensor<2>,
    weights: &RnnWeights,
    prediction: &Layer,
) -> RnnForward {
    check("rnn_forward", x, a0, weights);
    let (mut a, mut y_pred) = (Vec::new(), Vec::new());
    let mut a_next = a0.clone();
    for t in 0..x.dims()[1] {
        let step = rnn_cell_forward(&at(x, t), &a_next, weights, prediction);
        a_next = step.0.clone();
        a.push(step.0);
        y_pred.push(step.1);
    }
    RnnForward { a: stack(a), y_pred: stack(y_pred) }
}

/// Returns the gradients of one step.
///
/// # Shapes
/// - `da_next`: `[batch, n_a]`, the gradient by `a_next`
/// - `a_next`: what [`rnn_cell_forward`] returned; the others as given to it
#[must_use]
pub fn rnn_cell_backward(
    da_next: &Tensor<2>,
    a_next: &Tensor<2>,
    xt: &Tensor<2>,
    a_prev: &Tensor<2>,
    weights: &RnnWeights,
) -> RnnCellGradients {
    let dz = da_next.clone() * tanh_slope(a_next);
    RnnCellGradients {
        dxt: dz.clone().matmul(weights.wax.clone().transpose()),
        da_prev: dz.clone().matmul(weights.waa.clone().transpose()),
        weights: RnnWeights {
            wax: xt.clone().transpose().matmul(dz.clone()),
            waa: a_prev.clone().transpose().matmul(dz.clone()),
            ba: dz.sum_dim(0),
        },
    }
}

/// Returns the gradients of a whole sequence, from its last step to its first.
///
/// # Shapes
/// - `da`: `[batch, time, n_a]`, the gradient of each step's own loss by its hidden state
/// - `a`: the states that [`rnn_forward`] returned; the others as given to it
///
/// # Panics
/// When the shapes do not fit, or there is no step.
#[must_use]
pub fn rnn_backward(
    da: &Tensor<3>,
    a: &Tensor<3>,
    x: &Tensor<3>,
    a0: &Tensor<2>,
    weights: &RnnWeights,
) -> RnnGradients {
    check("rnn_backward", x, a0, weights);
    check_gradient("rnn_backward", da, x, weights.waa.dims()[0]);
    let mut dx = Vec::new();
    let mut da_prev = a0.zeros_like();
    let mut sum = weights.zeros_like();
    for t in (0..x.dims()[1]).rev() {
        let da_next = at(da, t) + da_prev;
        let step = rnn_cell_backward(&da_next, &at(a, t), &at(x, t), &before(a, a0, t), weights);
        da_prev = step.da_prev;
        dx.push(step.dxt);
        sum = sum.plus(step.weights);
    }
    dx.reverse();
    RnnGradients { dx: stack(dx), da0: da_prev, weights: sum }
}

fn check(operation: &str, x: &Tensor<3>, a0: &Tensor<2>, weights: &RnnWeights) {
    check_sequence(operation, x, a0, x.dims()[2], weights.wax.dims());
}
