//! What is counted of boxes without a tensor: their suppression, and average precision.

use fireside_metrics::detection::{Detection, Picture, Truth, coco};
use fireside_vision::detection::Bounds;
use fireside_vision::detection::nms::Nms;

use super::{Setup, Step};

/// True boxes of a picture, and found ones.
const BOXES: [usize; 2] = [7, 20];

/// As many boxes as the batch is large, 50 on each of as many objects as needed.
pub(super) fn nms_clustered(setup: Setup) -> Step {
    suppression(setup, |number| {
        let object = number / 50;
        let [x, y] = [object * 379 % 3000, object * 613 % 3000];
        let [left, top] = [x + number * 7 % 9, y + number * 5 % 9];
        [left, top, left + 60 + number * 11 % 13, top + 60 + number * 3 % 13]
    })
}

/// As many boxes as the batch is large, anywhere.
pub(super) fn nms_uniform(setup: Setup) -> Step {
    suppression(setup, |number| {
        let [x, y] = [number * 7919 % 4001, number * 6007 % 4003];
        [x, y, x + 20 + number * 29 % 80, y + 20 + number * 31 % 80]
    })
}

fn suppression(setup: Setup, bounds: impl Fn(usize) -> [usize; 4]) -> Step {
    let count = setup.sizes.batch;
    let boxes: Vec<Bounds> =
        (0..count).map(|number| bounds(number).map(|edge| edge as f64)).collect();
    let scores: Vec<f64> =
        (0..count).map(|number| (number * 7577 % count) as f64 / count as f64).collect();
    let nms = Nms::new(0.5).expect("a threshold");
    Box::new(move || drop(nms.keep(&boxes, &scores)))
}

/// All of COCO's figures of as many pictures as the batch is large, of as many classes as there are channels.
pub(super) fn average_precision(setup: Setup) -> Step {
    let (count, classes) = (setup.sizes.batch, setup.sizes.channels);
    let pictures: Vec<Picture> = (0..count).map(|number| picture(number, classes)).collect();
    Box::new(move || drop(coco::evaluate(&pictures, classes).expect("boxes")))
}

/// A picture whose first found boxes are near its true ones.
fn picture(number: usize, classes: usize) -> Picture {
    let [truths, found] = BOXES;
    let bounds = |place: usize| {
        let seed = number * 31 + place;
        let [x, y] = [seed * 7919 % 400, seed * 6007 % 300];
        [x, y, x + 20 + seed * 29 % 80, y + 20 + seed * 31 % 80].map(|edge| edge as f64)
    };
    let class = |place: usize| (number + place) % classes;
    Picture {
        truths: (0..truths).map(|place| Truth::new(class(place), bounds(place))).collect(),
        detections: (0..found)
            .map(|place| {
                let moved = if place < truths { (number * 5 + place * 3) % 12 } else { 0 } as f64;
                let [x1, y1, x2, y2] = bounds(place);
                let score = ((number * found + place) * 7577 % 100_003) as f64 / 100_003.0;
                Detection { class: class(place), score, bounds: [x1 + moved, y1, x2 + moved, y2] }
            })
            .collect(),
    }
}
