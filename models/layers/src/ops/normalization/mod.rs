//! Normalisation of activations.

mod batch_norm;
mod layer_norm;

pub use batch_norm::{batch_norm, batch_norm_fixed};
pub use layer_norm::layer_norm;
