//! What is seen of the objects: boxes around it, and the mask of instances.

use super::frame::Frame;
use super::objects::Placed;
use crate::labelled_box::LabelledBox;

/// Fewer visible pixels are no object.
const LEAST_PIXELS: usize = 14;
/// Nor is anything less wide or high, in pixels.
const LEAST_SIDE: usize = 3;
/// With less of it visible an object is difficult.
const LEAST_VISIBILITY: f64 = 0.35;
/// So is one with fewer visible pixels.
const EASY_PIXELS: usize = 24;

/// The boxes of a scene, and for each pixel 1 more than the number of the box whose object is seen there.
pub(super) fn boxes_and_instances(frame: &Frame, placed: &[Placed]) -> (Vec<LabelledBox>, Vec<u8>) {
    let mut seen = vec![Seen::default(); placed.len()];
    for (row, owners) in frame.owners.chunks_exact(frame.width).enumerate() {
        for (column, &owner) in owners.iter().enumerate() {
            if let Some(number) = usize::from(owner).checked_sub(1) {
                seen[number].add(column, row);
            }
        }
    }
    let mut boxes = Vec::new();
    // No instance for owner 0.
    let mut instance_of = vec![0; placed.len() + 1];
    for (number, (seen, placed)) in seen.iter().zip(placed).enumerate() {
        let [x1, y1, x2, y2] = seen.bounds;
        if seen.pixels < LEAST_PIXELS || (x2 - x1).min(y2 - y1) < LEAST_SIDE {
            continue;
        }
        let visibility = seen.pixels as f64 / placed.extent as f64;
        boxes.push(LabelledBox {
            bounds: seen.bounds.map(|place| place as f64),
            class: placed.class,
            visibility,
            difficult: visibility < LEAST_VISIBILITY || seen.pixels < EASY_PIXELS,
            crowd: false,
        });
        instance_of[number + 1] = boxes.len() as u8;
    }
    let instances = frame.owners.iter().map(|&owner| instance_of[usize::from(owner)]).collect();
    (boxes, instances)
}

/// What is seen of one object.
#[derive(Clone, Default)]
struct Seen {
    pixels: usize,
    /// Of the pixels, the last ones plus 1.
    bounds: [usize; 4],
}

impl Seen {
    fn add(&mut self, column: usize, row: usize) {
        let [x1, y1, x2, y2] = self.bounds;
        self.bounds = match self.pixels {
            0 => [column, row, column + 1, row + 1],
            _ => [x1.min(column), y1.min(row), x2.max(column + 1), y2.max(row + 1)],
        };
        self.pixels += 1;
    }
}
