//! What can be wrong with a file of boxes.

use super::form::Form;

/// What is wrong with a file or folder of boxes, or the pictures that it speaks of.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BoxesProblem {
    /// Nothing of a known form is there.
    #[error(
        "it holds no boxes: COCO (a JSON file), Pascal VOC (XML files), YOLO (a text file for each picture, beside \
         classes.txt, obj.names or data.yaml) and CSV (file, x1, y1, x2, y2, class) are read"
    )]
    NoForm,
    /// A folder has files of two forms.
    #[error("it holds {one} as well as {other}: give a folder or a file of one form")]
    TwoForms {
        /// A file of one form.
        one: String,
        /// A file of another.
        other: String,
    },
    /// A folder has several files any of which could be meant.
    #[error("it holds {count} files of {form}: give one of them")]
    ManyFiles {
        /// Their form.
        form: Form,
        /// How many.
        count: usize,
    },
    /// Nothing says what YOLO's classes are called.
    #[error(
        "its boxes have numbers for classes, and no classes.txt, obj.names or data.yaml with their names is in or \
         above it"
    )]
    NoNames,
    /// A class's number has no name.
    #[error(
        "line {line}: class {found} is none of the {classes} that are named: they are 0 to {}",
        classes.saturating_sub(1)
    )]
    Class {
        /// The line, from 1.
        line: u64,
        /// The number, as it is written.
        found: String,
        /// How many names there are.
        classes: usize,
    },
    /// YOLO's numbers are no shares of the picture.
    #[error(
        "line {line}: {what} is {value}: it must be a share of the picture, 0 to 1, not pixels"
    )]
    Share {
        /// The line, from 1.
        line: u64,
        /// Which number.
        what: &'static str,
        /// What it is.
        value: f64,
    },
    /// A line of YOLO has another number of fields.
    #[error(
        "line {line}: {found} numbers: a box has 5 (class, middle across and down, width, height), an outline 7, 9 and \
         so on"
    )]
    Fields {
        /// The line, from 1.
        line: u64,
        /// How many it has.
        found: usize,
    },
    /// Something that must be a number is none.
    #[error("line {line}: {what} is {found:?}, not a number")]
    Number {
        /// The line, from 1.
        line: u64,
        /// What it is called.
        what: &'static str,
        /// What it says.
        found: String,
    },
    /// An annotation of COCO belongs to nothing.
    #[error("annotation {annotation} is of {what} {id}, which is not there")]
    Dangling {
        /// The annotation's place in the file, from 1.
        annotation: usize,
        /// `image` or `category`.
        what: &'static str,
        /// The number that is named.
        id: String,
    },
    /// Two pictures or categories of COCO have one number.
    #[error("two of its {what} have the id {id}")]
    Twice {
        /// `images` or `categories`.
        what: &'static str,
        /// The number.
        id: String,
    },
    /// A class is none of those that are known.
    #[error("{found:?} is none of the classes {}", classes.join(", "))]
    UnknownClass {
        /// The class of a box.
        found: String,
        /// Those that there may be.
        classes: Vec<String>,
    },
    /// There are more classes than are read.
    #[error("it has more than {limit} classes")]
    TooManyClasses {
        /// The most that are read.
        limit: usize,
    },
    /// None of the pictures is there.
    #[error("none of the {count} pictures that it speaks of is in {folder}: {first} is the first")]
    NoPictures {
        /// How many it speaks of.
        count: usize,
        /// Where they were looked for.
        folder: String,
        /// One of them.
        first: String,
    },
    /// Not one picture has a box.
    #[error("not one of its {pictures} pictures has a box{passed_over}")]
    NoBoxes {
        /// How many pictures there are.
        pictures: usize,
        /// What was passed over, for the sentence; empty where nothing was.
        passed_over: String,
    },
    /// It is no file of numbers or words but a page or a note of where the file is.
    #[error("it is {what}, not the file itself")]
    NotItself {
        /// What it is.
        what: String,
    },
}
