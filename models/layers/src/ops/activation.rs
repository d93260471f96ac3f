//! Activations, element by element (courses 1 and 2; Hendrycks & Gimpel, 2016, for GELU).

use burn::tensor::Tensor;

#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// Hyperbolic tangent.
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Activation::Tanh, x)
}

/// The logistic function `1 / (1 + e^-x)`.
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Activation::Sigmoid, x)
}

/// `slope * x + offset`, cut off below 0 and above 1. Old Keras weights want 0.2 and 0.5.
///
/// Its gradient is `slope` strictly between the cuts and 0 elsewhere.
pub fn hard_sigmoid<const D: usize>(x: Tensor<D>, slope: f64, offset: f64) -> Tensor<D> {
    apply(Activation::HardSigmoid { slope, offset }, x)
}

/// `max(0, x)`; its gradient at 0 is 0.
pub fn relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Activation::Relu, x)
}

/// `min(max(0, x), 6)`, as MobileNet has it; its gradient at 0 is 0.
pub fn relu6<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Activation::Relu6, x)
}

/// `x` where positive, `slope * x` elsewhere; `slope` is not negative.
///
/// # Panics
/// When `slope` is negative.
pub fn leaky_relu<const D: usize>(x: Tensor<D>, slope: f64) -> Tensor<D> {
    assert!(slope >= 0.0, "leaky_relu: the slope is {slope}, but not negative is wanted");
    apply(Activation::LeakyRelu { slope }, x)
}

/// `x Φ(x)` with the exact normal distribution function.
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Activation::Gelu, x)
}

/// `x sigmoid(x)`, also called swish.
pub fn silu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    apply(Activation::Silu, x)
}

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
    /// Applies it.
    pub fn apply<const D: usize>(self, x: Tensor<D>) -> Tensor<D> {
        apply(self, x)
    }

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

fn apply<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        return fused::apply_one(activation, vec![x.into_dispatch()]);
    }
    match activation {
        Activation::Tanh => plain::tanh(x),
        Activation::Sigmoid => plain::sigmoid(x),
        Activation::HardSigmoid { slope, offset } => plain::hard_sigmoid(x, slope, offset),
        Activation::Relu => plain::relu(x),
        Activation::Relu6 => plain::relu6(x),
        Activation::LeakyRelu { slope } => plain::leaky_relu(x, slope),
        Activation::Gelu => plain::gelu(x),
        Activation::Silu => plain::silu(x),
    }
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::Activation;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::elementwise::{Cost, map, zip};
    use crate::kernels::real::Real;

    /// One addition, comparison or product.
    const CHEAP: Cost = Cost(1);
    /// An `exp` or two.
    const DEAR: Cost = Cost(8);

    impl Operation for Activation {
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let x = inputs.swap_remove(0);
            // The backward pass of these two needs the input, that of the others the output.
            let from_input = matches!(self, Self::Gelu | Self::Silu);
            let mut saved: Vec<_> =
                (training && from_input).then(|| x.clone()).into_iter().collect();
            let y = match *self {
                Self::Tanh => map(x, DEAR, |x: T| x.tanh()),
                Self::Sigmoid => map(x, DEAR, |x: T| x.sigmoid()),
                Self::HardSigmoid { slope, offset } => {
                    let (slope, offset) = (T::of(slope), T::of(offset));
                    map(x, CHEAP, move |x: T| {
                        let y = x * slope + offset;
                        let y = if y < T::ZERO { T::ZERO } else { y };
                        if y > T::ONE { T::ONE } else { y }
                    })
                }
                Self::Relu => map(x, CHEAP, |x: T| if x < T::ZERO { T::ZERO } else { x }),
                Self::Relu6 => map(x, CHEAP, |x: T| {
                    let y = if x < T::ZERO { T::ZERO } else { x };
                    if y > T::of(6.0) { T::of(6.0) } else { y }
                }),
                Self::LeakyRelu { slope } => {
                    let slope = T::of(slope);
                    map(x, CHEAP, move |x: T| if x < T::ZERO { x * slope } else { x })
                }
                Self::Gelu => map(x, DEAR, |x: T| x * normal_distribution(x)),
                Self::Silu => map(x, DEAR, |x: T| x * x.sigmoid()),
            };
            if training && !from_input {
                saved.push(y.clone());
            }
            Outcome { outputs: vec![y], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            mut gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(gradient), kept) = (gradients.swap_remove(0), saved.swap_remove(0)) else {
                return vec![None];
            };
            let dx = match *self {
                Self::Tanh => zip(gradient, kept, CHEAP, |g: T, y| g * (T::ONE - y * y)),
                Self::Sigmoid => zip(gradient, kept, CHEAP, |g: T, y| g * y * (T::ONE - y)),
                Self::HardSigmoid { slope, .. } => {
                    let slope = T::of(slope);
                    zip(gradient, kept, CHEAP, move |g: T, y| {
                        if y > T::ZERO && y < T::ONE { g * slope } else { T::ZERO }
                    })
                }
                Self::Relu => {
                    zip(gradient, kept, CHEAP, |g: T, y| if y > T::ZERO { g } else { T::ZERO })
                }
                Self::Relu6 => zip(gradient, kept, CHEAP, |g: T, y| {
                    if y > T::ZERO && y < T::of(6.0) { g } else { T::ZERO }
                }),
                Self::LeakyRelu { slope } => {
                    let slope = T::of(slope);
                    zip(
                        gradient,
                        kept,
                        CHEAP,
                        move |g: T, y| if y > T::ZERO { g } else { g * slope },
                    )
                }
                Self::Gelu => zip(gradient, kept, DEAR, |g: T, x| {
                    g * (normal_distribution(x) + x * normal_density(x))
                }),
                Self::Silu => zip(gradient, kept, DEAR, |g: T, x| {
                    let s = x.sigmoid();
                    g * s * (T::ONE + x * (T::ONE - s))
                }),
            };
            vec![Some(dx)]
        }
    }

    #[inline(always)]
    fn normal_distribution<T: Real>(x: T) -> T {
        T::of(0.5) * (T::ONE + (x * T::of(std::f64::consts::FRAC_1_SQRT_2)).erf())
    }

    #[inline(always)]
    fn normal_density<T: Real>(x: T) -> T {
        let peak = std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2 / 2.0;
        T::of(peak) * (-T::of(0.5) * x * x).exp()
    }
}
