//! What a long training says while it goes, where no terminal shows a bar.
#![cfg(unix)]

use std::fs::File;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{CLASSIC, OPTIMIZATION, TRAIN_EMBEDDINGS, command};

/// Trainings that take minutes and say little else, started with `flag` and with what they say in two files.
fn start(
    folder: &std::path::Path,
    program: &str,
    settings: &[&str],
    flag: &[&str],
    name: &str,
) -> Child {
    let file =
        |kind: &str| Stdio::from(File::create(folder.join(format!("{name}.{kind}"))).unwrap());
    let mut command = command(program);
    command.args(settings).args(flag).args(["--out", name]).current_dir(folder);
    command.env_remove("FIRESIDE_DATA").stdout(file("out")).stderr(file("err")).spawn().unwrap()
}

#[test]
fn a_line_at_least_every_ten_seconds_tells_position_figure_and_time_left() {
    let folder = tempfile::tempdir().unwrap();
    let descents = ["--epochs", "1000000"];
    let words = ["--epochs", "100000", "--learners", "skip-gram"];
    let mut started = [
        start(folder.path(), OPTIMIZATION, &descents, &[], "lines"),
        start(folder.path(), OPTIMIZATION, &descents, &["--json"], "json"),
        start(folder.path(), OPTIMIZATION, &descents, &["--quiet"], "quiet"),
        start(folder.path(), TRAIN_EMBEDDINGS, &words, &[], "words"),
        start(folder.path(), CLASSIC, &["--side", "224"], &[], "networks"),
    ];
    sleep(Duration::from_secs(24));
    for child in &mut started {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let lines = |name: &str, of: &str, figure: &str| {
        let text = read(name);
        let wanted = |line: &&str| [of, figure, " left"].iter().all(|part| line.contains(part));
        text.lines().filter(wanted).count()
    };
    assert!(lines("lines.out", " of 1000000 epochs, ", "cost ") >= 2, "{}", read("lines.out"));
    assert!(lines("words.out", " of 100000 epochs, ", "loss ") >= 2, "{}", read("words.out"));
    assert!(lines("networks.out", " of 11 networks, ", "costs: ") >= 1, "{}", read("networks.out"));
    assert!(lines("json.err", " of 1000000 epochs, ", "cost ") >= 2, "{}", read("json.err"));
    for silent in ["json.out", "quiet.out", "quiet.err", "lines.err", "words.err"] {
        assert_eq!(read(silent), "", "{silent}");
    }
}
