//! Sequence models on Burn: the architectures of course 5.
//!
//! - [`recurrent`]: recurrent networks of any cell, stacked, one way or both ways
//! - [`language_model`], [`music_model`]: what comes next
//! - [`sentiment_classifier`]: a class for a sequence; [`entity_tagger`]: one for each of its steps
//! - [`steps`]: recurrent networks by hand, forward and backward through time
//! - [`alphabet`]: the characters of a text, by number

#![warn(missing_docs)]

pub mod alphabet;
pub mod entity_tagger;
mod error;
pub mod language_model;
pub mod music_model;
pub mod recurrent;
pub mod sentiment_classifier;
pub mod steps;
mod tokens;

pub use error::ConfigError;
