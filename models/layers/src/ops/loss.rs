//! Losses on logits, the mean over the batch (courses 1 and 2; Szegedy et al., 2015, for label smoothing).
//!
//! Each is one operation that goes from logits to the loss, so that nothing saturates and no probabilities
//! are kept.

use burn::tensor::{Int, Tensor};

use crate::fused;
use crate::plain::CrossEntropy;

/// Mean binary cross-entropy: `mean((1 - y) z - ln σ(z))`.
///
/// No gradient flows to the targets.
///
/// # Shapes
/// - `logits`, `targets`: of one shape, targets in 0..=1
/// - output: `[1]`
///
/// # Panics
/// When the shapes differ.
#[must_use]
pub fn binary_cross_entropy<const D: usize>(logits: Tensor<D>, targets: Tensor<D>) -> Tensor<1> {
    assert!(
        logits.dims() == targets.dims(),
        "binary_cross_entropy: the logits are {:?} and the targets {:?}, but one shape is wanted",
        logits.dims(),
        targets.dims()
    );
    fused::binary_cross_entropy(logits, targets)
}

/// Mean softmax cross-entropy: `mean(-sum_c t_c ln softmax(z)_c)` over the rows that are not ignored, with
/// the targets `t = (1 - e) [c = class] + e / classes` of the label smoothing `e`.
///
/// Where every row is ignored it is 0, and so is the gradient.
///
/// # Shapes
/// - `logits`: `[rows, classes]`
/// - `classes`: `[rows]`, indices
/// - output: `[1]`
///
/// # Panics
/// When the numbers of rows differ, the smoothing is not in 0..=1, or, on Burn's CPU backend, a class that is
/// not ignored is out of range.
#[must_use]
pub fn cross_entropy(
    logits: Tensor<2>,
    classes: Tensor<1, Int>,
    options: &CrossEntropy,
) -> Tensor<1> {
    assert!(
        logits.dims()[0] == classes.dims()[0],
        "cross_entropy: the logits are {:?} and the classes {:?}, but one class for each row is wanted",
        logits.dims(),
        classes.dims()
    );
    assert!(
        (0.0..=1.0).contains(&options.label_smoothing),
        "cross_entropy: the label smoothing is {}, but 0 to 1 is wanted",
        options.label_smoothing
    );
    fused::cross_entropy(logits, classes, options)
}
