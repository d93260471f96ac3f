//! YOLO's texts and the names of its classes.

use std::path::Path;

use fireside_datasets::boxes_files::{Form, PassedOver, names, read, yolo};

use crate::folder::{Folder, boxes_of};

fn folder() -> Folder {
    let folder = Folder::with(&["a.png", "b.png", "deep/c.png"]);
    folder.write("labels/classes.txt", "car\ndog\n\n");
    folder
}

#[test]
fn boxes_are_shares_around_a_middle_and_pictures_without_a_text_have_none() {
    let folder = folder();
    for (before, ends) in [("", "\n"), ("\u{feff}", "\r\n")] {
        let write = |name: &str, contents: &str| {
            folder.write(name, format!("{before}{}", contents.replace('\n', ends)));
        };
        write("labels/a.txt", "1 0.5 0.5 0.5 0.5\n\n0.0 .25 .5 .5 1\n");
        write("labels/deep/c.txt", "1 0.1 0.2 0.3 0.2 0.3 0.6 0.1 0.6\n");
        write("labels/b.txt", "");
        let found = folder.read("labels");
        assert_eq!(
            (found.form, &found.classes[..]),
            (Form::Yolo, &["car".to_string(), "dog".into()][..])
        );
        let expected = [(1, [10.0, 5.0, 30.0, 15.0]), (0, [0.0, 0.0, 20.0, 20.0])];
        assert_eq!(boxes_of(&found, "a.png"), expected);
        assert_eq!(boxes_of(&found, "b.png"), []);
        let [(class, bounds)] = boxes_of(&found, "c.png")[..] else { panic!("{found:?}") };
        let far = bounds.iter().zip([4.0, 4.0, 12.0, 12.0]).map(|(a, b)| (a - b).abs());
        assert!(class == 1 && far.fold(0.0, f64::max) < 1e-12, "{bounds:?}");
        assert!(found.passed_over.is_empty(), "{}", found.passed_over);
        assert_eq!(found.pictures.len(), 3);
    }
    folder.draw("more.png", [20, 40]);
    assert_eq!(boxes_of(&folder.read("labels"), "more.png"), []);
    // One text is the boxes of one picture.
    let lone = folder.read("labels/a.txt");
    assert_eq!((lone.pictures.len(), lone.num_boxes()), (1, 2));
}

#[test]
fn picture_and_boxes_are_scaled_together() {
    let folder = folder();
    folder.write("labels/a.txt", "1 0.5 0.5 0.5 0.5\n");
    let found = folder.read("labels");
    let (pixels, boxes) = found.pictures[0].read([10, 80]).unwrap();
    assert_eq!(pixels, [9, 99, 199].repeat(800));
    assert_eq!(boxes[0].bounds, [20.0, 2.5, 60.0, 7.5]);
}

#[test]
fn boxes_that_are_none_are_passed_over_counted_and_told() {
    let folder = folder();
    folder.write(
        "labels/a.txt",
        "0 nan 0.5 0.1 0.1\n0 inf 0.5 0.1 0.1\n0 0.5 0.5 -0.1 0.1\n0 0.5 0.5 0 0.1\n0 0.95 0.5 0.3 0.1\n\
         0 0.5 0.5 1 1\n",
    );
    folder.write("labels/gone.txt", "0 0.5 0.5 0.1 0.1\n");
    folder.write("labels/notes.md", "# nothing");
    let found = folder.read("labels");
    let [(_, cut), (_, whole)] = boxes_of(&found, "a.png")[..] else { panic!("{found:?}") };
    assert_eq!((cut[2], whole), (40.0, [0.0, 0.0, 40.0, 20.0]));
    assert_eq!(
        folder.without_path(&found.passed_over.to_string()),
        "1 picture that is not there (gone), 2 boxes without numbers (labels/a.txt, line 1), \
         1 box that ends before it begins (labels/a.txt, line 3), 1 box without area (labels/a.txt, line 4), \
         1 file of another form (labels/notes.md), 1 box cut off at the edge"
    );
}

#[test]
fn pixels_for_shares_classes_without_names_and_other_lines_are_refused() {
    let folder = folder();
    for (line, expected) in [
        (
            "0 320 240 64 64",
            "the middle across is 320: it must be a share of the picture, 0 to 1, not pixels",
        ),
        (
            "0 0.5 0.5 0.5 12",
            "the height is 12: it must be a share of the picture, 0 to 1, not pixels",
        ),
        (
            "0 -0.2 0.5 0.5 0.1",
            "the middle across is -0.2: it must be a share of the picture, 0 to 1, not pixels",
        ),
        (
            "0 1 2 3 4 5 6",
            "a place of an outline is 2: it must be a share of the picture, 0 to 1, not pixels",
        ),
        ("2 0.5 0.5 0.1 0.1", "class 2 is none of the 2 that are named: they are 0 to 1"),
        ("-1 0.5 0.5 0.1 0.1", "class -1 is none of the 2 that are named: they are 0 to 1"),
        ("0.5 0.5 0.5 0.1 0.1", "class 0.5 is none of the 2 that are named: they are 0 to 1"),
        ("car 0.5 0.5 0.1 0.1", "class car is none of the 2 that are named: they are 0 to 1"),
        (
            "0 0.5 0.5 0.1",
            "4 numbers: a box has 5 (class, middle across and down, width, height), an outline 7, 9 and so on",
        ),
        (
            "0 0.5 0.5 0.1 0.1 0.9",
            "6 numbers: a box has 5 (class, middle across and down, width, height), an outline 7, 9 and so on",
        ),
        ("0 0.5 half 0.1 0.1", "a share is \"half\", not a number"),
    ] {
        folder.write("labels/a.txt", format!("0 0.5 0.5 0.1 0.1\n{line}\n"));
        assert_eq!(folder.refusal("labels"), format!("labels/a.txt: line 2: {expected}"));
    }
    folder.write("labels/a.txt", "");
    let error = folder.refusal("labels");
    assert_eq!(error, format!("{}: not one of its 3 pictures has a box", "labels"));
}

#[test]
fn names_are_found_in_the_folder_and_above_and_are_needed() {
    let folder = Folder::with(&["a.png"]);
    folder.write("labels/train/a.txt", "1 0.5 0.5 0.5 0.5\n");
    let error = folder.refusal("labels/train");
    assert!(
        error.starts_with("labels/train: its boxes have numbers for classes, and no classes.txt"),
        "{error}"
    );
    folder.write("data.yaml", "path: .\nnames:\n  0: car\n  1: 'big dog'\nnc: 2\n");
    assert_eq!(folder.read("labels/train").classes, ["car", "big dog"]);
    folder.write("labels/yolo.names", "car\r\ncat\r\n");
    assert_eq!(folder.read("labels/train").classes, ["car", "cat"]);

    let known = |classes: &[&str]| {
        let classes: Vec<String> = classes.iter().map(ToString::to_string).collect();
        read(&folder.at("images"), &folder.at("labels/train"), Some(&classes))
    };
    let found = known(&["cat", "car", "eel"]).unwrap();
    assert_eq!(boxes_of(&found, "a.png"), [(0, [10.0, 5.0, 30.0, 15.0])]);
    let error = known(&["car"]).unwrap_err().to_string();
    assert!(error.ends_with("\"cat\" is none of the classes car"), "{error}");
}

#[test]
fn names_are_read_from_lists_and_from_every_way_of_yaml() {
    let parse = |contents: &str| {
        let found = names::parse(Path::new("data.yaml"), contents.as_bytes());
        found.map_err(|error| error.to_string())
    };
    let expected = Ok(vec!["car".to_string(), "big dog".to_string()]);
    for contents in [
        "car\nbig dog",
        "\u{feff}car\r\nbig dog\r\n\r\n",
        "nc: 2\nnames: ['car', \"big dog\"]\n",
        "names: [car,\n  big dog]\nnc: 2",
        "names: {0: car, 1: 'big dog'}",
        "train: x\nnames:\n  0: car # the first\n  1: big dog\n\nroboflow:\n  0: x\n",
        "names:\n- car\n- big dog\nnc: 2\n",
    ] {
        assert_eq!(parse(contents), expected, "{contents}");
    }
    let refused =
        |reason: &str| Err(format!("data.yaml is not a whole class names file: {reason}"));
    assert_eq!(
        parse("names:\n  1: car\n"),
        refused("its names are not numbered 0, 1, 2 and so on")
    );
    assert_eq!(parse("\n\n"), refused("it names no class"));
    assert_eq!(parse("names: []"), refused("it names no class"));
    assert_eq!(parse("car\n\ndog\n"), refused("class 1 has no name"));
    assert!(names::parse(Path::new("x"), b"\xff\xfec\0a\0").is_err());
}

#[test]
fn million_boxes_are_read() {
    let contents = "0 0.5 0.5 0.1 0.1\n".repeat(1_000_000);
    let passed_over = &mut PassedOver::default();
    let found = yolo::parse(Path::new("a.txt"), contents.as_bytes(), 1, passed_over).unwrap();
    assert_eq!(found.len(), 1_000_000);
}
