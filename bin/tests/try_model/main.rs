//! Trained models, asked by another process than the one that trained them: the answers are those of the run itself,
//! number by number.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod boxes;
#[cfg(feature = "flex")]
mod points;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

fn course(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_course"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("FIRESIDE_DATA")
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn json_of(output: &Output) -> Value {
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{message}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Trains in a new folder, into `run` there; returns what was found.
fn train(program: &str, arguments: &[&str]) -> (TempDir, Value) {
    let folder = tempfile::tempdir().unwrap();
    let common = ["run", program, "--out", "run", "--json"];
    picture(folder.path());
    let output = course(folder.path(), &[&common[..], arguments].concat());
    let found = json_of(&output)["results"].clone();
    (folder, found)
}

/// Asks the model in `run`; returns the answers.
fn ask(folder: &TempDir, arguments: &[&str]) -> Vec<Value> {
    let output = course(folder.path(), &[&["try", "run", "--json"][..], arguments].concat());
    json_of(&output)["answers"].as_array().unwrap().clone()
}

fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = course(folder, &[&["try"][..], arguments].concat());
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    message
}

fn picture(folder: &Path) -> PathBuf {
    let path = folder.join("photo.png");
    let pixel = |x, y| image::Rgb([(x * 2) as u8, (y * 3) as u8, (x + y) as u8]);
    image::RgbImage::from_fn(90, 70, pixel).save(&path).unwrap();
    path
}

/// The likeliest class, and its probability, of an answer and of a run's own prediction.
fn assert_same_class(answer: &Value, found: &Value) {
    assert_eq!(answer["class"], found["prediction"]);
    assert_eq!(answer["probability"], found["probability"]);
}

#[test]
fn cats_are_told_as_the_run_told_them_by_each_of_its_models() {
    let (folder, found) =
        train("c1w2-logistic-regression", &["--iterations", "20", "--predict", "photo.png"]);
    let answer = &ask(&folder, &["photo.png"])[0];
    assert_eq!(answer["class"], found["prediction_logistic_regression"]);
    let cat = &answer["probabilities"][1];
    assert_eq!(
        (&cat["name"], &cat["probability"]),
        (&json!("cat"), &found["probability_logistic_regression"])
    );

    let (folder, found) =
        train("c1w4-cat-classifier", &["--iterations", "10", "--predict", "photo.png"]);
    for (model, key) in [("two-layer", "two_layer"), ("L-layer", "l_layer")] {
        let answer = &ask(&folder, &["photo.png", "--model", model])[0];
        let expected = &found[format!("probability_{key}")];
        assert_eq!(&answer["probabilities"][1]["probability"], expected, "{model}");
    }
    let output = course(folder.path(), &["try", "run", "photo.png"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Asked: four layers (L-layer), the run's main model.");
    assert_eq!(lines[1], "--model asks another: two layers (two-layer).");
    assert!(lines[2].starts_with("photo.png: "), "{text}");
}

#[test]
fn pictures_are_classified_as_the_run_classified_them() {
    for (program, arguments) in [
        ("c2w3-signs-softmax", &["--epochs", "1"][..]),
        ("c4w1-happy-house", &["--epochs", "1"]),
        ("c4w2-classic-networks", &["--model", "signs-net", "--epochs", "1"]),
    ] {
        let arguments = [arguments, &["--predict", "photo.png"]].concat();
        let (folder, found) = train(program, &arguments);
        assert_same_class(&ask(&folder, &["photo.png"])[0], &found);
    }
}

#[test]
fn learnt_kernel_finds_the_edges_that_it_found_in_the_run() {
    let (folder, found) = train(
        "c4w1-convolution-by-hand",
        &["--picture", "photo.png", "--side", "40", "--iterations", "30"],
    );
    let answer = &ask(&folder, &["photo.png", "--out", "edges.png"])[0];
    assert_eq!(answer["mean"], found["mean_answer_learnt_kernel"]);
    // The picture has 90x70 pixels; shrunk to 40x31, a window of 3x3 leaves two less each way.
    assert_eq!(answer["size"], json!([29, 38]));
    let edges = image::open(folder.path().join("edges.png")).unwrap().into_luma8();
    assert_eq!(edges.dimensions(), (38, 29));
    let strongest = edges.iter().map(|shade| shade.abs_diff(128)).max();
    assert!(strongest >= Some(127), "{strongest:?}");

    let refused = |arguments: &[&str]| refused(folder.path(), arguments);
    let message = refused(&["run", "photo.png", "--out", "edges.jpg"]);
    assert!(message.contains("the edges of one picture are written to a .png file"), "{message}");
    let message = refused(&["run"]);
    assert!(message.contains("JPEG, PNG, WebP, GIF and BMP files"), "{message}");
}

#[test]
fn several_pictures_and_folders_are_answered_at_once_and_what_is_none_is_named() {
    let (folder, found) = train("c2w3-signs-softmax", &["--epochs", "1", "--predict", "photo.png"]);
    let pictures = folder.path().join("pictures");
    fs::create_dir(&pictures).unwrap();
    fs::copy(folder.path().join("photo.png"), pictures.join("a.png")).unwrap();
    fs::write(pictures.join("notes.txt"), "no picture").unwrap();
    fs::write(pictures.join(".hidden"), "no picture").unwrap();
    let asked = ["try", "run", "--json", "photo.png", "pictures"];
    let report = json_of(&course(folder.path(), &asked));
    let answers = report["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 2);
    answers.iter().for_each(|answer| assert_same_class(answer, &found));
    assert_eq!(report["passed_over"].as_array().unwrap().len(), 1);
    assert_eq!(report["program"], "c2w3-signs-softmax");

    let output = course(folder.path(), &["try", "run", "photo.png", "pictures"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains("Passed over 1 that are no pictures: pictures/notes.txt"), "{text}");
}

#[test]
fn sentences_are_judged_as_the_run_judged_them() {
    let said = "the food was not good but bad";
    let (folder, found) = train("c5w2-sentiment", &["--epochs", "1", "--say", said]);
    for model in ["mean", "lstm"] {
        for asked in [said, "The food was NOT good, but bad!"] {
            let answer = &ask(&folder, &[asked, "--model", model])[0];
            assert_eq!(answer["class"], found[format!("prediction_{model}")], "{model}");
            assert_eq!(answer["probability"], found[format!("probability_{model}")], "{model}");
        }
    }

    let mut piped = Command::new(env!("CARGO_BIN_EXE_course"))
        .args(["try", "run", "--json"])
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = format!("{said}\r\n\n{said}");
    piped.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let report = json_of(&piped.wait_with_output().unwrap());
    let answers = report["answers"].as_array().unwrap();
    assert_eq!(answers.len(), 2);
    assert_eq!((&answers[0], &report["model"]), (&answers[1], &json!("lstm")));
    assert_eq!(answers[0]["class"], found["prediction_lstm"]);
}

/// The rest is answered, and what is not is named.
#[test]
fn questions_without_an_answer_leave_the_others_theirs() {
    let asked = |folder: &Path, inputs: &[&str]| {
        let output = course(folder, &[&["try", "run"][..], inputs].concat());
        assert_eq!(output.status.code(), Some(2));
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap())
    };
    let (folder, _) = train("c5w2-sentiment", &["--epochs", "1"]);
    let [text, message] = asked(folder.path(), &["good food", "xyzzy", "photo.png", "bad food"]);
    assert!(text.contains("good food: ") && text.contains("bad food: "), "{text}");
    assert!(!text.contains("xyzzy"), "{text}");
    assert!(message.starts_with("error: 2 of 4 could not be answered: "), "{message}");
    assert!(message.contains("\"xyzzy\": the model knows no word of it"), "{message}");
    assert!(message.contains("photo.png is a file"), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    let [text, _] = asked(folder.path(), &["--json", "good food", "xyzzy"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["answers"].as_array().unwrap().len(), 1);
    assert_eq!(report["refused"].as_array().unwrap().len(), 1);

    let (folder, _) = train("c2w3-signs-softmax", &["--epochs", "1"]);
    let [text, message] = asked(folder.path(), &["nowhere.png", "run/metrics.json", "photo.png"]);
    assert!(text.starts_with("photo.png: ") && text.lines().count() == 1, "{text}");
    assert!(message.contains("nowhere.png is no file"), "{message}");
    assert!(message.contains("metrics.json"), "{message}");
}

#[test]
fn examples_of_the_help_have_no_word_that_the_model_does_not_know() {
    let quick = ["--epochs", "1"];
    for (program, more) in [
        ("c5w2-emojify", &["--iterations", "20"][..]),
        ("c5w2-sentiment", &[]),
        ("c5w2-named-entities", &[]),
    ] {
        let (folder, _) = train(program, &[&quick[..], more].concat());
        let program = fireside_bin::programs::find(program)[0];
        let answer = &ask(&folder, &[program.trains.trim_matches('"')])[0];
        for unknown in ["passed_over", "unknown"] {
            assert!(answer.get(unknown).is_none(), "{}: {answer}", program.name);
        }
    }
}

#[test]
fn emoji_are_those_of_the_run() {
    let said = "let us play ball";
    let (folder, found) =
        train("c5w2-emojify", &["--epochs", "1", "--iterations", "20", "--say", said]);
    for model in ["v1", "v2"] {
        for asked in [said, "Let us... play BALL!"] {
            let answer = &ask(&folder, &[asked, "--model", model])[0];
            assert_eq!(answer["class"], found[format!("prediction_{model}")], "{model}");
            assert_eq!(answer["probability"], found[format!("probability_{model}")], "{model}");
        }
        let card = fs::read(folder.path().join("run").join(model).join("model.json")).unwrap();
        let card: Value = serde_json::from_slice(&card).unwrap();
        assert_eq!(card["task"]["rule"], "boundaries");
    }
    let output = course(folder.path(), &["try", "run", "Xyzzy, play ball?"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("; 1 not known: Xyzzy\n"), "{text}");
}

#[test]
fn entities_are_those_of_the_run() {
    let said = "He said Teddy Roosevelt was a great president";
    let (folder, found) = train("c5w2-named-entities", &["--epochs", "2", "--say", said]);
    for (model, key) in [("one-way", "prediction_one_way"), ("both-ways", "prediction_both_ways")] {
        let answer = &ask(&folder, &[said, "--model", model])[0];
        assert_eq!(answer["marked"], found[key], "{model}");
        let stopped = &ask(&folder, &[&format!("{said}."), "--model", model])[0];
        assert_eq!(stopped["entities"], answer["entities"], "{model}: a full stop names nothing");
        assert!(stopped["marked"].as_str().unwrap().ends_with(" ."), "{stopped}");
    }
}

#[test]
fn names_are_those_of_the_run() {
    let asked = ["--sample", "5", "--temperature", "0.8", "--start", "tri"];
    let training = ["--iterations", "200", "--epochs", "1"];
    let (folder, found) = train("c5w1-dinosaurs", &[&training[..], &asked[..]].concat());
    let answer = &ask(&folder, &asked)[0];
    assert_eq!(answer["names"], found["names"]);
    let by_hand = &ask(&folder, &["--model", "by-hand", "--sample", "7"])[0];
    assert_eq!(by_hand["names"], found["names_by_hand"]);
}

#[test]
fn poems_are_those_of_the_run() {
    let asked = ["--prompt", "Forsooth ", "--length", "60", "--temperature", "0.7"];
    let training = ["--epochs", "1", "--hidden", "16"];
    let (folder, found) = train("c5w1-shakespeare", &[&training[..], &asked[..]].concat());
    assert_eq!(ask(&folder, &asked)[0]["text"], found["poem"]);
    let other = ask(&folder, &[&asked[..], &["--seed", "7"]].concat());
    assert_ne!(other[0]["text"], found["poem"]);
}

#[test]
fn solos_are_those_of_the_run_note_by_note() {
    let asked = ["--temperature", "0.9"];
    let (folder, found) = train("c5w1-jazz", &[&["--epochs", "2"][..], &asked[..]].concat());
    let answer = &ask(&folder, &[&asked[..], &["--out", "again.mid"]].concat())[0];
    assert_eq!(answer["description"], found["tune"]);
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    assert_eq!(read("again.mid"), read("run/tune.mid"));
}

#[test]
fn word_vectors_complete_analogies_as_the_run_completed_them() {
    let analogy = ["--analogy", "italy", "italian", "spain"];
    let (folder, found) = train("c5w2-word-vectors", &analogy);
    let answers = ask(&folder, &[&analogy[..], &["--near", "king", "--top", "3"]].concat());
    assert_eq!(answers[0]["words"].as_array().unwrap().len(), 3);
    assert_eq!(answers[1]["words"][0]["word"], found["analogy"]);

    let training = ["--learners", "skip-gram,glove", "--epochs", "1", "--sentences", "600"];
    let (folder, _) = train("c5w2-train-embeddings", &training);
    for model in ["skip-gram", "glove"] {
        let answers = ask(&folder, &["--near", "king", "--model", model]);
        assert_eq!(answers[0]["words"].as_array().unwrap().len(), 5);
    }
}

/// A network that has seen little is sure of nothing: the run shows boxes of any score, and so does the card here.
#[test]
fn boxes_are_drawn_as_the_run_drew_them() {
    let scenes = ["--scenes", "16", "--test-scenes", "2", "--epochs", "1"];
    let asked = ["--predict", "photo.png", "--score", "0.001"];
    let (folder, found) = train("c4w3-car-detection", &[&scenes[..], &asked].concat());
    let card_path = folder.path().join("run/yolo/model.json");
    let mut card: Value = serde_json::from_slice(&fs::read(&card_path).unwrap()).unwrap();
    assert_eq!(card["task"]["classes"][0], "car");
    card["task"]["by"]["score"] = json!(0.001);
    fs::write(&card_path, card.to_string()).unwrap();
    let answer = &ask(&folder, &["photo.png"])[0];
    let boxes = answer["boxes"].as_array().unwrap();
    assert!(!boxes.is_empty());
    assert_eq!(answer["boxes"], found["pictures"][0]["boxes"]);

    card["task"]["by"]["size"] = json!([97, 128]);
    fs::write(&card_path, card.to_string()).unwrap();
    let message = refused(folder.path(), &["run", "photo.png"]);
    assert!(message.contains("a multiple of 16"), "{message}");
}

/// As above, by Faster R-CNN, which is asked where nobody says whom.
#[test]
fn boxes_by_regions_are_drawn_as_the_run_drew_them() {
    let scenes = ["--scenes", "16", "--test-scenes", "2", "--epochs", "1", "--region-epochs", "1"];
    let asked = ["--predict", "photo.png", "--score", "0.001"];
    let (folder, found) = train("c4w3-region-proposals", &[&scenes[..], &asked].concat());
    let card_path = folder.path().join("run/faster-r-cnn/model.json");
    let mut card: Value = serde_json::from_slice(&fs::read(&card_path).unwrap()).unwrap();
    card["task"]["by"]["score"] = json!(0.001);
    fs::write(&card_path, card.to_string()).unwrap();
    let answer = &ask(&folder, &["photo.png"])[0];
    assert_eq!(answer["boxes"], found["pictures"][0]["boxes"]);
    for model in ["r-cnn", "fast-r-cnn"] {
        assert!(ask(&folder, &["photo.png", "--model", model])[0]["boxes"].is_array());
    }

    card["task"]["by"]["size"] = json!([90, 128]);
    fs::write(&card_path, card.to_string()).unwrap();
    let message = refused(folder.path(), &["run", "photo.png"]);
    assert!(message.contains("a multiple of 16"), "{message}");
}

#[test]
fn numbers_are_asked_row_by_row() {
    let (folder, _) = train("c1w1-house-prices", &["--iterations", "50"]);
    let answers = ask(&folder, &["--values", "120", "3", "6", "5", "60", "3", "6", "5"]);
    assert_eq!(answers.len(), 2);
    assert!(answers[0]["value"].as_f64().unwrap() > answers[1]["value"].as_f64().unwrap());
    assert_eq!(answers[0], ask(&folder, &["--values", "120", "3", "6", "5"])[0]);

    let (folder, _) = train("c1w3-planar-classification", &["--iterations", "50"]);
    let answers = ask(&folder, &["--values", "1", "2", "--model", "net"]);
    assert!(answers[0]["probability"].as_f64().unwrap() >= 0.5);
}

#[test]
fn wrong_input_is_one_sentence_that_says_what_the_model_takes() {
    let (folder, _) = train("c2w3-signs-softmax", &["--epochs", "1"]);
    let at = folder.path();
    for (arguments, expected) in [
        (&["nowhere", "photo.png"][..], "nowhere: there is no such folder"),
        (&[".", "photo.png"], "it is no run"),
        (&["run"], "nothing was asked: this model takes pictures"),
        (&["run", "a sentence"], "a sentence is no file: this model takes pictures"),
        (&["run", "--near", "king"], "--near is nothing for this model: it takes pictures"),
        (&["run", "--values", "1", "2"], "--values is nothing for this model: it takes pictures"),
        (&["run", "photo.png", "--seed", "1"], "--seed is nothing for this model"),
        (&["run", "photo.png", "--model", "deep"], "it has no model deep: they are net"),
        (&["run", "run/metrics.json"], "metrics.json"),
        (&["run", "photo.png", "--device", "abacus"], "--device abacus is unknown"),
    ] {
        let message = refused(at, arguments);
        assert!(message.contains(expected), "{arguments:?}: {message}");
    }
    fs::remove_file(at.join("run/net/model.json")).unwrap();
    let message = refused(at, &["run", "photo.png"]);
    assert!(message.contains("the run has no model that can be asked"), "{message}");

    let (folder, _) = train("c5w2-sentiment", &["--epochs", "1"]);
    let message = refused(folder.path(), &["run", "photo.png"]);
    assert!(message.contains("photo.png is a file: this model takes sentences"), "{message}");
    let message = refused(folder.path(), &["run", "xyzzy"]);
    assert!(message.contains("the model knows no word of it"), "{message}");
}

#[test]
fn description_tells_where_a_model_came_from() {
    let (folder, found) = train("c1w2-logistic-regression", &["--iterations", "5", "--seed", "4"]);
    let text = fs::read(folder.path().join("run/model/model.json")).unwrap();
    let card: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(
        (&card["format"], &card["architecture"]["name"]),
        (&json!(1), &json!("logistic_regression"))
    );
    assert_eq!(card["task"]["gives"]["classes"], json!(["non-cat", "cat"]));
    let made_by = &card["made_by"];
    assert_eq!(made_by["program"], "c1w2-logistic-regression");
    assert_eq!((&made_by["seed"], &made_by["settings"]["iterations"]), (&json!(4), &json!(5)));
    assert!(made_by["minutes"].as_f64().unwrap() > 0.0);
    assert_eq!(card["figures"]["cost"], found["cost"]);
}
