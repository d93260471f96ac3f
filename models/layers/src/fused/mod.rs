//! The same functions as in [`plain`](crate::plain), each as one operation with a hand-written backward pass.
//!
//! A function runs a kernel of ours where one serves its tensors, 32- or 64-bit floats on Burn's CPU backend, and
//! its twin in [`plain`](crate::plain) where none does. Shapes were checked by [`ops`](crate::ops).

mod activation;
mod adam;
mod attention;
mod convolution;
mod linear;
mod loss;
mod normalization;
mod operation;
mod pooling;
mod record;
mod recurrent;
mod region;
mod softmax;

pub(crate) use activation::activate;
pub(crate) use adam::adam_step;
pub(crate) use attention::attention;
pub(crate) use convolution::{conv_transpose2d, conv2d, conv2d_normalized};
pub(crate) use linear::linear;
pub(crate) use loss::{binary_cross_entropy, cross_entropy};
pub(crate) use normalization::{batch_norm, batch_norm_fixed, layer_norm};
pub(crate) use pooling::{adaptive_avg_pool2d, avg_pool2d, max_pool2d};
pub(crate) use recurrent::{gru, lstm, rnn};
pub(crate) use region::{roi_align, roi_pool};
pub(crate) use softmax::{log_softmax, softmax};
