//! Twins of the batch normalisations.

use burn::tensor::{Tensor, module};

use crate::ops::{BatchStatistics, Normalization};

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
