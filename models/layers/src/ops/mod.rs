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
mod region;
mod softmax;

pub use crate::plain::{
    Activation, AdamOptions, AdamState, Attention, BatchStatistics, Conv1dOptions, Conv2dOptions,
    ConvTranspose2dOptions, CrossEntropy, GateActivation, GruOptions, GruWeights, LstmOptions,
    LstmState, LstmWeights, Normalization, Pool2dOptions, Region, Reset, RnnActivation, RnnOptions,
    RnnWeights, RoiAlignOptions, RoiPoolOptions, Scan,
};
pub use activation::{gelu, hard_sigmoid, leaky_relu, relu, relu6, sigmoid, silu, tanh};
pub use adam::adam_step;
pub use attention::{attention, attention_weights};
pub use convolution::{conv_transpose2d, conv1d, conv2d, conv2d_normalized, same_padding};
pub use linear::linear;
pub use loss::{binary_cross_entropy, cross_entropy};
pub use normalization::{batch_norm, batch_norm_fixed, layer_norm};
pub use pooling::{adaptive_avg_pool2d, avg_pool2d, max_pool2d};
pub use recurrent::{gru, lstm, rnn};
pub use region::{roi_align, roi_pool};
pub use softmax::{log_softmax, softmax};
