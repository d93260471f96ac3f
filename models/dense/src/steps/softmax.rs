//! Softmax and its cost by hand (course 2, week 3).
//!
//! ```text
//! a_j = e^z_j / Σ e^z        J = -Σ y ln a        dz = a - y
//! ```
//!
//! The editions of the assignment differ: one takes the mean over the mini-batch ([`cost`]), the next one the
//! sum ([`total_loss`]), to divide by all examples once an epoch.

use burn::tensor::{Device, Tensor, TensorData, activation};

/// Returns a row of `num_classes` for each label, with a one at the label.
///
/// # Shapes
/// - output: `[labels.len(), num_classes]`
#[must_use]
pub fn one_hot(labels: &[usize], num_classes: usize, device: &Device) -> Tensor<2> {
    let classes = 0..num_classes;
    let entries = labels.iter().flat_map(|label| classes.clone().map(move |class| class == *label));
    let entries: Vec<f64> = entries.map(|is_label| f64::from(u8::from(is_label))).collect();
    Tensor::from_data(TensorData::new(entries, [labels.len(), num_classes]), device)
}

/// The cross-entropy of the softmax, summed over the examples.
///
/// # Shapes
/// - `logits`, `labels`: `[batch, classes]`, the labels one-hot or probabilities
/// - output: `[1]`
#[must_use]
pub fn total_loss(logits: &Tensor<2>, labels: &Tensor<2>) -> Tensor<1> {
    -(labels.clone() * activation::log_softmax(logits.clone(), 1)).sum()
}

/// The mean of [`total_loss`] over the examples.
///
/// # Shapes
/// - `logits`, `labels`: `[batch, classes]`
/// - output: `[1]`
#[must_use]
pub fn cost(logits: &Tensor<2>, labels: &Tensor<2>) -> Tensor<1> {
    let [batch, _] = logits.dims();
    total_loss(logits, labels) / batch as f64
}

/// The gradient of [`total_loss`] by the logits: probabilities minus labels.
///
/// # Shapes
/// - `logits`, `labels`, output: `[batch, classes]`
#[must_use]
pub fn backward(logits: &Tensor<2>, labels: &Tensor<2>) -> Tensor<2> {
    activation::softmax(logits.clone(), 1) - labels.clone()
}
