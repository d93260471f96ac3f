//! The trainings of the programs: how each starts, how it takes one update, and how `--verify` repeats the
//! course's own runs of it.

pub mod augmentation;
pub mod classify;
pub mod convolution_by_hand;
pub mod fingers;
pub mod networks;
pub mod pretrained;
pub mod residual;

pub use fireside_recipes::by_hand;
