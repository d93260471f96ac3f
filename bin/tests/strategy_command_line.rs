//! `c3-strategy` as a user meets it: every command on small files, and wrong input of every kind.
//!
//! Wrong input must give exit code 2, one line on standard error that names the culprit, nothing on standard
//! output, and no file.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const COURSE: &str = env!("CARGO_BIN_EXE_course");

const MODELS: &str =
    "model,accuracy,latency,memory\nslow,0.99,13,9\nfit,0.98,9,9\nsmall,0.97,1,3\n";
const PREDICTIONS: &str =
    "label,prediction,cost\ncat,cat,1\ncat,dog,1\ndog,dog,1\ndog,dog,10\ndog,cat,10\n";
const ERRORS: &str =
    "image,dog,great cat,wrong_label,comment\n1,x,,,pitbull\n2,x,,,\n3,,1,,lion\n4,,,y,\n";

/// A folder with files of these names and contents.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, contents) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, contents).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(COURSE)
        .args(["run", "c3-strategy"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Standard output of a command that must succeed.
fn told(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", utf8(&output.stderr));
    utf8(&output.stdout)
}

fn results(folder: &Path, arguments: &[&str]) -> Value {
    let text = told(folder, &[arguments, &["--json"]].concat());
    let mut report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["assignment"], "c3-strategy");
    report["results"].take()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Asserts that a command is refused with each culprit in its message and leaves no file behind.
fn refused(folder: &Path, arguments: &[&str], culprits: &[&str]) {
    let before = names(folder);
    let output = run(folder, arguments);
    let message = utf8(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.starts_with("error: ") && !message.contains("panicked"), "{message}");
    for culprit in culprits {
        assert!(message.contains(culprit), "{culprit}: {message}");
    }
    assert_eq!(utf8(&output.stdout), "");
    assert_eq!(names(folder), before, "something was written");
}

#[test]
fn help_of_every_command_has_an_example() {
    let here = folder(&[]);
    let help = told(here.path(), &["--help"]);
    for expected in ["expect", "Takes", "--out", "--json", "--quiet", "--dry-run"] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
    for command in ["metric", "split", "diagnose", "errors", "plan"] {
        assert!(help.contains(command), "{help}");
        let help = told(here.path(), &[command, "--help"]);
        assert!(help.contains(&format!("\n  course strategy {command} ")), "{help}");
    }
}

#[test]
fn dry_run_without_a_command_goes_through_the_course_and_writes_nothing() {
    let here = folder(&[]);
    let text = told(here.path(), &["--dry-run", "--out", "somewhere"]);
    for expected in [
        "Choose C: the lowest mean, 0.035.",
        "people at 7.5 %",
        "Work on avoidable bias and data mismatch.",
        "A dry run: nothing was written.",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert_eq!(told(here.path(), &["--dry-run", "--quiet"]), "");
    assert_eq!(names(here.path()).len(), 0);

    let found = results(here.path(), &[]);
    assert_eq!(found["f1"]["models"][0]["name"], "A");
    assert_eq!(found["split"]["dev"], 2500);
    assert_eq!(found["diagnose"]["case_3"], serde_json::json!(["avoidable-bias", "variance"]));
    told(here.path(), &["--out", "course"]);
    let expected = ["course-results.json", "course.md", "plan.html", "plan.md"].map(String::from);
    assert_eq!(names(&here.path().join("course")), BTreeSet::from(expected));
}

#[test]
fn metric_scores_a_classifier_and_draws_its_confusion_matrix() {
    let here = folder(&[("p.csv", PREDICTIONS.as_bytes())]);
    let text = told(here.path(), &["metric", "p.csv", "--weight", "cost", "--out", "out"]);
    assert!(
        text.contains("Accuracy 60.0 %, error 40.0 %, of 5 examples. Weighted error 47.8 %."),
        "{text}"
    );
    let png = fs::read(here.path().join("out/confusion.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    let found = results(here.path(), &["metric", "p.csv"]);
    assert_eq!(found["confusion"], serde_json::json!([[1, 1], [1, 2]]));
    assert_eq!(found["scores"][0]["precision"], 0.5);
    assert_eq!(found["weighted_error"], Value::Null);
}

#[test]
fn labels_are_compared_as_numbers_and_predictions_that_are_none_of_them_warned_of() {
    let here = folder(&[
        ("reals.csv", b"label,prediction\n1,1.0\n0,0.0\n1,0.0\n"),
        ("excel.csv", "\u{feff}Label;Prediction\r\n1;1,0\r\n0;0,0\r\n1;0,0\r\n".as_bytes()),
        ("words.csv", b"label,prediction\n1,yes\n0,no\n1,no\n"),
        ("open.csv", b"label,prediction\n1,1\n0,\"0\n1,1\n"),
    ]);
    for name in ["reals.csv", "excel.csv"] {
        let text = told(here.path(), &["metric", name]);
        assert!(text.starts_with("Accuracy 66.7 %, error 33.3 %, of 3 examples."), "{text}");
        assert!(!text.contains("Warning"), "{text}");
        assert_eq!(
            results(here.path(), &["metric", name])["classes"],
            serde_json::json!(["0", "1"])
        );
    }
    let text = told(here.path(), &["metric", "words.csv"]);
    assert!(text.contains("Warning: no prediction is one of the labels (labels: 0, 1;"), "{text}");
    let found = results(here.path(), &["metric", "words.csv"]);
    assert_eq!(found["warnings"][0]["warning"], "no-shared-class");
    refused(here.path(), &["metric", "open.csv"], &["open.csv", "line 3", "does not close"]);
}

#[test]
fn metric_chooses_among_models_by_limits_or_mean() {
    let here = folder(&[("models.csv", MODELS.as_bytes())]);
    let limits = ["--satisfy", "latency<=10", "--satisfy", "memory<=10"];
    let arguments = [&["metric", "models.csv", "--optimise", "accuracy"], &limits[..]].concat();
    let text = told(here.path(), &arguments);
    assert!(
        text.starts_with("Choose fit: the highest accuracy within the limits, 0.98."),
        "{text}"
    );
    assert!(text.contains("no: latency is 13, not <= 10"), "{text}");
    let found = results(here.path(), &["metric", "models.csv", "--average", "--minimise"]);
    assert_eq!(found["models"][0]["name"], "small");
}

#[test]
fn split_of_a_folder_lists_every_file_once() {
    let names: Vec<String> =
        (0..500).map(|n| format!("{}/{n}.png", ["cat", "dog"][n % 2])).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let data = folder(&files);
    let here = folder(&[]);
    let path = data.path().to_str().unwrap();
    let text = told(here.path(), &["split", path, "--train-dev", "10%", "--out", "lists"]);
    assert!(text.contains("dev             100  20.0 %  50.0 %  50.0 %"), "{text}");
    let list = |set: &str| fs::read_to_string(here.path().join("lists").join(set)).unwrap();
    let mut rows = BTreeSet::new();
    for (set, size) in [("train", 270), ("train-dev", 30), ("dev", 100), ("test", 100)] {
        let list = list(&format!("{set}.csv"));
        let mut lines = list.lines().map(String::from);
        assert_eq!(lines.next().unwrap(), "file,label");
        assert_eq!(lines.clone().count(), size, "{set}");
        rows.extend(lines);
    }
    assert_eq!(rows.len(), 500);
    assert!(rows.contains("cat/0.png,cat"));

    let first = list("dev.csv");
    told(here.path(), &["split", path, "--train-dev", "10%", "--out", "lists", "--quiet"]);
    assert_eq!(list("dev.csv"), first);
    told(here.path(), &["split", path, "--seed", "2", "--out", "lists", "--quiet"]);
    assert_ne!(list("dev.csv"), first);
}

#[test]
fn split_of_a_table_keeps_its_rows_and_takes_dev_and_test_from_the_target() {
    let mut table = "image,class,origin\n".to_string();
    for n in 0..1000 {
        let (class, origin) = (["cat", "dog"][n % 2], if n < 600 { "web" } else { "app" });
        table += &format!("\"{n}, a picture\",{class},{origin}\n");
    }
    let here = folder(&[("all.csv", table.as_bytes())]);
    let arguments =
        ["split", "all.csv", "--label", "class", "--source", "origin", "--target", "app"];
    let found = results(here.path(), &[&arguments[..], &["--ratios", "0.5,25%,0.25"]].concat());
    let sizes = ["train", "dev", "test"].map(|set| found["sets"][set].as_array().unwrap().len());
    assert_eq!(sizes, [800, 100, 100]);
    assert_eq!(found["warnings"], serde_json::json!([]));

    let folds =
        ["split", "all.csv", "--label", "class", "--folds", "4", "--out", "folds", "--quiet"];
    told(here.path(), &folds);
    for fold in 1..=4 {
        let path = here.path().join(format!("folds/fold-{fold}.csv"));
        let mut reader = csv::Reader::from_path(path).unwrap();
        assert_eq!(reader.headers().unwrap(), vec!["image", "class", "origin"]);
        assert_eq!(reader.records().count(), 200);
    }
}

#[test]
fn split_that_is_there_is_checked_for_its_sources() {
    let mut table = "image,set,source\n".to_string();
    for n in 0..300 {
        let (set, source) = [("train", "web"), ("dev", "web"), ("test", "app")][n % 3];
        table += &format!("{n},{set},{source}\n");
    }
    let here = folder(&[("all.csv", table.as_bytes())]);
    let text = told(here.path(), &["split", "all.csv", "--source", "source", "--check", "set"]);
    let warning =
        "Warning: dev and test set come from different sources (dev: web 100 %; test: app 100 %)";
    assert!(text.contains(warning), "{text}");
}

#[test]
fn file_that_was_read_is_not_written_over() {
    let here = folder(&[("train.csv", PREDICTIONS.as_bytes())]);
    let arguments = ["split", "train.csv", "--out", ".", "--ratios", "0.6,0.2,0.2"];
    refused(here.path(), &arguments, &["train.csv is what was read", "--out"]);
    assert_eq!(fs::read(here.path().join("train.csv")).unwrap(), PREDICTIONS.as_bytes());
}

#[test]
fn diagnose_takes_flags_or_a_file() {
    let rates = br#"{"human": "7.5%", "train": 0.08, "dev": "10%"}"#;
    let here = folder(&[("rates.json", rates)]);
    let text = told(here.path(), &["diagnose", "--human", "1%", "--train", "8%", "--dev", "0.1"]);
    assert!(
        text.starts_with("Work on avoidable bias.") && text.contains("1. Train a bigger"),
        "{text}"
    );
    let found = results(here.path(), &["diagnose", "rates.json"]);
    assert_eq!(found["dominant"], serde_json::json!(["variance"]));
    assert_eq!(found["variance"], 0.02);
    let several = ["diagnose", "--human", "1%", "--human", "7.5%", "--train", "8%", "--dev", "10%"];
    assert_eq!(results(here.path(), &several)["human"], 0.01);
}

#[test]
fn errors_says_what_to_look_at_and_whether_to_clean_labels() {
    let here = folder(&[("errors.csv", ERRORS.as_bytes())]);
    let text = told(here.path(), &["errors", "errors.csv", "--dev-error", "10%"]);
    for expected in [
        "Look at dog first: 50 % of the errors",
        "from 10 % to 5 % at best",
        "Clean the labels: 25 % of the errors",
        "Not taken for tags: comment.",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[test]
fn plan_is_a_page_of_markdown_and_of_html() {
    let plan =
        br#"{"title": "Cats & <dogs>", "models": {"csv": "models.csv", "optimise": "accuracy",
        "satisfy": ["latency<=10"]}, "error_rates": {"human": 0.01, "train": 0.02, "dev": 0.1},
        "error_analysis": {"csv": "errors.csv"}}"#;
    let here = folder(&[
        ("project/plan.json", plan),
        ("project/models.csv", MODELS.as_bytes()),
        ("project/errors.csv", ERRORS.as_bytes()),
    ]);
    let text = told(here.path(), &["plan", "project/plan.json", "--out", "out"]);
    assert!(text.contains("1. Choose fit") && text.contains("2. Work on variance."), "{text}");
    let read = |name: &str| fs::read_to_string(here.path().join("out").join(name)).unwrap();
    assert!(read("plan.md").starts_with("# Cats \\& \\<dogs>\n"), "{}", read("plan.md"));
    assert!(
        read("plan.html").contains("<h1>Cats &amp; &lt;dogs&gt;</h1>"),
        "{}",
        read("plan.html")
    );
    assert!(serde_json::from_str::<Value>(&read("plan-results.json")).is_ok());
}

#[test]
fn table_that_cannot_be_read_is_refused_by_file_line_and_column() {
    let mut rubbish: Vec<u8> = (0..=255).cycle().take(4096).collect();
    rubbish.rotate_left(200);
    let here = folder(&[
        ("ragged.csv", b"model,accuracy,latency\nA,1,2\nB,1\n"),
        ("words.csv", b"model,accuracy,latency\nA,1,2\n\nB,1,quick\n"),
        ("empty.csv", b""),
        ("header.csv", b"model,latency\n"),
        ("latin.csv", b"model,latency\nM\xfcller,3\n"),
        ("rubbish.csv", &rubbish),
    ]);
    let by_latency = |file| ["metric", file, "--optimise", "latency"];
    for (file, culprits) in [
        ("ragged.csv", &["ragged.csv, line 3", "column latency is missing"][..]),
        ("words.csv", &["words.csv, line 4, column latency: \"quick\" is no number"]),
        ("empty.csv", &["empty.csv holds no rows"]),
        ("header.csv", &["header.csv holds no rows"]),
        ("latin.csv", &["latin.csv", "line 2, column 2", "UTF-8"]),
        ("rubbish.csv", &["rubbish.csv is not text"]),
        ("absent.csv", &["absent.csv cannot be read"]),
        (".", &[". cannot be read"]),
    ] {
        refused(here.path(), &by_latency(file), culprits);
        refused(here.path(), &[&by_latency(file)[..], &["--out", "out"]].concat(), culprits);
        refused(here.path(), &["errors", file, "--tags", "latency"], &culprits[..0]);
        refused(here.path(), &["metric", file], &culprits[..0]);
    }
    let missing = ["metric", "words.csv", "--optimise", "speed"];
    refused(here.path(), &missing, &["no column speed; there are model, accuracy, latency"]);
}

#[test]
fn impossible_requests_are_refused_by_flag_or_value() {
    let here =
        folder(&[("a.csv", b"image,class\n1,cat\n2,dog\n3,cat\n4,dog\n"), ("cat/1.png", b"")]);
    let here = here.path();
    let split = |more: &[&str], culprits: &[&str]| {
        refused(here, &[&["split", "a.csv"], more].concat(), culprits)
    };
    split(&["--ratios", "0.6,0.2,0.1"], &["0.6, 0.2, 0.1 sum to 0.9"]);
    split(&["--ratios", "0.6,0.4"], &["--ratios", "three shares"]);
    split(&["--ratios", "0.6,x,0.4"], &["--ratios", "number"]);
    split(&["--ratios", "0.98,0.01,0.01"], &["set would be empty"]);
    split(&["--folds", "1"], &["at least 2 folds, not 1"]);
    split(&["--folds", "5"], &["5 folds cannot be made of 3 examples"]);
    split(&["--folds", "2", "--ratios", "1,0,0"], &["--ratios"]);
    split(&["--hold-out", "0.1"], &["--folds"]);
    split(&["--train-dev", "1"], &["train-dev", "1 of the training set"]);
    split(&["--target", "app"], &["no example comes from app"]);
    split(&["--label", "kind"], &["no column kind"]);
    split(&["--check", "class"], &["a.csv, line 2, column class: \"cat\" is none of train"]);
    refused(here, &["split", ".", "--label", "class"], &["--label", "folder"]);
    refused(here, &["split", "."], &["a.csv is not where the other files are"]);
    refused(here, &["metric", "a.csv", "--satisfy", "x<=1"], &["--optimise"]);
    refused(here, &["metric", "a.csv", "--average", "--satisfy", "x=1"], &["\"x=1\" is no limit"]);
    refused(
        here,
        &["metric", "a.csv", "--optimise", "image", "--satisfy", "speed<1"],
        &["no column speed"],
    );
    refused(here, &["metric", "a.csv", "--average", "--f1"], &["--f1"]);
    refused(here, &["diagnose"], &["--train"]);
    refused(here, &["diagnose", "--train", "8", "--dev", "10%"], &["--train", "8%"]);
    refused(here, &["diagnose", "a.csv"], &["a.csv", "line 1"]);
    refused(here, &["errors", "a.csv", "--wrong-label", "bad"], &["no column bad"]);
    refused(here, &["errors", "a.csv", "--dev-error", "-1"], &["-1"]);
    refused(here, &["plan", "a.csv"], &["a.csv", "line 1"]);
    refused(here, &["plan"], &["JSON"]);
    refused(here, &["plans"], &["plans"]);
    refused(here, &["--colour", "red"], &["--colour"]);
    refused(
        here,
        &["metric", "a.csv", "--label", "class", "--out", "a.csv"],
        &["no column prediction"],
    );
    refused(here, &["--out", "a.csv"], &["a.csv", "--out"]);
}
