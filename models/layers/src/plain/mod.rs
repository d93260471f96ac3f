//! The same operations made of Burn's own, one by one, and what each can be told: its options and its weights.
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
mod region;
mod softmax;

pub use activation::{
    Activation, activate, gelu, hard_sigmoid, leaky_relu, relu, relu6, sigmoid, silu, tanh,
};
pub use adam::{AdamOptions, AdamState, adam_step};
pub use attention::{Attention, attention, attention_weights};
pub use convolution::{
    Conv1dOptions, Conv2dOptions, ConvTranspose2dOptions, conv_transpose2d, conv2d,
    conv2d_normalized,
};
pub use linear::linear;
pub use loss::{CrossEntropy, binary_cross_entropy, cross_entropy};
pub use normalization::{BatchStatistics, Normalization, batch_norm, batch_norm_fixed, layer_norm};
pub use pooling::{Pool2dOptions, adaptive_avg_pool2d, avg_pool2d, max_pool2d};
pub use recurrent::{
    GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan, gru, lstm, rnn,
};
pub use region::{Region, RoiAlignOptions, RoiPoolOptions, roi_align, roi_pool};
pub(crate) use region::{Shares, Windows};
pub use softmax::{log_softmax, softmax};
