//! Batch normalisation.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use crate::fused::operation::{AnyFloat, BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply, apply_one, serves};
use crate::kernels::blank::written;
use crate::kernels::channels::{Band, Layout};
use crate::kernels::lanes::Rule;
use crate::kernels::memory::tensor;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;
use crate::plain::{self, BatchStatistics, Normalization};

/// See [`ops::batch_norm`](crate::ops::batch_norm).
pub(crate) fn batch_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> (Tensor<D>, BatchStatistics) {
    if !serves(&x) {
        return plain::batch_norm(x, gamma, beta, epsilon);
    }
    let inputs = [x.into_dispatch(), gamma.into_dispatch(), beta.into_dispatch()];
    let [y, mean, variance] = apply(recorded_of_batch(epsilon), inputs.into());
    let (mean, variance) = (Tensor::from_dispatch(mean), Tensor::from_dispatch(variance));
    (Tensor::from_dispatch(y), BatchStatistics { mean, variance })
}

/// See [`ops::batch_norm_fixed`](crate::ops::batch_norm_fixed).
pub(crate) fn batch_norm_fixed<const D: usize>(
    x: Tensor<D>,
    normalization: &Normalization,
) -> Tensor<D> {
    if !serves(&x) {
        return plain::batch_norm_fixed(x, normalization);
    }
    let Normalization { gamma, beta, mean, variance, epsilon } = normalization.clone();
    let statistics = [gamma, beta, mean, variance].map(Tensor::into_dispatch);
    let inputs = std::iter::once(x.into_dispatch()).chain(statistics).collect();
    apply_one(recorded_fixed(epsilon), inputs)
}

#[inline(never)]
fn recorded_of_batch(epsilon: f64) -> Arc<dyn AnyFloat> {
    Arc::new(OfBatch { epsilon })
}

#[inline(never)]
fn recorded_fixed(epsilon: f64) -> Arc<dyn AnyFloat> {
    Arc::new(Fixed { epsilon })
}

fn layout(x: &FlexTensor) -> Layout {
    let shape = x.layout().shape();
    let (images, channels) = (shape[0], shape[1]);
    let pixels = (2..shape.num_dims()).map(|axis| shape[axis]).product();
    Layout { images, channels, pixels }
}

/// Centres before it scales: a shift with the mean in it would cancel digits.
#[derive(Clone, Copy)]
struct Normalize;

impl<T: Real> Rule<T, 1, 4> for Normalize {
    #[inline(always)]
    fn apply(self, _: [T; 1], [x, mean, scale, shift]: [T; 4]) -> [T; 1] {
        [(x - mean).mul_add(scale, shift)]
    }
}

/// Back through [`Normalize`], given the mean of the gradients and their slope along x.
#[derive(Clone, Copy)]
struct NormalizeBack;

impl<T: Real> Rule<T, 1, 6> for NormalizeBack {
    #[inline(always)]
    fn apply(self, _: [T; 1], [dy, x, center, scale, mean, slope]: [T; 6]) -> [T; 1] {
        [scale * (dy - mean - (x - center) * slope)]
    }
}

/// Inputs: x, gamma, beta. Constants: mean, variance.
#[derive(Debug)]
struct OfBatch {
    epsilon: f64,
}

impl Operation for OfBatch {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let layout = layout(&inputs[0]);
        let [x, gamma, beta] = exactly(&inputs).each_ref().map(FlexTensor::storage::<T>);
        let share = T::ONE / T::of(layout.count() as f64);
        let epsilon = T::of(self.epsilon);
        let mut y = vec![T::ZERO; x.len()];
        let statistics = layout.by_band(&mut y, |band: &mut Band<'_, T>| {
            let first = band.channels.start;
            let zeros = band.spread(|_| T::ZERO);
            let sums = band.sum(x, x, &zeros, |x, _, _| x);
            let means: Vec<T> = sums.into_iter().map(|sum| sum * share).collect();
            let centers = band.spread(|channel| means[channel - first]);
            let squares = band.sum(x, x, &centers, |x, _, mean| (x - mean) * (x - mean));
            let variances: Vec<T> = squares.into_iter().map(|square| square * share).collect();
            let scales = band
                .spread(|channel| gamma[channel] / (variances[channel - first] + epsilon).sqrt());
            let shifts = band.spread(|channel| beta[channel]);
            band.write([x], &[centers, scales, shifts], Normalize);
            (means, variances)
        });
        let (means, variances): (Vec<_>, Vec<_>) = statistics.into_iter().unzip();
        let of_channels = |values: Vec<Vec<T>>| tensor(values.concat(), [layout.channels]);
        let constants = vec![of_channels(means), of_channels(variances)];
        let y = tensor(y, inputs[0].layout().shape().clone());
        let saved = if training {
            inputs.into_iter().take(2).chain(constants.iter().cloned()).collect()
        } else {
            Vec::new()
        };
        Outcome { outputs: vec![y], constants, saved }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        backward::<T>(&pass, self.epsilon, true)
    }
}

/// Inputs: x, gamma, beta, mean, variance.
#[derive(Debug)]
struct Fixed {
    epsilon: f64,
}

impl Operation for Fixed {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let layout = layout(&inputs[0]);
        let [x, gamma, beta, mean, variance] =
            exactly(&inputs).each_ref().map(FlexTensor::storage::<T>);
        let epsilon = T::of(self.epsilon);
        let scale = |channel: usize| gamma[channel] / (variance[channel] + epsilon).sqrt();
        let planes = layout.images * layout.channels;
        let y = written(x.len(), |y| {
            let ranges = parallel::ranges(planes, x.len());
            let parts = y.cut(layout.pixels, &ranges).into_iter().zip(ranges);
            let parts = parallel::map(parts.collect(), |(part, range)| {
                let planes = part.rows(layout.pixels).zip(range).map(|(y, plane)| {
                    let channel = plane % layout.channels;
                    let (mean, scale, shift) = (mean[channel], scale(channel), beta[channel]);
                    let x = x[plane * layout.pixels..][..layout.pixels].iter();
                    vectorized!(|| y.fill(x.map(|x| (*x - mean).mul_add(scale, shift))))
                });
                planes.sum()
            });
            parts.into_iter().sum()
        });
        let y = tensor(y, inputs[0].layout().shape().clone());
        let keep = |index: usize| inputs[index].clone();
        let saved = if training { [0, 1, 3, 4].map(keep).into() } else { Vec::new() };
        Outcome { outputs: vec![y], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        backward::<T>(&pass, self.epsilon, false)
    }
}

/// The gradients of x, gamma and beta; saved are x, gamma, mean and variance.
///
/// With `u = (x - mean) / s` and `s = sqrt(variance + epsilon)`, the gradient of `x` is
/// `gamma / s (dy - mean(dy) - u mean(dy u))`; the means are there only where the statistics are the
/// batch's own.
fn backward<T: Real>(
    pass: &BackwardPass<'_>,
    epsilon: f64,
    of_batch: bool,
) -> Vec<Option<FlexTensor>> {
    let saved = exactly::<4>(&pass.saved);
    let layout = layout(&saved[0]);
    let dy = pass.gradient.storage::<T>();
    let [x, gamma, mean, variance] = saved.each_ref().map(FlexTensor::storage::<T>);
    let share = if of_batch { T::ONE / T::of(layout.count() as f64) } else { T::ZERO };
    let epsilon = T::of(epsilon);
    let mut dx = vec![T::ZERO; x.len()];
    let sums = layout.by_band(&mut dx, |band: &mut Band<'_, T>| {
        let first = band.channels.start;
        let centers = band.spread(|channel| mean[channel]);
        let dbeta = band.sum(dy, x, &centers, |dy, _, _| dy);
        let products = band.sum(dy, x, &centers, |dy, x, mean| dy * (x - mean));
        let inverse = |channel: usize| T::ONE / (variance[channel] + epsilon).sqrt();
        let dgamma: Vec<T> = band
            .channels
            .clone()
            .zip(products)
            .map(|(channel, product)| product * inverse(channel))
            .collect();
        let scales = band.spread(|channel| gamma[channel] * inverse(channel));
        let means = band.spread(|channel| dbeta[channel - first] * share);
        let slopes = band.spread(|channel| dgamma[channel - first] * share * inverse(channel));
        band.write([dy, x], &[centers, scales, means, slopes], NormalizeBack);
        (dgamma, dbeta)
    });
    let (dgamma, dbeta): (Vec<_>, Vec<_>) = sums.into_iter().unzip();
    let of_channels = |values: Vec<Vec<T>>| Some(tensor(values.concat(), [layout.channels]));
    let dx = tensor(dx, saved[0].layout().shape().clone());
    vec![Some(dx), of_channels(dgamma), of_channels(dbeta)]
}
