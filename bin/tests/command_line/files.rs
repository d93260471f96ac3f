//! Pictures, tunes, weights and folders.

use std::fs;
use std::path::Path;

use fireside_datasets::midi::{Note, Track, Tune};

use super::{
    CATS, CONVOLUTION, JAZZ, LOGISTIC, REGULARIZATION, SIGNS, SIGNS_TRANSFER, TRANSFER, fixtures,
    programs, refuse, run, stderr, stdout,
};

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
    assert!(stdout(&output).contains("keras:  vgg16, vgg19, inception-v3, "));
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

/// The photographs of the hands as files, among them one that is none.
#[test]
fn every_program_of_hands_says_which_files_it_passed_over() {
    let data = tempfile::tempdir().unwrap();
    for (set, of_each) in [("train_signs", 3), ("val_signs", 1), ("test_signs", 1)] {
        let folder = data.path().join("64x64_SIGNS").join(set);
        fs::create_dir_all(&folder).unwrap();
        for (fingers, number) in (0..6).flat_map(|fingers| (0..of_each).map(move |n| (fingers, n)))
        {
            let shade = image::Rgb([fingers * 40, 90, number * 60]);
            let picture = image::RgbImage::from_pixel(64, 64, shade);
            picture.save(folder.join(format!("{fingers}_{number}.png"))).unwrap();
        }
    }
    fs::write(data.path().join("64x64_SIGNS/val_signs/notes.txt"), "no picture").unwrap();
    for program in [
        SIGNS,
        SIGNS_TRANSFER,
        "c4w1-signs-convnet",
        "c4w2-augmentation",
        "c4w2-residual-networks",
        TRANSFER,
    ] {
        let arguments = ["--dry-run", "--data", data.path().to_str().unwrap()];
        let (output, _) = run(program, &arguments);
        let text = stdout(&output);
        assert!(output.status.success(), "{program}: {}", stderr(&output));
        assert!(text.contains("Data: 24 pictures to train on and 6 to test"), "{program}: {text}");
        assert!(text.contains("\npassed over: 1 .txt\n"), "{program}: {text}");
    }
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
    let (output, _) = run(
        "c4w2-classic-networks",
        &[&arguments[..], &[folder.path().to_str().unwrap()]].concat(),
    );
    let text = stdout(&output);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        text.contains("12 pictures of 2 classes (cats, dogs) to train on and 4 to test"),
        "{text}"
    );
    assert!(text.contains("\npassed over: 1 .mov\n"), "{text}");
}
