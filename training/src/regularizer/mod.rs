//! What keeps a network from fitting its training set too well (course 2, week 1).
//!
//! Early stopping is [`crate::early_stopping`]; more pictures out of those there are, `fireside-datasets`.

pub mod dropout;
pub mod max_norm;
pub mod penalty;
