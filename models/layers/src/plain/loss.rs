//! Twins of the losses.

use burn::tensor::{Int, Tensor, activation};

/// Twin of [`ops::binary_cross_entropy`](crate::ops::binary_cross_entropy).
pub fn binary_cross_entropy<const D: usize>(logits: Tensor<D>, targets: Tensor<D>) -> Tensor<1> {
    let targets = targets.detach().cast(logits.dtype());
    ((-targets + 1.0) * logits.clone() - activation::log_sigmoid(logits)).mean()
}

/// What [`cross_entropy`] leaves out and smooths; by default nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CrossEntropy {
    /// The share of the label that is spread evenly over all classes, in 0..=1.
    pub label_smoothing: f64,
    /// Rows of this class take no part, neither in the sum nor in the count.
    pub ignored: Option<i64>,
}

/// Twin of [`ops::cross_entropy`](crate::ops::cross_entropy).
pub fn cross_entropy(
    logits: Tensor<2>,
    classes: Tensor<1, Int>,
    options: &CrossEntropy,
) -> Tensor<1> {
    let [rows, count] = logits.dims();
    let smoothing = options.label_smoothing;
    let ignored = match options.ignored {
        Some(ignored) => classes.clone().equal_scalar(ignored),
        None => classes.clone().not_equal(classes.clone()),
    };
    let classes = classes.mask_fill(ignored.clone(), 0);
    let counted = (ignored.clone().int().sum() * -1 + rows as i64).clamp_min(1);
    let counted = counted.float().cast(logits.dtype());
    let logarithms = activation::log_softmax(logits, 1);
    let of_class = logarithms.clone().gather(1, classes.unsqueeze_dim(1)).squeeze_dim::<1>(1); // [rows]
    let mut losses = of_class * -(1.0 - smoothing);
    if smoothing > 0.0 {
        let of_all = logarithms.sum_dim(1).squeeze_dim::<1>(1); // [rows]
        losses = losses - of_all * (smoothing / count as f64);
    }
    losses.mask_fill(ignored, 0.0).sum() / counted
}
