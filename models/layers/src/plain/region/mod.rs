//! Twins of what pools regions of feature maps, and what both ways share: which pixels a bin sees.

mod align;
mod pool;

pub(crate) use align::Shares;
pub use align::{RoiAlignOptions, roi_align};
pub(crate) use pool::Windows;
pub use pool::{RoiPoolOptions, roi_pool};

/// The farthest coordinate, in pixels, that is still taken for one.
const FARTHEST: f64 = 1e9;

/// A box on one image of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Region {
    /// Place of the image in the batch.
    pub image: usize,
    /// `[x1, y1, x2, y2]` in pixels of the picture that the maps were made of. They may lie outside it.
    pub bounds: [f64; 4],
}

impl Region {
    /// The boxes of one image.
    pub fn of_image(image: usize, boxes: &[[f64; 4]]) -> impl Iterator<Item = Self> {
        boxes.iter().map(move |bounds| Self { image, bounds: *bounds })
    }
}

/// Start and end along the rows, then along the columns; none where a coordinate is no number or out of all bounds.
fn sides(bounds: [f64; 4], scale: f64) -> Option<[[f64; 2]; 2]> {
    let [x1, y1, x2, y2] = bounds.map(|edge| edge * scale);
    let usable = [x1, y1, x2, y2].iter().all(|edge| edge.abs() <= FARTHEST);
    usable.then_some([[y1, y2], [x1, x2]])
}
