//! Searches of hyperparameters.

use serde_json::Value;
use std::fs;
use std::path::Path;

use super::{SEARCH, interrupted, refuse, run, run_in, stderr, stdout, wait_until};

/// What a search found, without the time each trial took.
fn found(folder: &Path) -> (Value, Vec<Vec<String>>) {
    let metrics = serde_json::from_slice(&fs::read(folder.join("metrics.json")).unwrap()).unwrap();
    let table = fs::read_to_string(folder.join("trials.csv")).unwrap();
    let rows = table.lines().map(|line| line.split(',').map(str::to_string).collect::<Vec<_>>());
    let seconds = table.lines().next().unwrap().split(',').position(|name| name == "seconds");
    let without = rows.map(|mut row| {
        row.remove(seconds.unwrap());
        row
    });
    (metrics, without.collect())
}

const SHORT_SEARCH: [&str; 6] = ["--trials", "6", "--fine", "3", "--epochs", "4"];

#[test]
fn search_finds_the_same_with_any_number_of_workers() {
    for kind in [&["--grid"][..], &["--halving"], &[]] {
        let of_workers = ["1", "2"].map(|workers| {
            let settings = [&SHORT_SEARCH[..], kind, &["--workers", workers, "--out", "run"]];
            let (output, folder) = run(SEARCH, &settings.concat());
            assert!(output.status.success(), "{}", stderr(&output));
            found(&folder.path().join("run"))
        });
        assert_eq!(of_workers[0], of_workers[1], "{kind:?}");
        assert!(of_workers[0].1.len() >= 1 + 6 + 3);
    }
}

#[test]
fn search_with_its_journal_cut_is_resumed_to_the_same_table() {
    let (output, folder) = run(SEARCH, &[&SHORT_SEARCH[..], &["--out", "run"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let run = folder.path().join("run");
    let before = found(&run);
    let journal = run.join("coarse/trials.jsonl");
    let whole = fs::read(&journal).unwrap();
    let breaks: Vec<_> = (0..whole.len()).filter(|&place| whole[place] == b'\n').collect();
    fs::write(&journal, &whole[..breaks[4] - 3]).unwrap(); // in the middle of the fourth record
    let output = run_in(folder.path(), SEARCH, &["--resume", "run"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(
        text.contains("coarse: continuing after 3 trials.") && text.contains("cut off"),
        "{text}"
    );
    assert_eq!(found(&run), before);
}

/// Ctrl-C in the middle of the coarse search.
#[cfg(unix)]
#[test]
fn interrupted_search_says_how_to_resume_and_resumes_to_what_an_unbroken_one_finds() {
    let settings = ["--trials", "40", "--fine", "4", "--epochs", "60", "--out", "run"];
    let (whole, whole_folder) = run(SEARCH, &settings);
    assert!(whole.status.success(), "{}", stderr(&whole));

    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("run/coarse/trials.jsonl");
    let lines = || fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    let wait = || wait_until(|| lines() >= 3);
    let message = interrupted(folder.path(), SEARCH, &settings, wait).unwrap();
    assert!(message.contains("stopped in coarse after"), "{message}");
    assert!(message.contains("--resume run"), "{message}");
    assert!((3..41).contains(&lines()), "{}", lines());

    let resumed = run_in(folder.path(), SEARCH, &["--resume", "run", "--workers", "3"]);
    assert!(resumed.status.success(), "{}", stderr(&resumed));
    assert!(stdout(&resumed).contains("coarse: continuing after"), "{}", stdout(&resumed));
    assert_eq!(found(&folder.path().join("run")), found(&whole_folder.path().join("run")));
}

#[test]
fn journal_of_another_search_and_a_folder_with_a_search_are_refused() {
    let (_, folder) = run(SEARCH, &[&SHORT_SEARCH[..], &["--out", "run"]].concat());
    let run = folder.path().join("run");
    let before = found(&run);
    let again = run_in(folder.path(), SEARCH, &["--out", "run"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(stderr(&again).contains("--resume run"), "{}", stderr(&again));
    assert_eq!(found(&run), before);

    let config = fs::read_to_string(run.join("config.json")).unwrap();
    assert!(config.contains("\"seed\": 1"), "{config}");
    fs::write(run.join("config.json"), config.replace("\"seed\": 1", "\"seed\": 2")).unwrap();
    let output = run_in(folder.path(), SEARCH, &["--resume", "run"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("its sampling differs"), "{}", stderr(&output));

    fs::write(run.join("config.json"), config).unwrap();
    fs::write(run.join("coarse/trials.jsonl"), "my thesis\n").unwrap();
    let output = run_in(folder.path(), SEARCH, &["--resume", "run"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("trials.jsonl"), "{}", stderr(&output));
}

#[test]
fn search_tunes_on_the_hands_as_well_and_names_their_missing_files() {
    let (output, _) = run(SEARCH, &["--on", "signs", "--dry-run"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("900 pictures of hands to train on and 180 to score on"));
    for culprit in ["train_signs.h5", "nowhere/signs", "--data"] {
        refuse(SEARCH, &["--data", "nowhere"], culprit);
    }
    refuse(SEARCH, &["--on", "cats"], "cats");
}

#[test]
fn panda_shows_the_curve_of_a_single_training() {
    let (output, _) = run(SEARCH, &["--panda", "--epochs", "5", "--out", "run"]);
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(text.lines().filter(|line| line.starts_with("trial 0, epoch")).count(), 5, "{text}");
    refuse(SEARCH, &["--panda", "--grid"], "--grid");
    for workers in ["0", "-1", "many"] {
        refuse(SEARCH, &[&format!("--workers={workers}")], "--workers");
    }
    refuse(SEARCH, &["--trials", "0"], "--trials");
    refuse(SEARCH, &["--fine", "10001"], "--fine");
}
