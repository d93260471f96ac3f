//! What the classes of published detectors are called.

use std::fs;
use std::path::Path;

use fireside_datasets::boxes_files::names;

use crate::RecipeError;

/// A file of more bytes is no list of names.
const MOST_BYTES: u64 = 1 << 20;

/// The 80 classes of COCO as Darknet and the course call them (`coco_classes.txt`), in the order of the networks.
pub const COCO: [&str; 80] = [
    "person",
    "bicycle",
    "car",
    "motorbike",
    "aeroplane",
    "bus",
    "train",
    "truck",
    "boat",
    "traffic light",
    "fire hydrant",
    "stop sign",
    "parking meter",
    "bench",
    "bird",
    "cat",
    "dog",
    "horse",
    "sheep",
    "cow",
    "elephant",
    "bear",
    "zebra",
    "giraffe",
    "backpack",
    "umbrella",
    "handbag",
    "tie",
    "suitcase",
    "frisbee",
    "skis",
    "snowboard",
    "sports ball",
    "kite",
    "baseball bat",
    "baseball glove",
    "skateboard",
    "surfboard",
    "tennis racket",
    "bottle",
    "wine glass",
    "cup",
    "fork",
    "knife",
    "spoon",
    "bowl",
    "banana",
    "apple",
    "sandwich",
    "orange",
    "broccoli",
    "carrot",
    "hot dog",
    "pizza",
    "donut",
    "cake",
    "chair",
    "sofa",
    "pottedplant",
    "bed",
    "diningtable",
    "toilet",
    "tvmonitor",
    "laptop",
    "mouse",
    "remote",
    "keyboard",
    "cell phone",
    "microwave",
    "oven",
    "toaster",
    "sink",
    "refrigerator",
    "book",
    "clock",
    "vase",
    "scissors",
    "teddy bear",
    "hair drier",
    "toothbrush",
];

/// The 20 classes of Pascal VOC (`voc.names` of Darknet), in the order of the networks.
pub const VOC: [&str; 20] = [
    "aeroplane",
    "bicycle",
    "bird",
    "boat",
    "bottle",
    "bus",
    "car",
    "cat",
    "chair",
    "cow",
    "diningtable",
    "dog",
    "horse",
    "motorbike",
    "person",
    "pottedplant",
    "sheep",
    "sofa",
    "train",
    "tvmonitor",
];

/// The names of so many classes: those of a file, a line for each, or else those of COCO or VOC, or numbers.
///
/// # Errors
/// When the file cannot be read, is no text, or names fewer.
pub fn of(count: usize, file: Option<&Path>) -> Result<Vec<String>, RecipeError> {
    if let Some(path) = file {
        let names = read(path)?;
        return match names.len() >= count {
            true => Ok(names),
            false => Err(RecipeError::Input(format!(
                "{} names {} classes, and the network has {count}",
                path.display(),
                names.len()
            ))),
        };
    }
    let known: &[&str] = match count {
        80 => &COCO,
        20 => &VOC,
        _ => return Ok((0..count).map(|class| format!("class {class}")).collect()),
    };
    Ok(known.iter().map(ToString::to_string).collect())
}

/// The names of a file: a line for each, or the `names` of a YAML file.
///
/// # Errors
/// When it cannot be read, is no text, or a name is missing.
pub fn read(path: &Path) -> Result<Vec<String>, RecipeError> {
    let wrong = |reason: String| RecipeError::Input(format!("{}: {reason}", path.display()));
    let unreadable = |error: std::io::Error| wrong(format!("it cannot be read: {error}"));
    if fs::metadata(path).map_err(unreadable)?.len() > MOST_BYTES {
        return Err(wrong("it is too long to be a list of names".to_string()));
    }
    Ok(names::parse(path, &fs::read(path).map_err(unreadable)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &[u8], count: usize) -> Result<Vec<String>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("names.txt");
        fs::write(&path, text).unwrap();
        of(count, Some(&path)).map_err(|error| error.to_string())
    }

    #[test]
    fn names_are_read_a_line_each_and_others_are_known() {
        assert_eq!(names(b"\xef\xbb\xbfa b\r\nc\n\n", 2).unwrap(), ["a b", "c"]);
        assert_eq!(of(80, None).unwrap()[5], "bus");
        assert_eq!(of(20, None).unwrap()[14], "person");
        assert_eq!(of(2, None).unwrap(), ["class 0", "class 1"]);
    }

    #[test]
    fn too_few_names_and_files_that_are_no_lists_are_refused() {
        for (text, expected) in [
            (&b"a\nb\n"[..], "names 2 classes, and the network has 3"),
            (b"a\n\nb\nc", ""),
            (b"", ""),
            (b"\xff\xfe", ""),
        ] {
            let found = names(text, 3).unwrap_err();
            assert!(found.contains("names.txt") && found.contains(expected), "{found}");
        }
        assert!(read("nowhere.txt".as_ref()).unwrap_err().to_string().contains("nowhere.txt"));
    }
}
