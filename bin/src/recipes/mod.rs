//! The trainings of the programs: how each starts, how it takes one update, and how `--verify` repeats the
//! course's own runs of it.

pub mod bowl;
pub mod deep;
pub mod dinosaurs;
pub mod embeddings;
pub mod emojify;
pub mod gradient_checking;
pub mod initialization;
pub mod logistic;
pub mod named_entities;
pub mod optimization;
pub mod planar;
pub mod regularization;
pub mod rnn_by_hand;
pub mod sentences;
pub mod sentiment;
pub mod shakespeare;
pub mod signs_softmax;
pub mod signs_transfer;
pub mod tuning;
pub mod tuning_plans;
pub mod word_vectors;

pub use fireside_recipes::{by_hand, jazz, multi_task, vanishing_gradients};
