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

/// Lines at ten and at twenty seconds; the networks are measured one after the other. How long that takes five programs at
/// once is the machine's affair: they are waited for.
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
        start(folder.path(), CLASSIC, &[], &[], "networks"),
    ];
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let wanted = [
        ("lines.out", " of 1000000 epochs, ", "cost ", 2),
        ("words.out", " of 100000 epochs, ", "loss ", 2),
        ("networks.out", " of 11 networks, ", "costs: ", 1),
        ("json.err", " of 1000000 epochs, ", "cost ", 2),
    ];
    let is_told = |&(name, of, figure, count): &(&str, &str, &str, usize)| {
        let says = |line: &&str| [of, figure, " left"].iter().all(|part| line.contains(part));
        read(name).lines().filter(says).count() >= count
    };
    let waited = (0..180).find(|_| {
        sleep(Duration::from_secs(1));
        wanted.iter().all(is_told)
    });
    for child in &mut started {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let missing: Vec<_> = wanted.iter().filter(|wanted| !is_told(wanted)).collect();
    assert!(
        waited.is_some(),
        "{missing:?}: {}",
        missing.iter().map(|one| read(one.0)).collect::<String>()
    );
    for silent in ["json.out", "quiet.out", "quiet.err", "lines.err", "words.err"] {
        assert_eq!(read(silent), "", "{silent}");
    }
}
