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
    use crate::kernels::rows;
    use crate::kernels::simd::{dot, largest, sum_of};

    const FORWARD: Cost = Cost(8);
    const BACKWARD: Cost = Cost(2);
    const BACKWARD_OF_LOGARITHM: Cost = Cost(8);

    impl Operation for Softmax {
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let x = inputs.swap_remove(0);
            let y = match self {
                Self::Probability => rows::map(x, FORWARD, probabilities::<T>),
                Self::Logarithm => rows::map(x, FORWARD, logarithms::<T>),
            };
            let saved = if training { vec![y.clone()] } else { Vec::new() };
            Outcome { outputs: vec![y], saved, ..Outcome::default() }
        }

        /// `dx = y (dy - sum(dy y))`, of the logarithm `dx = dy - e^y sum(dy)`.
        fn backward<T: Real>(
            &self,
            mut saved: Vec<FlexTensor>,
            mut gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(gradient), y) = (gradients.swap_remove(0), saved.swap_remove(0)) else {
                return vec![None];
            };
            let dx = match self {
                Self::Probability => rows::zip(gradient, y, BACKWARD, through_probabilities::<T>),
                Self::Logarithm => {
                    rows::zip(gradient, y, BACKWARD_OF_LOGARITHM, through_logarithms::<T>)
                }
            };
            vec![Some(dx)]
        }
    }

    #[inline(always)]
    fn probabilities<T: Real>(row: &mut [T]) {
        let largest = largest(row);
        row.iter_mut().for_each(|x| *x = (*x - largest).exp());
        let scale = T::ONE / sum_of(row, |x| x);
        row.iter_mut().for_each(|x| *x = *x * scale);
    }

    #[inline(always)]
    fn logarithms<T: Real>(row: &mut [T]) {
        let largest = largest(row);
        row.iter_mut().for_each(|x| *x = *x - largest);
        let log_sum = T::of(sum_of(row, T::exp).to_f64().ln());
        row.iter_mut().for_each(|x| *x = *x - log_sum);
    }

    #[inline(always)]
    fn through_probabilities<T: Real>(gradient: &mut [T], y: &[T]) {
        let shared = dot(gradient, y);
        for (gradient, y) in gradient.iter_mut().zip(y) {
            *gradient = *y * (*gradient - shared);
        }
    }

    #[inline(always)]
    fn through_logarithms<T: Real>(gradient: &mut [T], y: &[T]) {
        let sum = sum_of(gradient, |value| value);
        for (gradient, y) in gradient.iter_mut().zip(y) {
            *gradient = *gradient - y.exp() * sum;
        }
    }
}
