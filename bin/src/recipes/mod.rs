//! The trainings of the programs: how each starts, how it takes one update, and how `--verify` repeats the
//! course's own runs of it.

pub mod augmentation;
pub mod bowl;
pub mod classify;
pub mod convolution_by_hand;
pub mod deep;
pub mod fingers;
pub mod gradient_checking;
pub mod initialization;
pub mod logistic;
pub mod networks;
pub mod optimization;
pub mod planar;
pub mod pretrained;
pub mod regularization;
pub mod residual;
pub mod signs_softmax;
pub mod signs_transfer;
pub mod tuning;
pub mod tuning_plans;

pub use fireside_recipes::{by_hand, multi_task, vanishing_gradients};
