//! Course 4, week 3: region proposals, from R-CNN to YOLO on the same drawn street scenes.
//!
//! - [`proposals`]: the regions of selective search, and how much of what is there regions hold;
//! - [`batches`]: mini-batches of scenes with regions;
//! - [`learning`]: how R-CNN, Fast R-CNN and Faster R-CNN learn, on the convolutions that a YOLO has learnt;
//! - [`detector`]: each of them on a picture of any size;
//! - [`comparing`]: what all find in the same scenes, and how long a picture takes them;
//! - [`looking`]: how regions grow together, and what R-CNN sees of them.

pub mod batches;
pub mod comparing;
pub mod detector;
pub mod learning;
pub mod looking;
pub mod proposals;
