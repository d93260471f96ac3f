//! Settings that cannot work.

use std::fs;

use super::{
    CATS, CLASSIC, GRADIENT_CHECKING, INITIALIZATION, JAZZ, LOGISTIC, OPTIMIZATION, PLANAR,
    REGULARIZATION, RESIDUAL, SIGNS, VANISHING_GRADIENTS, refuse, run, stderr, stdout,
};

#[test]
fn impossible_settings_are_refused_by_flag() {
    for rate in ["nan", "inf", "0", "-1", "fast"] {
        refuse(PLANAR, &[&format!("--lr={rate}")], "--lr");
        refuse(LOGISTIC, &[&format!("--lr={rate}")], "--lr");
        refuse(CATS, &[&format!("--lr={rate}")], "--lr");
        refuse(SIGNS, &[&format!("--lr={rate}")], "--lr");
    }
    for flag in ["--epochs", "--batch-size"] {
        refuse(SIGNS, &[flag, "0"], flag);
    }
    for hidden in ["0", "-3", "10001", "many"] {
        refuse(PLANAR, &[&format!("--hidden={hidden}")], "--hidden");
    }
    refuse(PLANAR, &["--shape", "spiral"], "spiral");
    refuse(PLANAR, &["--shape", "spiral"], "gaussian-quantiles");
    refuse(PLANAR, &["--iterations", "0"], "--iterations");
    refuse(PLANAR, &["--seed", "-1"], "--seed");
}

#[test]
fn settings_of_course_2_outside_their_range_are_refused_by_flag() {
    for share in ["0", "1.1", "-0.5", "nan", "most"] {
        refuse(REGULARIZATION, &[&format!("--keep-prob={share}")], "--keep-prob");
    }
    for lambda in ["-0.1", "nan", "inf"] {
        refuse(REGULARIZATION, &[&format!("--lambda={lambda}")], "--lambda");
    }
    refuse(GRADIENT_CHECKING, &["--epsilon", "0"], "--epsilon");
    refuse(VANISHING_GRADIENTS, &["--depth", "201"], "--depth");
    refuse(OPTIMIZATION, &["--batch-size", "0"], "--batch-size");
    refuse(INITIALIZATION, &["--lr", "0"], "--lr");
}

#[test]
fn settings_that_a_network_cannot_have_are_refused_by_the_flag_that_helps() {
    refuse(CLASSIC, &["--model", "lenet5", "--side", "4"], "--side");
    refuse(CLASSIC, &["--predict", "hand.png"], "give it by --model");
    refuse(RESIDUAL, &["--depths", "21"], "(--depths)");
}

#[test]
fn diverging_run_names_iteration_rate_and_what_to_try_and_leaves_its_costs() {
    let settings = ["--lr", "1e30", "--iterations", "300", "--out", "run"];
    let (output, folder) = run(REGULARIZATION, &settings);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    for part in ["iteration 100", "learning rate of 1000000000000", "try a smaller"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let costs = fs::read_to_string(folder.path().join("run/metrics.csv")).unwrap();
    assert!(costs.starts_with("stage,iteration,cost\nnone,0,"), "{costs}");
    let said = stdout(&output);
    assert!(said.contains("at iteration 0; no picture, for one value is no curve."), "{said}");
    assert!(!folder.path().join("run/costs-none.png").exists());
}

#[test]
fn the_first_epoch_of_a_training_is_number_1() {
    let (output, _) = run(JAZZ, &["--epochs", "1", "--out", "run"]);
    let said = stdout(&output);
    for part in [" at epoch 1; no picture, for one value is no curve.", " in the only epoch; "] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn what_comes_to_one_value_is_told_and_not_drawn() {
    let shallow = ["--depth", "1", "--draws", "1", "--out", "run"];
    let short = ["--steps", "1", "--out", "run"];
    for (program, settings) in
        [(VANISHING_GRADIENTS, &shallow[..]), ("c5w1-rnn-by-hand", &short[..])]
    {
        let (output, folder) = run(program, settings);
        assert!(output.status.success(), "{}", stderr(&output));
        let said = stdout(&output);
        assert!(said.contains("no picture, for one value is no curve."), "{said}");
        let files = fs::read_dir(folder.path().join("run")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        assert!(names.into_iter().all(|name| !name.ends_with(".png")), "{program}");
    }
}

#[test]
fn diverging_training_by_epochs_names_epoch_rate_and_what_to_try() {
    let (output, _) = run(SIGNS, &["--lr", "1e38", "--epochs", "3", "--out", "run"]);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for part in ["in epoch 1 ", "learning rate of 1000000000000", "try a smaller"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[cfg(not(feature = "tui"))]
#[test]
fn dashboard_that_was_not_built_in_is_refused() {
    refuse(SIGNS, &["--dashboard"], "--features tui");
}
