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

#[cfg(feature = "flex")]
mod fused;
#[cfg(feature = "flex")]
mod kernels;
pub mod ops;
pub mod plain;

mod layer;

pub use layer::{AttentionInput, EncoderInput, Layer};
