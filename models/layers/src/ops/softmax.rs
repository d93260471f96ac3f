//! Softmax and its logarithm (course 2, week 3).

use burn::tensor::Tensor;

use crate::fused;

/// `e^x / sum(e^x)` along one axis.
///
/// A value of minus infinity gets the probability 0; where all are, there is no distribution and all become
/// NaN.
///
/// # Panics
/// When there is no such axis.
#[must_use]
pub fn softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    assert!(dim < D, "softmax: axis {dim} of {:?}", x.dims());
    fused::softmax(x, dim)
}

/// `x - ln(sum(e^x))` along one axis: the logarithm of [`softmax`], without its underflow.
///
/// # Panics
/// When there is no such axis.
#[must_use]
pub fn log_softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    assert!(dim < D, "log_softmax: axis {dim} of {:?}", x.dims());
    fused::log_softmax(x, dim)
}
