//! Several yes-or-no questions about each example, some answers of which nobody wrote down (course 3, week 2).
//!
//! One network with a logit for each task learns them together, unlike softmax, which picks one class: a
//! picture may show a car and a stop sign. Labels that are missing are left out of the loss.

use burn::tensor::Tensor;

/// Mean binary cross-entropy over the labels that are known: `Σ k ((1 - y) z - ln σ(z)) / Σ k`.
///
/// The gradient of a logit whose label is missing is exactly 0, whatever stands in its place in `labels`. A
/// batch without any label costs 0.
///
/// # Shapes
/// - `logits`: `[batch, tasks]`
/// - `labels`: `[batch, tasks]`, 0 or 1; anything where unknown
/// - `known` (k): `[batch, tasks]`, 1 where the label is known, else 0
/// - output: `[1]`
pub fn masked_binary_cross_entropy(
    logits: Tensor<2>,
    labels: Tensor<2>,
    known: Tensor<2>,
) -> Tensor<1> {
    let unknown = known.clone().equal_elem(0.0);
    let labels = labels.mask_fill(unknown.clone(), 0.0); // not a number there would spread
    let negative = -labels + 1.0;
    let losses = negative * logits.clone() - burn::tensor::activation::log_sigmoid(logits);
    losses.mask_fill(unknown, 0.0).sum() / known.sum().clamp_min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::binary_cross_entropy;
    use burn::tensor::Device;

    fn tensor(values: [[f64; 3]; 2]) -> Tensor<2> {
        Tensor::from_data(values, &Device::flex())
    }

    fn logits() -> Tensor<2> {
        tensor([[2.0, -1.0, 0.5], [-3.0, 1e4, 0.0]])
    }

    fn gradient(labels: Tensor<2>, known: Tensor<2>) -> Vec<f64> {
        let logits = Tensor::from_inner(logits()).require_grad();
        let gradients = masked_binary_cross_entropy(logits.clone(), labels, known).backward();
        logits.grad(&gradients).unwrap().into_data().iter().collect()
    }

    #[test]
    fn all_labels_known_is_the_plain_mean() {
        let labels = tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]]);
        let ones = tensor([[1.0; 3]; 2]);
        let found: f64 = masked_binary_cross_entropy(logits(), labels.clone(), ones).into_scalar();
        let expected: f64 = binary_cross_entropy(logits(), labels).into_scalar();
        assert!((found - expected).abs() < 1e-6, "{found}, {expected}");
    }

    /// -ln σ(2) = 0.126928 and -ln(1 - σ(-3)) = 0.048587, over two labels.
    #[test]
    fn mean_is_over_the_known_labels() {
        let labels = tensor([[1.0, f64::NAN, 7.0], [0.0, f64::NAN, -1.0]]);
        let known = tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]);
        let found: f64 = masked_binary_cross_entropy(logits(), labels, known).into_scalar();
        assert!((found - (0.126_928 + 0.048_587) / 2.0).abs() < 1e-6, "{found}");
    }

    #[test]
    fn gradient_of_a_missing_label_is_exactly_0_and_of_a_known_one_is_not() {
        let labels = tensor([[1.0, f64::NAN, 1.0], [0.0, f64::NAN, 1.0]]);
        let known = tensor([[1.0, 0.0, 0.0], [1.0, 0.0, 1.0]]);
        let found = gradient(labels, known.clone());
        for (gradient, known) in found.iter().zip(known.into_data().iter::<f64>()) {
            assert_eq!(*gradient != 0.0, known == 1.0, "{found:?}");
            assert!(gradient.is_finite(), "{found:?}");
        }
    }

    #[test]
    fn batch_without_any_label_costs_0_and_moves_nothing() {
        let labels = tensor([[f64::NAN; 3]; 2]);
        let none = tensor([[0.0; 3]; 2]);
        let loss = masked_binary_cross_entropy(logits(), labels.clone(), none.clone());
        assert_eq!(loss.into_scalar::<f64>(), 0.0);
        assert_eq!(gradient(labels, none), [0.0; 6]);
    }
}
