//! Activations, element by element.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::operation::{AnyFloat, BackwardPass, Operation, Outcome, exactly};
use super::record::{apply_one, serves};
use crate::kernels::elementwise::{Cost, map, zip};
use crate::kernels::real::Real;
use crate::plain::{self, Activation};

/// See [`ops::Activation::apply`](crate::ops::Activation::apply).
pub(crate) fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    if !serves(&x) {
        return plain::activate(activation, x);
    }
    apply_one(recorded(activation), vec![x.into_dispatch()])
}

#[inline(never)]
fn recorded(activation: Activation) -> Arc<dyn AnyFloat> {
    Arc::new(activation)
}

/// One addition, comparison or product.
const CHEAP: Cost = Cost(1);

impl Operation for Activation {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let x = inputs.swap_remove(0);
        // The backward pass of these two needs the input, that of the others the output.
        let from_input = matches!(self, Self::Gelu | Self::Silu);
        let mut saved: Vec<_> = (training && from_input).then(|| x.clone()).into_iter().collect();
        let y = match *self {
            Self::Tanh => map(x, Cost::EXP, |x: T| x.tanh()),
            Self::Sigmoid => map(x, Cost::EXP, |x: T| x.sigmoid()),
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
            Self::Gelu => map(x, Cost::EXP, |x: T| x * normal_distribution(x)),
            Self::Silu => map(x, Cost::EXP, |x: T| x * x.sigmoid()),
        };
        if training && !from_input {
            saved.push(y.clone());
        }
        Outcome { outputs: vec![y], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [kept] = exactly(&pass.saved);
        let (gradient, kept) = (pass.gradient, kept.clone());
        let dx =
            match *self {
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
                Self::Gelu => zip(gradient, kept, Cost::EXP, |g: T, x| {
                    g * (normal_distribution(x) + x * normal_density(x))
                }),
                Self::Silu => zip(gradient, kept, Cost::EXP, |g: T, x| {
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
