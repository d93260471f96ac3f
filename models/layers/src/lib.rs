//! The operations that decide how long training takes, as fast on a CPU as they can be, with hand-written
//! gradients, on every Burn backend.
//!
//! ```
//! use burn::nn::LinearConfig;
//! use burn::tensor::{Device, Distribution, Tensor};
//! use fireside_layers::{Layer, ops};
//!
//! let device = Device::flex();
//! let linear = LinearConfig::new(3, 5).init(&device); // Burn's module, Burn's parameters
//! let x = Tensor::<2>::random([4, 3], Distribution::Default, &device);
//! let hidden = ops::tanh(linear.apply(x));
//! assert_eq!(hidden.dims(), [4, 5]);
//! ```
//!
//! - [`ops`]: the operations, a function each.
//! - [`Layer`]: Burn's own modules, run by them.
//! - [`plain`]: the same made of Burn's operations, for other backends and to compare with.
//! - [`trace`]: what layers a forward pass is made of.
//! - [`Renames`], [`Pixels`]: what must agree with published weights.
//! - [`ConfigError`]: why a configuration describes no network, in all crates of models.
#![warn(missing_docs)]

pub mod config;
#[cfg(feature = "flex")]
mod fused;
#[cfg(feature = "flex")]
mod kernels;
mod layer;
pub mod ops;
pub mod pixels;
pub mod plain;
mod renames;
pub mod trace;

// The two have the same functions: without kernels every operation is the plain one.
#[cfg(not(feature = "flex"))]
use plain as fused;

pub use config::ConfigError;
pub use layer::{
    AttentionInput, ChannelNorm, EncoderInput, Layer, ShiftNorm, conv_norm, zero_bias,
};
pub use pixels::Pixels;
pub use renames::Renames;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
