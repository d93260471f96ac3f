use burn::tensor::{Tensor, module};

/// Twin of [`ops::layer_norm`](crate::ops::layer_norm).
pub fn layer_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Option<Tensor<1>>,
    epsilon: f64,
) -> Tensor<D> {
    module::layer_norm(x, gamma, beta, epsilon)
}
