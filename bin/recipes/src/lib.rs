//! Each assignment of the course as a recipe: a model together with its data set, how it starts and takes one update,
//! and what is found when it is done.
//!
//! Nothing here knows a command line, prints or draws: `course` of `fireside-bin` tells the stories around the
//! recipes, and so can a program of your own.

pub mod by_hand;
pub mod comparison;
pub mod dinosaurs;
pub mod embeddings;
pub mod emojify;
mod error;
pub mod jazz;
pub mod multi_task;
pub mod named_entities;
pub mod rnn_by_hand;
pub mod sampling;
pub mod sentences;
pub mod sentiment;
pub mod shakespeare;
pub mod vanishing_gradients;
pub mod word_bias;
pub mod word_vectors;

pub use error::RecipeError;
