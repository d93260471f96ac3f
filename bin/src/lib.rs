//! What stands around the assignments: their command line, device, run folder, progress and exit codes, what their
//! findings look like, and [`course`], which holds them all.
//!
//! An assignment is its settings and a function that tells its story, in [`programs`]; [`frame`] is what stands around
//! every story. Everything that an assignment says goes through [`run::Run`], so that `--quiet` and `--json` hold.

mod asked;
pub mod backend;
mod card;
pub mod course;
mod descents;
pub mod detecting;
mod early_stopping;
pub mod epochs;
mod failure;
pub mod findings;
mod fingerprint;
pub mod frame;
pub mod interrupt;
mod kept;
pub mod learning;
pub mod options;
pub mod picture;
pub mod pictures;
pub mod plot;
mod print;
pub mod programs;
pub mod run;
mod run_folder;
pub mod searching;
mod sentences;
pub mod stage;
pub mod strategy;
pub mod transfer;
pub mod trial;
pub mod values;
mod word_learning;

pub use failure::Failure;
pub(crate) use failure::{Given, given};

/// The programs take and give back large tensors at every step, which this allocator does not hand over to the
/// system in between.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
