//! Twins of softmax and its logarithm.

use burn::tensor::{Tensor, activation};

/// Twin of [`ops::softmax`](crate::ops::softmax).
pub fn softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    activation::softmax(x, dim)
}

/// Twin of [`ops::log_softmax`](crate::ops::log_softmax).
pub fn log_softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    activation::log_softmax(x, dim)
}
