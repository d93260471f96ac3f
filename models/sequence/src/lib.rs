//! Sequence models on Burn: the architectures of course 5.
//!
//! - [`recurrent`]: recurrent networks of any cell, stacked, one way or both ways
//! - [`language_model`], [`music_model`]: what comes next
//! - [`sentiment_classifier`]: a class for a sequence, and [`mean_classifier`], which does not heed its order;
//!   [`entity_tagger`]: a class for each of its steps
//! - [`word_vectors`]: what word vectors can be asked, and a bias taken out of them
//! - [`skip_gram`], [`cbow`], [`glove`], [`neural_language_model`]: word vectors learnt from text
//! - [`word_output`], [`huffman`], [`windows`]: what these share
//! - [`emojify`]: two LSTMs on word vectors
//! - [`steps`]: the assignments by hand, recurrent networks forward and backward through time
//! - [`alphabet`]: the characters of a text, by number

#![warn(missing_docs)]

pub mod alphabet;
pub mod cbow;
pub mod ctc;
pub mod emojify;
pub mod entity_tagger;
pub mod glove;
pub mod huffman;
pub mod language_model;
pub mod mean_classifier;
pub mod music_model;
pub mod neural_language_model;
pub mod recurrent;
mod recurrent_classifier;
pub mod sentiment_classifier;
pub mod skip_gram;
pub mod steps;
mod tokens;
pub mod windows;
pub mod word_output;
pub mod word_vectors;

pub use fireside_layers::ConfigError;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
