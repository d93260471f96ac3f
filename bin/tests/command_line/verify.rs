//! Comparison with the course's figures.

use std::fs;

use super::{CARS, CATS, DINOSAURS, LOGISTIC, PLANAR, SIGNS, refuse, run, stdout};

#[test]
fn verify_without_reference_runs_names_the_file_and_the_flag() {
    refuse(PLANAR, &["--verify", "--reference", "nowhere"], "nowhere/models.json");
    refuse(PLANAR, &["--verify", "--reference", "nowhere"], "--reference");
}

#[test]
fn verify_of_files_wants_the_course_s_own() {
    refuse(LOGISTIC, &["--verify"], "--data");
    refuse(CATS, &["--verify"], "--data");
    refuse(SIGNS, &["--verify"], "--data");
    refuse(DINOSAURS, &["--verify"], "--data");
}

#[test]
fn verify_of_published_weights_says_what_is_to_be_given() {
    refuse(CARS, &["--verify"], "give yolo.h5, or the folder of the SavedModel, by --weights");
}

/// A cost that is off in the sixth decimal is a difference.
#[test]
fn verify_exits_1_when_a_figure_differs() {
    let reference = tempfile::tempdir().unwrap();
    let models = |cost: f64| {
        format!(
            r#"{{"models": [{{"assignment": "c1w3a1", "model": "planar_nn", "data": "load_planar_dataset",
            "hyperparameters": {{"n_h": 4, "num_iterations": 1, "learning_rate": 1.2, "seed": 3}},
            "figures": {{"costs_every_1000": [{cost}], "final_cost": 0.6930979, "accuracy": 50.0}}}}]}}"#
        )
    };
    let verify = |cost: f64| {
        fs::write(reference.path().join("models.json"), models(cost)).unwrap();
        run(PLANAR, &["--verify", "--reference", reference.path().to_str().unwrap()]).0
    };
    let right = stdout(&verify(0.693162));
    assert!(right.lines().nth(1).unwrap().contains(" ok "), "{right}");
    let output = verify(0.693164);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).lines().nth(1).unwrap().contains("DIFFERS"), "{}", stdout(&output));
}
