//! Losses on logits.

mod binary;
mod classes;

pub(crate) use binary::binary_cross_entropy;
pub(crate) use classes::cross_entropy;
