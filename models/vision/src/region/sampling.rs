//! Which boxes are to find which truths, and which of them a training step looks at.

use fireside_numpy_rng::NumpyRng;

use crate::detection::Bounds;
use crate::detection::iou::iou;

/// Boxes that something is to be learnt from: places of the list they were drawn from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sample {
    /// A box and the truth that it is to find.
    pub positives: Vec<(usize, usize)>,
    /// Boxes that hold nothing.
    pub negatives: Vec<usize>,
}

/// How boxes become a [`Sample`].
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// From this IoU with a truth on a box is to find it.
    pub positive_iou: f64,
    /// Below this IoU with every truth a box holds nothing.
    pub negative_iou: f64,
    /// Whether the best box of each truth is to find it in any case.
    pub best_of_each: bool,
    /// Boxes of a picture.
    pub count: usize,
    /// The largest share of positives in them.
    pub positive_share: f64,
}

impl Rule {
    /// Draws from `boxes`: positives up to their share, and negatives for the rest.
    pub fn draw(&self, boxes: &[Bounds], truths: &[Bounds], rng: &mut NumpyRng) -> Sample {
        let mut positives = Vec::new();
        let mut negatives = Vec::new();
        for (place, found) in self.find(boxes, truths).into_iter().enumerate() {
            match found {
                Found::Truth(truth) => positives.push((place, truth)),
                Found::Nothing => negatives.push(place),
                Found::Unclear => {}
            }
        }
        let most = (self.count as f64 * self.positive_share) as usize;
        draw(&mut positives, most, rng);
        draw(&mut negatives, self.count - positives.len().min(self.count), rng);
        Sample { positives, negatives }
    }

    fn find(&self, boxes: &[Bounds], truths: &[Bounds]) -> Vec<Found> {
        let mut best_boxes = vec![(0.0, None); truths.len()];
        let mut found: Vec<Found> = Vec::with_capacity(boxes.len());
        for (place, bounds) in boxes.iter().enumerate() {
            let mut best = (0.0, Found::Nothing);
            for (truth, there) in truths.iter().enumerate() {
                let overlap = iou(*bounds, *there);
                if overlap > best.0 {
                    best = (overlap, Found::Truth(truth));
                }
                if overlap > best_boxes[truth].0 {
                    best_boxes[truth] = (overlap, Some(place));
                }
            }
            found.push(match best.0 {
                overlap if overlap >= self.positive_iou => best.1,
                overlap if overlap < self.negative_iou => Found::Nothing,
                _ => Found::Unclear,
            });
        }
        if self.best_of_each {
            for (truth, (_, place)) in best_boxes.into_iter().enumerate() {
                if let Some(place) = place {
                    found[place] = Found::Truth(truth);
                }
            }
        }
        found
    }
}

/// What a box is to say.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Found {
    Truth(usize),
    Nothing,
    Unclear,
}

/// Keeps `most` of the items, any of them alike, in their order.
fn draw<T: Ord>(items: &mut Vec<T>, most: usize, rng: &mut NumpyRng) {
    if items.len() > most {
        for place in 0..most {
            let other = place + rng.below(items.len() - place);
            items.swap(place, other);
        }
        items.truncate(most);
        items.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        positive_iou: 0.7,
        negative_iou: 0.3,
        best_of_each: true,
        count: 8,
        positive_share: 0.5,
    };

    /// IoU with the truth: 1, 0.6, 0.25, 0.
    const BOXES: [Bounds; 4] = [
        [0.0, 0.0, 10.0, 10.0],
        [0.0, 0.0, 10.0, 6.0],
        [0.0, 0.0, 5.0, 5.0],
        [20.0, 20.0, 30.0, 30.0],
    ];

    #[test]
    fn boxes_of_a_middling_overlap_take_no_part() {
        let sample = RULE.draw(&BOXES, &[BOXES[0]], &mut NumpyRng::new(1));
        assert_eq!(sample, Sample { positives: vec![(0, 0)], negatives: vec![2, 3] });
    }

    #[test]
    fn the_best_box_of_a_truth_is_positive_however_little_it_overlaps() {
        let sample = RULE.draw(&BOXES[2..], &[BOXES[0]], &mut NumpyRng::new(1));
        assert_eq!(sample.positives, [(0, 0)]);
        let sample = RULE.draw(&BOXES[3..], &[BOXES[0]], &mut NumpyRng::new(1));
        assert!(sample.positives.is_empty(), "a truth that no box touches has none");
    }

    #[test]
    fn without_truths_everything_is_nothing() {
        let sample = RULE.draw(&BOXES, &[], &mut NumpyRng::new(1));
        assert_eq!(sample, Sample { positives: vec![], negatives: vec![0, 1, 2, 3] });
    }

    #[test]
    fn a_seed_draws_the_same_boxes_and_no_more_than_were_asked_for() {
        let boxes: Vec<Bounds> = (0..100).map(|place| BOXES[place % 4]).collect();
        let sample = |seed| RULE.draw(&boxes, &[BOXES[0]], &mut NumpyRng::new(seed));
        assert_eq!(sample(3), sample(3));
        assert_ne!(sample(3), sample(4));
        assert_eq!((sample(3).positives.len(), sample(3).negatives.len()), (4, 4));
    }

    #[test]
    fn no_boxes_make_an_empty_sample() {
        assert_eq!(RULE.draw(&[], &[BOXES[0]], &mut NumpyRng::new(1)), Sample::default());
    }
}
