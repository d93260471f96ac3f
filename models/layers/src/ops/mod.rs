//! The operations, a function each, over Burn tensors: differentiable, on every backend.
//!
//! On Burn's CPU backend, with 32- or 64-bit floats, they are kernels of ours with hand-written gradients;
//! elsewhere they are the functions of [`plain`](crate::plain), which they agree with. Shapes that do not fit
//! are programmer errors: they panic and name the operation and both shapes.

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

pub use activation::{
    Activation, gelu, hard_sigmoid, leaky_relu, relu, relu6, sigmoid, silu, tanh,
};
pub use adam::{AdamOptions, AdamState, adam_step};
pub use attention::{Attention, attention, attention_weights};
pub use convolution::{
    Conv1dOptions, Conv2dOptions, ConvTranspose2dOptions, Normalization, conv_transpose2d, conv1d,
    conv2d, conv2d_normalized, same_padding,
};
pub use linear::linear;
pub use loss::{CrossEntropy, binary_cross_entropy, cross_entropy};
pub use normalization::{BatchStatistics, batch_norm, batch_norm_fixed, layer_norm};
pub use pooling::{Pool2dOptions, adaptive_avg_pool2d, avg_pool2d, max_pool2d};
pub use recurrent::{
    GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan, gru, lstm, rnn,
};
pub use softmax::{log_softmax, softmax};
