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
#![allow(clippy::print_stdout, reason = "long runs say what they measured")]
#![allow(clippy::explicit_write, reason = "words of a macro are kept back when a test passes")]

mod bundle_writer;
mod darknet;
mod differences;
mod disguised;
mod hostile;
mod libraries;
mod mutations;
mod networks;
mod round_trip;
mod tensor_bundle;
mod tfjs;
mod within;

use std::env;
use std::io::{self, Write as _};
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

/// A folder beside the checkout or of a variable, for a test that needs files which are not in the repository; without
/// it the test says so and passes.
fn folder_or_remark(variable: &str, beside: Option<&str>) -> Option<PathBuf> {
    if let Some(folder) = env::var_os(variable) {
        return Some(folder.into()); // even if it is not there: then the test fails
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let folder = beside.map(|beside| root.join(beside)).filter(|folder| folder.is_dir());
    if folder.is_none() {
        let test = std::thread::current().name().unwrap_or_default().to_string();
        writeln!(io::stderr(), "{test}: not run: {variable} is not set").unwrap();
    }
    folder
}
