//! Activations, element by element (courses 1 and 2; Hendrycks & Gimpel, 2016, for GELU).

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::Activation;

/// Hyperbolic tangent.
#[must_use]
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    fused::activate(Activation::Tanh, x)
}

/// The logistic function `1 / (1 + e^-x)`.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    fused::activate(Activation::Sigmoid, x)
}

/// `slope * x + offset`, cut off below 0 and above 1. Old Keras weights want 0.2 and 0.5.
///
/// Its gradient is `slope` strictly between the cuts and 0 elsewhere.
#[must_use]
pub fn hard_sigmoid<const D: usize>(x: Tensor<D>, slope: f64, offset: f64) -> Tensor<D> {
    fused::activate(Activation::HardSigmoid { slope, offset }, x)
}

/// `max(0, x)`; its gradient at 0 is 0.
#[must_use]
pub fn relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    fused::activate(Activation::Relu, x)
}

/// `min(max(0, x), 6)`, as MobileNet has it; its gradient at 0 is 0.
#[must_use]
pub fn relu6<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    fused::activate(Activation::Relu6, x)
}

/// `x` where positive, `slope * x` elsewhere; `slope` is not negative.
///
/// # Panics
/// When `slope` is negative.
#[must_use]
pub fn leaky_relu<const D: usize>(x: Tensor<D>, slope: f64) -> Tensor<D> {
    assert!(slope >= 0.0, "leaky_relu: the slope is {slope}, but not negative is wanted");
    fused::activate(Activation::LeakyRelu { slope }, x)
}

/// `x Φ(x)` with the exact normal distribution function.
#[must_use]
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    fused::activate(Activation::Gelu, x)
}

/// `x sigmoid(x)`, also called swish.
#[must_use]
pub fn silu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    fused::activate(Activation::Silu, x)
}

impl Activation {
    /// Applies it.
    #[must_use]
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        fused::activate(self, x)
    }
}
