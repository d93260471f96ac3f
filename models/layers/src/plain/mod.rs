//! The same operations made of Burn's own, one by one.
//!
//! This is what runs on every backend that has no kernels of ours, and what the kernels are compared with, in
//! value and in every gradient.

mod activation;
mod adam;
mod attention;
mod convolution;
mod linear;
mod loss;
mod normalization;
mod pooling;
mod recurrent;
mod softmax;

pub use activation::{gelu, hard_sigmoid, leaky_relu, relu, relu6, sigmoid, silu, tanh};
pub use adam::adam_step;
pub use attention::{attention, attention_weights};
pub use convolution::{conv_transpose2d, conv2d};
pub use linear::linear;
pub use loss::{binary_cross_entropy, cross_entropy};
pub use normalization::{batch_norm, batch_norm_fixed, layer_norm};
pub use pooling::{adaptive_avg_pool2d, avg_pool2d, max_pool2d};
pub use recurrent::{gru, lstm, rnn};
pub use softmax::{log_softmax, softmax};
