//! Non-maximum suppression: of boxes that overlap, the surest is kept.
//!
//! The rule is TensorFlow's, which the course calls: by falling score, the first of equal ones first; a box goes that
//! overlaps a kept one by **more** than the threshold; boxes without area neither suppress nor are suppressed; a score
//! that is no number is left out; corners may come in any order.

use std::cmp::Ordering;

use fireside_layers::ConfigError;

use super::Bounds;
use super::iou::{area, iou, ordered};

/// What is suppressed, and how many boxes are kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Nms {
    iou_threshold: f64,
    max_boxes: usize,
}

impl Nms {
    /// Suppresses boxes whose IoU with a kept one is above `iou_threshold`.
    ///
    /// # Errors
    /// When the threshold is not in 0..=1.
    pub fn new(iou_threshold: f64) -> Result<Self, ConfigError> {
        if !(0.0..=1.0).contains(&iou_threshold) {
            return Err(ConfigError::Setting {
                name: "iou_threshold",
                expected: "a number from 0 to 1".to_string(),
                found: iou_threshold.to_string(),
            });
        }
        Ok(Self { iou_threshold, max_boxes: usize::MAX })
    }

    /// Keeps no more than `max_boxes`, of all classes together.
    #[must_use]
    pub fn with_max_boxes(self, max_boxes: usize) -> Self {
        Self { max_boxes, ..self }
    }

    /// Returns the places of the boxes that are kept, by falling score.
    ///
    /// # Panics
    /// When there is not one score for each box.
    #[must_use]
    pub fn keep(&self, boxes: &[Bounds], scores: &[f64]) -> Vec<usize> {
        let mut kept = Kept::default();
        for place in by_falling_score(boxes, scores) {
            if kept.places.len() == self.max_boxes {
                break;
            }
            kept.add_unless_suppressed(place, ordered(boxes[place]), self.iou_threshold);
        }
        kept.places
    }

    /// As [`Nms::keep`], where boxes of different classes do not suppress one another.
    ///
    /// # Panics
    /// When there is not one score and one class for each box.
    #[must_use]
    pub fn keep_by_class(&self, boxes: &[Bounds], scores: &[f64], classes: &[usize]) -> Vec<usize> {
        assert_eq!(boxes.len(), classes.len(), "one class for each box");
        let mut kept: Vec<Kept> = Vec::new();
        let mut places = Vec::new();
        for place in by_falling_score(boxes, scores) {
            if places.len() == self.max_boxes {
                break;
            }
            let class = classes[place];
            if class >= kept.len() {
                kept.resize_with(class + 1, Kept::default);
            }
            let bounds = ordered(boxes[place]);
            if kept[class].add_unless_suppressed(place, bounds, self.iou_threshold) {
                places.push(place);
            }
        }
        places
    }
}

/// How the score of a box falls that overlaps a kept one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Decay {
    /// By `1 - iou` where the IoU is above the threshold.
    Linear {
        /// From where on.
        iou_threshold: f64,
    },
    /// By `exp(-iou^2 / sigma)`.
    Gaussian {
        /// The larger, the less it falls.
        sigma: f64,
    },
}

/// Soft-NMS (Bodla et al. 2017): overlapping boxes lose score instead of going at once. Returns the places of the boxes
/// whose score stays at or above `score_threshold`, with it, in the order in which they were chosen.
///
/// # Panics
/// When there is not one score for each box.
#[must_use]
pub fn soften(
    boxes: &[Bounds],
    scores: &[f64],
    decay: Decay,
    score_threshold: f64,
) -> Vec<(usize, f64)> {
    let mut left: Vec<(usize, f64)> =
        by_falling_score(boxes, scores).into_iter().map(|place| (place, scores[place])).collect();
    let mut chosen = Vec::new();
    loop {
        left.retain(|(_, score)| *score >= score_threshold);
        let first =
            |best: usize, next: usize| if left[next].1 > left[best].1 { next } else { best };
        let Some(best) = (0..left.len()).reduce(first) else { return chosen };
        let (place, score) = left.remove(best);
        chosen.push((place, score));
        for (other, score) in &mut left {
            let overlap = iou(ordered(boxes[place]), ordered(boxes[*other]));
            *score *= match decay {
                Decay::Linear { iou_threshold } if overlap > iou_threshold => 1.0 - overlap,
                Decay::Linear { .. } => 1.0,
                Decay::Gaussian { sigma } => (-overlap * overlap / sigma).exp(),
            };
        }
    }
}

/// The places of scores that are numbers, the highest first, equal ones in their order.
fn by_falling_score(boxes: &[Bounds], scores: &[f64]) -> Vec<usize> {
    assert_eq!(boxes.len(), scores.len(), "one score for each box");
    let mut places: Vec<usize> =
        (0..scores.len()).filter(|&place| !scores[place].is_nan()).collect();
    let falling = |one: f64, other: f64| other.partial_cmp(&one).unwrap_or(Ordering::Equal);
    places.sort_by(|&one, &other| falling(scores[one], scores[other]));
    places
}

/// Boxes held against the next at a time, so that the processor takes several at once.
const AT_ONCE: usize = 32;
/// How much below the threshold an overlap is looked at more closely.
const SLACK: f64 = 1.0 - 1e-9;

/// The boxes that are kept so far, edge by edge.
#[derive(Debug, Default)]
struct Kept {
    places: Vec<usize>,
    x1: Vec<f64>,
    y1: Vec<f64>,
    x2: Vec<f64>,
    y2: Vec<f64>,
    areas: Vec<f64>,
}

impl Kept {
    /// Keeps the box, unless one that is kept overlaps it by more than `threshold`.
    fn add_unless_suppressed(&mut self, place: usize, bounds: Bounds, threshold: f64) -> bool {
        let size = area(bounds);
        if size > 0.0 && self.suppresses(bounds, size, threshold) {
            return false;
        }
        self.places.push(place);
        if size > 0.0 {
            let [x1, y1, x2, y2] = bounds;
            self.x1.push(x1);
            self.y1.push(y1);
            self.x2.push(x2);
            self.y2.push(y2);
            self.areas.push(size);
        }
        true
    }

    fn suppresses(&self, bounds: Bounds, size: f64, threshold: f64) -> bool {
        let starts = (0..self.areas.len()).step_by(AT_ONCE);
        starts.into_iter().any(|start| {
            let end = (start + AT_ONCE).min(self.areas.len());
            self.may_suppress(start..end, bounds, size, threshold)
                && (start..end).any(|kept| iou(self.bounds(kept), bounds) > threshold)
        })
    }

    /// Whether one of these could: without a division and without a branch.
    fn may_suppress(
        &self,
        places: std::ops::Range<usize>,
        [left, top, right, bottom]: Bounds,
        size: f64,
        threshold: f64,
    ) -> bool {
        let edges = self.x1[places.clone()].iter().zip(&self.y1[places.clone()]);
        let edges = edges.zip(&self.x2[places.clone()]).zip(&self.y2[places.clone()]);
        let edges = edges.zip(&self.areas[places]);
        edges.fold(false, |found, ((((x1, y1), x2), y2), area)| {
            let width = (right.min(*x2) - left.max(*x1)).max(0.0);
            let height = (bottom.min(*y2) - top.max(*y1)).max(0.0);
            let shared = width * height;
            found | (shared > threshold * SLACK * (size + area - shared))
        })
    }

    fn bounds(&self, kept: usize) -> Bounds {
        [self.x1[kept], self.y1[kept], self.x2[kept], self.y2[kept]]
    }
}

#[cfg(test)]
mod tests {
    use fireside_numpy_rng::NumpyRng;

    use super::*;

    const PAIR: [Bounds; 2] = [[0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 3.0, 2.0]]; // IoU 1/3

    #[test]
    fn the_first_of_equal_scores_is_kept() {
        assert_eq!(Nms::new(0.3).unwrap().keep(&PAIR, &[0.5, 0.5]), [0]);
    }

    #[test]
    fn an_overlap_of_exactly_the_threshold_is_kept() {
        assert_eq!(Nms::new(1.0 / 3.0).unwrap().keep(&PAIR, &[0.5, 0.6]), [1, 0]);
        assert_eq!(Nms::new(0.3333).unwrap().keep(&PAIR, &[0.5, 0.6]), [1]);
    }

    #[test]
    fn at_a_threshold_of_0_boxes_that_touch_are_kept() {
        let boxes = [[0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 2.0, 1.0], [0.5, 0.0, 1.5, 1.0]];
        assert_eq!(Nms::new(0.0).unwrap().keep(&boxes, &[3.0, 2.0, 1.0]), [0, 1]);
    }

    #[test]
    fn boxes_without_area_neither_suppress_nor_are_suppressed() {
        let boxes = [[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 2.0, 2.0], [1.0, 0.0, 1.0, 2.0], [1.0; 4]];
        assert_eq!(Nms::new(0.0).unwrap().keep(&boxes, &[4.0, 3.0, 2.0, 1.0]), [0, 1, 2, 3]);
    }

    #[test]
    fn a_score_that_is_no_number_is_left_out() {
        assert_eq!(Nms::new(0.3).unwrap().keep(&PAIR, &[f64::NAN, -1.0]), [1]);
    }

    #[test]
    fn thresholds_outside_0_to_1_are_refused() {
        for threshold in [-0.1, 1.1, f64::NAN] {
            assert!(Nms::new(threshold).is_err(), "{threshold}");
        }
    }

    #[test]
    fn at_most_so_many_are_kept() {
        let nms = Nms::new(1.0).unwrap();
        assert!(nms.with_max_boxes(0).keep(&PAIR, &[0.5, 0.6]).is_empty());
        assert_eq!(nms.with_max_boxes(1).keep(&PAIR, &[0.5, 0.6]), [1]);
    }

    #[test]
    fn corners_come_in_any_order() {
        let swapped = [PAIR[0], [3.0, 2.0, 1.0, 0.0]];
        assert_eq!(Nms::new(0.3).unwrap().keep(&swapped, &[0.5, 0.6]), [1]);
    }

    #[test]
    fn classes_do_not_suppress_one_another() {
        let nms = Nms::new(0.3).unwrap();
        assert_eq!(nms.keep_by_class(&PAIR, &[0.5, 0.6], &[0, 1]), [1, 0]);
        assert_eq!(nms.keep_by_class(&PAIR, &[0.5, 0.6], &[7, 7]), [1]);
    }

    /// By the definition, pair by pair.
    fn one_by_one(boxes: &[Bounds], scores: &[f64], threshold: f64) -> Vec<usize> {
        let mut kept: Vec<usize> = Vec::new();
        for place in by_falling_score(boxes, scores) {
            if !kept.iter().any(|&other| iou(boxes[other], boxes[place]) > threshold) {
                kept.push(place);
            }
        }
        kept
    }

    #[test]
    fn many_boxes_at_once_are_kept_as_one_by_one() {
        let mut rng = NumpyRng::new(3);
        for threshold in [0.0, 0.3, 0.5, 0.9, 1.0] {
            let boxes: Vec<Bounds> = (0..400)
                .map(|_| {
                    // On a grid, so that overlaps of exactly the threshold occur.
                    let [x, y, w, h] = [(); 4].map(|()| (rng.random_sample() * 12.0).floor());
                    [x, y, x + w, y + h]
                })
                .collect();
            let scores: Vec<f64> = (0..400).map(|_| (rng.random_sample() * 50.0).floor()).collect();
            let found = Nms::new(threshold).unwrap().keep(&boxes, &scores);
            assert_eq!(found, one_by_one(&boxes, &scores, threshold), "{threshold}");
        }
    }

    #[test]
    fn softened_scores_fall_by_the_overlap() {
        let linear = soften(&PAIR, &[0.6, 0.9], Decay::Linear { iou_threshold: 0.3 }, 0.1);
        assert_eq!(linear, [(1, 0.9), (0, 0.6 * (1.0 - 1.0 / 3.0))]);
        let gaussian = soften(&PAIR, &[0.6, 0.9], Decay::Gaussian { sigma: 0.5 }, 0.1);
        assert_eq!(gaussian, [(1, 0.9), (0, 0.6 * (-1.0_f64 / 3.0 * (1.0 / 3.0) / 0.5).exp())]);
        assert_eq!(soften(&PAIR, &[0.6, 0.9], Decay::Gaussian { sigma: 0.5 }, 0.8), [(1, 0.9)]);
    }
}
