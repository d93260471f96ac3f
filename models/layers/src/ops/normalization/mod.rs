//! Normalisation of activations.

mod batch_norm;

pub use batch_norm::{BatchStatistics, batch_norm, batch_norm_fixed};
