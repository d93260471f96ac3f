//! Batch normalisation (Ioffe & Szegedy, 2015; course 2, week 3).
//!
//! ```text
//! y = gamma (x - mean) / sqrt(variance + epsilon) + beta
//! ```
//!
//! by channel, over the batch and all pixels. The variance is the population's.

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::{BatchStatistics, Normalization};

/// Batch normalisation with the statistics of the batch itself, for training; returns them as well, for the
/// running ones.
///
/// # Shapes
/// - `x`: `[batch, channels, ...]`
/// - `gamma`, `beta` and the statistics: `[channels]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn batch_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> (Tensor<D>, BatchStatistics) {
    check("batch_norm", x.dims(), &gamma);
    check("batch_norm", x.dims(), &beta);
    fused::batch_norm(x, gamma, beta, epsilon)
}

/// Batch normalisation with fixed statistics, for evaluation, and for layers that are kept as they are while
/// others train: gradients flow to `x`, gamma and beta, none to the statistics.
///
/// # Shapes
/// - `x`: `[batch, channels, ...]`
/// - statistics: `[channels]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn batch_norm_fixed<const D: usize>(x: Tensor<D>, normalization: &Normalization) -> Tensor<D> {
    let Normalization { gamma, beta, mean, variance, .. } = normalization;
    for statistic in [gamma, beta, mean, variance] {
        check("batch_norm_fixed", x.dims(), statistic);
    }
    fused::batch_norm_fixed(x, normalization)
}

fn check<const D: usize>(operation: &str, x: [usize; D], statistic: &Tensor<1>) {
    assert!(
        D >= 2 && statistic.dims() == [x[1]],
        "{operation}: x is {x:?} and a statistic {:?}, but one value for each channel, the second axis, is wanted",
        statistic.dims()
    );
}
