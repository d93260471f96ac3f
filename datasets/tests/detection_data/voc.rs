//! Pascal VOC's XML.

use fireside_datasets::boxes_files::Form;

use crate::folder::{Folder, boxes_of};

fn object(class: &str, corners: [&str; 4], rest: &str) -> String {
    let [xmin, ymin, xmax, ymax] = corners;
    format!(
        "<object><name>{class}</name>{rest}<bndbox><xmin>{xmin}</xmin><ymin>{ymin}</ymin>\
         <xmax>{xmax}</xmax><ymax>{ymax}</ymax></bndbox></object>\n"
    )
}

fn file(name: &str, objects: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<annotation>\n<folder>VOC2007</folder><filename>{name}</filename>\n\
         <size><width>40</width><height>20</height><depth>3</depth></size>\n{objects}</annotation>\n"
    )
}

fn folder() -> Folder {
    Folder::with(&["a.png", "b.png"])
}

#[test]
fn boxes_count_from_the_first_pixel_and_classes_are_in_alphabetical_order() {
    let folder = folder();
    let dog =
        object("dog", ["1", "1", "40", "20"], "<difficult>1</difficult><truncated>1</truncated>");
    let part = object("head", ["3", "3", "4", "4"], "").replace("object>", "part>");
    let car = object(" car &amp; van ", ["2.5", "3", "11", "8"], &part);
    for (before, ends) in [("", "\n"), ("\u{feff}", "\r\n")] {
        let write = |name: &str, contents: String| {
            folder.write(name, format!("{before}{}", contents.replace('\n', ends)));
        };
        write("voc/a.xml", file("another.png", &(dog.clone() + &car)));
        write("voc/b.any", file("b.png", ""));
        let found = folder.read("voc");
        assert_eq!(
            (found.form, &found.classes[..]),
            (Form::Voc, &["car & van".to_string(), "dog".into()][..])
        );
        let expected = [(1, [0.0, 0.0, 40.0, 20.0]), (0, [1.5, 2.0, 11.0, 8.0])];
        assert_eq!(boxes_of(&found, "a.png"), expected);
        assert_eq!(boxes_of(&found, "b.png"), []);
        let difficult: Vec<bool> =
            found.pictures[0].boxes.iter().map(|found| found.difficult).collect();
        assert_eq!(difficult, [true, false]);
        assert!(found.passed_over.is_empty(), "{}", found.passed_over);
    }
    // One file alone, whose picture has another name.
    folder.write("lone.xml", file("b.png", &dog));
    assert_eq!(boxes_of(&folder.read("lone.xml"), "b.png"), [(0, [0.0, 0.0, 40.0, 20.0])]);
}

#[test]
fn boxes_that_are_none_are_passed_over_counted_and_told() {
    let folder = folder();
    let all = [
        ["nan", "1", "3", "3"],
        ["1", "-inf", "3", "3"],
        ["5", "5", "3", "9"],
        ["5", "9", "9", "5"],
        ["5.5", "5", "4.5", "9"],
        ["41", "1", "60", "9"],
        ["30", "15", "90", "90"],
        ["4", "4", "4", "4"],
    ];
    let objects: String = all.map(|corners| object("car", corners, "")).concat();
    folder.write("voc/a.xml", file("a.png", &objects));
    let found = folder.read("voc");
    let expected = [(0, [29.0, 14.0, 40.0, 20.0]), (0, [3.0, 3.0, 4.0, 4.0])];
    assert_eq!(boxes_of(&found, "a.png"), expected);
    assert_eq!(
        folder.without_path(&found.passed_over.to_string()),
        "2 boxes without numbers (voc/a.xml, line 5), 2 boxes that end before they begin (voc/a.xml, line 7), \
         1 box without area (voc/a.xml, line 9), 1 box outside its picture (images/a.png), \
         1 box cut off at the edge"
    );
}

#[test]
fn files_that_are_no_annotations_are_refused_with_the_line() {
    let folder = folder();
    let whole = file("a.png", &object("car", ["1", "1", "4", "4"], ""));
    for (contents, expected) in [
        (whole.replace("annotation", "svg"), ": its root is \"svg\", not annotation"),
        (whole.replace("</object>", ""), ": line 6: "),
        (whole.replace("</annotation>\n", ""), "it ends within \"annotation\""),
        (whole[..220].to_string(), "line 5: "),
        (whole.replace("<xmax>4</xmax>", ""), ": line 5: an object without xmax"),
        (whole.replace("<name>car</name>", ""), ": line 5: an object without name"),
        (whole.replace("car", " "), ": line 5: an object without name"),
        (whole.replace("car", "&nothing;"), ": line 5: "),
        (
            format!("<annotation>{}", "<a>".repeat(1000)),
            "more than 64 elements lie within each other",
        ),
        ("<!-- nothing -->".to_string(), "it has no annotation"),
        (format!("{whole}<annotation></annotation>"), "its root is"),
    ] {
        folder.write("a.xml", &contents);
        let error = folder.refusal("a.xml");
        assert!(error.starts_with("a.xml is not a whole Pascal VOC XML file: "), "{error}");
        assert!(error.contains(expected), "{error} has no {expected}");
    }
    folder.write("a.xml", whole.replace(">4<", ">four<"));
    assert_eq!(folder.refusal("a.xml"), "a.xml: line 5: xmax is \"four\", not a number");
    folder.write("a.xml", file("a.png", ""));
    assert_eq!(folder.refusal("a.xml"), "a.xml: not one of its 1 pictures has a box");
    folder.write("a.xml", "<!doctype html>\n<html><body>404</body></html>");
    assert!(folder.refusal("a.xml").contains("a page of a web site (HTML)"));
    folder.write("a.xml", file("gone.png", &object("car", ["1", "1", "4", "4"], "")).as_bytes());
    // By its own name it is the picture a.png.
    assert_eq!(folder.read("a.xml").num_boxes(), 1);
}

/// Entities that each stand for two of the one before are never resolved.
#[test]
fn entities_of_entities_are_refused_before_memory_is_taken() {
    let folder = folder();
    let mut contents = "<!DOCTYPE a [<!ENTITY e0 \"ha\">".to_string();
    for number in 1..60 {
        contents += &format!("<!ENTITY e{number} \"&e{};&e{};\">", number - 1, number - 1);
    }
    contents += "]>";
    contents += &file("a.png", &object("&e59;", ["1", "1", "4", "4"], ""));
    folder.write("a.xml", contents);
    let error = folder.refusal("a.xml");
    assert!(error.contains("e59"), "{error}");
}
