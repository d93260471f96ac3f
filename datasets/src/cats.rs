//! Cats against other things: 64x64 RGB, 209 pictures for training and 50 for testing.
//!
//! The course's files are `train_catvnoncat.h5` and `test_catvnoncat.h5`, or `train.h5` and `test.h5` in
//! the edition of 2021: `train_set_x` of bytes `[209, 64, 64, 3]`, `train_set_y` of integers `[209]`, and
//! the same for `test`. Class 1 is the cat. Without them [`Cats::embedded`] and
//! [`Cats::embedded_at_dusk`] draw pictures of that shape.

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

    /// Reads the course's files, or draws pictures in their place: [`Cats::embedded`].
    ///
    /// # Errors
    /// As [`Cats::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Reads the course's files, or draws pictures in their place: [`Cats::embedded_at_dusk`].
    ///
    /// # Errors
    /// As [`Cats::read`].
    pub fn load_at_dusk(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded_at_dusk(seed)),
        }
    }

    /// Draws 209 and 50 pictures of a small thing in one of the corners, dark or light, half of them cats; no sum of
    /// pixels tells which. The same seed draws the same ones.
    pub fn embedded(seed: u32) -> Self {
        let [train, test] = drawn_cats::draw_in_corners(seed);
        Self { train, test }
    }

    /// Draws 209 and 50 pictures of a faint thing in the middle, 72 and 33 of them cats as in the course's files,
    /// which logistic regression can learn. The same seed draws the same ones.
    pub fn embedded_at_dusk(seed: u32) -> Self {
        let [train, test] = drawn_cats::draw_at_dusk(seed);
        Self { train, test }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cats_in(pictures: &LabelledImages) -> usize {
        pictures.labels().iter().sum()
    }

    #[test]
    fn drawn_pictures_have_the_course_s_shape_and_are_the_seed_s() {
        for draw in [Cats::embedded, Cats::embedded_at_dusk] {
            let Cats { train, test } = draw(1);
            assert_eq!((train.len(), test.len()), (209, 50));
            assert_eq!((train.image_shape(), test.image_shape()), ([64, 64, 3], [64, 64, 3]));
            assert_eq!(draw(1).test, test);
            assert_ne!(draw(2).test, test);
        }
    }

    #[test]
    fn at_dusk_there_are_as_many_cats_as_in_the_course_s_files_and_in_corners_half() {
        let (dusk, corners) = (Cats::embedded_at_dusk(3), Cats::embedded(3));
        assert_eq!((cats_in(&dusk.train), cats_in(&dusk.test)), (72, 33));
        assert_eq!((cats_in(&corners.train), cats_in(&corners.test)), (105, 25));
    }
}
