//! Twins of the batch normalisations.

use burn::tensor::{Tensor, module};

/// Mean and variance of a batch, one for each channel; constants to the backward pass.
#[derive(Debug, Clone)]
pub struct BatchStatistics {
    /// Mean.
    pub mean: Tensor<1>,
    /// Variance of the population: divided by the number of values, not by one less.
    pub variance: Tensor<1>,
}

/// Batch normalisation with fixed statistics: `gamma (x - mean) / sqrt(variance + epsilon) + beta`.
#[derive(Debug, Clone)]
pub struct Normalization {
    /// Scale of each channel.
    pub gamma: Tensor<1>,
    /// Shift of each channel.
    pub beta: Tensor<1>,
    /// Running mean of each channel.
    pub mean: Tensor<1>,
    /// Running variance of each channel.
    pub variance: Tensor<1>,
    /// Added to the variance.
    pub epsilon: f64,
}

impl Normalization {
    /// The same as `scale x + shift`.
    pub(crate) fn scale_and_shift(&self) -> (Tensor<1>, Tensor<1>) {
        let scale = self.gamma.clone() / (self.variance.clone() + self.epsilon).sqrt();
        (scale.clone(), self.beta.clone() - self.mean.clone() * scale)
    }

    /// Normalises images by [`scale_and_shift`](Self::scale_and_shift).
    pub(crate) fn scale(&self, images: Tensor<4>) -> Tensor<4> {
        let (scale, shift) = self.scale_and_shift();
        let channels = [1, scale.dims()[0], 1, 1];
        images * scale.reshape(channels) + shift.reshape(channels)
    }
}

/// Twin of [`ops::batch_norm`](crate::ops::batch_norm).
pub fn batch_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
    epsilon: f64,
) -> (Tensor<D>, BatchStatistics) {
    let trained = module::batch_norm_train(x, gamma, beta, epsilon);
    let statistics =
        BatchStatistics { mean: trained.mean.detach(), variance: trained.variance.detach() };
    (trained.output, statistics)
}

/// Twin of [`ops::batch_norm_fixed`](crate::ops::batch_norm_fixed).
pub fn batch_norm_fixed<const D: usize>(x: Tensor<D>, normalization: &Normalization) -> Tensor<D> {
    let Normalization { gamma, beta, mean, variance, epsilon } = normalization.clone();
    module::batch_norm(x, gamma, beta, mean.detach(), variance.detach(), epsilon)
}
