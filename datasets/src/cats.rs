//! Cats against other things: 64x64 RGB, 209 pictures for training and 50 for testing.
//!
//! The course's files are `train_catvnoncat.h5` and `test_catvnoncat.h5`, or `train.h5` and `test.h5` in
//! the edition of 2021: `train_set_x` of bytes `[209, 64, 64, 3]`, `train_set_y` of integers `[209]`, and
//! the same for `test`. Class 1 is the cat. Without them [`Cats::embedded`] draws pictures of that shape.

use std::path::Path;

use crate::hdf5::Hdf5File;
use crate::labelled_images::LabelledImages;
use crate::source::{self, Source};
use crate::{DataError, drawn_cats};

/// What the classes are called.
pub const CLASSES: [&str; 2] = ["non-cat", "cat"];

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "cats";
/// Names of the training file, the older first.
pub const TRAIN_NAMES: &[&str] = &["train_catvnoncat.h5", "train.h5"];
/// Names of the test file, the older first.
pub const TEST_NAMES: &[&str] = &["test_catvnoncat.h5", "test.h5"];

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
        let train = source::find(folder, TOPIC, TRAIN_NAMES)?;
        let test = source::find(folder, TOPIC, TEST_NAMES)?;
        let cats = Self {
            train: read_set(&train, "train_set_x", "train_set_y")?,
            test: read_set(&test, "test_set_x", "test_set_y")?,
        };
        if cats.train.image_shape() != cats.test.image_shape() {
            return Err(DataError::Unexpected {
                path: test,
                name: "test_set_x".to_string(),
                expected: format!("pictures of {:?}", cats.train.image_shape()),
                found: format!("pictures of {:?}", cats.test.image_shape()),
            });
        }
        Ok(cats)
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

fn read_set(path: &Path, pictures: &str, labels: &str) -> Result<LabelledImages, DataError> {
    let file = Hdf5File::open(path)?;
    let found = file.pictures(pictures)?;
    let classes = file.labels(labels, CLASSES.len())?;
    let [count, _, _, channels] = found.shape;
    if classes.len() != count {
        return Err(DataError::Unexpected {
            path: path.to_path_buf(),
            name: labels.to_string(),
            expected: format!("a label for each of the {count} pictures"),
            found: format!("{} labels", classes.len()),
        });
    }
    if channels != 3 {
        return Err(DataError::Unexpected {
            path: path.to_path_buf(),
            name: pictures.to_string(),
            expected: "pictures of 3 channels".to_string(),
            found: format!("pictures of {channels}"),
        });
    }
    Ok(LabelledImages::new(found, classes))
}
