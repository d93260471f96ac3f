//! Losses on logits, averaged over the batch.

use burn::tensor::{Int, Tensor};
use fireside_layers::ops::{self, CrossEntropy};

/// Mean binary cross-entropy: `mean((1 - y) z - ln σ(z))`.
///
/// Equal to the course's `-mean(y ln a + (1 - y) ln(1 - a))` with `a = σ(z)`, and finite where that is not:
/// in 32-bit floats `σ(z)` is exactly 1 from z = 17 on, and its logarithm's partner infinite.
///
/// # Shapes
/// - `logits`, `targets`: `[batch, 1]`, targets 0 or 1
/// - output: `[1]`
pub fn binary_cross_entropy(logits: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
    ops::binary_cross_entropy(logits, targets)
}

/// Mean softmax cross-entropy: `mean(-ln softmax(z)[label])`.
///
/// # Shapes
/// - `logits`: `[batch, classes]`
/// - `labels`: `[batch]`, class indices
/// - output: `[1]`
pub fn softmax_cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    ops::cross_entropy(logits, labels, &CrossEntropy::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::tensor::Device;

    fn loss(logit: f64, target: f64) -> f64 {
        let tensor = |value: f64| Tensor::<2>::from_data([[value]], &Device::flex());
        binary_cross_entropy(tensor(logit), tensor(target)).into_scalar()
    }

    /// At z = 2: -ln σ(2) = ln(1 + e^-2) = 0.126928, and 2 more for the other label.
    #[test]
    fn loss_is_minus_the_logarithm_of_the_probability_of_the_label() {
        assert!((loss(2.0, 1.0) - 0.126_928_01).abs() < 1e-6);
        assert!((loss(2.0, 0.0) - 2.126_928_01).abs() < 1e-6);
    }

    #[test]
    fn saturated_logits_cost_what_they_are_off_by() {
        assert_eq!(loss(1e4, 1.0), 0.0);
        assert_eq!(loss(1e4, 0.0), 1e4);
        assert_eq!(loss(-1e4, 1.0), 1e4);
    }

    /// Over logits (1, 2, 3): ln(e + e^2 + e^3) = 3.407606, less the label's own.
    #[test]
    fn softmax_loss_is_minus_the_logarithm_of_the_probability_of_the_label() {
        let logits = Tensor::from_data([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]], &Device::flex());
        let labels = Tensor::from_data([0, 2], &Device::flex());
        let found: f64 = softmax_cross_entropy(logits, labels).into_scalar();
        assert!((found - (2.407_606 + 0.407_606) / 2.0).abs() < 1e-6, "{found}");
    }
}
