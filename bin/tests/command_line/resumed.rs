//! What a run leaves, and runs that are stopped and continued.

use serde_json::Value;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;

use super::{
    CATS, CONVOLUTION, EMOJIFY, LOGISTIC, NAMED_ENTITIES, OPTIMIZATION, PLANAR, SENTIMENT, SIGNS,
    TRAIN_EMBEDDINGS, WORD_VECTORS, fixtures, interrupted, refuse, run, run_in, stderr, stdout,
    wait_until,
};

#[test]
fn run_leaves_its_settings_figures_costs_model_and_pictures() {
    let data = fixtures();
    let data = data.to_str().unwrap();
    let arguments = ["--data", data, "--iterations", "5", "--out", "run", "--export", "--json"];
    let (output, folder) = run(CATS, &arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    let run = folder.path().join("run");
    let json = |name: &str| -> Value {
        serde_json::from_slice(&fs::read(run.join(name)).unwrap()).unwrap()
    };
    assert_eq!(json("config.json")["assignment"], "c1w4-cat-classifier");
    assert!(json("metrics.json")["test_accuracy_l_layer"].is_number());
    let costs = fs::read_to_string(run.join("metrics.csv")).unwrap();
    assert!(costs.starts_with("stage,iteration,cost\ntwo-layer,0,"), "{costs}");
    for stage in ["two-layer", "L-layer"] {
        for file in ["model.bpk", "model.safetensors", "progress.json"] {
            assert!(run.join(stage).join(file).is_file(), "{stage}/{file}");
        }
    }
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    for picture in report["pictures"].as_array().unwrap() {
        let bytes = fs::read(folder.path().join(picture.as_str().unwrap())).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"), "{picture}");
    }
}

#[test]
fn finished_run_with_a_lost_stage_is_resumed_to_the_same_figures() {
    let (output, folder) = run(PLANAR, &["--iterations", "40", "--out", "run", "--quiet"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let metrics = || fs::read(folder.path().join("run/metrics.json")).unwrap();
    let before = metrics();
    // One stage is lost: only that one is trained again.
    fs::remove_dir_all(folder.path().join("run/hidden-20")).unwrap();
    let output = run_in(folder.path(), PLANAR, &["--resume", "run"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("net: continuing after iteration 40."));
    assert!(!stdout(&output).contains("hidden-20: continuing"));
    assert_eq!(metrics(), before);
}

/// Runs a program with `settings` and again with Ctrl-C once `file` is there, resumes that run, and asserts
/// that both end with the same `figures`. How far a run is when the signal comes is the machine's affair, so it is
/// tried again, each time a little later, until the signal came in the middle of a training.
#[cfg(unix)]
fn assert_resumes(program: &str, settings: &[&str], file: &str, figures: &[&str]) {
    let settings = [settings, &["--out", "run"]].concat();
    let (whole, whole_folder) = run(program, &settings);
    assert!(whole.status.success(), "{}", stderr(&whole));

    let continued = (0..20).any(|attempt| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("run").join(file);
        let wait = || {
            wait_until(|| file.exists());
            std::thread::sleep(attempt * Duration::from_millis(25));
        };
        let Some(message) = interrupted(folder.path(), program, &settings, wait) else {
            return false;
        };
        assert!(message.contains("stopped in ") && message.contains("--resume run"), "{message}");

        let resumed = run_in(folder.path(), program, &["--resume", "run"]);
        assert!(resumed.status.success(), "{}", stderr(&resumed));
        for file in figures {
            let read = |folder: &TempDir| fs::read(folder.path().join("run").join(file)).unwrap();
            assert_eq!(read(&folder), read(&whole_folder), "{file}");
        }
        stdout(&resumed).contains("continuing after ")
    });
    assert!(continued, "{program} never went on from where it was");
}

/// Ctrl-C in the middle of the first training.
#[cfg(unix)]
#[test]
fn interrupted_run_says_how_to_resume_and_resumes_to_the_figures_of_an_unbroken_one() {
    let settings = ["--iterations", "30000", "--shape", "noisy-moons"];
    assert_resumes(PLANAR, &settings, "config.json", &["metrics.json", "metrics.csv"]);
}

/// Ctrl-C in the middle of the second of two trainings.
#[cfg(unix)]
#[test]
fn interrupted_tagger_resumes_to_the_figures_of_an_unbroken_one() {
    let figures = ["metrics.json", "epochs.csv"];
    assert_resumes(NAMED_ENTITIES, &["--epochs", "12"], "both-ways/epochs/progress.json", &figures);
}

/// Ctrl-C while the word vectors are learnt that the program asks, or whose words its network reads.
#[cfg(unix)]
#[test]
fn interrupted_learning_of_word_vectors_resumes_to_the_figures_of_an_unbroken_run() {
    let file = "vectors/epochs/progress.json";
    assert_resumes(WORD_VECTORS, &[], file, &["metrics.json", "vectors.txt"]);
    let figures = ["metrics.json", "epochs.csv", "vectors.txt"];
    assert_resumes(EMOJIFY, &["--epochs", "1", "--iterations", "20"], file, &figures);
}

/// Both networks of Emojify, the one by hand too.
#[test]
fn every_model_of_a_run_is_exported() {
    for (program, settings, stages) in [
        (EMOJIFY, &["--epochs", "1", "--iterations", "20"][..], ["v1", "v2"]),
        (SENTIMENT, &["--epochs", "1"], ["mean", "lstm"]),
    ] {
        let common = ["--out", "run", "--export", "--quiet"];
        let (output, folder) = run(program, &[settings, &common].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        for stage in stages {
            for file in ["model.bpk", "model.json", "model.safetensors"] {
                let path = folder.path().join("run").join(stage).join(file);
                assert!(path.is_file(), "{}", path.display());
            }
        }
    }
}

#[test]
fn finished_learners_keep_their_last_checkpoint_if_that_is_wanted() {
    let settings = ["--epochs", "1", "--sentences", "600", "--learners", "glove", "--out", "run"];
    for (keep, expected) in [(&[][..], false), (&["--keep"], true)] {
        let (output, folder) = run(TRAIN_EMBEDDINGS, &[&settings[..], keep].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        let glove = folder.path().join("run/glove");
        assert!(glove.join("model.bpk").is_file());
        assert_eq!(glove.join("epochs/optimizer-10.bpk").is_file(), expected, "{keep:?}");
        assert_eq!(glove.join("epochs").exists(), expected, "{keep:?}");
    }
}

/// Ctrl-C while the kernel learns, of which pictures are shown later.
#[cfg(unix)]
#[test]
fn interrupted_kernel_resumes_to_the_figures_and_pictures_of_an_unbroken_one() {
    let figures = ["metrics.json", "metrics.csv", "learnt-kernel.png"];
    assert_resumes(CONVOLUTION, &["--iterations", "20000"], "edges.png", &figures);
}

/// Ctrl-C in the middle of Adam's training: its averages are kept too.
#[cfg(unix)]
#[test]
fn interrupted_optimizer_resumes_with_its_averages() {
    let figures = ["metrics.json", "metrics.csv"];
    assert_resumes(OPTIMIZATION, &["--epochs", "400"], "RMSprop-constant/model.bpk", &figures);
}

#[cfg(unix)]
#[test]
fn interrupted_training_by_epochs_resumes_to_the_figures_of_an_unbroken_one() {
    let figures = ["metrics.json", "epochs.csv"];
    assert_resumes(SIGNS, &["--epochs", "40"], "net/epochs/progress.json", &figures);
}

/// Ctrl-C soon after the run has begun, of each learner.
#[cfg(unix)]
#[test]
fn interrupted_word_vectors_resume_to_those_of_an_unbroken_run() {
    for learner in ["skip-gram", "cbow", "glove", "neural-language-model"] {
        let settings = ["--learners", learner, "--sentences", "3000", "--epochs", "2"];
        let vectors = format!("{learner}.txt");
        assert_resumes(TRAIN_EMBEDDINGS, &settings, "config.json", &["metrics.json", &vectors]);
    }
}

#[test]
fn resuming_what_is_no_run_or_another_run_is_refused() {
    let (_, folder) = run(PLANAR, &["--iterations", "2", "--out", "run", "--quiet"]);
    let other = folder.path().join("run");
    let other = other.to_str().unwrap();
    refuse(LOGISTIC, &["--resume", other], "c1w3-planar-classification");
    refuse(PLANAR, &["--resume", "nowhere"], "nowhere");
    refuse(PLANAR, &["--resume", other, "--lr", "0.1"], "--resume");
}

#[test]
fn settings_of_a_run_to_resume_are_checked_like_flags() {
    let (_, folder) = run(PLANAR, &["--iterations", "2", "--out", "run", "--quiet"]);
    let path = folder.path().join("run/config.json");
    let config = fs::read_to_string(&path).unwrap();
    for (right, wrong) in [
        ("\"hidden\": 4", "\"hidden\": 0"),
        ("\"hidden\": 4", "\"hidden\": 4000000000"),
        ("\"lr\": 1.2", "\"lr\": -1.2"),
        ("\"petals\"", "\"spiral\""),
    ] {
        assert!(config.contains(right), "{config}");
        fs::write(&path, config.replace(right, wrong)).unwrap();
        let output = run_in(folder.path(), PLANAR, &["--resume", "run"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}: {}", stderr(&output));
        assert!(stderr(&output).contains("config.json is damaged"), "{}", stderr(&output));
    }
}

#[test]
fn checkpoint_of_another_model_is_refused() {
    let (_, folder) = run(PLANAR, &["--iterations", "2", "--out", "run", "--quiet"]);
    let run = folder.path().join("run");
    fs::remove_dir_all(run.join("net")).unwrap();
    fs::rename(run.join("hidden-50"), run.join("net")).unwrap();
    let output = run_in(folder.path(), PLANAR, &["--resume", "run"]);
    assert_eq!(output.status.code(), Some(2));
    let message = stderr(&output);
    let differs = r#"model is ["ShallowNet",[2,50,1]] in the checkpoint and ["ShallowNet",[2,4,1]] in this run"#;
    assert!(message.contains(differs), "{message}");
}
