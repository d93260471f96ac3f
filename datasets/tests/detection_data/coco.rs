//! COCO's JSON.

use std::fmt::Write;
use std::path::Path;

use fireside_datasets::boxes_files::{Form, Reason, coco, read};

use crate::folder::{Folder, boxes_of};

const CATEGORIES: &str = r#""categories": [{"id": 7, "name": "dog"}, {"id": 3, "name": "car"}]"#;
const IMAGES: &str = r#""images": [
    {"id": 1, "file_name": "a.png", "width": 40, "height": 20},
    {"id": 2, "file_name": "train2017/b.png", "width": 40, "height": 20}
]"#;

fn file(annotations: &str) -> String {
    format!(
        "{{{IMAGES}, \"annotations\": [{annotations}], {CATEGORIES}, \"info\": {{\"year\": 2017}}}}"
    )
}

fn annotation(id: usize, image: usize, category: usize, bbox: &str) -> String {
    format!(
        "{{\"id\": {id}, \"image_id\": {image}, \"category_id\": {category}, \"bbox\": {bbox}, \
         \"segmentation\": [[1, 2, 3, 4, 5, 6]], \"area\": 6.5, \"iscrowd\": 0}}"
    )
}

fn folder() -> Folder {
    Folder::with(&["a.png", "b.png"])
}

#[test]
fn boxes_are_from_left_and_top_and_classes_in_the_order_of_their_ids() {
    let folder = folder();
    let all = [annotation(1, 1, 7, "[1.5, 2, 10, 5]"), annotation(2, 2, 3, "[0, 0, 40, 20]")];
    for (before, ends) in [("", "\n"), ("\u{feff}", "\r\n")] {
        folder.write("boxes.json", format!("{before}{}", file(&all.join(",")).replace('\n', ends)));
        let found = folder.read("boxes.json");
        assert_eq!(
            (found.form, &found.classes[..]),
            (Form::Coco, &["car".to_string(), "dog".into()][..])
        );
        assert_eq!(boxes_of(&found, "a.png"), [(1, [1.5, 2.0, 11.5, 7.0])]);
        assert_eq!(boxes_of(&found, "b.png"), [(0, [0.0, 0.0, 40.0, 20.0])]);
        assert!(found.pictures.iter().all(|picture| picture.size == [20, 40]));
        assert!(found.passed_over.is_empty(), "{}", found.passed_over);
    }
    // As Roboflow has it: among the pictures, under any name.
    folder.write("images/_annotations.coco.json", file(&all.join(",")));
    assert_eq!(folder.read("images").num_boxes(), 2);
}

#[test]
fn crowds_are_marked_and_text_ids_are_ids() {
    let folder = folder();
    folder.write(
        "boxes",
        r#"{"images": [{"id": "x", "file_name": "a.png"}, {"id": 4.0, "file_name": "b.png"}],
            "categories": [{"id": "c", "name": "car"}],
            "annotations": [
                {"image_id": "x", "category_id": "c", "bbox": [1, 1, 2, 2], "iscrowd": 1},
                {"image_id": 4, "category_id": "c", "bbox": [1, 1, 2, 2], "iscrowd": false}
            ]}"#,
    );
    let found = folder.read("boxes");
    let crowds: Vec<bool> =
        found.pictures.iter().flat_map(|picture| &picture.boxes).map(|found| found.crowd).collect();
    assert_eq!(crowds, [true, false]);
}

#[test]
fn boxes_that_are_none_are_passed_over_counted_and_told() {
    let folder = folder();
    let all = [
        "[5, 5, -2, 3]",
        "[5, 5, 0, 3]",
        "[5, 5, 3, 0]",
        "[null, 5, 3, 3]",
        "[1e308, 5, 1e308, 3]",
        "[50, 5, 3, 3]",
        "[-9, 5, 8, 3]",
        "[30, 15, 30, 30]",
        "[1, 1, 3, 3]",
    ];
    let all: Vec<String> =
        all.iter().enumerate().map(|(id, bbox)| annotation(id, 1, 3, bbox)).collect();
    folder.write("boxes.json", file(&all.join(",")));
    let found = folder.read("boxes.json");
    let expected = [(0, [30.0, 15.0, 40.0, 20.0]), (0, [1.0, 1.0, 4.0, 4.0])];
    assert_eq!(boxes_of(&found, "a.png"), expected);
    assert_eq!(boxes_of(&found, "b.png"), []); // a picture without boxes is a picture
    assert_eq!(
        folder.without_path(&found.passed_over.to_string()),
        "2 boxes without numbers (annotation 4), 1 box that ends before it begins (annotation 1), \
         2 boxes without area (annotation 2), 2 boxes outside their pictures (images/a.png), \
         1 box cut off at the edge"
    );
    assert_eq!(found.passed_over.count(Reason::NoArea), 2);
}

#[test]
fn pictures_that_cannot_be_used_are_passed_over_counted_and_told() {
    let folder = folder();
    folder.draw("c.png", [40, 20]);
    folder.draw("x/d.png", [20, 40]);
    folder.draw("y/d.png", [20, 40]);
    folder.write("images/e.png", "damaged");
    let names = ["a.png", "gone.png", "c.png", "d.png", "e.png", "./a.png", "x/d.png"];
    let images: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(id, name)| {
            format!("{{\"id\": {id}, \"file_name\": \"{name}\", \"width\": 40, \"height\": 20}}")
        })
        .collect();
    let all: Vec<String> =
        (0..names.len()).map(|image| annotation(image, image, 3, "[1, 1, 3, 3]")).collect();
    folder.write(
        "boxes.json",
        format!(
            "{{\"images\": [{}], \"annotations\": [{}], {CATEGORIES}}}",
            images.join(","),
            all.join(",")
        ),
    );
    let found = folder.read("boxes.json");
    assert_eq!(found.pictures.len(), 2); // a and x/d
    let passed = &found.passed_over;
    for reason in [
        Reason::MissingPicture,
        Reason::OtherSize,
        Reason::AmbiguousPicture,
        Reason::DamagedPicture,
        Reason::RepeatedPicture,
    ] {
        assert_eq!(passed.count(reason), 1, "{reason:?} in {passed}");
    }
    assert!(passed.to_string().contains("1 picture that is not there (gone.png)"), "{passed}");
}

#[test]
fn annotation_ids_that_occur_twice_are_taken_once() {
    let folder = folder();
    let all = [annotation(5, 1, 3, "[1, 1, 3, 3]"), annotation(5, 1, 3, "[2, 2, 3, 3]")];
    folder.write("boxes.json", file(&all.join(",")));
    let found = folder.read("boxes.json");
    assert_eq!(boxes_of(&found, "a.png"), [(0, [1.0, 1.0, 4.0, 4.0])]);
    assert_eq!(found.passed_over.to_string(), "1 box the second time (annotation 2)");
}

#[test]
fn what_leaves_in_doubt_what_a_box_means_is_refused() {
    let folder = folder();
    let plain = annotation(1, 1, 3, "[1, 1, 3, 3]");
    for (contents, expected) in [
        (
            file(&annotation(1, 9, 3, "[1, 1, 3, 3]")),
            "annotation 1 is of image 9, which is not there",
        ),
        (
            file(&annotation(1, 1, 9, "[1, 1, 3, 3]")),
            "annotation 1 is of category 9, which is not there",
        ),
        (file(&plain).replace("\"id\": 2", "\"id\": 1"), "two of its images have the id 1"),
        (file(&plain).replace("\"id\": 7", "\"id\": 3"), "two of its categories have the id 3"),
        (file(""), "not one of its 2 pictures has a box"),
        (
            file(&annotation(1, 1, 3, "[1, 1, 0, 3]")),
            "not one of its 2 pictures has a box; passed over: 1 box without area (annotation 1)",
        ),
        (
            file(&plain).replace("a.png", "c.png").replace("b.png", "d.png"),
            "none of the 2 pictures that it speaks of is in images: c.png is the first",
        ),
        (
            "<!DOCTYPE html><html>".to_string(),
            "it is a page of a web site (HTML), not the file itself",
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n".to_string(),
            "it is a pointer of Git LFS to a file of 12345 bytes, not the file itself",
        ),
    ] {
        folder.write("boxes.json", &contents);
        let error = folder
            .refusal("boxes.json")
            .replace(&folder.at("images").display().to_string(), "images");
        assert_eq!(error, format!("boxes.json: {expected}"));
    }
    for (contents, expected) in [
        (file(&annotation(1, 1, 3, "[1, 1, 3]")), "invalid length 3"),
        (file(&annotation(1, 1, 3, "[NaN, 1, 3, 3]")), "NaN and Infinity are no numbers of JSON"),
        (file(&plain).replace("\"image_id\": 1", "\"image_id\": 1.5"), "1.5 is no whole number"),
        (file(&plain)[..200].to_string(), "EOF while parsing"),
        (format!("{{\"images\": {}", "[".repeat(100_000)), "expected a whole number or a text"),
        (format!("{{\"x\": {}", "[".repeat(100_000)), "EOF while parsing"),
        ("{}".to_string(), "missing field `images`"),
        ("[[1, 2]]".to_string(), "invalid type"),
    ] {
        folder.write("boxes.json", &contents);
        let error = folder.refusal("boxes.json");
        assert!(error.starts_with("boxes.json is not a whole COCO JSON file"), "{error}");
        assert!(error.contains(expected), "{error} has no {expected}");
    }
}

#[test]
fn classes_that_are_known_keep_their_numbers_and_others_are_refused() {
    let folder = folder();
    folder.write("boxes.json", file(&annotation(1, 1, 7, "[1, 1, 3, 3]")));
    let read = |classes: &[&str]| {
        let classes: Vec<String> = classes.iter().map(ToString::to_string).collect();
        read(&folder.at("images"), &folder.at("boxes.json"), Some(&classes))
    };
    let found = read(&["cat", "eel", "dog"]).unwrap();
    assert_eq!(boxes_of(&found, "a.png"), [(2, [1.0, 1.0, 4.0, 4.0])]);
    let error = read(&["cat", "car"]).unwrap_err().to_string();
    assert!(error.ends_with("boxes.json: \"dog\" is none of the classes cat, car"), "{error}");
}

#[test]
fn million_boxes_are_read() {
    let mut all = String::new();
    for id in 0..1_000_000 {
        let comma = if id == 0 { "" } else { "," };
        write!(all, "{comma}{{\"id\":{id},\"image_id\":1,\"category_id\":3,\"bbox\":[1,1,3,3]}}")
            .unwrap();
    }
    let found = coco::parse(Path::new("boxes.json"), file(&all).as_bytes(), None).unwrap();
    assert_eq!(found.pictures[0].boxes.len(), 1_000_000);
}
