//! The same operations made of Burn's own, one by one.
//!
//! This is what runs on every backend that has no kernels of ours, and what the kernels are compared with, in
//! value and in every gradient.

mod activation;
mod adam;
mod convolution;
mod linear;
mod normalization;
mod pooling;
mod recurrent;

pub use activation::{gelu, hard_sigmoid, leaky_relu, relu, sigmoid, silu, tanh};
pub use adam::adam_step;
pub use convolution::{conv_transpose2d, conv2d};
pub use linear::linear;
pub use normalization::{batch_norm, batch_norm_fixed};
pub use pooling::{adaptive_avg_pool2d, avg_pool2d, max_pool2d};
pub use recurrent::{gru, lstm, rnn};
