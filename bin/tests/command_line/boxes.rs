//! Boxes of a user's own, and what a trained model finds.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::{LOCALIZATION, WINDOWS, refuse, run, run_in, stderr, stdout};

/// Writes pictures of 80x60 with a bright square each, `0.png` and so on.
fn write_pictures(folder: &Path, count: u32) {
    for number in 0..count {
        let bright = |x: u32, y: u32| {
            let within = x >= 10 + number && x < 40 + number && (10..40).contains(&y);
            image::Rgb([if within { 220 } else { 40 }; 3])
        };
        let picture = image::RgbImage::from_fn(80, 60, bright);
        picture.save(folder.join(format!("{number}.png"))).unwrap();
    }
}

/// A CSV file with the boxes of these squares.
fn boxes_of(count: u32) -> String {
    let row = |n: u32| {
        format!("{n}.png,{},10,{},40,{}\n", 10 + n, 40 + n, ["cup", "box"][n as usize % 2])
    };
    "file,x1,y1,x2,y2,class\n".to_string() + &(0..count).map(row).collect::<String>()
}

#[test]
fn pictures_of_one_s_own_with_boxes_are_learnt_from_and_judged_by() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    write_pictures(&images, 10);
    fs::write(folder.path().join("boxes.csv"), boxes_of(10)).unwrap();
    let flags = ["--images", "images", "--annotations", "boxes.csv"];
    let quick = ["--epochs", "1", "--faces", "4", "--face-epochs", "1", "--out", "run", "--json"];
    let ask = ["--predict", "images/3.png"];
    let output = run_in(folder.path(), LOCALIZATION, &[&flags[..], &quick, &ask].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let results = &report["results"];
    assert!(results["mean_iou"].as_f64().unwrap() >= 0.0, "{results}");
    for found in results["prediction"].as_array().unwrap() {
        let keys: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["class", "score", "x1", "x2", "y1", "y2"], "{found}");
    }
    assert_eq!(results["landmarks"].as_array().unwrap().len(), 12);
    for picture in ["data", "boxes", "overlaps", "faces", "landmarks", "prediction"] {
        assert!(folder.path().join(format!("run/{picture}.png")).is_file(), "{picture}");
    }
}

#[test]
fn boxes_that_cannot_be_are_refused_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    write_pictures(&images, 4);
    let boxes = folder.path().join("boxes.csv");
    let header = "file,x1,y1,x2,y2,class\n";
    let [images, path] = [&images, &boxes].map(|path| path.to_str().unwrap());
    let flags = ["--images", images, "--annotations", path];
    for (rows, culprit) in [
        ("0.png,NaN,1,5,5,cup\n".to_string(), "boxes.csv"),
        ("0.png,1,1,inf,5,cup\n".to_string(), "boxes.csv"),
        ("0.png,500,500,600,600,cup\n".to_string(), "boxes.csv"), // outside: no box is left
        ("9.png,1,1,5,5,cup\n".to_string(), "9.png"),
        (String::new(), "boxes.csv"),
    ] {
        fs::write(&boxes, format!("{header}{rows}")).unwrap();
        refuse(LOCALIZATION, &flags, culprit);
    }
    fs::write(&boxes, format!("{header}0.png,1,1,5,5,cup\n")).unwrap();
    refuse(LOCALIZATION, &flags, "one picture alone cannot be both learnt from and judged by");
    refuse(LOCALIZATION, &["--images", images], "--annotations");
    refuse(LOCALIZATION, &["--annotations", path], "--images");
    refuse(LOCALIZATION, &["--images", images, "--annotations", "nowhere.json"], "nowhere.json");
    refuse(LOCALIZATION, &["--images", "nowhere", "--annotations", path], "nowhere");
}

#[test]
fn yolo_boxes_in_pixels_and_coco_boxes_of_missing_pictures_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let images = folder.path().join("images");
    fs::create_dir(&images).unwrap();
    write_pictures(&images, 2);
    let labels = folder.path().join("labels");
    fs::create_dir(&labels).unwrap();
    fs::write(labels.join("classes.txt"), "cup\n").unwrap();
    fs::write(labels.join("0.txt"), "0 40 30 20 20\n").unwrap();
    let [images, labels] = [&images, &labels].map(|path| path.to_str().unwrap());
    refuse(LOCALIZATION, &["--images", images, "--annotations", labels], "0.txt");
    let coco = folder.path().join("coco.json");
    let text = r#"{"images": [{"id": 1, "file_name": "gone.png", "width": 80, "height": 60}],
        "categories": [{"id": 1, "name": "cup"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 9, 9]}]}"#;
    fs::write(&coco, text).unwrap();
    let coco = coco.to_str().unwrap();
    refuse(LOCALIZATION, &["--images", images, "--annotations", coco], "gone.png");
}

#[test]
fn faces_of_one_s_own_are_learnt_from_and_damaged_landmarks_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let faces = folder.path().join("faces");
    fs::create_dir(&faces).unwrap();
    write_pictures(&faces, 3);
    let points = |count: u32| {
        let rows: String = (0..count).map(|n| format!("{} {}\n", 10 + n % 40, 8 + n / 2)).collect();
        format!("version: 1\nn_points: {count}\n{{\n{rows}}}\n")
    };
    for number in 0..3 {
        fs::write(faces.join(format!("{number}.pts")), points(68)).unwrap();
    }
    let path = faces.to_str().unwrap();
    let quick = ["--pictures", "8", "--epochs", "1", "--face-epochs", "1", "--dry-run"];
    let (output, _) = run(LOCALIZATION, &[&quick[..], &["--landmarks", path]].concat());
    assert!(stdout(&output).contains("Faces: 2 to train on and 1 others"), "{}", stderr(&output));
    for (text, culprit) in [
        (points(5), "1.pts"),
        (points(68).replace("12 ", "NaN "), "1.pts"),
        ("no braces".to_string(), "1.pts"),
    ] {
        fs::write(faces.join("1.pts"), text).unwrap();
        refuse(LOCALIZATION, &["--landmarks", path], culprit);
    }
    refuse(LOCALIZATION, &["--landmarks", "nowhere"], "nowhere");
}

#[test]
fn settings_of_localisation_and_windows_that_cannot_work_are_refused_by_flag() {
    refuse(LOCALIZATION, &["--loss", "cubic"], "squared");
    for flag in ["--pictures", "--faces", "--epochs", "--face-epochs"] {
        refuse(LOCALIZATION, &[flag, "0"], flag);
    }
    for flag in ["--scenes", "--judged", "--mined", "--epochs"] {
        refuse(WINDOWS, &[flag, "0"], flag);
    }
    for program in [LOCALIZATION, WINDOWS] {
        refuse(program, &["--lr", "nan"], "--lr");
        refuse(program, &["--predict", "absent.png"], "absent.png");
    }
}

#[test]
fn one_pass_is_every_window_in_a_dry_run_too() {
    let (output, _) = run(WINDOWS, &["--dry-run", "--json"]);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let results = &report["results"];
    assert_eq!(results["lecture_parameters"], 323_620);
    assert!(results["largest_difference"].as_f64().unwrap() <= 1e-12, "{results}");
    let with_zeros = &results["largest_difference_with_zeros_around"];
    assert!(with_zeros.as_f64().unwrap() > 1e-2, "{results}");
}
