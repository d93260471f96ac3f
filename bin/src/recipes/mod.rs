//! The trainings of the programs: how each starts, how it takes one update, and how `--verify` repeats the
//! course's own runs of it.

pub mod dinosaurs;
pub mod embeddings;
pub mod emojify;
pub mod named_entities;
pub mod rnn_by_hand;
pub mod sentences;
pub mod sentiment;
pub mod shakespeare;
pub mod word_vectors;

pub use fireside_recipes::{by_hand, jazz};
