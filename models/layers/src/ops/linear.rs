//! The affine map of the last axis.

use burn::tensor::Tensor;

use crate::fused;

/// `x weight + bias` over the last axis.
///
/// # Shapes
/// - `x`: `[..., inputs]`, of any rank
/// - `weight`: `[inputs, outputs]`
/// - `bias`: `[outputs]`
/// - output: `[..., outputs]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn linear<const D: usize>(
    x: Tensor<D>,
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
) -> Tensor<D> {
    let (x_shape, [inputs, outputs]) = (x.dims(), weight.dims());
    assert!(
        x_shape[D - 1] == inputs,
        "linear: x is {x_shape:?} and the weight {:?}, but the last axis of the one is the first of the other",
        weight.dims()
    );
    if let Some(bias) = &bias {
        assert!(
            bias.dims() == [outputs],
            "linear: the weight is {:?} and the bias {:?}, but one bias for each output is wanted",
            weight.dims(),
            bias.dims()
        );
    }
    fused::linear(x, weight, bias)
}
