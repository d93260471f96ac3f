//! Intersection over union, the measure of how well two boxes agree.

use super::Bounds;

/// Returns the area that two boxes share over the area that they cover together, in 0..=1.
///
/// Boxes that touch at an edge or a corner share nothing; where they cover nothing, it is 0. The corners must be in
/// order, see [`ordered`].
#[must_use]
pub fn iou(one: Bounds, other: Bounds) -> f64 {
    let width = one[2].min(other[2]) - one[0].max(other[0]);
    let height = one[3].min(other[3]) - one[1].max(other[1]);
    let shared = width.max(0.0) * height.max(0.0);
    let covered = area(one) + area(other) - shared;
    if covered > 0.0 { shared / covered } else { 0.0 }
}

/// Returns the IoU less the share of the smallest box around both that neither covers, in -1..=1: the generalised IoU,
/// which tells how far apart boxes are that share nothing (Rezatofighi et al., 2019). The corners must be in order; where
/// the box around both has no area, it is 0.
#[must_use]
pub fn giou(one: Bounds, other: Bounds) -> f64 {
    let spanned = area([
        one[0].min(other[0]),
        one[1].min(other[1]),
        one[2].max(other[2]),
        one[3].max(other[3]),
    ]);
    let iou = iou(one, other);
    let covered = (area(one) + area(other)) / (1.0 + iou); // what they share counts once
    if spanned > 0.0 { iou - (spanned - covered) / spanned } else { 0.0 }
}

/// Returns the area of a box.
#[must_use]
pub fn area([x1, y1, x2, y2]: Bounds) -> f64 {
    (x2 - x1) * (y2 - y1)
}

/// Returns the box with its upper left corner first, whichever two corners it was given by.
#[must_use]
pub fn ordered([x1, y1, x2, y2]: Bounds) -> Bounds {
    [x1.min(x2), y1.min(y2), x1.max(x2), y1.max(y2)]
}

/// Returns the IoU of two boxes of this width and height that share their midpoint.
#[must_use]
pub fn iou_of_sizes(one: [f64; 2], other: [f64; 2]) -> f64 {
    iou([0.0, 0.0, one[0], one[1]], [0.0, 0.0, other[0], other[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_that_touch_share_nothing() {
        let one = [0.0, 0.0, 2.0, 2.0];
        assert_eq!(iou(one, [2.0, 0.0, 4.0, 2.0]), 0.0);
        assert_eq!(iou(one, [2.0, 2.0, 3.0, 3.0]), 0.0);
        // Apart in both directions, whose product of two negative lengths would be an area.
        assert_eq!(iou(one, [3.0, 3.0, 4.0, 4.0]), 0.0);
    }

    #[test]
    fn a_quarter_of_one_and_of_the_other_is_a_seventh_of_both() {
        assert_eq!(iou([0.0, 0.0, 2.0, 2.0], [1.0, 1.0, 3.0, 3.0]), 1.0 / 7.0);
    }

    #[test]
    fn generalised_overlap_falls_with_the_distance_of_boxes_that_share_nothing() {
        let one = [0.0, 0.0, 2.0, 2.0];
        assert_eq!(giou(one, one), 1.0);
        assert_eq!(giou(one, [1.0, 0.0, 2.0, 2.0]), 0.5);
        assert_eq!(giou(one, [2.0, 0.0, 4.0, 2.0]), 0.0);
        assert_eq!(giou(one, [4.0, 0.0, 6.0, 2.0]), -1.0 / 3.0);
        // A seventh of 7, and 2 of 9 are nobody's.
        assert!((giou(one, [1.0, 1.0, 3.0, 3.0]) - (1.0 / 7.0 - 2.0 / 9.0)).abs() < 1e-15);
        assert_eq!(giou([1.0; 4], [1.0; 4]), 0.0);
    }

    #[test]
    fn boxes_without_area_have_no_overlap_and_it_is_a_number() {
        let point = [1.0, 1.0, 1.0, 1.0];
        assert_eq!(iou(point, point), 0.0);
        assert_eq!(iou(point, [0.0, 0.0, 2.0, 2.0]), 0.0);
    }
}
