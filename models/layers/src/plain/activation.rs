//! Twins of [`ops::activation`](crate::ops).

use burn::tensor::{Tensor, activation};

/// Twin of [`ops::tanh`](crate::ops::tanh).
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    x.tanh()
}

/// Twin of [`ops::sigmoid`](crate::ops::sigmoid).
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::sigmoid(x)
}

/// Twin of [`ops::hard_sigmoid`](crate::ops::hard_sigmoid).
pub fn hard_sigmoid<const D: usize>(x: Tensor<D>, slope: f64, offset: f64) -> Tensor<D> {
    (x * slope + offset).clamp(0.0, 1.0)
}

/// Twin of [`ops::relu`](crate::ops::relu).
pub fn relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::relu(x)
}

/// Twin of [`ops::relu6`](crate::ops::relu6).
pub fn relu6<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::relu(x).clamp_max(6.0)
}

/// Twin of [`ops::leaky_relu`](crate::ops::leaky_relu).
pub fn leaky_relu<const D: usize>(x: Tensor<D>, slope: f64) -> Tensor<D> {
    activation::leaky_relu(x, slope)
}

/// Twin of [`ops::gelu`](crate::ops::gelu). Burn's own goes back through the tanh approximation on some backends,
/// which is off by 6e-4.
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    let distribution = ((x.clone() * std::f64::consts::FRAC_1_SQRT_2).erf() + 1.0) * 0.5;
    x * distribution
}

/// Twin of [`ops::silu`](crate::ops::silu).
pub fn silu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activation::silu(x)
}
