//! What `--show-steps` shows, in a process of its own, which computes in 64-bit floats. A step that is said to be on
//! the course's own inputs is an official case of the conformance data: one of the same function has the same inputs,
//! and what it expects is what the step gives.
//!
//! The data lies in the folder of `FIRESIDE_CONFORMANCE`, or in `../shared/conformance` beside the checkout; without it
//! nothing is compared, which is said.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(clippy::print_stdout, reason = "it tells how many steps were compared")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use burn::tensor::Device;
use fireside_bin::programs;
use fireside_recipes::steps::{Notebook, Step, Value};
use fireside_suite::in_doubles;
use fireside_tests::case::{Case, CaseFile, Outputs};
use fireside_tests::compare::{EXACT, FUNCTION, TRAINING, Tolerance, difference};
use fireside_training::gradient_check::TOLERANCE;

/// Inputs that are given or drawn are the same to the last bit; those that another function computed are rounded
/// elsewhere.
const INPUTS: Tolerance = Tolerance { relative: 1e-12, absolute: 1e-14 };

/// Differences of costs by 1e-7 are good to about 1e-6; a right gradient's difference is noise below the limit.
const DIFFERENCES: Tolerance = Tolerance { relative: 1e-6, absolute: TOLERANCE };

/// How the data calls a function whose large inputs are drawn by a seed and not written out.
const SEEDED: &str = "_seeded";

fn tolerance(call: &str) -> Tolerance {
    match call {
        "model" | "nn_model" | "optimize" | "two_layer_model" | "L_layer_model" => TRAINING,
        "gradient_check" | "gradient_check_n" => DIFFERENCES,
        "layer_sizes"
        | "zero_pad"
        | "create_mask_from_window"
        | "clip"
        | "sample"
        | "label_to_emoji" => EXACT,
        _ => FUNCTION,
    }
}

fn device() -> Device {
    in_doubles(Device::flex())
}

fn data_folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/conformance");
    let named = env::var_os("FIRESIDE_CONFORMANCE").map(PathBuf::from);
    let found = named.or_else(|| beside.is_dir().then_some(beside));
    if found.is_none() {
        println!("no conformance data beside the checkout, and FIRESIDE_CONFORMANCE is not set");
    }
    found
}

fn official_cases(folder: &Path, notebook: &str) -> Vec<Case> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let is_of_it = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.starts_with(&format!("{notebook}_")) && name.ends_with(".json")
    };
    let cases = files.filter(is_of_it).flat_map(|path| {
        let file: CaseFile = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        file.cases
    });
    cases.filter(|case| case.source == "official").collect()
}

/// A step's values as those of a case: both have one form in JSON.
fn values(named: &[(String, Value)]) -> Outputs {
    let read = |value| serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap();
    named.iter().map(|(name, value)| (name.clone(), read(value))).collect()
}

/// What is wrong with a step that is said to be on the course's own inputs.
fn problem(step: &Step, cases: &[Case]) -> Option<String> {
    let (inputs, outputs) = (values(&step.inputs), values(&step.outputs));
    let is_same = |case: &&Case| {
        let expected = Case { outputs: case.inputs.clone(), ..(*case).clone() };
        let named_alike = case.inputs.keys().eq(inputs.keys());
        let called = case.op.strip_suffix(SEEDED).unwrap_or(&case.op);
        called == step.call && named_alike && difference(&expected, &inputs, INPUTS).is_none()
    };
    match cases.iter().find(is_same) {
        None => Some("no official case has these inputs".to_string()),
        Some(case) => difference(case, &outputs, tolerance(step.call)),
    }
}

fn notebooks() -> impl Iterator<Item = Notebook> {
    programs::ALL.iter().filter_map(|program| program.notebook)
}

#[test]
fn steps_on_the_course_s_inputs_are_official_cases_and_give_what_those_expect() {
    let Some(folder) = data_folder() else { return };
    let mut wrong = Vec::new();
    for notebook in notebooks() {
        let cases = official_cases(&folder, notebook.name);
        let steps = (notebook.steps)(&device()).unwrap();
        let official: Vec<&Step> = steps.iter().filter(|step| step.official).collect();
        println!(
            "{}: {} of {} steps are official cases",
            notebook.name,
            official.len(),
            steps.len()
        );
        // A lecture has no cases; all that a notebook has cannot be on other inputs.
        assert!(!official.is_empty() || cases.is_empty(), "{}", notebook.name);
        wrong.extend(official.iter().filter_map(|step| {
            let problem = problem(step, &cases)?;
            Some(format!("{} of {}: {problem}", step.call, notebook.name))
        }));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Else the comparison above could say yes to anything.
#[test]
fn steps_on_other_inputs_and_with_other_results_are_found_out() {
    let Some(folder) = data_folder() else { return };
    for notebook in notebooks() {
        let cases = official_cases(&folder, notebook.name);
        let steps = (notebook.steps)(&device()).unwrap();
        for step in steps.iter().filter(|step| step.official) {
            let mut moved = step.clone();
            change(&mut moved.inputs[0].1);
            let found = problem(&moved, &cases);
            let expected = Some("no official case has these inputs".to_string());
            assert_eq!(found, expected, "{} of {}", step.call, notebook.name);

            let mut moved = step.clone();
            moved.outputs.iter_mut().for_each(|(_, value)| change(value));
            let found = problem(&moved, &cases);
            assert!(found.is_some(), "{} of {} may give anything", step.call, notebook.name);
        }
    }
}

/// Changes a text, or the first number, by a little.
fn change(value: &mut Value) {
    match value {
        Value::Number(number) => *number += 1e-4 * (1.0 + number.abs()),
        Value::Array(array) => array.data[0] += 1e-4 * (1.0 + array.data[0].abs()),
        Value::Text(text) => text.push('s'),
        Value::Texts(texts) => texts[0].push('s'),
    }
}
