//! The folder of a run: whose it is, and how it is continued and repeated.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{LOGISTIC, PLANAR, SEARCH, SENTIMENT, assert_exit, fixtures, run_in, stderr};

const QUICK: [&str; 4] = ["--iterations", "20", "--out", "run"];

fn config(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("config.json")).unwrap()).unwrap()
}

/// The small pictures of cats, where they can be moved.
fn copy_of_the_data(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for entry in fs::read_dir(fixtures().join("cats")).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), folder.join(entry.file_name())).unwrap();
    }
}

#[test]
fn folder_that_holds_a_run_is_refused_unless_it_is_to_be_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &QUICK), 0);
    let again = run_in(folder.path(), PLANAR, &QUICK);
    assert_exit(&again, 2);
    assert!(stderr(&again).contains("--overwrite"), "{}", stderr(&again));
    fs::write(folder.path().join("run/left-over.png"), "").unwrap();
    let settings = [&QUICK[..], &["--overwrite", "--seed", "5"]].concat();
    assert_exit(&run_in(folder.path(), PLANAR, &settings), 0);
    assert_eq!(config(&folder.path().join("run"))["settings"]["seed"], 5);
    assert!(!folder.path().join("run/left-over.png").exists());
}

#[test]
fn runs_started_together_have_a_folder_each() {
    let folder = tempfile::tempdir().unwrap();
    let seeds = ["1", "2", "3", "4"];
    std::thread::scope(|scope| {
        for seed in seeds {
            let folder = folder.path();
            scope.spawn(move || {
                let settings = ["--iterations", "20", "--seed", seed];
                assert_exit(&run_in(folder, PLANAR, &settings), 0);
            });
        }
    });
    let runs = fs::read_dir(folder.path().join("runs").join(PLANAR)).unwrap();
    let mut found: Vec<u64> = runs
        .map(|run| config(&run.unwrap().path())["settings"]["seed"].as_u64().unwrap())
        .collect();
    found.sort_unstable();
    assert_eq!(found, [1, 2, 3, 4]);
}

#[test]
fn run_goes_on_from_another_folder_and_with_data_that_have_moved() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    copy_of_the_data(&root.join("cats"));
    let settings = ["--data", "cats", "--iterations", "20", "--out", "run"];
    assert_exit(&run_in(root, LOGISTIC, &settings), 0);
    let metrics = || fs::read(root.join("run/metrics.json")).unwrap();
    let before = metrics();

    fs::create_dir(root.join("elsewhere")).unwrap();
    assert_exit(&run_in(&root.join("elsewhere"), LOGISTIC, &["--resume", "../run"]), 0);
    assert_eq!(metrics(), before);

    fs::rename(root.join("cats"), root.join("moved")).unwrap();
    let gone = run_in(root, LOGISTIC, &["--resume", "run"]);
    assert_exit(&gone, 2);
    assert!(stderr(&gone).contains("--data"), "{}", stderr(&gone));
    assert_exit(&run_in(root, LOGISTIC, &["--resume", "run", "--data", "moved"]), 0);
    assert_eq!(metrics(), before);
}

#[test]
fn run_does_not_go_on_with_other_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("reviews.csv");
    let rows = |good: &str, bad: &str| format!("good food,{good}\nbad food,{bad}\n").repeat(6);
    fs::write(&file, rows("1", "0")).unwrap();
    let settings = ["--file", "reviews.csv", "--epochs", "2", "--out", "run"];
    assert_exit(&run_in(folder.path(), SENTIMENT, &settings), 0);
    fs::write(&file, rows("0", "1")).unwrap();
    let other = run_in(folder.path(), SENTIMENT, &["--resume", "run"]);
    assert_exit(&other, 2);
    assert!(stderr(&other).contains("file is not what the run began with"), "{}", stderr(&other));
}

#[test]
fn flags_beside_resume_are_heeded_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &QUICK), 0);
    let settings = ["--trials", "3", "--fine", "2", "--epochs", "2", "--out", "search"];
    assert_exit(&run_in(folder.path(), SEARCH, &settings), 0);
    for (program, run, flag, value) in
        [(PLANAR, "run", "--lr", "0.1"), (SEARCH, "search", "--trials", "5")]
    {
        let output = run_in(folder.path(), program, &["--resume", run, flag, value]);
        assert_exit(&output, 2);
        assert!(stderr(&output).contains(&format!("{flag} cannot be given beside --resume")));
    }
    assert_exit(&run_in(folder.path(), SEARCH, &["--resume", "search", "--workers", "1"]), 0);
}

#[test]
fn config_repeats_a_run_and_other_flags_change_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [&QUICK[..], &["--seed", "7", "--shape", "noisy-moons"]].concat();
    assert_exit(&run_in(folder.path(), PLANAR, &settings), 0);
    let repeat = |settings: &[&str], out: &str| {
        let settings = [&["--config", "run/config.json", "--out", out], settings].concat();
        assert_exit(&run_in(folder.path(), PLANAR, &settings), 0);
        config(&folder.path().join(out))
    };
    assert_eq!(repeat(&[], "same")["settings"], config(&folder.path().join("run"))["settings"]);
    let metrics = |run: &str| fs::read(folder.path().join(run).join("metrics.json")).unwrap();
    assert_eq!(metrics("same"), metrics("run"));
    let other = repeat(&["--seed", "8"], "other")["settings"].clone();
    assert_eq!((other["seed"].clone(), other["shape"].clone()), (8.into(), "noisy-moons".into()));
}

#[test]
fn settings_outside_their_range_are_refused_in_a_config_too() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &QUICK), 0);
    let path = folder.path().join("run/config.json");
    let mut config = config(&folder.path().join("run"));
    for (setting, value) in [("hidden", 0), ("iterations", 0), ("hidden", 10_001)] {
        let before = config["settings"][setting].clone();
        config["settings"][setting] = value.into();
        fs::write(&path, config.to_string()).unwrap();
        for flag in ["--resume", "--config"] {
            let output = run_in(folder.path(), PLANAR, &[flag, "run"]);
            assert_exit(&output, 2);
            assert!(
                stderr(&output).contains("must be a whole number from 1 to"),
                "{}",
                stderr(&output)
            );
        }
        config["settings"][setting] = before;
    }
}

#[cfg(unix)]
#[test]
fn paths_that_are_no_utf8_are_read_kept_and_read_again() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().unwrap();
    let name = OsStr::from_bytes(b"caf\xe9");
    copy_of_the_data(&folder.path().join(name));
    let output = super::command(LOGISTIC)
        .args(["--iterations", "20", "--out", "run", "--data"])
        .arg(name)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_exit(&output, 0);
    assert_exit(&run_in(folder.path(), LOGISTIC, &["--resume", "run"]), 0);
}

#[test]
fn config_with_a_byte_order_mark_is_read() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &QUICK), 0);
    let path = folder.path().join("run/config.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("\u{feff}{text}")).unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &["--resume", "run"]), 0);
    assert_exit(&run_in(folder.path(), PLANAR, &["--config", "run", "--out", "again"]), 0);
}

#[test]
fn settings_that_are_unknown_or_of_another_type_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &QUICK), 0);
    let config = config(&folder.path().join("run"));
    for (setting, value, said) in [
        (
            "rate",
            1.into(),
            "`rate` is no setting of c1w3-planar-classification; did you mean `lr`?",
        ),
        (
            "Hidden",
            1.into(),
            "`Hidden` is no setting of c1w3-planar-classification; did you mean `hidden`?",
        ),
        ("lr", "fast".into(), "`lr` is \"fast\": it must be a number above 0"),
        ("lr", "0.1".into(), "`lr` is \"0.1\": it must be a number, without quotes"),
        ("hidden", 1.5.into(), "`hidden` is 1.5: it must be a whole number from 1 to 10000"),
        ("shape", "spiral".into(), "gaussian-quantiles"),
        ("shape", 3.into(), "`shape` is 3: "),
        ("data", 3.into(), "`data` is no setting of c1w3-planar-classification"),
    ] {
        let mut changed = config.clone();
        changed["settings"][setting] = value;
        fs::write(folder.path().join("run/config.json"), changed.to_string()).unwrap();
        for flag in ["--resume", "--config"] {
            let output = run_in(folder.path(), PLANAR, &[flag, "run"]);
            assert_exit(&output, 2);
            let message = stderr(&output);
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(message.contains(said), "{message}");
        }
    }
}

#[test]
fn folders_that_cannot_serve_a_run_are_refused_for_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    assert_exit(&run_in(folder.path(), PLANAR, &QUICK), 0);
    fs::write(folder.path().join("file"), "text").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (arguments, said) in [
        (["--out", "file"], "--out file: it is a file"),
        (["--out", "file/below"], "--out file/below: "),
        (["--out", "/proc/nowhere"], "--out /proc/nowhere: "),
        (["--resume", "file"], "--resume file: "),
        (["--resume", "run/config.json"], "it is a file: give the folder of the run"),
        (["--resume", "empty"], "--resume empty: no config.json"),
        (["--config", "empty"], "--config empty: no config.json"),
    ] {
        let output = run_in(folder.path(), PLANAR, &arguments);
        assert_exit(&output, 2);
        let message = stderr(&output);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.contains(said), "{said}: {message}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "text");
}
