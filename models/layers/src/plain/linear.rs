//! Twin of [`ops::linear`](crate::ops::linear).

use burn::tensor::{Tensor, module};

/// Twin of [`ops::linear`](crate::ops::linear).
pub fn linear<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    module::linear(x, weight, bias)
}
