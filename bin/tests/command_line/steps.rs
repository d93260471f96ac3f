//! The notebooks' functions on their own inputs.

use std::collections::BTreeSet;

use fireside_bin::programs;
use serde_json::Value;

use super::{LOGISTIC, SIGNS, is_empty, refuse, run, stderr, stdout};

#[test]
fn steps_are_what_the_notebook_prints_and_leave_nothing_behind() {
    let (output, folder) = run(LOGISTIC, &["--show-steps"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    // What the notebook prints: dw [[0.25071532], [-0.06604096]], db -0.1250040450043965, cost 0.15900537707692405.
    let printed = [
        "\npropagate: ",
        "  -> dw = [[ 0.25071532]\n           [-0.06604096]]\n",
        "  -> db = -0.125004045004\n",
        "  -> cost = 0.159005377077\n",
        "  -> w = [[0.80956046]\n          [2.0508202 ]]\n",
        "  -> Y_prediction = [[1. 1. 0.]]\n",
    ];
    for expected in printed {
        assert!(text.contains(expected), "{expected}{text}");
    }
    assert!(is_empty(folder.path()));
}

#[test]
fn steps_of_every_notebook_are_one_object_in_json() {
    let with_steps = programs::ALL.iter().filter(|program| program.notebook.is_some());
    let mut notebooks = BTreeSet::new();
    for program in with_steps {
        let (output, folder) = run(program.name, &["--show-steps", "--json"]);
        assert!(output.status.success(), "{}: {}", program.name, stderr(&output));
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(report["assignment"], program.name);
        let steps = report["steps"].as_array().unwrap();
        assert!(!steps.is_empty(), "{}", program.name);
        for step in steps {
            let named = |kind: &str| !step[kind].as_object().unwrap().is_empty();
            assert!(step["call"].is_string() && named("inputs") && named("outputs"), "{step}");
        }
        assert!(is_empty(folder.path()), "{}", program.name);
        notebooks.insert(report["notebook"].as_str().unwrap().to_string());
    }
    assert_eq!(notebooks.len(), 16, "{notebooks:?}");
}

#[test]
fn arrays_in_json_have_shape_and_all_entries() {
    let (output, _) = run("c5w1-rnn-by-hand", &["--show-steps", "--json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let a_next = &report["steps"][0]["outputs"]["a_next"];
    assert_eq!(a_next["shape"], serde_json::json!([5, 10]));
    let entries = a_next["data"].as_array().unwrap();
    assert_eq!(entries.len(), 50);
    // The notebook prints a_next[4], which begins 0.59584544.
    assert!((entries[40].as_f64().unwrap() - 0.59584544).abs() < 5e-9, "{}", entries[40]);
}

#[test]
fn flags_of_a_training_are_refused_beside_the_steps() {
    refuse(
        LOGISTIC,
        &["--show-steps", "--resume", "runs"],
        "--resume cannot be given beside --show-steps",
    );
    refuse(LOGISTIC, &["--show-steps", "--lr", "0.01"], "--lr");
    refuse(LOGISTIC, &["--show-steps", "--data", "files"], "--data");
    refuse(LOGISTIC, &["--show-steps", "--verify"], "--verify");
    refuse(LOGISTIC, &["--show-steps", "--quiet"], "--quiet");
    refuse(LOGISTIC, &["--show-steps", "--predict", "cat.png"], "--predict");
    refuse(LOGISTIC, &["--show-steps", "--device", "abacus"], "--device abacus");
    refuse(SIGNS, &["--show-steps"], "--show-steps");
}
