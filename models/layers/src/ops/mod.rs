//! The operations, a function each, over Burn tensors: differentiable, on every backend.
//!
//! On Burn's CPU backend, with 32- or 64-bit floats, they are kernels of ours with hand-written gradients;
//! elsewhere they are the functions of [`plain`](crate::plain), which they agree with. Shapes that do not fit
//! are programmer errors: they panic and name the operation and both shapes.

mod activation;
mod linear;
mod recurrent;

pub use activation::{gelu, hard_sigmoid, leaky_relu, relu, sigmoid, silu, tanh};
pub use linear::linear;
pub use recurrent::{
    GateActivation, GruOptions, GruWeights, LstmOptions, LstmState, LstmWeights, Reset,
    RnnActivation, RnnOptions, RnnWeights, Scan, gru, lstm, rnn,
};
