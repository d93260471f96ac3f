//! Every program as a user meets it: help, a dry run, machine-readable output, and wrong input of every kind.
//!
//! Wrong input must give exit code 2, one line on standard error that names the culprit, nothing on standard
//! output, and no file.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod boxes;
mod cars;
mod course;
mod everywhere;
mod files;
mod help;
mod output;
mod progress;
mod regions;
mod resumed;
mod runs;
mod searches;
mod settings;
mod steps;
mod texts;
mod verify;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

const COURSE: &str = "course";
const LOGISTIC: &str = "c1w2-logistic-regression";
const PLANAR: &str = "c1w3-planar-classification";
const CATS: &str = "c1w4-cat-classifier";
const INITIALIZATION: &str = "c2w1-initialization";
const REGULARIZATION: &str = "c2w1-regularization";
const GRADIENT_CHECKING: &str = "c2w1-gradient-checking";
const VANISHING_GRADIENTS: &str = "c2w1-vanishing-gradients";
const OPTIMIZATION: &str = "c2w2-optimization";
const SEARCH: &str = "c2w3-hyperparameter-search";
const CONVOLUTION: &str = "c4w1-convolution-by-hand";
const LOCALIZATION: &str = "c4w3-object-localization";
const WINDOWS: &str = "c4w3-sliding-windows";
const DINOSAURS: &str = "c5w1-dinosaurs";
const SHAKESPEARE: &str = "c5w1-shakespeare";
const JAZZ: &str = "c5w1-jazz";
const WORD_VECTORS: &str = "c5w2-word-vectors";
const TRAIN_EMBEDDINGS: &str = "c5w2-train-embeddings";
const EMOJIFY: &str = "c5w2-emojify";
const SENTIMENT: &str = "c5w2-sentiment";
const NAMED_ENTITIES: &str = "c5w2-named-entities";
const CLASSIC: &str = "c4w2-classic-networks";
const RESIDUAL: &str = "c4w2-residual-networks";
const TRANSFER: &str = "c4w2-transfer-learning";
const SIGNS_TRANSFER: &str = "c3w2-transfer-learning";
const SIGNS: &str = "c2w3-signs-softmax";
const CARS: &str = "c4w3-car-detection";
const REGIONS: &str = "c4w3-region-proposals";

/// The names of all assignments that train; `strategy_command_line` tries the other.
fn programs() -> impl Iterator<Item = &'static str> {
    let names = fireside_bin::programs::ALL.iter().map(|program| program.name);
    names.filter(|name| *name != "c3-strategy")
}

/// Runs an assignment, or `course` itself, in an empty folder.
fn run(program: &str, arguments: &[&str]) -> (Output, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), program, arguments);
    (output, folder)
}

fn command(program: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    if program != COURSE {
        command.args(["run", program]);
    }
    command
}

fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    command(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("FIRESIDE_DATA")
        .env_remove("FIRESIDE_CONFORMANCE")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// The small files that the reader's tests use.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/tests/fixtures")
}

/// Asserts exit code 2 and one line on standard error that holds `culprit`, and that `folder` stayed as empty
/// as it was.
fn assert_refused(output: &Output, folder: &Path, culprit: &str) {
    let message = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.starts_with("error: ") && message.contains(culprit), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    assert_eq!(stdout(output), "");
    assert!(is_empty(folder), "something was written");
}

fn refuse(program: &str, arguments: &[&str], culprit: &str) {
    let (output, folder) = run(program, arguments);
    assert_refused(&output, folder.path(), culprit);
}

/// Starts a program, presses Ctrl-C once it is far enough, and returns what it says then; nothing if it came to its end
/// before the signal.
#[cfg(unix)]
fn interrupted(
    folder: &Path,
    program: &str,
    settings: &[&str],
    wait: impl FnOnce(),
) -> Option<String> {
    let child = command(program)
        .args(settings)
        .current_dir(folder)
        .env_remove("FIRESIDE_DATA")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait();
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    let output = child.wait_with_output().unwrap();
    let message = stderr(&output);
    if output.status.success() {
        return None;
    }
    assert_eq!(output.status.code(), Some(130), "{message}");
    Some(message)
}

/// Waits until it is true.
#[cfg(unix)]
fn wait_until(is_true: impl Fn() -> bool) {
    while !is_true() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn assert_exit(output: &Output, code: i32) {
    assert_eq!(output.status.code(), Some(code), "{}", stderr(output));
}
