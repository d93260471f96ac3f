//! Region proposals: what the program finds and keeps, and wrong input.

use std::fs;

use serde_json::Value;

use super::{REGIONS, refuse, run_in, stderr, stdout};

#[test]
fn every_method_is_held_against_the_others_on_the_same_scenes() {
    let folder = tempfile::tempdir().unwrap();
    let pixel = |x, y| image::Rgb([(x * 2) as u8, (y * 3) as u8, (x + y) as u8]);
    fs::create_dir(folder.path().join("photos")).unwrap();
    image::RgbImage::from_fn(90, 70, pixel).save(folder.path().join("photos/1.png")).unwrap();
    let quick = ["--scenes", "16", "--test-scenes", "2", "--epochs", "1", "--region-epochs", "1"];
    let asked = ["--predict", "photos", "--score", "0.001", "--out", "run", "--json"];
    let output = run_in(folder.path(), REGIONS, &[&quick[..], &asked].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let results = &report["results"];
    for proposer in ["selective_search", "region_proposals"] {
        let recall = results[format!("recall_{proposer}")].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&recall), "{results}");
    }
    let seconds = ["r_cnn", "fast_r_cnn", "faster_r_cnn", "yolo"].map(|detector| {
        let precision = results[format!("map_50_{detector}")].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&precision), "{results}");
        results[format!("seconds_{detector}")].as_f64().unwrap()
    });
    assert!(seconds[1..].iter().all(|others| *others < seconds[0]), "{seconds:?}");
    assert_eq!(results["slowest"], "R-CNN");
    for found in results["pictures"][0]["boxes"].as_array().unwrap() {
        let keys: Vec<&str> = found.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["class", "score", "x1", "x2", "y1", "y2"], "{found}");
    }
    let drawn = ["data", "hierarchy", "accuracy-and-seconds", "detections", "proposals", "recall"];
    for picture in drawn.into_iter().chain(["crops", "boxes-1-png"]) {
        assert!(folder.path().join(format!("run/{picture}.png")).is_file(), "{picture}");
    }
    for stage in ["yolo", "r-cnn", "fast-r-cnn", "faster-r-cnn"] {
        assert!(folder.path().join(format!("run/{stage}/model.json")).is_file(), "{stage}");
    }
}

#[test]
fn scenes_scores_and_pictures_that_cannot_be_are_refused() {
    refuse(REGIONS, &["--scenes", "0"], "a whole number from 1");
    refuse(REGIONS, &["--test-scenes", "0"], "a whole number from 1");
    refuse(REGIONS, &["--region-epochs", "-1"], "--region-epochs");
    refuse(REGIONS, &["--score", "1.5"], "a number from 0 to 1");
    refuse(REGIONS, &["--iou", "nan"], "a number from 0 to 1");
    refuse(REGIONS, &["--lr", "0"], "--lr");
    refuse(REGIONS, &["--predict", "nowhere.jpg"], "nowhere.jpg");
    let folder = tempfile::tempdir().unwrap();
    refuse(REGIONS, &["--predict", folder.path().to_str().unwrap()], "holds no picture");
}
