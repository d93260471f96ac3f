//! Layer normalisation.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use crate::fused::operation::{AnyFloat, BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves, with_bias};
use crate::kernels::memory::tensor;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::rows::rows_and_width;
use crate::kernels::simd::{Kernel, run, sum_of, sum_of_pairs};
use crate::plain;

/// How many additions an element is worth, in either pass.
const COST: usize = 4;

/// See [`ops::layer_norm`](crate::ops::layer_norm).
pub(crate) fn layer_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Option<Tensor<1>>,
    epsilon: f64,
) -> Tensor<D> {
    if !serves(&x) {
        return plain::layer_norm(x, gamma, beta, epsilon);
    }
    apply_one(recorded(epsilon), with_bias(x, gamma, beta))
}

#[inline(never)]
fn recorded(epsilon: f64) -> Arc<dyn AnyFloat> {
    Arc::new(LayerNorm { epsilon })
}

/// Inputs: x, gamma, and perhaps beta.
#[derive(Debug)]
struct LayerNorm {
    epsilon: f64,
}

impl Operation for LayerNorm {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let (x, gamma) = (&inputs[0], inputs[1].storage::<T>());
        let beta = inputs.get(2).map(|beta| beta.storage::<T>());
        let (rows, width) = rows_and_width(x);
        let values = x.storage::<T>();
        let epsilon = T::of(self.epsilon);
        let mut y = vec![T::ZERO; rows * width];
        let mut statistics = vec![T::ZERO; rows * 2];
        let ranges = parallel::ranges(rows, rows * width * COST);
        let parts = parallel::cut(&mut y, width, &ranges).into_iter();
        let parts = parts.zip(parallel::cut(&mut statistics, 2, &ranges)).zip(ranges.clone());
        parallel::for_each(parts.collect(), |((y, statistics), range)| {
            let x = &values[range.start * width..range.end * width];
            run(Normalize { y, statistics, x, gamma, beta, epsilon });
        });
        let output = tensor(y, x.layout().shape().clone());
        let mut saved = Vec::new();
        if training {
            saved.extend(inputs.into_iter().take(2));
            saved.push(tensor(statistics, [rows, 2]));
        }
        Outcome { outputs: vec![output], saved, ..Outcome::default() }
    }

    /// With `n = (x - mean) / deviation`: `dx = (dn - mean(dn) - n mean(dn n)) / deviation` where
    /// `dn = dy gamma`, `dgamma = sum(dy n)`, `dbeta = sum(dy)`.
    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x, gamma, statistics] = exactly(&pass.saved);
        let (rows, width) = rows_and_width(x);
        let mut dy = pass.gradient;
        let (x, gamma) = (x.storage::<T>(), gamma.storage::<T>());
        let statistics = statistics.storage::<T>();
        let ranges = parallel::ranges(rows, rows * width * COST);
        let parts = parallel::cut(dy.storage_mut::<T>(), width, &ranges).into_iter();
        let parts = parts.zip(ranges.clone());
        let of_parameters = parallel::map(parts.collect(), |(gradients, range)| {
            let mut sums = [vec![T::ZERO; width], vec![T::ZERO; width]];
            let x = &x[range.start * width..range.end * width];
            let statistics = &statistics[range.start * 2..range.end * 2];
            let [dgamma, dbeta] = &mut sums;
            run(Through { gradients, dgamma, dbeta, statistics, x, gamma });
            sums
        });
        let mut sums = of_parameters.into_iter();
        let mut total = sums.next().unwrap_or_else(|| [0, 1].map(|_| vec![T::ZERO; width]));
        for part in sums {
            for (total, part) in total.iter_mut().flatten().zip(part.iter().flatten()) {
                *total += *part;
            }
        }
        let [dgamma, dbeta] = total.map(|sum| tensor(sum, [width]));
        vec![Some(dy), Some(dgamma), Some(dbeta)]
    }
}

struct Normalize<'a, T> {
    y: &'a mut [T],
    /// The mean of every row and one over its deviation.
    statistics: &'a mut [T],
    x: &'a [T],
    gamma: &'a [T],
    beta: Option<&'a [T]>,
    epsilon: T,
}

impl<T: Real> Kernel for Normalize<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let width = self.gamma.len();
        let count = T::of(width as f64);
        let rows = self.y.chunks_exact_mut(width.max(1)).zip(self.x.chunks_exact(width.max(1)));
        for ((y, x), statistics) in rows.zip(self.statistics.chunks_exact_mut(2)) {
            let mean = sum_of(x, |x| x) / count;
            let variance = sum_of(x, |x| (x - mean) * (x - mean)) / count;
            let scale = T::ONE / (variance + self.epsilon).sqrt();
            statistics[0] = mean;
            statistics[1] = scale;
            match self.beta {
                Some(beta) => {
                    for (((y, x), gamma), beta) in y.iter_mut().zip(x).zip(self.gamma).zip(beta) {
                        *y = ((*x - mean) * scale).mul_add(*gamma, *beta);
                    }
                }
                None => {
                    for ((y, x), gamma) in y.iter_mut().zip(x).zip(self.gamma) {
                        *y = (*x - mean) * scale * *gamma;
                    }
                }
            }
        }
    }
}

/// Turns the gradients of y into those of x, and adds up those of gamma and beta.
struct Through<'a, T> {
    gradients: &'a mut [T],
    dgamma: &'a mut [T],
    dbeta: &'a mut [T],
    statistics: &'a [T],
    x: &'a [T],
    gamma: &'a [T],
}

impl<T: Real> Kernel for Through<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self { gradients, dgamma, dbeta, statistics, x, gamma } = self;
        let width = gamma.len();
        let count = T::of(width as f64);
        let rows = gradients.chunks_exact_mut(width.max(1)).zip(x.chunks_exact(width.max(1)));
        for ((gradient, x), statistics) in rows.zip(statistics.chunks_exact(2)) {
            let [mean, scale] = [statistics[0], statistics[1]];
            let sums = dgamma.iter_mut().zip(dbeta.iter_mut());
            for (((gradient, x), gamma), (dgamma, dbeta)) in
                gradient.iter_mut().zip(x).zip(gamma).zip(sums)
            {
                *dgamma = gradient.mul_add((*x - mean) * scale, *dgamma);
                *dbeta += *gradient;
                *gradient *= *gamma;
            }
            let of_mean = sum_of(gradient, |value| value) / count;
            let of_scale = sum_of_pairs(gradient, x, |value, x| value * (x - mean)) / count;
            let of_scale = of_scale * scale * scale;
            for (gradient, x) in gradient.iter_mut().zip(x) {
                *gradient = (*gradient - of_mean - (*x - mean) * of_scale) * scale;
            }
        }
    }
}
