//! The course's own numbers: every case of the conformance data goes through the library.
//!
//! The data lies in the folder of `FIRESIDE_CONFORMANCE`, or in `../shared/conformance` beside the
//! checkout; its README says what each function computes. Everything runs in 64-bit floats. Run it with
//! `cargo test --release -p fireside-tests --test conformance -- --nocapture`.
//!
//! Beside them the same handlers get cases of our own, in `tests/fixtures/conformance`, of shapes and options that
//! the course's have not. They are not counted in the total; one that fails, fails the run.

#![allow(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]
#![allow(clippy::print_stdout, reason = "the counts are what the test is read for")]

mod architectures;
mod c1w2a1;
mod c1w2a2;
mod c1w3a1;
mod c1w4a1;
mod c1w4a2;
mod c2w1a1;
mod c2w1a2;
mod c2w1a3;
mod c2w2a1;
mod c2w3a1;
mod c4w1a1;
mod c4w1a2;
mod c4w2a1;
mod c4w2a2;
mod c4w3a1;
mod c5w1a1;
mod c5w1a2;
mod c5w1a3;
mod c5w2a1;
mod c5w2a2;
mod keras_table;
mod layers;
mod layers_attention;
mod layers_convolution;
mod layers_optimizers;
mod layers_other;
mod layers_recurrent;
mod lectures;
mod numpy;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use burn::tensor::{Device, DeviceConfig, FloatDType};
use fireside_tests::case::{Case, CaseFile, Outputs, Problem};
use fireside_tests::compare::{Tolerance, difference};
use serde_json::Value;

/// Calls the library as a case asks.
type Handler = fn(&Case, &Device) -> Result<Outputs, Problem>;

/// The functions of one assignment by name, each with what its results are compared by.
type Handlers = &'static [(&'static str, Tolerance, Handler)];

/// The pair of assignment and function is the key: the same name has other rules elsewhere.
const HANDLERS: &[(&str, Handlers)] = &[
    ("numpy", numpy::HANDLERS),
    ("c1w2a1", c1w2a1::HANDLERS),
    ("c1w2a2", c1w2a2::HANDLERS),
    ("c1w3a1", c1w3a1::HANDLERS),
    ("c1w4a1", c1w4a1::HANDLERS),
    ("c1w4a2", c1w4a2::HANDLERS),
    ("c2w1a1", c2w1a1::HANDLERS),
    ("c2w1a2", c2w1a2::HANDLERS),
    ("c2w1a3", c2w1a3::HANDLERS),
    ("c2w2a1", c2w2a1::HANDLERS),
    ("c2w3a1", c2w3a1::HANDLERS),
    ("c4w1a2", c4w1a2::HANDLERS),
    ("c4w2a1", c4w2a1::HANDLERS),
    ("c4w2a2", c4w2a2::HANDLERS),
    ("c4w3a1", c4w3a1::HANDLERS),
    ("c4w1a1", c4w1a1::HANDLERS),
    ("c5w1a1", c5w1a1::HANDLERS),
    ("c5w1a2", c5w1a2::HANDLERS),
    ("c5w1a3", c5w1a3::HANDLERS),
    ("c5w2a1", c5w2a1::HANDLERS),
    ("c5w2a2", c5w2a2::HANDLERS),
    ("layers", layers::HANDLERS),
    ("layers", layers_attention::HANDLERS),
    ("layers", layers_convolution::HANDLERS),
    ("layers", layers_optimizers::HANDLERS),
    ("layers", layers_other::HANDLERS),
    ("layers", layers_recurrent::HANDLERS),
    ("lectures", lectures::HANDLERS),
    ("architectures", architectures::HANDLERS),
];

/// Functions without a handler yet, `assignment op` a line. The list may only shrink.
const NOT_YET: &str = include_str!("not_yet.txt");

/// How the problem of a case begins that asks for a file of the course's which is not there. It counts as not yet
/// passed, and not as failed.
const ABSENT: &str = "no file of the course's";

/// Files of another form: training runs for `--verify`, and weights for a function still to come.
const NOT_CASES: [&str; 2] = ["models.json", "nmt_weights.json"];

#[derive(Default)]
struct Tally {
    passed: usize,
    failures: Vec<String>,
    not_yet: BTreeMap<String, usize>,
}

fn main() -> ExitCode {
    if env::args().any(|argument| argument == "--list") {
        println!("conformance: test");
        return ExitCode::SUCCESS;
    }
    let mut device = Device::flex();
    device
        .configure(DeviceConfig::default().float_dtype(FloatDType::F64))
        .expect("the first tensor comes later");

    let mut failures = stale_entries();
    failures.extend(run_our_shapes(&device));
    let folder = data_folder();
    if folder.is_none() {
        println!("no conformance data beside the checkout, and FIRESIDE_CONFORMANCE is not set");
    }
    let mut passed = 0;
    for path in folder.map(|folder| json_files(&folder)).unwrap_or_default() {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if NOT_CASES.contains(&name.as_str()) {
            println!("{name}: no cases");
            continue;
        }
        let tally = run_file(&path, &device);
        let waiting: usize = tally.not_yet.values().sum();
        println!(
            "{name}: {} passed, {} failed, {waiting} not yet",
            tally.passed,
            tally.failures.len()
        );
        passed += tally.passed;
        failures.extend(tally.failures.into_iter().map(|failure| format!("{name}: {failure}")));
    }
    for failure in &failures {
        println!("FAILED {failure}");
    }
    println!("total: {passed} passed, {} failed", failures.len());
    match failures.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn data_folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("FIRESIDE_CONFORMANCE") {
        return Some(folder.into()); // even if it is not there: then the run fails
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance");
    beside.is_dir().then_some(beside)
}

/// The course's own files, for functions that read them: in the folder of `FIRESIDE_DATA`, or in `datasets`
/// beside the conformance data.
fn course_files() -> Result<PathBuf, Problem> {
    let beside = || Some(data_folder()?.parent()?.join("datasets"));
    let folder = env::var_os("FIRESIDE_DATA").map(PathBuf::from).or_else(beside);
    folder.ok_or_else(|| "no folder of the course's files".to_string())
}

fn json_files(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    assert!(!files.is_empty(), "no data in {}", folder.display());
    files.sort();
    files
}

/// Runs the cases of our own; returns what fails.
fn run_our_shapes(device: &Device) -> Vec<Problem> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conformance");
    let mut failures = Vec::new();
    for path in json_files(&folder) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Tally { passed, failures: found, not_yet } = run_file(&path, device);
        println!("our own shapes in {name}: {passed} cases agree");
        failures.extend(found.into_iter().map(|failure| format!("our own {name}: {failure}")));
        failures.extend(not_yet.into_keys().map(|key| format!("our own {name}: {key} waits")));
    }
    failures
}

fn run_file(path: &Path, device: &Device) -> Tally {
    let mut tally = Tally::default();
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let document: Value = match serde_json::from_slice(&text) {
        Ok(document) => document,
        Err(error) => {
            tally.failures.push(format!("not JSON: {error}"));
            return tally;
        }
    };
    let assignment = document["assignment"].as_str().unwrap_or_default().to_string();
    let handlers = HANDLERS.iter().filter(|(name, _)| *name == assignment);
    let handlers: Vec<_> = handlers.flat_map(|(_, handlers)| *handlers).collect();
    if handlers.is_empty() {
        count_waiting(&assignment, &document, &mut tally);
        return tally;
    }
    let file: CaseFile = match serde_json::from_value(document) {
        Ok(file) => file,
        Err(error) => {
            tally.failures.push(format!("not a file of cases: {error}"));
            return tally;
        }
    };
    if file.cases.is_empty() {
        tally.failures.push("a file of cases without a case".to_string());
    }
    for (number, case) in file.cases.iter().enumerate() {
        match handlers.iter().find(|(op, _, _)| *op == case.op) {
            None => wait_for(&assignment, &case.op, &mut tally),
            Some((_, tolerance, handler)) => match run_case(case, *handler, *tolerance, device) {
                Ok(()) => tally.passed += 1,
                Err(problem) if problem.starts_with(ABSENT) => {
                    println!("case {number}, {}: {problem}", case.op);
                    *tally.not_yet.entry(problem).or_default() += 1;
                }
                Err(problem) => {
                    tally.failures.push(format!("case {number}, {}: {problem}", case.op))
                }
            },
        }
    }
    tally
}

fn run_case(
    case: &Case,
    handler: Handler,
    tolerance: Tolerance,
    device: &Device,
) -> Result<(), Problem> {
    let outputs = panic::catch_unwind(AssertUnwindSafe(|| handler(case, device)));
    let outputs = outputs.map_err(|_| "panicked".to_string())??;
    match difference(case, &outputs, tolerance) {
        None => Ok(()),
        Some(what) => Err(what),
    }
}

/// Counts the cases of an assignment that has no handlers at all; its values may be of any form.
fn count_waiting(assignment: &str, document: &Value, tally: &mut Tally) {
    let Some(cases) = document["cases"].as_array() else {
        tally.failures.push("not a file of cases".to_string());
        return;
    };
    for case in cases {
        wait_for(assignment, case["op"].as_str().unwrap_or_default(), tally);
    }
}

fn wait_for(assignment: &str, op: &str, tally: &mut Tally) {
    let key = format!("{assignment} {op}");
    match NOT_YET.lines().any(|line| line == key) {
        true => *tally.not_yet.entry(key).or_default() += 1,
        false => {
            tally.failures.push(format!("{key} is unknown: neither handled nor in not_yet.txt"))
        }
    }
}

/// Entries of the list that have a handler by now, or stand there twice.
fn stale_entries() -> Vec<Problem> {
    let mut seen = BTreeSet::new();
    let handled: BTreeSet<String> = HANDLERS
        .iter()
        .flat_map(|(assignment, ops)| {
            ops.iter().map(move |(op, _, _)| format!("{assignment} {op}"))
        })
        .collect();
    let entries = NOT_YET.lines().filter(|line| !line.starts_with('#'));
    entries
        .filter(|entry| handled.contains(*entry) || !seen.insert(*entry))
        .map(|entry| format!("not_yet.txt lists {entry}, which is handled or listed already"))
        .collect()
}
