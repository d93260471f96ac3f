//! Twins of the recurrent layers.

mod gates;
mod gru;
mod lstm;
mod rnn;
mod through_time;

pub use gates::GateActivation;
pub use gru::{GruOptions, GruWeights, Reset, gru};
pub use lstm::{LstmOptions, LstmState, LstmWeights, lstm};
pub use rnn::{RnnActivation, RnnOptions, RnnWeights, rnn};
pub use through_time::Scan;
