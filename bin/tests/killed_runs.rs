//! A run that is killed loses nothing: resumed, it comes to the figures of a run that nobody disturbed.
//!
//! A few moments each time; `FIRESIDE_KILLS=100 cargo test --release -p fireside-bin --test killed_runs -- --nocapture`
//! kills as often as that and says how it went.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]
#![allow(clippy::print_stdout, reason = "it tells how many kills there were")]

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fireside_numpy_rng::NumpyRng;
use tempfile::TempDir;

const COURSE: &str = env!("CARGO_BIN_EXE_course");
const OPTIMIZATION: &str = "c2w2-optimization";
const EMOJIFY: &str = "c5w2-emojify";
const WORD_VECTORS: &str = "c5w2-word-vectors";
const TRAIN_EMBEDDINGS: &str = "c5w2-train-embeddings";
const REGULARIZATION: &str = "c2w1-regularization";
const KERNEL: &str = "c4w1-convolution-by-hand";
const SENTIMENT: &str = "c5w2-sentiment";

fn command(program: &str, arguments: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(COURSE);
    command.args(["run", program]).args(arguments);
    prepared(command, folder)
}

fn prepared(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).env_remove("FIRESIDE_DATA");
    // Often, so that most kills find one half written.
    command.env("FIRESIDE_CHECKPOINT_SECONDS", "0.03");
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn figures(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = [
        "metrics.json",
        "metrics.csv",
        "epochs.csv",
        "skip-gram.txt",
        "cbow.txt",
        "glove.txt",
        "neural-language-model.txt",
        "vectors.txt",
    ];
    let read = |name: &str| Some((name.to_string(), fs::read(folder.join("run").join(name)).ok()?));
    names.into_iter().filter_map(read).collect()
}

/// Starts a run, or goes on with the one that is there.
fn start(program: &str, settings: &[&str], folder: &Path) -> Child {
    let arguments = match folder.join("run/config.json").exists() {
        true => vec!["--resume", "run"],
        false => [settings, &["--out", "run"]].concat(),
    };
    command(program, &arguments, folder).spawn().unwrap()
}

/// Runs a program undisturbed, and again and again killed at random moments, until it was killed `kills` times.
fn survives(program: &str, settings: &[&str], seed: u32) {
    let kills = std::env::var("FIRESIDE_KILLS").map_or(3, |kills| kills.parse().unwrap());
    let whole = tempfile::tempdir().unwrap();
    let begin = Instant::now();
    let output = start(program, settings, whole.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (took, expected) = (begin.elapsed(), figures(whole.path()));
    assert!(expected.len() > 1, "{expected:?}");

    let mut rng = NumpyRng::new(seed);
    let (mut killed, mut ended) = (0, 0);
    let mut folder: TempDir = tempfile::tempdir().unwrap();
    while killed < kills || ended == 0 {
        let mut child = start(program, settings, folder.path());
        let wait = match killed < kills {
            true => took.mul_f64(0.7 * rng.random_sample()),
            false => Duration::from_secs(600),
        };
        let begin = Instant::now();
        while begin.elapsed() < wait && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(1));
        }
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap(); // SIGKILL
            child.wait().unwrap();
            killed += 1;
            continue;
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(figures(folder.path()) == expected, "other figures after {killed} kills");
        ended += 1;
        folder = tempfile::tempdir().unwrap();
    }
    println!("{program}: {killed} kills, {ended} runs to the figures of an undisturbed one");
}

#[test]
fn killed_training_by_iterations_with_an_optimizer_comes_to_the_same_figures() {
    survives(OPTIMIZATION, &["--epochs", "60"], 1);
}

#[test]
fn killed_training_by_epochs_with_dropout_comes_to_the_same_figures() {
    survives(EMOJIFY, &["--epochs", "10"], 2);
}

#[test]
fn killed_word_vectors_come_to_the_same_figures() {
    survives(TRAIN_EMBEDDINGS, &["--sentences", "2000", "--epochs", "2"], 3);
}

#[test]
fn killed_program_that_learns_the_word_vectors_it_asks_comes_to_the_same_figures() {
    survives(WORD_VECTORS, &[], 5);
}

#[test]
fn killed_dropout_by_hand_comes_to_the_same_figures() {
    survives(REGULARIZATION, &["--iterations", "1000"], 4);
}

/// A limit on the size of files stands for a disk without room: a process is told so in the same way. The averages of
/// the second network are larger than it, those of the first are not.
#[test]
fn full_disk_ends_the_run_with_a_sentence_and_what_was_kept_goes_on() {
    let whole = tempfile::tempdir().unwrap();
    let settings = ["--epochs", "8", "--quiet"];
    let output = start(SENTIMENT, &settings, whole.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let size = |stage: &str| {
        fs::metadata(whole.path().join("run").join(stage).join("model.bpk")).unwrap().len()
    };
    let limit = (size("mean") + size("lstm")) / 1024;

    let folder = tempfile::tempdir().unwrap();
    let settings_of = settings.join(" ");
    let limited = format!(
        "trap '' XFSZ; ulimit -f {limit}; exec {COURSE} run {SENTIMENT} {settings_of} --out run"
    );
    let mut shell = Command::new("bash");
    shell.args(["-c", &limited]);
    let output = prepared(shell, folder.path()).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("too large") && message.contains("--resume"), "{message}");
    assert!(folder.path().join("run/mean/progress.json").exists(), "{message}");
    let output = start(SENTIMENT, &settings, folder.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(figures(folder.path()) == figures(whole.path()));
}

fn signalled(
    program: &str,
    arguments: &[&str],
    file: &str,
    signal: &str,
) -> (TempDir, i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let child = command(program, arguments, folder.path()).spawn().unwrap();
    while !folder.path().join("run").join(file).exists() {
        sleep(Duration::from_millis(2));
    }
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    (folder, output.status.code().unwrap_or(-1), message)
}

#[test]
fn stopped_runs_say_so_by_the_exit_code_of_their_signal() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let settings = ["--iterations", "10000000", "--out", "run"];
        let (folder, found, message) = signalled(REGULARIZATION, &settings, "config.json", signal);
        assert_eq!(found, code, "{message}");
        assert!(message.contains("stopped in none after"), "{message}");
        assert!(message.contains("continue with --resume run"), "{message}");
        assert!(folder.path().join("run/none/model.bpk").exists());
    }
}

#[test]
fn kernel_that_was_stopped_is_not_taken_as_learnt() {
    let settings = ["--iterations", "200000", "--out", "run"];
    let (folder, code, message) = signalled(KERNEL, &settings, "edges.png", "-INT");
    assert_eq!(code, 130, "{message}");
    assert!(message.contains("stopped in learnt-kernel after"), "{message}");
    assert!(!folder.path().join("run/metrics.json").exists());
}

/// The text of another user, under the same name and of the same size.
#[test]
fn stage_of_other_settings_is_refused_with_what_differs() {
    let settings = ["--epochs", "100000", "--out", "run"];
    let (folder, ..) = signalled(SENTIMENT, &settings, "mean/epochs/progress.json", "-INT");
    let config = folder.path().join("run/config.json");
    let text = fs::read_to_string(&config).unwrap();
    assert!(text.contains("\"seed\": 1"), "{text}");
    fs::write(&config, text.replace("\"seed\": 1", "\"seed\": 2")).unwrap();
    let output = start(SENTIMENT, &[], folder.path()).wait_with_output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    let expected = "settings.seed is 1 in the checkpoint and 2 in this run";
    assert!(message.contains(expected), "{message}");
}
