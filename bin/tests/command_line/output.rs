//! What cannot be printed is a failure, unless nobody listens any more.
#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::{PLANAR, assert_exit, run_in, stderr};

/// A command line for everything that prints, to be started beside a run in `runs/c1w3-planar-classification/1`.
const ALL: [&[&str]; 24] = [
    &[],
    &["--help"],
    &["--version"],
    &["--json"],
    &["list"],
    &["list", "--json"],
    &["list", "--markdown"],
    &["c4w2"],
    &["help", "try"],
    &["planar", "--help"],
    &["planar", "--dry-run"],
    &["planar", "--dry-run", "--json"],
    &["data"],
    &["data", "--json"],
    &["doctor"],
    &["doctor", "--json"],
    &["runs"],
    &["runs", "--json"],
    &["runs", "clear", "--keep", "1"],
    &["report", "--out", "report.html"],
    &["try", "runs/c1w3-planar-classification/1", "--values", "1", "2"],
    &["try", "runs/c1w3-planar-classification/1", "--values", "1", "2", "--json"],
    &["strategy", "diagnose", "--human", "1%", "--train", "8%", "--dev", "10%"],
    &["completions", "bash"],
];

fn start(folder: &Path, arguments: &[&str], stdout: Stdio) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    command.args(arguments).current_dir(folder).env_remove("FIRESIDE_DATA");
    command.stdin(Stdio::null()).stdout(stdout).output().unwrap()
}

fn folder_with_a_run() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let out = format!("runs/{PLANAR}/1");
    assert_exit(&run_in(folder.path(), PLANAR, &["--iterations", "2", "--out", &out]), 0);
    folder
}

#[test]
fn output_that_finds_no_room_is_a_failure_in_one_sentence() {
    let folder = folder_with_a_run();
    for arguments in ALL {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = start(folder.path(), arguments, full.into());
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", stderr(&output));
        let expected =
            "error: the report cannot be written to standard output (No space left on device";
        assert!(stderr(&output).starts_with(expected), "{arguments:?}: {}", stderr(&output));
        assert_eq!(stderr(&output).lines().count(), 1, "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn reader_that_has_gone_away_is_no_failure() {
    let folder = folder_with_a_run();
    for arguments in ALL {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = start(folder.path(), arguments, writer.into());
        assert_exit(&output, 0);
        assert_eq!(stderr(&output), "", "{arguments:?}");
    }
}

/// The run is whole all the same.
#[test]
fn run_whose_lines_find_no_room_leaves_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let arguments = ["planar", "--iterations", "2", "--out", "run"];
    assert_exit(&start(folder.path(), &arguments, full.into()), 1);
    assert!(folder.path().join("run/metrics.json").is_file());
}
