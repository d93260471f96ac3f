//! Recurrent layers over whole sequences.

mod gru;
mod lstm;
mod packing;
mod part;
mod rnn;
mod rows;
mod through_time;
mod transposed;

pub(crate) use gru::gru;
pub(crate) use lstm::lstm;
pub(crate) use rnn::rnn;
