//! Softmax and its logarithm (course 2, week 3).

use burn::tensor::Tensor;

#[cfg(feature = "flex")]
use crate::fused;
use crate::plain;

/// `e^x / sum(e^x)` along one axis.
///
/// A value of minus infinity gets the probability 0; where all are, there is no distribution and all become
/// NaN.
///
/// # Panics
/// When there is no such axis.
pub fn softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    apply(Softmax::Probability, x, dim)
}

/// `x - ln(sum(e^x))` along one axis: the logarithm of [`softmax`], without its underflow.
///
/// # Panics
/// When there is no such axis.
pub fn log_softmax<const D: usize>(x: Tensor<D>, dim: usize) -> Tensor<D> {
    apply(Softmax::Logarithm, x, dim)
}

#[derive(Debug, Clone, Copy)]
enum Softmax {
    Probability,
    Logarithm,
}

fn apply<const D: usize>(kind: Softmax, x: Tensor<D>, dim: usize) -> Tensor<D> {
    assert!(dim < D, "softmax: axis {dim} of {:?}", x.dims());
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        // The kernel knows rows only; the other axes take their turn as the last one.
        let rows = x.swap_dims(dim, D - 1);
        return fused::apply_one::<D>(kind, vec![rows.into_dispatch()]).swap_dims(dim, D - 1);
    }
    match kind {
        Softmax::Probability => plain::softmax(x, dim),
        Softmax::Logarithm => plain::log_softmax(x, dim),
    }
}

#[cfg(feature = "flex")]
mod kernel {
    use burn::backend::flex::FlexTensor;

    use super::Softmax;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::elementwise::Cost;
    use crate::kernels::real::Real;
    use crate::kernels::rows::{RowFunction, change};
    use crate::kernels::simd::{dot, exponentiate, largest, sum_of, sum_of_powers};

    /// Passes with an `exp`, and without.
    const DEAR: Cost = Cost(8);
    const CHEAP: Cost = Cost(2);

    impl Operation for Softmax {
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let x = inputs.swap_remove(0);
            let y = match self {
                Self::Probability => change::<T>(x, None, DEAR, Probabilities),
                Self::Logarithm => change::<T>(x, None, DEAR, Logarithms),
            };
            let saved = if training { vec![y.clone()] } else { Vec::new() };
            Outcome { outputs: vec![y], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            mut gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(gradient), y) = (gradients.swap_remove(0), saved.pop()) else {
                return vec![None];
            };
            let dx = match self {
                Self::Probability => change::<T>(gradient, y, CHEAP, ThroughProbabilities),
                Self::Logarithm => change::<T>(gradient, y, DEAR, ThroughLogarithms),
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
}
