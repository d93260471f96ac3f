//! Sequence models on Burn: the architectures of course 5.
//!
//! - [`word_vectors`]: what word vectors can be asked, and a bias taken out of them
//! - [`skip_gram`], [`cbow`], [`glove`], [`neural_language_model`]: word vectors learnt from text
//! - [`word_output`], [`huffman`], [`windows`]: what these share
//! - [`emojify`]: two LSTMs on word vectors
//! - [`steps`]: the assignments by hand

#![warn(missing_docs)]

pub mod cbow;
pub mod emojify;
pub mod glove;
pub mod huffman;
pub mod neural_language_model;
pub mod skip_gram;
pub mod steps;
pub mod windows;
pub mod word_output;
pub mod word_vectors;
