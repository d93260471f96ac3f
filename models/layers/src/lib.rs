//! The operations that decide how long training takes, as fast on a CPU as they can be, with hand-written
//! gradients, on every Burn backend.
//!
//! ```
//! use burn::nn::LinearConfig;
//! use burn::tensor::{Device, Distribution, Tensor};
//! use fireside_layers::ops;
//!
//! let device = Device::flex();
//! let x = Tensor::<2>::random([4, 3], Distribution::Default, &device);
//! assert_eq!(ops::tanh(x).dims(), [4, 3]);
//! ```
#![warn(missing_docs)]

pub mod cost;
pub mod ctc;
#[cfg(feature = "flex")]
mod fused;
#[cfg(feature = "flex")]
mod kernels;
mod layer;
pub mod ops;
pub mod plain;

pub use layer::{AttentionInput, EncoderInput, Layer, conv_norm};
