//! Layer normalisation (Ba, Kiros & Hinton, 2016).

use burn::tensor::Tensor;

use crate::fused;

/// `gamma (x - mean) / sqrt(variance + epsilon) + beta` over the last axis, the variance that of the
/// population.
///
/// # Shapes
/// - `x`: `[..., features]`, of any rank
/// - `gamma`, `beta`: `[features]`
/// - output: `[..., features]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn layer_norm<const D: usize>(
    x: Tensor<D>,
    gamma: Tensor<1>,
    beta: Option<Tensor<1>>,
    epsilon: f64,
) -> Tensor<D> {
    let features = x.dims()[D - 1];
    for (name, parameter) in [("gamma", Some(&gamma)), ("beta", beta.as_ref())] {
        let fits = parameter.is_none_or(|parameter| parameter.dims() == [features]);
        assert!(
            fits,
            "layer_norm: x is {:?} and {name} {:?}, but one for each feature is wanted",
            x.dims(),
            parameter.map(Tensor::dims)
        );
    }
    fused::layer_norm(x, gamma, beta, epsilon)
}
