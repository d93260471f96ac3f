//! Measures of how good a model is, over values read back from the device once.

use burn::tensor::{ExecutionError, Tensor, activation};

/// Returns class 1 where the probability is above one half, strictly as in the course, else class 0.
///
/// # Shapes
/// - `logits`: `[batch, 1]`
///
/// # Errors
/// When the device fails.
pub fn binary_predictions(logits: Tensor<2>) -> Result<Vec<usize>, ExecutionError> {
    let above = activation::sigmoid(logits).greater_elem(0.5);
    let above = above.try_into_data()?;
    Ok(above.iter::<bool>().map(usize::from).collect())
}

/// Returns the share of examples whose class [`binary_predictions`] finds, in 0..=1.
///
/// # Errors
/// When the device fails.
pub fn binary_accuracy(logits: Tensor<2>, labels: &[usize]) -> Result<f64, ExecutionError> {
    Ok(accuracy(&binary_predictions(logits)?, labels))
}

/// Returns the class with the largest logit.
///
/// # Shapes
/// - `logits`: `[batch, classes]`
///
/// # Errors
/// When the device fails.
pub fn class_predictions(logits: Tensor<2>) -> Result<Vec<usize>, ExecutionError> {
    let largest = logits.argmax(1).try_into_data()?;
    Ok(largest.iter::<i64>().map(|class| class as usize).collect())
}

/// Returns the share of predictions that equal their label, in 0..=1; 0 for an empty set.
///
/// # Panics
/// When the slices differ in length.
pub fn accuracy(predictions: &[usize], labels: &[usize]) -> f64 {
    if labels.is_empty() {
        return 0.0;
    }
    let wrong = misclassified(predictions, labels).len();
    (labels.len() - wrong) as f64 / labels.len() as f64
}

/// Returns the mean distance between prediction and truth; 0 for an empty set.
///
/// # Panics
/// When the slices differ in length.
pub fn mean_absolute_error(predictions: &[f64], truth: &[f64]) -> f64 {
    assert_eq!(predictions.len(), truth.len(), "one prediction for each value");
    let errors = predictions.iter().zip(truth).map(|(found, truth)| (found - truth).abs());
    errors.sum::<f64>() / truth.len().max(1) as f64
}

/// Returns the positions at which prediction and label differ.
///
/// # Panics
/// When the slices differ in length.
pub fn misclassified(predictions: &[usize], labels: &[usize]) -> Vec<usize> {
    assert_eq!(predictions.len(), labels.len(), "one prediction for each label");
    (0..labels.len()).filter(|&index| predictions[index] != labels[index]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accuracy_is_the_share_of_equal_labels() {
        assert_eq!(accuracy(&[1, 0, 1, 1], &[1, 0, 0, 1]), 0.75);
        assert_eq!(accuracy(&[], &[]), 0.0);
    }

    #[test]
    fn probability_of_exactly_one_half_is_class_0() {
        let logits = Tensor::<2>::from_data([[0.0], [0.1], [-0.1]], &burn::tensor::Device::flex());
        assert_eq!(binary_predictions(logits).unwrap(), [0, 1, 0]);
    }

    #[test]
    fn mean_absolute_error_ignores_the_sign() {
        assert_eq!(mean_absolute_error(&[1.0, 5.0], &[3.0, 4.0]), 1.5);
        assert_eq!(mean_absolute_error(&[], &[]), 0.0);
    }

    #[test]
    fn misclassified_lists_positions_in_order() {
        assert_eq!(misclassified(&[1, 0, 1, 0], &[0, 0, 0, 0]), [0, 2]);
    }
}
