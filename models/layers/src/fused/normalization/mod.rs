//! Normalisation of activations.

mod batch_norm;
mod layer_norm;

pub(crate) use batch_norm::{batch_norm, batch_norm_fixed};
pub(crate) use layer_norm::layer_norm;
