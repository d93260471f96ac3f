//! Course 4, week 3: cars, and what else is on a street, each with a box, by YOLO.
//!
//! - [`scenes`] and [`own`]: pictures with boxes to learn from, drawn or a user's own;
//! - [`batches`]: mini-batches of them, changed anew in every epoch;
//! - [`learning`]: the anchors, and how a small YOLO learns;
//! - [`judging`]: what it finds, and how good that is;
//! - [`class_map`]: what each cell of the grid takes its part for;
//! - [`detector`]: any YOLO on a picture of any size;
//! - [`pretrained`]: the weights that people have;
//! - [`of_the_course`]: the boxes that the course's notebook prints.

pub mod batches;
pub mod changes;
pub mod class_map;
pub mod classes;
pub mod detector;
pub mod judging;
pub mod learning;
pub mod of_the_course;
pub mod own;
pub mod placing;
pub mod pretrained;
pub mod scenes;

/// Rows and columns of drawn scenes.
pub const SIZE: [usize; 2] = [96, 128];
