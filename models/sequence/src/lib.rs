//! Sequence models on Burn: the architectures of course 5.
//!
//! - [`steps`]: recurrent networks by hand, forward and backward through time
//! - [`alphabet`]: the characters of a text, by number

#![warn(missing_docs)]

pub mod alphabet;
pub mod steps;
