//! The losses of classes and of differences of boxes, which both networks share.

use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_layers::ops::{self, CrossEntropy};

/// From where on the loss of differences grows with them and no more with their square.
const BETA: f64 = 1.0 / 9.0;

/// What a network is to say of some rows of its output.
#[derive(Debug, Clone, Default)]
pub struct Targets {
    /// A row of the scores, and its class.
    pub classes: Vec<(usize, usize)>,
    /// A row of the differences, and what they are.
    pub deltas: Vec<(usize, [f64; 4])>,
}

/// The mean loss of the classes, and that of the differences over as many rows.
///
/// # Shapes
/// - `scores`: `[rows, classes]`, logits
/// - `deltas`: `[rows, 4]`
/// - output: `[1]` each
pub fn losses(scores: Tensor<2>, deltas: Tensor<2>, targets: &Targets) -> [Tensor<1>; 2] {
    let (device, dtype) = (scores.device(), scores.dtype());
    let nothing = || Tensor::<1>::zeros([1], (&device, dtype));
    if targets.classes.is_empty() {
        return [nothing(), nothing()];
    }
    let scores = scores.select(0, integers(targets.classes.iter().map(|row| row.0), &device));
    let classes = integers(targets.classes.iter().map(|row| row.1), &device);
    let of_classes = ops::cross_entropy(scores, classes, &CrossEntropy::default());
    if targets.deltas.is_empty() {
        return [of_classes, nothing()];
    }
    let deltas = deltas.select(0, integers(targets.deltas.iter().map(|row| row.0), &device));
    let wanted: Vec<f64> = targets.deltas.iter().flat_map(|row| row.1).collect();
    let wanted = TensorData::new(wanted, [targets.deltas.len(), 4]);
    let apart = deltas - Tensor::<2>::from_data(wanted, (&device, dtype));
    let of_deltas = smooth_l1(apart).sum() / targets.classes.len() as f64;
    [of_classes, of_deltas]
}

fn integers(values: impl Iterator<Item = usize>, device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = values.map(|value| value as i64).collect();
    Tensor::from_data(&values[..], device)
}

/// `x² / 2β` where `|x| < β`, else `|x| - β/2` (Fast R-CNN, section 2.3): an outlier pulls no harder than others.
fn smooth_l1(x: Tensor<2>) -> Tensor<2> {
    let size = x.abs();
    let below = size.clone().clamp_max(BETA);
    below.clone() * (size - below * 0.5) / BETA
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_cost_their_square_where_small_and_their_size_where_large() {
        let x = Tensor::<2>::from_data([[0.05, -0.05, 2.0, -3.0]], &Device::flex());
        let found: Vec<f64> = smooth_l1(x).into_data().iter().collect();
        let expected =
            [0.05f64.powi(2) * 4.5, 0.05f64.powi(2) * 4.5, 2.0 - BETA / 2.0, 3.0 - BETA / 2.0];
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} {expected}");
        }
    }

    #[test]
    fn no_rows_cost_nothing() {
        let device = Device::flex();
        let (scores, deltas) = (Tensor::<2>::ones([3, 2], &device), Tensor::ones([3, 4], &device));
        let losses = losses(scores, deltas, &Targets::default());
        assert!(losses.into_iter().all(|loss| loss.into_scalar::<f64>() == 0.0));
    }
}
