//! Tables of boxes.

use fireside_datasets::boxes_files::Form;

use crate::folder::{Folder, boxes_of};

fn folder() -> Folder {
    Folder::with(&["a.png", "b.png"])
}

#[test]
fn tables_are_read_with_and_without_a_header_in_any_order_of_columns() {
    let folder = folder();
    for contents in [
        "file,x1,y1,x2,y2,class\na.png,1,2,3.5,4,dog\na.png,0,0,40,20,car\nb.png,,,,,\n",
        "\u{feff}a.png,1,2,3.5,4,dog\r\na.png,0,0,40,20,car\r\nb.png,,,,,\r\n",
        "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,40,20,dog,1,2,3.5,4\na.png,40,20,car,0,0,40,20\n\
         b.png,40,20,,,,,\n",
        "Label;Image;Left;Top;Right;Bottom\ndog;images/a.png;1;2;3,5;4\n\"car\";images/a.png;0;0;40;20\n;b.png;;;;\n",
    ] {
        folder.write("boxes.csv", contents);
        let found = folder.read("boxes.csv");
        assert_eq!(
            (found.form, &found.classes[..]),
            (Form::Csv, &["car".to_string(), "dog".into()][..])
        );
        let expected = [(1, [1.0, 2.0, 3.5, 4.0]), (0, [0.0, 0.0, 40.0, 20.0])];
        assert_eq!(boxes_of(&found, "a.png"), expected, "{contents}");
        assert_eq!(boxes_of(&found, "b.png"), []);
        assert!(found.passed_over.is_empty(), "{}", found.passed_over);
    }
}

#[test]
fn boxes_that_are_none_are_passed_over_counted_and_told() {
    let folder = folder();
    folder.write(
        "boxes.csv",
        "file,x1,y1,x2,y2,class\na.png,NaN,2,3,4,dog\na.png,1,2,inf,4,dog\na.png,9,2,3,4,dog\na.png,3,2,3,4,dog\n\
         a.png,50,2,60,4,dog\na.png,30,2,60,4,dog\ngone.png,1,2,3,4,dog\n",
    );
    let found = folder.read("boxes.csv");
    assert_eq!(boxes_of(&found, "a.png"), [(0, [30.0, 2.0, 40.0, 4.0])]);
    assert_eq!(
        folder.without_path(&found.passed_over.to_string()),
        "1 picture that is not there (gone.png), 2 boxes without numbers (line 2), \
         1 box that ends before it begins (line 4), 1 box without area (line 5), \
         1 box outside its picture (images/a.png), 1 box cut off at the edge"
    );
}

#[test]
fn tables_of_something_else_and_fields_that_are_no_numbers_are_refused() {
    let folder = folder();
    for (contents, expected) in [
        (
            "file,x1,y1,x2,class\na.png,1,2,3,dog\n",
            "boxes.csv has no column y2: its columns are file, x1, y1, x2, class",
        ),
        (
            "file,x1,y1,x2,y2,class\na.png,1,2,three,4,dog\n",
            "boxes.csv, line 2: x2 is \"three\", not a number",
        ),
        (
            "file,x1,y1,x2,y2,class\na.png,1,2,3,4,\n",
            "boxes.csv, line 2: class is \"\", not a class",
        ),
        ("file,x1,y1,x2,y2,class\na.png,,,,,\n", "boxes.csv: not one of its 1 pictures has a box"),
        (
            "nothing at all",
            "boxes.csv: it holds no boxes: COCO (a JSON file), Pascal VOC (XML files), YOLO (a text file for each \
             picture, beside classes.txt, obj.names or data.yaml) and CSV (file, x1, y1, x2, y2, class) are read",
        ),
    ] {
        folder.write("boxes.csv", contents);
        assert_eq!(folder.refusal("boxes.csv"), expected);
    }
    folder.write("boxes.csv", "file,x1,y1,x2,y2,class\na.png,1,2,3,4\n");
    assert!(folder.refusal("boxes.csv").contains("found record with 5 fields"));
    folder.write("boxes.csv", "file,x1,y1,x2,y2,class\n\"a.png,1,2,3,4,dog\n");
    assert!(folder.refusal("boxes.csv").contains("the quote that begins a cell does not close"));
}

#[test]
fn folder_of_two_forms_or_none_is_refused() {
    let folder = folder();
    folder.write("boxes/a.txt", "0 0.5 0.5 0.1 0.1\n");
    folder.write("boxes/b.xml", "<annotation></annotation>");
    let expected = "boxes: it holds YOLO text (a.txt) as well as Pascal VOC XML (b.xml): give a folder or a file \
                    of one form";
    assert_eq!(folder.refusal("boxes"), expected);
    folder.write("json/a.json", "{}").write("json/b.json", "{}");
    assert_eq!(folder.refusal("json"), "json: it holds 2 files of COCO JSON: give one of them");
    assert!(folder.refusal("images").starts_with("images: it holds no boxes: "));
    assert!(folder.refusal("gone.json").starts_with("gone.json cannot be read: "));
}
