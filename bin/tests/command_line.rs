//! Every program as a user meets it: help, a dry run, machine-readable output, and wrong input of every kind.
//!
//! Wrong input must give exit code 2, one line on standard error that names the culprit, nothing on standard
//! output, and no file.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fireside_datasets::midi::{Note, Track, Tune};
use serde_json::Value;
use tempfile::TempDir;

const COURSE: &str = "course";
const LOGISTIC: &str = "c1w2-logistic-regression";
const PLANAR: &str = "c1w3-planar-classification";
const CATS: &str = "c1w4-cat-classifier";
const INITIALIZATION: &str = "c2w1-initialization";
const REGULARIZATION: &str = "c2w1-regularization";
const GRADIENT_CHECKING: &str = "c2w1-gradient-checking";
const VANISHING_GRADIENTS: &str = "c2w1-vanishing-gradients";
const OPTIMIZATION: &str = "c2w2-optimization";
const SEARCH: &str = "c2w3-hyperparameter-search";
const CONVOLUTION: &str = "c4w1-convolution-by-hand";
const DINOSAURS: &str = "c5w1-dinosaurs";
const SHAKESPEARE: &str = "c5w1-shakespeare";
const JAZZ: &str = "c5w1-jazz";
const WORD_VECTORS: &str = "c5w2-word-vectors";
const TRAIN_EMBEDDINGS: &str = "c5w2-train-embeddings";
const EMOJIFY: &str = "c5w2-emojify";
const SENTIMENT: &str = "c5w2-sentiment";
const NAMED_ENTITIES: &str = "c5w2-named-entities";
const TRANSFER: &str = "c4w2-transfer-learning";
const SIGNS: &str = "c2w3-signs-softmax";

/// The names of all assignments that train; `strategy_command_line` tries the other.
fn programs() -> impl Iterator<Item = &'static str> {
    let names = fireside_bin::programs::ALL.iter().map(|program| program.name);
    names.filter(|name| *name != "c3-strategy")
}

/// Runs an assignment, or `course` itself, in an empty folder.
fn run(program: &str, arguments: &[&str]) -> (Output, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), program, arguments);
    (output, folder)
}

fn command(program: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_course"));
    if program != COURSE {
        command.args(["run", program]);
    }
    command
}

fn run_in(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    command(program)
        .args(arguments)
        .current_dir(folder)
        .env_remove("FIRESIDE_DATA")
        .env_remove("FIRESIDE_CONFORMANCE")
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

/// The small files that the reader's tests use.
fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/tests/fixtures")
}

/// Asserts exit code 2 and one line on standard error that holds `culprit`, and that `folder` stayed as empty
/// as it was.
fn assert_refused(output: &Output, folder: &Path, culprit: &str) {
    let message = stderr(output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.starts_with("error: ") && message.contains(culprit), "{message}");
    assert!(!message.contains("panicked"), "{message}");
    assert_eq!(stdout(output), "");
    assert!(is_empty(folder), "something was written");
}

fn refuse(program: &str, arguments: &[&str], culprit: &str) {
    let (output, folder) = run(program, arguments);
    assert_refused(&output, folder.path(), culprit);
}

#[test]
fn help_tells_what_the_program_does_and_its_flags() {
    for name in programs() {
        let (output, _) = run(name, &["--help"]);
        let text = stdout(&output);
        assert!(output.status.success(), "{name}");
        for expected in [name, "Usage", "xpect", "Takes", "--out", "--device", "--resume", "--json"]
        {
            assert!(text.contains(expected), "{name}: {expected}");
        }
        assert_eq!(stderr(&output), "", "{name}");
    }
}

#[test]
fn dry_run_goes_through_every_step_and_writes_nothing() {
    for name in programs() {
        let (output, folder) = run(name, &["--dry-run"]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert!(stdout(&output).contains("A dry run: nothing was written."), "{name}");
        assert!(is_empty(folder.path()), "{name}");
    }
}

#[test]
fn json_is_one_object_and_nothing_else() {
    for name in programs() {
        let (output, _) = run(name, &["--dry-run", "--json"]);
        let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!(report["assignment"], name);
        assert!(!report["results"].as_object().unwrap().is_empty(), "{name}");
    }
}

#[test]
fn quiet_prints_nothing() {
    for name in programs() {
        let (output, _) = run(name, &["--dry-run", "--quiet"]);
        assert!(output.status.success(), "{name}");
        assert_eq!((stdout(&output), stderr(&output)), (String::new(), String::new()), "{name}");
    }
}

#[test]
fn unknown_flag_is_refused_by_name() {
    for program in programs() {
        refuse(program, &["--colour", "red"], "--colour");
    }
    refuse(COURSE, &["--colour"], "--colour");
}

#[test]
fn unknown_device_is_refused_with_those_there_are() {
    for program in programs() {
        refuse(program, &["--device", "abacus"], "--device abacus");
    }
}

#[test]
fn impossible_settings_are_refused_by_flag() {
    for rate in ["nan", "inf", "0", "-1", "fast"] {
        refuse(PLANAR, &[&format!("--lr={rate}")], "--lr");
        refuse(LOGISTIC, &[&format!("--lr={rate}")], "--lr");
        refuse(CATS, &[&format!("--lr={rate}")], "--lr");
        refuse(SIGNS, &[&format!("--lr={rate}")], "--lr");
    }
    for flag in ["--epochs", "--batch-size"] {
        refuse(SIGNS, &[flag, "0"], flag);
    }
    for hidden in ["0", "-3", "10001", "many"] {
        refuse(PLANAR, &[&format!("--hidden={hidden}")], "--hidden");
    }
    refuse(PLANAR, &["--shape", "spiral"], "spiral");
    refuse(PLANAR, &["--shape", "spiral"], "gaussian-quantiles");
    refuse(PLANAR, &["--iterations", "0"], "--iterations");
    refuse(PLANAR, &["--seed", "-1"], "--seed");
}

#[test]
fn settings_of_course_2_outside_their_range_are_refused_by_flag() {
    for share in ["0", "1.1", "-0.5", "nan", "most"] {
        refuse(REGULARIZATION, &[&format!("--keep-prob={share}")], "--keep-prob");
    }
    for lambda in ["-0.1", "nan", "inf"] {
        refuse(REGULARIZATION, &[&format!("--lambda={lambda}")], "--lambda");
    }
    refuse(GRADIENT_CHECKING, &["--epsilon", "0"], "--epsilon");
    refuse(VANISHING_GRADIENTS, &["--depth", "201"], "--depth");
    refuse(OPTIMIZATION, &["--batch-size", "0"], "--batch-size");
    refuse(INITIALIZATION, &["--lr", "0"], "--lr");
}

#[test]
fn word_vectors_and_texts_that_cannot_be_are_refused_by_file_and_line() {
    for (name, contents, culprit) in [
        ("v.txt", "king 1 2\nqueen 1\n", "v.txt, line 2"),
        ("v.txt", "king 1 2\nking 1\n", "v.txt, line 2"),
        ("v.txt", "king 1 nan\n", "v.txt, line 1"),
        ("v.txt", "", "v.txt, line 1"),
        ("v.bin", "2 2\nking ", "v.bin"),
    ] {
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join(name);
        fs::write(&path, contents).unwrap();
        let path = path.to_str().unwrap();
        refuse(WORD_VECTORS, &["--vectors", path], culprit);
        refuse(EMOJIFY, &["--vectors", path], culprit);
        if contents.is_empty() {
            refuse(TRAIN_EMBEDDINGS, &["--text", path], "it has no words");
        }
    }
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("one.txt");
    fs::write(&path, "word word").unwrap();
    refuse(TRAIN_EMBEDDINGS, &["--text", path.to_str().unwrap()], "one word alone");
    fs::write(&path, "one\ntwo\n").unwrap();
    refuse(TRAIN_EMBEDDINGS, &["--text", path.to_str().unwrap()], "one word to a line");
    refuse(TRAIN_EMBEDDINGS, &["--text", "nowhere.txt"], "nowhere.txt");
    refuse(WORD_VECTORS, &["--dry-run", "--near", "xyzzy"], "xyzzy has no vector");
    refuse(EMOJIFY, &["--dry-run", "--say", "xyzzy"], "no word of it has a vector");
    refuse(WORD_VECTORS, &["--data", "nowhere"], "glove.6B.50d.txt");
}

/// What a program says of a file of these contents, given with `flag` to a dry run.
fn told(program: &str, (flag, name): (&str, &str), contents: &[u8], arguments: &[&str]) -> String {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join(name);
    fs::write(&path, contents).unwrap();
    let file = if flag == "--data" { files.path() } else { &path };
    let (output, _) =
        run(program, &[&["--dry-run", flag, file.to_str().unwrap()], arguments].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).replace(file.to_str().unwrap(), "FILE")
}

#[test]
fn words_are_looked_up_as_they_are_written_and_those_passed_over_are_told() {
    let cased =
        "man 1 2\nwoman 3 1\nParis 2 5\nFrance 1 7\nItaly 4 4\nus 2 2\nUS 0 1\nman 5 5\nfood 1 1\n";
    let vectors = ("--vectors", "v.txt");
    let near = |word| told(WORD_VECTORS, vectors, cased.as_bytes(), &["--near", word]);
    assert!(near("Paris").contains("near Paris: "));
    assert!(near("PARIS!").contains("near PARIS!: "));
    for said in [
        "8 words in 2 dimensions",
        "Passed over in the file: 1 word that has a vector already.",
        "Of the assignment's questions 9 words are left out for want of a vector: father mother",
        "similarity of france and italy",
    ] {
        assert!(near("US").contains(said), "{said}: {}", near("US"));
    }
    let words = ["--analogy", "France", "Paris", "Italy"];
    let text = told(WORD_VECTORS, vectors, cased.as_bytes(), &words);
    assert!(text.contains("France -> Paris :: Italy -> "), "{text}");
    let emojify = |said| told(EMOJIFY, vectors, cased.as_bytes(), &["--say", said]);
    let text = emojify("Food, xyzzy for us... and xyzzy!");
    let passed = "Of --say 4 words are passed over for want of a vector: xyzzy for and xyzzy!";
    assert!(text.contains(passed), "{text}");
    assert!(!emojify("food us").contains("Of --say"));

    let binary = |word: &[u8]| [word, b" \0\0\x80?\0\0\0@\n"].concat();
    let binary = [b"3 2\n", &binary(b"king")[..], &binary(b"gr\xc3"), &binary(b"queen")].concat();
    let text = told(WORD_VECTORS, ("--vectors", "v.bin"), &binary, &[]);
    assert!(text.contains("2 words in 2 dimensions"), "{text}");
    assert!(text.contains("Passed over in the file: 1 word that is not UTF-8."), "{text}");
}

#[test]
fn texts_are_the_same_with_a_byte_order_mark_and_any_line_ends() {
    let names = "Zuul\nRex\nTriceratops";
    let verse =
        "Shall I compare thee\nto a summer's day?\nThou art more lovely\nand more temperate.\n";
    let tagged = "Ann B-PER\nwent O\n\nto O\nRio B-LOC\n\nto O\nOslo B-LOC\n";
    for (program, file, text) in [
        (DINOSAURS, ("--data", "dinos.txt"), names),
        (SHAKESPEARE, ("--text", "verse.txt"), verse),
        (TRAIN_EMBEDDINGS, ("--text", "verse.txt"), verse),
        (NAMED_ENTITIES, ("--file", "n.conll"), tagged),
        (SENTIMENT, ("--file", "r.csv"), "good,1\nso good,1\nbad,0\nnot so bad,0\nfine,1\n"),
    ] {
        let said = |contents: String| -> Vec<String> {
            let text = told(program, file, contents.as_bytes(), &[]);
            text.lines().filter(|line| !line.contains(" took ")).map(str::to_string).collect()
        };
        let plain = said(text.to_string());
        let crlf = text.replace('\n', "\r\n");
        for other in
            [format!("\u{feff}{text}"), format!("\u{feff}{crlf}"), text.replace('\n', "\r")]
        {
            assert_eq!(said(other.clone()), plain, "{other:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(file.1);
        let utf_16: Vec<u8> =
            format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        fs::write(&path, utf_16).unwrap();
        let given = if file.0 == "--data" { folder.path() } else { &path };
        refuse(program, &[file.0, given.to_str().unwrap()], "it is UTF-16: save it as UTF-8");
    }
}

#[test]
fn reviews_and_tagged_texts_of_other_programs_are_read_and_what_was_passed_over_is_told() {
    let reviews = "review,sentiment\n\"good<br /><br />film\",positive\n\"bad, bad\",NEGATIVE\nfine,pos\ndull,neg\n";
    let text =
        told(SENTIMENT, ("--file", "imdb.csv"), reviews.as_bytes(), &["--say", "good, xyzzy"]);
    for said in [
        "3 sentences to train on and 1 to test",
        "The first row is taken for a header: review, sentiment.",
        "passed over, not among those learnt from: xyzzy",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let tagged = "1 Ann B-PER\n2 went O\n\n1 to O\n2 Rio B-LOC\n\n1 to O\n2 Oslo B-LOC\n";
    let arguments = ["--least", "1", "--say", "xyzzy went, to Rio."];
    let text = told(NAMED_ENTITIES, ("--file", "n.txt"), tagged.as_bytes(), &arguments);
    assert!(text.contains("The first column counts the tokens and is passed over."), "{text}");
    assert!(text.contains("not known, and judged by those around them: "), "{text}");

    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("r.csv");
    let open = "dull,0\n\"so good he said,1\nfine,1\n\"never again\" she said,0\nbad,0\n";
    fs::write(&path, open).unwrap();
    refuse(
        SENTIMENT,
        &["--file", path.to_str().unwrap()],
        "r.csv is not a whole CSV file: line 4: ",
    );
}

/// The header announces what the file has room for, which is a hole.
#[test]
fn word_vectors_that_are_too_many_name_the_flag_that_helps() {
    let files = tempfile::tempdir().unwrap();
    let path = files.path().join("v.bin");
    fs::write(&path, "900000 300\n").unwrap();
    fs::File::options().append(true).open(&path).unwrap().set_len(900_000 * 1203).unwrap();
    for program in [WORD_VECTORS, EMOJIFY] {
        refuse(
            program,
            &["--vectors", path.to_str().unwrap()],
            "read the first ones with --words 400000",
        );
    }
}

#[test]
fn published_weights_are_refused_where_they_do_not_fit_the_network() {
    let weights =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../models/weights/tests/fixtures/weights");
    let file = weights.join("torch_layers.pth");
    let file = file.to_str().unwrap();
    refuse(TRANSFER, &["--model", "resnet51"], "the networks are lenet5, ");
    refuse(TRANSFER, &["--edition", "keras"], "--weights");
    refuse(TRANSFER, &["--weights", file, "--edition", "caffe"], "--edition");
    refuse(TRANSFER, &["--weights", "nowhere.h5"], "nowhere.h5");
    for (model, culprit) in [
        ("conv-net", "there are no published weights of conv-net"),
        ("mobilenet-v2", "holds another network than mobilenet-v2 of torchvision"),
        ("mobilenet-v1", "the published ones of mobilenet-v1 are of keras"),
    ] {
        refuse(TRANSFER, &["--weights", file, "--model", model], culprit);
    }
    let keras = ["--weights", file, "--model", "resnet18", "--edition", "keras"];
    refuse(TRANSFER, &keras, "the published weights of resnet18 are of torchvision");
    let (output, _) = run(TRANSFER, &["--help"]);
    assert!(stdout(&output).contains("keras: vgg16, vgg19, inception-v3, "));
}

/// Word vectors as text, of so many dimensions.
fn write_vectors(path: &Path, dimensions: usize) {
    let line = |word: &str| {
        let entry = |place: usize| format!(" {}", (word.len() * (place + 2) % 7) as f64 - 3.0);
        format!("{word}{}\n", (0..dimensions).map(entry).collect::<String>())
    };
    let words = ["i", "love", "you", "let", "us", "play", "sad", "food"];
    fs::write(path, words.map(line).concat()).unwrap();
}

#[test]
fn vectors_of_another_width_do_not_fit_a_network_that_has_learnt() {
    let folder = tempfile::tempdir().unwrap();
    let vectors = folder.path().join("v.txt");
    write_vectors(&vectors, 50);
    let settings = ["--vectors", "v.txt", "--epochs", "1", "--iterations", "1", "--out", "run"];
    let output = run_in(folder.path(), EMOJIFY, &settings);
    assert!(output.status.success(), "{}", stderr(&output));
    write_vectors(&vectors, 300);
    let output = run_in(folder.path(), EMOJIFY, &["--resume", "run"]);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("vectors is not what the run began with"), "{message}");
}

#[test]
fn sentence_of_ten_thousand_words_finds_its_emoji() {
    let folder = tempfile::tempdir().unwrap();
    write_vectors(&folder.path().join("v.txt"), 5);
    let sentence = "love ".repeat(10_000);
    let settings = ["--vectors", "v.txt", "--dry-run", "--say", &sentence];
    let output = run_in(folder.path(), EMOJIFY, &settings);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("(two LSTMs: "), "{}", stdout(&output));
}

#[test]
fn sentences_that_cannot_be_learnt_from_are_refused_by_file_and_line() {
    let files = tempfile::tempdir().unwrap();
    let with = |program: &str, name: &str, contents: &str, culprit: &str| {
        let path = files.path().join(name);
        fs::write(&path, contents).unwrap();
        refuse(program, &["--file", path.to_str().unwrap()], culprit);
    };
    with(SENTIMENT, "r.csv", "", "r.csv is not a whole CSV file: it has no rows");
    with(SENTIMENT, "r.csv", "good,1\nbad,no\n", "r.csv, line 2: the label is \"no\"");
    with(SENTIMENT, "r.tsv", "good\t1\nbad\t2\n", "r.tsv, line 2: the label is \"2\", not 0 or 1");
    with(SENTIMENT, "r.csv", "good,1\n", "all have the same words");
    with(SENTIMENT, "r.csv", ",1\n ,0\n", "all have the same words");
    with(NAMED_ENTITIES, "n.conll", "", "n.conll is not a whole CoNLL file: it has no words");
    with(NAMED_ENTITIES, "n.conll", "Oslo B-LOC\nis\n", "n.conll, line 2: the tag is \"\"");
    with(
        NAMED_ENTITIES,
        "n.conll",
        "Oslo B-LOC\n",
        "n.conll is not a whole text file: it holds one text",
    );
    with(NAMED_ENTITIES, "n.json", "{}\n", "n.json is not a whole JSON lines file: line 1");
    refuse(SENTIMENT, &["--file", "nowhere.csv"], "nowhere.csv");
    refuse(NAMED_ENTITIES, &["--data", "nowhere"], "ner.json");
    refuse(SENTIMENT, &["--say", "xyzzy"], "--say \"xyzzy\": no word of it");
    refuse(NAMED_ENTITIES, &["--say", " "], "--say \" \": no word of it");
}

/// A sentence of 10,000 words, one of none, and one of unknown words among others.
#[test]
fn sentences_of_any_length_are_judged() {
    let long = "not so bad ".repeat(3334);
    let reviews = format!("{long},1\n,0\nxyzzy,0\ngood,1\nnot good,0\ngood not,1\n");
    let tokens = "so O\n".repeat(10_000);
    let tagged = format!("{tokens}\nOslo B-LOC\n\nin O\nRio I-LOC\n\n");
    for (program, name, contents) in
        [(SENTIMENT, "r.csv", reviews), (NAMED_ENTITIES, "n.conll", tagged)]
    {
        let files = tempfile::tempdir().unwrap();
        let path = files.path().join(name);
        fs::write(&path, contents).unwrap();
        for most in ["1000", "10000"] {
            let settings = ["--file", path.to_str().unwrap(), "--least", "1", "--max-words", most];
            let (output, _) = run(
                program,
                &[&settings[..], &["--dry-run", "--json", "--say", "so Good"]].concat(),
            );
            assert!(output.status.success(), "{}", stderr(&output));
            let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
            let said = report["results"].as_object().unwrap().keys();
            assert_eq!(said.filter(|key| key.starts_with("say_")).count(), 2, "{report}");
        }
    }
}

#[test]
fn damaged_football_field_is_refused_by_file_line_and_column() {
    let rows = "0.1,0.2,1.0\n".repeat(410);
    for (table, culprit) in [
        (format!("pos_x,pos_y,team\n{rows}0.1,0.2\n"), "line 412"),
        (format!("pos_x,team\n{rows}"), "pos_y"),
        (format!("pos_x,pos_y,team\n0.1,north,1.0\n{rows}"), "north"),
        ("pos_x,pos_y,team\n".to_string(), "football.csv"),
    ] {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("football.csv"), table).unwrap();
        let data = data.path().to_str().unwrap();
        refuse(REGULARIZATION, &["--data", data], culprit);
    }
    refuse(REGULARIZATION, &["--data", "nowhere"], "data.mat");
}

#[test]
fn diverging_run_names_iteration_rate_and_what_to_try_and_leaves_its_curve() {
    let settings = ["--lr", "1e30", "--iterations", "300", "--out", "run"];
    let (output, folder) = run(REGULARIZATION, &settings);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
    for part in ["iteration 100", "learning rate of 1000000000000", "try a smaller"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let costs = fs::read_to_string(folder.path().join("run/metrics.csv")).unwrap();
    assert!(costs.starts_with("stage,iteration,cost\nnone,0,"), "{costs}");
    assert!(folder.path().join("run/costs-none.png").is_file());
}

#[test]
fn diverging_training_by_epochs_names_epoch_rate_and_what_to_try() {
    let (output, _) = run(SIGNS, &["--lr", "1e38", "--epochs", "3", "--out", "run"]);
    let message = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{message}");
    for part in ["in epoch 1 ", "learning rate of 1000000000000", "try a smaller"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn missing_data_folder_names_files_places_and_flag() {
    for program in [LOGISTIC, CATS] {
        let arguments = ["--data", "nowhere"];
        refuse(program, &arguments, "train_catvnoncat.h5");
        refuse(program, &arguments, "nowhere/cats");
        refuse(program, &arguments, "--data");
    }
    refuse(SIGNS, &["--data", "nowhere"], "train_signs.h5");
}

#[test]
fn damaged_data_is_refused_by_file() {
    let whole = fs::read(fixtures().join("cats/train_catvnoncat.h5")).unwrap();
    let test = fs::read(fixtures().join("cats/test_catvnoncat.h5")).unwrap();
    let labels: Vec<u8> = (0..6_i64).flat_map(|n| (n % 2).to_le_bytes()).collect();
    let place = whole.windows(labels.len()).position(|bytes| bytes == labels).unwrap();
    let mut wrong_label = whole.clone();
    wrong_label[place] = 2;
    let cases = [
        (whole[..whole.len() / 2].to_vec(), "train.h5"),
        (b"<html></html>".to_vec(), "train.h5"),
        (Vec::new(), "train.h5"),
        (test.clone(), "train_set_x"), // no such data set
        (wrong_label, "label 2"),
    ];
    for (train, culprit) in cases {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("train.h5"), train).unwrap();
        fs::write(data.path().join("test.h5"), &test).unwrap();
        refuse(LOGISTIC, &["--data", data.path().to_str().unwrap()], culprit);
    }
}

#[test]
fn file_to_predict_that_is_no_picture_is_refused_before_training() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("cat.jpg");
    fs::write(&text, "meow").unwrap();
    for program in [LOGISTIC, CATS, SIGNS] {
        refuse(program, &["--predict", text.to_str().unwrap()], "cat.jpg");
        refuse(program, &["--predict", "absent.png"], "absent.png");
    }
}

#[test]
fn picture_that_is_none_or_too_small_is_refused_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("house.png");
    fs::write(&text, "a house").unwrap();
    let dot = folder.path().join("dot.png");
    image::RgbImage::new(1, 1).save(&dot).unwrap();
    let line = folder.path().join("line.png");
    image::RgbImage::new(2000, 100).save(&line).unwrap();
    refuse(CONVOLUTION, &["--picture", "absent.png"], "absent.png");
    refuse(CONVOLUTION, &["--picture", text.to_str().unwrap()], "house.png");
    refuse(CONVOLUTION, &["--picture", dot.to_str().unwrap()], "dot.png: the picture has 1x1");
    refuse(CONVOLUTION, &["--picture", line.to_str().unwrap()], "128x6");
    refuse(CONVOLUTION, &["--side", "7"], "--side");
    refuse(CONVOLUTION, &["--angle", "nan"], "--angle");
}

#[test]
fn names_cannot_begin_with_characters_that_none_has() {
    refuse(DINOSAURS, &["--start", "Tri7"], "--start: '7', character 4 of \"tri7\"");
    refuse(DINOSAURS, &["--start", "É"], "'é'");
    refuse(DINOSAURS, &["--temperature", "0"], "--temperature");
    refuse(DINOSAURS, &["--sample", "0"], "--sample");
    refuse(DINOSAURS, &["--data", "nowhere"], "dinos.txt");
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("dinos.txt"), "\n\n").unwrap();
    refuse(DINOSAURS, &["--data", data.path().to_str().unwrap()], "holds no name");
    fs::write(data.path().join("dinos.txt"), "a").unwrap();
    let one_character = ["--dry-run", "--data", data.path().to_str().unwrap(), "--start", "A"];
    let (output, _) = run(DINOSAURS, &one_character);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn poems_continue_prompts_that_the_text_has_characters_of() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    let with_text = |contents: &str, arguments: &[&str], said: &str| {
        fs::write(&text, contents).unwrap();
        let arguments = [&["--text", text.to_str().unwrap()], arguments].concat();
        refuse(SHAKESPEARE, &arguments, said);
    };
    with_text("", &[], "the text has 0 characters");
    with_text("a short one", &[], "the text has 11 characters");
    with_text(&"a".repeat(50), &["--prompt", "Ö7"], "--prompt \"Ö7\": none of its characters");
    refuse(SHAKESPEARE, &["--data", "nowhere"], "shakespeare.txt");
    refuse(SHAKESPEARE, &["--temperature", "0"], "--temperature");
    let one_character = ["--dry-run", "--text", text.to_str().unwrap(), "--prompt", "Aöa"];
    let (output, _) = run(SHAKESPEARE, &one_character);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("Aöaaa"), "{}", stdout(&output));
}

#[test]
fn tunes_without_a_melody_or_chords_are_refused_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tune.mid");
    let path = file.to_str().unwrap();
    let note = |start, key| Note { start, length: 96, key, velocity: 64 };
    let tune = |notes: Vec<Note>| {
        let track = Track { name: "Flute".to_string(), notes, ..Track::default() };
        Tune { ticks_per_quarter: 96, tempo: 120.0, tracks: vec![track] }.to_bytes()
    };
    let refused = |contents: &[u8], arguments: &[&str], said: &str| {
        fs::write(&file, contents).unwrap();
        refuse(JAZZ, &[&["--midi", path], arguments].concat(), said);
    };
    let melody = tune((0..40).map(|place| note(96 * place, 60 + place as u8 % 12)).collect());
    refused(b"no tune", &[], "tune.mid is not a whole MIDI file");
    refused(&melody[..melody.len() / 2], &[], "tune.mid is not a whole MIDI file");
    refused(&tune(Vec::new()), &[], "no track plays a melody");
    refused(&melody, &[], "no track plays chords: it has 2 \"Flute\"");
    refused(&melody, &["--melody", "Oboe"], "it has no track Oboe with notes: it has 2 \"Flute\"");
    let both: Vec<Note> = (0..8)
        .flat_map(|beat| {
            [
                note(192 * beat, 48),
                note(192 * beat, 52),
                note(192 * beat, 55),
                note(192 * beat + 96, 72),
            ]
        })
        .collect();
    refused(&tune(both), &[], "the solo has");
    refuse(JAZZ, &["--data", "nowhere"], "original_metheny.mid");
    refuse(JAZZ, &["--temperature", "-1"], "--temperature");
    refuse(JAZZ, &["--melody", "Flute"], "--midi");
}

#[test]
fn folder_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("taken");
    fs::write(&file, "").unwrap();
    for program in programs() {
        refuse(program, &["--out", file.to_str().unwrap()], "taken");
        refuse(program, &["--out", file.join("below").to_str().unwrap()], "--out");
    }
}

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
/// that both end with the same `figures`.
#[cfg(unix)]
fn assert_resumes(program: &str, settings: &[&str], file: &str, figures: &[&str]) {
    use std::process::Stdio;
    use std::time::Duration;

    let settings = [settings, &["--out", "run"]].concat();
    let (whole, whole_folder) = run(program, &settings);
    assert!(whole.status.success(), "{}", stderr(&whole));

    let folder = tempfile::tempdir().unwrap();
    let child = command(program)
        .args(settings)
        .current_dir(folder.path())
        .env_remove("FIRESIDE_DATA")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !folder.path().join("run").join(file).exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    let broken = child.wait_with_output().unwrap();
    let message = stderr(&broken);
    assert_eq!(broken.status.code(), Some(130), "{message}");
    assert!(message.contains("stopped in ") && message.contains("--resume run"), "{message}");

    let resumed = run_in(folder.path(), program, &["--resume", "run"]);
    assert!(resumed.status.success(), "{}", stderr(&resumed));
    assert!(stdout(&resumed).contains("continuing after "), "{}", stdout(&resumed));
    for file in figures {
        let read = |folder: &TempDir| fs::read(folder.path().join("run").join(file)).unwrap();
        assert_eq!(read(&folder), read(&whole_folder), "{file}");
    }
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

#[cfg(not(feature = "tui"))]
#[test]
fn dashboard_that_was_not_built_in_is_refused() {
    refuse(SIGNS, &["--dashboard"], "--features tui");
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
    assert!(message.contains("ShallowNet 2-50-1, not ShallowNet 2-4-1"), "{message}");
}

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
    use std::process::Stdio;
    use std::time::Duration;

    let settings = ["--trials", "40", "--fine", "4", "--epochs", "60", "--out", "run"];
    let (whole, whole_folder) = run(SEARCH, &settings);
    assert!(whole.status.success(), "{}", stderr(&whole));

    let folder = tempfile::tempdir().unwrap();
    let child = command(SEARCH)
        .args(settings)
        .current_dir(folder.path())
        .env_remove("FIRESIDE_DATA")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let journal = folder.path().join("run/coarse/trials.jsonl");
    let lines = || fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    while lines() < 3 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(signal.unwrap().success());
    let broken = child.wait_with_output().unwrap();
    let message = stderr(&broken);
    assert_eq!(broken.status.code(), Some(130), "{message}");
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

#[test]
fn course_lists_every_program_and_the_files_that_are_missing() {
    let data = fixtures();
    let (output, _) = run(COURSE, &["--data", data.to_str().unwrap()]);
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
fn course_starts_an_assignment_by_any_part_of_its_name_that_is_no_others() {
    for arguments in [&["run", "c1w3", "--dry-run"][..], &["planar", "--dry-run"]] {
        let (output, _) = run(COURSE, arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(stdout(&output).contains("Accuracy for 50 hidden units"));
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
fn verify_without_reference_runs_names_the_file_and_the_flag() {
    refuse(PLANAR, &["--verify", "--reference", "nowhere"], "nowhere/models.json");
    refuse(PLANAR, &["--verify", "--reference", "nowhere"], "--reference");
}

#[test]
fn verify_of_files_wants_the_course_s_own() {
    refuse(LOGISTIC, &["--verify"], "--data");
    refuse(CATS, &["--verify"], "--data");
    refuse(SIGNS, &["--verify"], "--data");
    refuse(DINOSAURS, &["--verify"], "--data");
}

/// A cost that is off in the sixth decimal is a difference.
#[test]
fn verify_exits_1_when_a_figure_differs() {
    let reference = tempfile::tempdir().unwrap();
    let models = |cost: f64| {
        format!(
            r#"{{"models": [{{"assignment": "c1w3a1", "model": "planar_nn", "data": "load_planar_dataset",
            "hyperparameters": {{"n_h": 4, "num_iterations": 1, "learning_rate": 1.2, "seed": 3}},
            "figures": {{"costs_every_1000": [{cost}], "final_cost": 0.6930979, "accuracy": 50.0}}}}]}}"#
        )
    };
    let verify = |cost: f64| {
        fs::write(reference.path().join("models.json"), models(cost)).unwrap();
        run(PLANAR, &["--verify", "--reference", reference.path().to_str().unwrap()]).0
    };
    let right = stdout(&verify(0.693162));
    assert!(right.lines().nth(1).unwrap().contains(" ok "), "{right}");
    let output = verify(0.693164);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).lines().nth(1).unwrap().contains("DIFFERS"), "{}", stdout(&output));
}

#[test]
fn help_is_in_colour_only_where_it_is_wanted() {
    let help = |variables: &[(&str, &str)]| {
        let mut command = Command::new(DINOSAURS);
        ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"].map(|name| command.env_remove(name));
        let output = command.arg("--help").envs(variables.iter().copied()).output().unwrap();
        stdout(&output).contains('\x1b')
    };
    assert!(!help(&[]), "no terminal");
    assert!(help(&[("CLICOLOR_FORCE", "1")]));
    assert!(!help(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn folder_of_pictures_is_told_with_its_classes_and_what_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (set, count) in [("training_set", 6), ("test_set", 2)] {
        for class in ["cats", "dogs"] {
            fs::create_dir_all(at(&format!("{set}/{class}"))).unwrap();
            for number in 0..count {
                let picture = image::RgbImage::from_pixel(9, 9, image::Rgb([number * 9, 90, 9]));
                picture.save(at(&format!("{set}/{class}/{number}.png"))).unwrap();
            }
        }
    }
    fs::write(at("training_set/cats/film.mov"), "no picture").unwrap();
    let arguments = ["--model", "lenet5", "--side", "32", "--dry-run", "--folder"];
    let program = env!("CARGO_BIN_EXE_c4w2-classic-networks");
    let (output, _) = run(program, &[&arguments[..], &[folder.path().to_str().unwrap()]].concat());
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        text.contains("12 pictures of 2 classes (cats, dogs) to train on and 4 to test"),
        "{text}"
    );
    assert!(text.contains("\npassed over: 1 .mov\n"), "{text}");
}
