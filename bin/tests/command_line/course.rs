//! `course` itself.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{COURSE, PLANAR, assert_exit, fixtures, refuse, run, run_in, stderr, stdout};

#[test]
fn course_lists_every_program_and_the_files_that_are_missing() {
    let data = fixtures();
    let (output, _) = run(COURSE, &["list", "--data", data.to_str().unwrap()]);
    let text = stdout(&output);
    for program in fireside_bin::programs::ALL {
        assert!(text.contains(program.name), "{}", program.name);
    }
    assert!(text.contains("Course 4, week 2") && text.contains("dinos.txt is not in"), "{text}");
    assert!(!text.contains("train_catvnoncat.h5 is not in"), "{text}");

    let (output, _) = run(COURSE, &["--json"]);
    let rows: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let names = rows.as_array().unwrap().iter().map(|row| row["program"].as_str().unwrap());
    assert!(names.eq(fireside_bin::programs::ALL.iter().map(|program| program.name)));
    let (output, _) = run(COURSE, &["list", "c4w2"]);
    assert_eq!(stdout(&output).matches("  c4w2-").count(), 4);
    refuse(COURSE, &["list", "c9"], "c9");
}

#[test]
fn course_alone_fits_a_screen_and_says_which_data_were_found() {
    let data = fixtures();
    for (arguments, said) in [
        (vec![], "--data DIR"),
        (vec!["--data", data.to_str().unwrap()], "not there: "),
        (vec!["--data", "nowhere"], "nowhere is no folder"),
    ] {
        let (output, _) = run(COURSE, &arguments);
        let text = stdout(&output);
        assert!(text.lines().count() <= 40, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        for part in ["Course 4, week 2", "c4w2-residual-networks* 40 min", said] {
            assert!(text.contains(part), "{part}: {text}");
        }
        for program in fireside_bin::programs::ALL {
            assert!(text.contains(program.name), "{}", program.name);
        }
    }
    refuse(COURSE, &["data", "--data", "nowhere"], "nowhere: it is no folder");
}

#[test]
fn course_starts_an_assignment_by_any_part_of_its_name_that_is_no_others() {
    for arguments in [&["run", "c1w3", "--dry-run"][..], &["planar", "--dry-run"]] {
        let (output, _) = run(COURSE, arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(stdout(&output).contains("Accuracy of 50 hidden units"));
    }
    refuse(COURSE, &["run", "c1w3", "--lr", "nan"], "--lr");
    refuse(COURSE, &["run", "c9"], "c9");
    refuse(COURSE, &["c9"], "c9");
    refuse(COURSE, &["c4w2", "--dry-run"], "c4w2-augmentation");
    let (output, _) = run(COURSE, &["c4w2"]);
    assert!(output.status.success() && stdout(&output).contains("c4w2-classic-networks"));
    let (output, _) = run(COURSE, &["planar", "--help"]);
    assert!(stdout(&output).contains("Usage: course planar [OPTIONS]"), "{}", stdout(&output));
}

/// A new assignment stands in one list; these places are told from it.
#[test]
fn every_assignment_has_its_row_in_the_readme_and_a_program_of_its_own_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (output, _) = run(COURSE, &["list", "--markdown"]);
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let table = stdout(&output);
    assert!(readme.contains(&table), "the README's table should be:\n{table}");

    let manifest = fs::read_to_string(root.join("bin/shims/Cargo.toml")).unwrap();
    let shims =
        manifest.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    let shims: Vec<_> = shims.filter(|name| *name != "fireside-shims").collect();
    let names: Vec<_> = fireside_bin::programs::ALL.iter().map(|program| program.name).collect();
    assert_eq!(shims, names);
}

/// Bash's script tells the flags of an assignment too.
#[test]
fn course_prints_completions_for_every_assignment() {
    for shell in ["bash", "zsh", "fish"] {
        let (output, _) = run(COURSE, &["completions", shell]);
        let script = stdout(&output);
        for expected in ["c1w3-planar-classification", "doctor", "falling-lr"] {
            assert!(script.contains(expected), "{shell}: {expected}");
        }
    }
    refuse(COURSE, &["completions", "abacus"], "abacus");
}

#[test]
fn course_says_of_every_file_whether_it_is_the_courses_own() {
    let data = fixtures();
    let (output, _) = run(COURSE, &["data", "--json", "--data", data.to_str().unwrap()]);
    let rows: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let row = |name: &str| {
        let mut rows = rows.as_array().unwrap().iter();
        rows.find(|row| row["names"][0] == name).unwrap()["state"].as_str().unwrap().to_string()
    };
    assert!(row("train_catvnoncat.h5").starts_with("not the course's own, or cut off"));
    assert_eq!(row("dinos.txt"), "not found");
}

#[test]
fn doctor_tells_versions_device_and_threads() {
    let (output, _) = run(COURSE, &["doctor", "--json"]);
    let facts: Value = serde_json::from_str(&stdout(&output)).unwrap();
    for name in ["fireside", "burn", "system", "instructions", "threads", "backends"] {
        assert!(!facts[name].is_null(), "{name}");
    }
    assert_eq!(facts["flex"], "computes");
}

#[test]
fn course_puts_runs_on_a_page_lists_them_and_clears_them_away() {
    let folder = tempfile::tempdir().unwrap();
    for seed in ["1", "2"] {
        let settings = ["--iterations", "20", "--seed", seed];
        assert_exit(&run_in(folder.path(), PLANAR, &settings), 0);
    }
    let output = run_in(folder.path(), COURSE, &["report"]);
    assert_exit(&output, 0);
    let page = fs::read_to_string(folder.path().join("runs/report.html")).unwrap();
    assert!(page.contains(PLANAR) && page.contains("data:image/png;base64,"));
    assert!(page.contains("--config"), "it says how to repeat a run");

    let output = run_in(folder.path(), COURSE, &["runs", "--json"]);
    let rows: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    let runs = || fs::read_dir(folder.path().join("runs").join(PLANAR)).unwrap().count();
    assert_exit(&run_in(folder.path(), COURSE, &["runs", "clear", "--keep", "1"]), 0);
    assert_eq!(runs(), 2, "nothing goes without --yes");
    assert_exit(&run_in(folder.path(), COURSE, &["runs", "clear", "--keep", "1", "--yes"]), 0);
    assert_eq!(runs(), 1);
    assert_exit(&run_in(folder.path(), COURSE, &["report", "nowhere"]), 2);
}
