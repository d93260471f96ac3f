//! Trained weights in and out of Burn modules.
#![warn(missing_docs)]
