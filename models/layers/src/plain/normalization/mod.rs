//! Twins of the normalisations.

mod batch_norm;
mod layer_norm;

pub use batch_norm::{BatchStatistics, Normalization, batch_norm, batch_norm_fixed};
pub use layer_norm::layer_norm;
