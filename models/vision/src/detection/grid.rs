//! The last layer of a YOLO network picture by picture, read on the host in one pass.

use super::yolo_head::{BOX, LOG_SIZES, YoloHead};
use super::{Bounds, Detection, Selection};

/// The last layer's numbers of one picture, `[anchors, each, rows, columns]`.
pub struct Grid<'a> {
    pub head: &'a YoloHead,
    pub rows: usize,
    pub columns: usize,
    pub logits: &'a [f64],
}

/// A cell and an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Row of the cell.
    pub row: usize,
    /// Column of the cell.
    pub column: usize,
    /// Number of the anchor.
    pub anchor: usize,
}

impl Grid<'_> {
    /// The position of a number of a place.
    pub fn index(&self, Place { row, column, anchor }: Place, number: usize) -> usize {
        ((anchor * self.head.each() + number) * self.rows + row) * self.columns + column
    }

    /// Which of the layer's places it is: anchor, row, column.
    pub fn number(&self, Place { row, column, anchor }: Place) -> usize {
        (anchor * self.rows + row) * self.columns + column
    }

    fn at(&self, place: Place, number: usize) -> f64 {
        self.logits[self.index(place, number)]
    }

    /// All places: row, column, anchor.
    pub fn places(&self) -> impl Iterator<Item = Place> + use<> {
        let (columns, anchors) = (self.columns, self.head.anchors().len());
        (0..self.rows * columns * anchors).map(move |place| Place {
            row: place / anchors / columns,
            column: place / anchors % columns,
            anchor: place % anchors,
        })
    }

    /// The box of a place, in pixels.
    pub fn bounds(&self, place: Place) -> Bounds {
        let cell = self.head.cell() as f64;
        let [least, most] = LOG_SIZES;
        let size = |number: usize, side: usize| {
            let log = self.at(place, number).clamp(least, most);
            log.exp() * self.head.anchors()[place.anchor][side] / 2.0
        };
        let x = place.column as f64 + logistic(self.at(place, 0));
        let y = place.row as f64 + logistic(self.at(place, 1));
        let [w, h] = [size(2, 0), size(3, 1)];
        [x - w, y - h, x + w, y + h].map(|edge| edge * cell)
    }

    /// Whether the cell of a place, its edges with it, has a point in common with a box in pixels.
    pub fn touches(&self, place: Place, [x1, y1, x2, y2]: Bounds) -> bool {
        let cell = self.head.cell() as f64;
        let [left, top] = [place.column, place.row].map(|at| at as f64 * cell);
        x1 <= left + cell && left <= x2 && y1 <= top + cell && top <= y2
    }

    /// The best class of a place and its probability.
    fn class(&self, place: Place) -> (usize, f64) {
        let logit = |class: usize| self.at(place, BOX + class);
        let classes = 0..self.head.num_classes();
        let best = classes.clone().reduce(
            |best, class| {
                if logit(class) > logit(best) { class } else { best }
            },
        );
        let Some(best) = best else { return (0, 1.0) };
        let sum: f64 = classes.map(|class| (logit(class) - logit(best)).exp()).sum();
        (best, 1.0 / sum)
    }

    /// What is found in the picture.
    pub fn detect(&self, selection: &Selection) -> Vec<Detection> {
        let found = self.places().filter_map(|place| {
            let objectness = logistic(self.at(place, 4));
            // No probability is above 1, so that most places need no softmax.
            if objectness < selection.score_threshold() {
                return None;
            }
            let (class, probability) = self.class(place);
            let (score, bounds) = (objectness * probability, self.bounds(place));
            let is_box = bounds.iter().all(|edge| edge.is_finite());
            is_box.then_some(Detection { class, score, bounds })
        });
        let [height, width] = [self.rows, self.columns].map(|n| (n * self.head.cell()) as f64);
        let kept = selection.keep(found.collect());
        kept.into_iter().map(|found| found.within([width, height])).collect()
    }
}

/// `1 / (1 + e^-x)`.
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}
