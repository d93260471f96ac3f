//! The same operations made of Burn's own, one by one.
//!
//! This is what runs on every backend that has no kernels of ours, and what the kernels are compared with, in
//! value and in every gradient.

mod activation;
mod linear;
mod recurrent;

pub use activation::{gelu, hard_sigmoid, leaky_relu, relu, sigmoid, silu, tanh};
pub use linear::linear;
pub use recurrent::{gru, lstm, rnn};
