//! Softmax and its logarithm.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::operation::{AnyFloat, BackwardPass, Operation, Outcome, exactly};
use super::record::{apply_one, serves};
use crate::kernels::elementwise::Cost;
use crate::kernels::real::Real;
use crate::kernels::rows::{RowFunction, change};
use crate::kernels::simd::{dot, exponentiate, largest, sum_of, sum_of_powers};
use crate::plain;

/// See [`ops::softmax`](crate::ops::softmax).
pub(crate) fn softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    if !serves(&x) {
        return plain::softmax(x, dim);
    }
    along(dim, x, Softmax::Probability)
}

/// See [`ops::log_softmax`](crate::ops::log_softmax).
pub(crate) fn log_softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    if !serves(&x) {
        return plain::log_softmax(x, dim);
    }
    along(dim, x, Softmax::Logarithm)
}

/// The kernel knows rows only; the other axes take their turn as the last one.
fn along<const D: usize>(dim: usize, x: Tensor<D>, kind: Softmax) -> Tensor<D> {
    let rows = x.swap_dims(dim, D - 1);
    apply_one::<D>(recorded(kind), vec![rows.into_dispatch()]).swap_dims(dim, D - 1)
}

#[inline(never)]
fn recorded(kind: Softmax) -> Arc<dyn AnyFloat> {
    Arc::new(kind)
}

#[derive(Debug, Clone, Copy)]
enum Softmax {
    Probability,
    Logarithm,
}

/// A pass without an `exp`.
const CHEAP: Cost = Cost(2);

impl Operation for Softmax {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let x = inputs.swap_remove(0);
        let y = match self {
            Self::Probability => change::<T>(x, None, Cost::EXP, Probabilities),
            Self::Logarithm => change::<T>(x, None, Cost::EXP, Logarithms),
        };
        let saved = if training { vec![y.clone()] } else { Vec::new() };
        Outcome { outputs: vec![y], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [y] = exactly(&pass.saved);
        let (gradient, y) = (pass.gradient, Some(y.clone()));
        let dx = match self {
            Self::Probability => change::<T>(gradient, y, CHEAP, ThroughProbabilities),
            Self::Logarithm => change::<T>(gradient, y, Cost::EXP, ThroughLogarithms),
        };
        vec![Some(dx)]
    }
}

#[derive(Clone, Copy)]
struct Probabilities;

impl<T: Real> RowFunction<T> for Probabilities {
    #[inline(always)]
    fn change(self, row: &mut [T], _: &[T]) {
        exponentiate(row, largest(row));
        let scale = T::ONE / sum_of(row, |x| x);
        row.iter_mut().for_each(|x| *x *= scale);
    }
}

#[derive(Clone, Copy)]
struct Logarithms;

impl<T: Real> RowFunction<T> for Logarithms {
    #[inline(always)]
    fn change(self, row: &mut [T], _: &[T]) {
        let largest = largest(row);
        let log_sum = T::of(sum_of_powers(row, largest).to_f64().ln());
        row.iter_mut().for_each(|x| *x = *x - largest - log_sum);
    }
}

/// `dx = y (dy - sum(dy y))`
#[derive(Clone, Copy)]
struct ThroughProbabilities;

impl<T: Real> RowFunction<T> for ThroughProbabilities {
    #[inline(always)]
    fn change(self, gradient: &mut [T], y: &[T]) {
        let shared = dot(gradient, y);
        for (gradient, y) in gradient.iter_mut().zip(y) {
            *gradient = *y * (*gradient - shared);
        }
    }
}

/// `dx = dy - e^y sum(dy)`
#[derive(Clone, Copy)]
struct ThroughLogarithms;

impl<T: Real> RowFunction<T> for ThroughLogarithms {
    #[inline(always)]
    fn change(self, gradient: &mut [T], y: &[T]) {
        let sum = sum_of(gradient, |value| value);
        for (gradient, y) in gradient.iter_mut().zip(y) {
            *gradient -= y.exp() * sum;
        }
    }
}
