//! Softmax over rows of scores, in parts: powers, their sums, and the way back.

use crate::kernels::real::Real;
use crate::kernels::simd::{Kernel, dot, exponentiate, largest, sum_of};

/// Turns rows of scores into powers of e, and notes the score that was subtracted and one over the sum.
pub(super) struct Exponentiate<'a, T> {
    pub(super) scores: &'a mut [T],
    pub(super) keys: usize,
    /// Two numbers for each row, `stride` apart.
    pub(super) statistics: &'a mut [T],
    pub(super) stride: usize,
}

impl<T: Real> Kernel for Exponentiate<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (index, row) in self.scores.chunks_exact_mut(self.keys).enumerate() {
            let largest = largest(row);
            // Where nothing is seen, so that the powers are zeros and not NaN.
            let shift = if largest == -T::INFINITY { T::ZERO } else { largest };
            exponentiate(row, shift);
            let sum = sum_of(row, |power| power);
            self.statistics[index * self.stride] = shift;
            self.statistics[index * self.stride + 1] =
                if sum == T::ZERO { T::ZERO } else { T::ONE / sum };
        }
    }
}

/// Divides the rows of every head by the sum of its powers.
pub(super) struct Normalize<'a, T> {
    pub(super) output: &'a mut [T],
    pub(super) statistics: &'a [T],
    pub(super) features: usize,
}

impl<T: Real> Kernel for Normalize<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let heads = self.output.chunks_exact_mut(self.features.max(1));
        for (values, statistics) in heads.zip(self.statistics.chunks_exact(2)) {
            let scale = statistics[1];
            values.iter_mut().for_each(|value| *value *= scale);
        }
    }
}

/// Turns rows of scores into weights, and the gradients of those into the gradients of the scores.
pub(super) struct ThroughSoftmax<'a, T> {
    pub(super) scores: &'a mut [T],
    pub(super) gradients: &'a mut [T],
    pub(super) keys: usize,
    pub(super) statistics: &'a [T],
    pub(super) stride: usize,
}

impl<T: Real> Kernel for ThroughSoftmax<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = self.scores.chunks_exact_mut(self.keys);
        let rows = rows.zip(self.gradients.chunks_exact_mut(self.keys));
        for (index, (weights, gradients)) in rows.enumerate() {
            let at = index * self.stride;
            let [shift, scale] = [self.statistics[at], self.statistics[at + 1]];
            exponentiate(weights, shift);
            weights.iter_mut().for_each(|weight| *weight *= scale);
            let shared = dot(gradients, weights);
            for (gradient, weight) in gradients.iter_mut().zip(&*weights) {
                *gradient = *weight * (*gradient - shared);
            }
        }
    }
}
