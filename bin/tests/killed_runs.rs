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
const TRANSFER: &str = "c3w2-transfer-learning";
const SENTIMENT: &str = "c5w2-sentiment";
const SEARCH: &str = "c2w3-hyperparameter-search";
const CARS: &str = "c4w3-car-detection";

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
fn killed_training_on_scenes_that_change_comes_to_the_same_figures() {
    let settings = ["--scenes", "24", "--test-scenes", "4", "--epochs", "3", "--batch-size", "8"];
    survives(CARS, &[&settings[..], &["--multi-scale", "--mosaic"]].concat(), 9);
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

#[test]
fn killed_babysat_trial_comes_to_the_same_figures() {
    survives(SEARCH, &["--panda", "--epochs", "600"], 5);
}

#[test]
fn killed_search_comes_to_the_same_figures() {
    survives(SEARCH, &["--trials", "6", "--fine", "3", "--epochs", "30"], 6);
}

/// Sends a signal to a run, again and again once it has written another checkpoint of a training into `file`, and goes
/// on with it; asserts that it comes to the figures of an undisturbed one.
fn survives_signals(program: &str, settings: &[&str], file: &str, signals: &[(&str, &str)]) {
    let whole = tempfile::tempdir().unwrap();
    let output = start(program, settings, whole.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run").join(file);
    for (signal, expected) in signals {
        let before = fs::read(&file).ok();
        let mut child = start(program, settings, folder.path());
        while fs::read(&file).is_ok_and(|now| before.as_ref() == Some(&now)) || !file.exists() {
            assert!(child.try_wait().unwrap().is_none(), "it was over before {signal}");
            sleep(Duration::from_millis(2));
        }
        let sent = Command::new("kill").args([*signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let output = child.wait_with_output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(*expected), "{signal}: {message}");
    }
    let output = start(program, settings, folder.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(figures(folder.path()) == figures(whole.path()), "other figures");
}

#[test]
fn early_stopping_goes_on_where_it_was_stopped_or_killed() {
    let settings = ["--iterations", "8000", "--patience", "1000"];
    let stopped = "stopped in early-stopping after ";
    let file = "early-stopping/iterations/progress.json";
    let signals = [("-INT", stopped), ("-KILL", ""), ("-TERM", "--resume run"), ("-KILL", "")];
    survives_signals(REGULARIZATION, &settings, file, &signals);
}

#[test]
fn babysat_trial_goes_on_where_it_was_stopped_or_killed() {
    let settings = ["--panda", "--epochs", "2000"];
    let file = "panda/iterations/progress.json";
    let signals = [("-KILL", ""), ("-INT", "of 2000 epochs; continue with --resume run")];
    survives_signals(SEARCH, &settings, file, &signals);
}

/// Who watches a training and has seen enough has its score and its network, and may still go on.
#[test]
fn babysat_trial_that_was_stopped_has_its_score_and_its_network() {
    let settings = ["--panda", "--epochs", "100000", "--out", "run"];
    let file = "panda/iterations/progress.json";
    let (folder, code, message) = signalled(SEARCH, &settings, file, "-INT");
    assert_eq!(code, 130, "{message}");
    let metrics = fs::read_to_string(folder.path().join("run/metrics.json")).unwrap();
    assert!(metrics.contains("dev_accuracy_best_panda"), "{metrics}");
    let table = fs::read_to_string(folder.path().join("run/trials.csv")).unwrap();
    assert!(table.contains(",stopped,"), "{table}");
    let mut asked = Command::new(COURSE);
    asked.args(["try", "run", "--json", "--values", "0.5", "0.25"]);
    let output = asked.current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Resumed when all is over, it does not begin to learn again.
#[test]
fn early_stopping_that_was_over_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let settings = ["--iterations", "3000", "--patience", "1"];
    for _ in 0..2 {
        let output = start(REGULARIZATION, &settings, folder.path()).wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let found = figures(folder.path());
    let progress = fs::read(folder.path().join("run/early-stopping/progress.json")).unwrap();
    fs::remove_file(folder.path().join("run/metrics.json")).unwrap();
    let output = start(REGULARIZATION, &settings, folder.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(figures(folder.path()) == found, "other figures");
    assert_eq!(fs::read(folder.path().join("run/early-stopping/progress.json")).unwrap(), progress);
}

/// Most kills fall among the short trainings of the new task, each on other pictures.
#[test]
fn killed_repeats_of_few_pictures_come_to_the_same_figures() {
    let settings = ["--epochs", "2", "--new-epochs", "12", "--repeats", "3"];
    survives(TRANSFER, &settings, 5);
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
