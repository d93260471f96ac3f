//! How good predictions are, counted without a tensor.
//!
//! - [`detection`]: boxes held against the true ones: average precision as COCO and as VOC count it, and what is
//!   taken for what.
#![warn(missing_docs)]

pub mod detection;
mod error;

pub use error::MetricsError;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
