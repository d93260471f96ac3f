//! Boxes around things: how they overlap, which of many that say the same are kept, and how a network finds them on a
//! grid.
//!
//! A box is `[x1, y1, x2, y2]`, the upper left corner first, in pixels, and everywhere inside this crate the same; the
//! assignments' orders are in [`crate::steps::detection`].

pub mod anchors;
mod grid;
pub mod iou;
pub mod nms;
mod selection;
pub mod yolo_head;
pub mod yolo_loss;

pub use selection::Selection;

/// A box: `[x1, y1, x2, y2]`, the upper left corner first.
pub type Bounds = [f64; 4];

/// A box that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// What it is taken for, counted from 0.
    pub class: usize,
    /// How sure that is, in 0..=1.
    pub score: f64,
    /// Where it was found, in pixels.
    pub bounds: Bounds,
}

impl Detection {
    /// It on a picture that is so many times as wide and as high.
    #[must_use]
    pub fn scaled(self, [width, height]: [f64; 2]) -> Self {
        let [x1, y1, x2, y2] = self.bounds;
        Self { bounds: [x1 * width, y1 * height, x2 * width, y2 * height], ..self }
    }

    /// It cut off at the edges of a picture of this width and height.
    #[must_use]
    pub fn within(self, [width, height]: [f64; 2]) -> Self {
        let [x1, y1, x2, y2] = self.bounds;
        let bounds = [x1.max(0.0), y1.max(0.0), x2.min(width), y2.min(height)];
        Self { bounds, ..self }
    }
}
