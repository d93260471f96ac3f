//! Cats against other things: 64x64 RGB, 209 pictures for training and 50 for testing.
//!
//! The course's files are `train_catvnoncat.h5` and `test_catvnoncat.h5`, or `train.h5` and `test.h5` in
//! the edition of 2021: `train_set_x` of bytes `[209, 64, 64, 3]`, `train_set_y` of integers `[209]`, and
//! the same for `test`. Class 1 is the cat. Without them [`Cats::embedded`] draws pictures of that shape.

use std::path::Path;

use crate::course_pictures::CoursePictures;
use crate::labelled_images::LabelledImages;
use crate::source::Source;
use crate::{DataError, drawn_cats};

/// What the classes are called.
pub const CLASSES: [&str; 2] = ["non-cat", "cat"];

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "cats";
/// Names of the training file, the older first.
pub const TRAIN_NAMES: &[&str] = &["train_catvnoncat.h5", "train.h5"];
/// Names of the test file, the older first.
pub const TEST_NAMES: &[&str] = &["test_catvnoncat.h5", "test.h5"];

const FILES: CoursePictures = CoursePictures {
    topic: TOPIC,
    train_names: TRAIN_NAMES,
    test_names: TEST_NAMES,
    num_classes: CLASSES.len(),
};

/// Both sets of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cats {
    /// To train on.
    pub train: LabelledImages,
    /// To judge by.
    pub test: LabelledImages,
}

impl Cats {
    /// Reads the course's files from `folder` or `folder/cats`.
    ///
    /// # Errors
    /// When a file is missing or anything in it is not as the course has it.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let (train, test) = FILES.read(folder)?;
        Ok(Self { train, test })
    }

    /// Reads the course's files, or draws pictures in their place.
    ///
    /// # Errors
    /// As [`Cats::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Draws 209 and 50 pictures; the same seed draws the same ones.
    pub fn embedded(seed: u32) -> Self {
        let (train, test) = drawn_cats::draw(209, 50, seed);
        Self { train, test }
    }
}
