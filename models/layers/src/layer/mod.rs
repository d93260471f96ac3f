//! Burn's modules, run by [`ops`](crate::ops).

mod activation;
mod attention;
mod convolution;
mod layer_norm;
mod linear;
mod normalization;
mod recurrent;
mod transformer;
mod zero_bias;

pub use attention::AttentionInput;
pub use convolution::conv_norm;
pub use normalization::{ChannelNorm, ShiftNorm};
pub use transformer::EncoderInput;
pub use zero_bias::zero_bias;

/// A module of Burn's whose forward pass goes through [`ops`](crate::ops).
///
/// Parameters, records, initialisers and weight import stay Burn's: `layer.apply(x)` computes what
/// `layer.forward(x)` does.
pub trait Layer<Input> {
    /// What comes out.
    type Output;

    /// Computes the output; shapes are those of the module's own `forward`.
    fn apply(&self, input: Input) -> Self::Output;
}
