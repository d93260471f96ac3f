//! How much the boxes that are told share with the true ones, as tensors with gradients.

use burn::tensor::{Tensor, s};

/// Areas of two boxes for each picture, as shares of the picture, `[batch, 1]` each.
#[derive(Debug, Clone)]
pub struct Areas {
    /// What both cover.
    pub shared: Tensor<2>,
    /// What either of them covers.
    pub covered: Tensor<2>,
    /// The smallest box around both.
    pub spanned: Tensor<2>,
}

/// Returns the areas of boxes told and true. A box of negative width or height covers nothing.
///
/// # Shapes
/// - `told`, `is`: `[batch, 4]`, `b_x, b_y, b_h, b_w` of each
///
/// # Panics
/// When the shapes differ.
#[must_use]
pub fn areas(told: Tensor<2>, is: Tensor<2>) -> Areas {
    assert!(
        told.dims() == is.dims() && told.dims()[1] == 4,
        "areas of boxes: they are {:?} and {:?}, but one shape of 4 numbers each is wanted",
        told.dims(),
        is.dims()
    );
    let [told, is] = [told, is].map(Corners::of);
    let sides =
        told.to.clone().min_pair(is.to.clone()) - told.from.clone().max_pair(is.from.clone());
    let shared = area(sides.clamp_min(0.0));
    let covered = area(told.sides.clamp_min(0.0)) + area(is.sides) - shared.clone();
    let spanned = area(told.to.max_pair(is.to) - told.from.min_pair(is.from));
    Areas { shared, covered, spanned }
}

/// Returns `1 - GIoU` for each picture, `[batch, 1]`, of 0 to 2: the IoU less the share of the box around both that
/// neither covers, so that boxes that share nothing draw near each other (Rezatofighi et al., 2019, "Generalized
/// intersection over union"; [`giou`](crate::detection::iou::giou) is its plain twin).
///
/// # Shapes
/// - `told`, `is`: `[batch, 4]`, `b_x, b_y, b_h, b_w` of each; true boxes have an area
///
/// # Panics
/// As [`areas`].
#[must_use]
pub fn overlap_loss(told: Tensor<2>, is: Tensor<2>) -> Tensor<2> {
    let Areas { shared, covered, spanned } = areas(told, is);
    // GIoU = shared / covered - (spanned - covered) / spanned
    (shared / covered.clone() + covered / spanned).neg() + 2.0
}

/// Boxes by their corners, `[batch, 2]` each, x first.
struct Corners {
    from: Tensor<2>,
    to: Tensor<2>,
    sides: Tensor<2>,
}

impl Corners {
    fn of(places: Tensor<2>) -> Self {
        let middle = places.clone().slice(s![.., 0..2]);
        let sides = places.slice(s![.., 2..4]).flip([1]); // the height came first
        let half = sides.clone() / 2.0;
        Self { from: middle.clone() - half.clone(), to: middle + half, sides }
    }
}

fn area(sides: Tensor<2>) -> Tensor<2> {
    sides.clone().slice(s![.., 0..1]) * sides.slice(s![.., 1..2])
}
