//! Boxes around things: how they overlap, and which of many that say the same are kept.
//!
//! A box is `[x1, y1, x2, y2]`, the upper left corner first, in pixels, and everywhere inside this crate the same; the
//! assignments' orders are in [`crate::steps::detection`].

pub mod anchors;
pub mod iou;
pub mod nms;

/// A box: `[x1, y1, x2, y2]`, the upper left corner first.
pub type Bounds = [f64; 4];

/// A box that is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrueBox {
    /// What it holds, counted from 0.
    pub class: usize,
    /// Where it is, in pixels.
    pub bounds: Bounds,
}

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
