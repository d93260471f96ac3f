//! Twins of [`ops::activation`](crate::ops).

use burn::tensor::{Tensor, activation};

/// An activation as a value, for operations that end with one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Activation {
    /// [`tanh`].
    Tanh,
    /// [`sigmoid`].
    Sigmoid,
    /// [`hard_sigmoid`].
    HardSigmoid {
        /// Factor of the input.
        slope: f64,
        /// Added before the cuts.
        offset: f64,
    },
    /// [`relu`].
    Relu,
    /// [`relu6`].
    Relu6,
    /// [`leaky_relu`].
    LeakyRelu {
        /// Factor of negative inputs.
        slope: f64,
    },
    /// [`gelu`].
    Gelu,
    /// [`silu`].
    Silu,
}

impl Activation {
    /// What it is called in a layer table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tanh => "Tanh",
            Self::Sigmoid => "Sigmoid",
            Self::HardSigmoid { .. } => "HardSigmoid",
            Self::Relu => "ReLU",
            Self::Relu6 => "ReLU6",
            Self::LeakyRelu { .. } => "LeakyReLU",
            Self::Gelu => "GELU",
            Self::Silu => "SiLU",
        }
    }
}

/// Twin of [`ops::Activation::apply`](crate::ops::Activation::apply).
pub fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    match activation {
        Activation::Tanh => tanh(x),
        Activation::Sigmoid => sigmoid(x),
        Activation::HardSigmoid { slope, offset } => hard_sigmoid(x, slope, offset),
        Activation::Relu => relu(x),
        Activation::Relu6 => relu6(x),
        Activation::LeakyRelu { slope } => leaky_relu(x, slope),
        Activation::Gelu => gelu(x),
        Activation::Silu => silu(x),
    }
}

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
