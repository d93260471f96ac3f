//! What every model must pass, and its parameters by their paths.
//!
//! The tests of the crates that hold models share it, so it knows no architecture.

#![allow(clippy::expect_used, reason = "what fails here fails a test")]

mod doubles;
pub mod parameters;
mod suite;

pub use doubles::in_doubles;
pub use suite::{Suite, formula_weight, with_formula_weights};
