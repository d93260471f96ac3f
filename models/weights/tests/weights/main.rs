//! Weights of other libraries in Burn modules.
//!
//! The files of `../fixtures/weights` were made by `tests/peers/keras_and_torchvision.py fixtures`; beside each lies
//! what the library's own network answers.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here fails the test"
)]

mod differences;
mod hostile;
mod libraries;
mod networks;
mod round_trip;
mod within;

use std::path::{Path, PathBuf};

use fireside_weights::{Array, Limits, Tensors, read};

/// The path of a fixture.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/weights").join(name)
}

/// The arrays of a fixture.
fn fixture_tensors(name: &str) -> Tensors {
    read(&fixture(name), &Limits::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The array of that name.
fn array(tensors: &Tensors, name: &str) -> Array {
    tensors.get(name).unwrap_or_else(|| panic!("no {name}")).clone()
}
