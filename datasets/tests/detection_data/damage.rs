//! Files of boxes damaged at random: an error or boxes, never a panic, and little memory.

#![allow(clippy::print_stdout, reason = "figures to report")]

use std::path::Path;

use fireside_datasets::DataError;
use fireside_datasets::boxes_files::{Annotated, PassedOver, coco, rows, voc, yolo};
use fireside_numpy_rng::NumpyRng;

use crate::mutation::{mutate, peak_memory_kib};

/// How many files of each form; `FIRESIDE_MUTATIONS` says another number.
fn rounds() -> usize {
    let asked = std::env::var("FIRESIDE_MUTATIONS").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(100_000)
}

/// Reads that many damaged copies of `original`, and returns how many could be read. Of no box a corner is infinite
/// or its last one before its first.
fn survivors(original: &[u8], read: impl Fn(&[u8]) -> Result<Vec<Annotated>, DataError>) -> usize {
    assert!(!read(original).unwrap().is_empty());
    let rng = &mut NumpyRng::new(1);
    let mut survivors = 0;
    for _ in 0..rounds() {
        let mut contents = original.to_vec();
        mutate(&mut contents, rng);
        match read(&contents) {
            Ok(found) => {
                survivors += 1;
                for found in found.iter().flat_map(|picture| &picture.boxes) {
                    let [x1, y1, x2, y2] = found.bounds;
                    let is_box = x1 < x2 && y1 < y2 && found.bounds.iter().all(|at| at.is_finite());
                    assert!(is_box && found.class < 1000, "{found:?}");
                }
            }
            Err(error) => assert!(error.to_string().starts_with("damaged"), "{error}"),
        }
    }
    // The tests of a million boxes take most of it.
    let peak = peak_memory_kib().unwrap_or_default();
    assert!(peak < 2 * 1024 * 1024, "{peak} KiB at the most");
    println!("{survivors} of {} files survived, {peak} KiB at the most", rounds());
    survivors
}

fn path() -> &'static Path {
    Path::new("damaged")
}

#[test]
fn damaged_json_of_coco_is_boxes_or_an_error() {
    let original = br#"{"images": [{"id": 1, "file_name": "a.png", "width": 40, "height": 20},
        {"id": 2, "file_name": "b.png"}], "categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "car"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3.5, 4], "iscrowd": 0},
        {"id": 2, "image_id": 2, "category_id": 3, "bbox": [10, 2e1, 30, 4], "segmentation": [[1, 2], {}]}]}"#;
    let read = |contents: &[u8]| Ok(coco::parse(path(), contents, None)?.pictures);
    let survivors = survivors(original, read);
    assert!((rounds() / 100..rounds() * 9 / 10).contains(&survivors), "{survivors}"); // both ways are met
}

#[test]
fn damaged_xml_of_voc_is_boxes_or_an_error() {
    let original = b"<?xml version=\"1.0\"?><!DOCTYPE x><annotation verified=\"yes\"><filename>a.png</filename>\
        <size><width>40</width><height>20</height></size><!-- here -->\n<object><name>car &amp; &#65;</name>\
        <difficult>0</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>12.5</ymax></bndbox>\
        <part><name>head</name></part></object><object><name><![CDATA[dog]]></name><bndbox><xmax>9</xmax>\
        <xmin>4</xmin><ymin>5</ymin><ymax>11</ymax></bndbox><pose/></object></annotation>";
    let read = |contents: &[u8]| {
        let passed_over = &mut PassedOver::default();
        voc::parse(path(), contents, &mut voc::Classes::new(None), passed_over)
            .map(|found| vec![found])
    };
    let survivors = survivors(original, read);
    assert!((rounds() / 100..rounds() * 9 / 10).contains(&survivors), "{survivors}");
}

#[test]
fn damaged_text_of_yolo_is_boxes_or_an_error() {
    let original =
        b"0 0.5 0.5 0.25 0.125\n12 0.1 0.9 0.01 5e-2\r\n3 0.1 0.2 0.3 0.2 0.3 0.6\n\n7 1 1 1 1\n";
    let read = |contents: &[u8]| {
        let boxes = yolo::parse(path(), contents, 80, &mut PassedOver::default())?;
        Ok(vec![Annotated { name: String::new(), size: None, boxes }])
    };
    let survivors = survivors(original, read);
    assert!((rounds() / 100..rounds() * 9 / 10).contains(&survivors), "{survivors}");
}

#[test]
fn damaged_table_is_boxes_or_an_error() {
    let original =
        b"file,x1,y1,x2,y2,class\na.png,1,2,3.5,4,dog\n\"b, c.png\",1,2,30,40,\"a \"\"car\"\"\"\n\
        d.png,,,,,\n";
    let read = |contents: &[u8]| Ok(rows::parse(path(), contents, None)?.pictures);
    let survivors = survivors(original, read);
    assert!((rounds() / 100..rounds() * 9 / 10).contains(&survivors), "{survivors}");
}
