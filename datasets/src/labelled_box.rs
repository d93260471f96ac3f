//! A box around an object, as it was drawn or as a file has it.

/// Where an object is, and which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelledBox {
    /// `[x1, y1, x2, y2]` in pixels, the upper left corner first, from the picture's upper left corner.
    pub bounds: [f64; 4],
    /// What it is, as a position in the list of classes.
    pub class: usize,
    /// The share of the object that is visible, in 0..=1: what other objects do not hide and the picture's edge does
    /// not cut off. 1 where a file does not tell.
    pub visibility: f64,
    /// Whether it is hard to recognise, and not asked for where scores are counted.
    pub difficult: bool,
    /// Whether it holds many objects of the class rather than one (COCO's `iscrowd`).
    pub crowd: bool,
}
