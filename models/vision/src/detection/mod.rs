//! Boxes around things: how they overlap, and which of many that say the same are kept.
//!
//! A box is `[x1, y1, x2, y2]`, the upper left corner first, in pixels, and everywhere inside this crate the same; the
//! assignments' orders are in [`crate::steps::detection`].

pub mod anchors;
pub mod iou;
pub mod nms;

/// A box: `[x1, y1, x2, y2]`, the upper left corner first.
pub type Bounds = [f64; 4];
