//! The trainings of the programs: how each starts, how it takes one update, and how `--verify` repeats the
//! course's own runs of it.

pub mod augmentation;
pub mod classify;
pub mod convolution_by_hand;
pub mod dinosaurs;
pub mod embeddings;
pub mod emojify;
pub mod fingers;
pub mod named_entities;
pub mod networks;
pub mod pretrained;
pub mod residual;
pub mod rnn_by_hand;
pub mod sentences;
pub mod sentiment;
pub mod shakespeare;
pub mod word_vectors;

pub use fireside_recipes::{by_hand, jazz};
