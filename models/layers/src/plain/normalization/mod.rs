//! Twins of the normalisations.

mod batch_norm;

pub use batch_norm::{batch_norm, batch_norm_fixed};
