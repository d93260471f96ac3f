//! Recurrent layers over whole sequences (course 5, week 1): one operation each, forward and reverse, with
//! sequences of different lengths in one batch.

mod check;
mod gru;
mod lstm;
mod rnn;

pub use gru::gru;
pub use lstm::lstm;
pub use rnn::rnn;
