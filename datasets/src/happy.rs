//! Happy House: faces that smile or do not, 64x64 RGB, 600 pictures for training and 150 for testing.
//!
//! The course's files are `train_happy.h5` and `test_happy.h5`: `train_set_x` of bytes `[600, 64, 64, 3]`,
//! `train_set_y` of integers `[600]`, and the same for `test`. Class 1 is the smile, which opens the door
//! of the house. Without them [`Happy::embedded`] draws faces.

use std::path::Path;

use fireside_numpy_rng::NumpyRng;

use crate::course_pictures::CoursePictures;
use crate::labelled_images::LabelledImages;
use crate::source::Source;
use crate::{DataError, drawn_faces};

/// What the classes are called.
pub const CLASSES: [&str; 2] = ["not happy", "happy"];

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "happy";
/// Names of the training file.
pub const TRAIN_NAMES: &[&str] = &["train_happy.h5"];
/// Names of the test file.
pub const TEST_NAMES: &[&str] = &["test_happy.h5"];

const FILES: CoursePictures = CoursePictures {
    topic: TOPIC,
    train_names: TRAIN_NAMES,
    test_names: TEST_NAMES,
    num_classes: CLASSES.len(),
};

/// Both sets of pictures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happy {
    /// To train on.
    pub train: LabelledImages,
    /// To judge by.
    pub test: LabelledImages,
}

impl Happy {
    /// Reads the course's files from `folder` or `folder/happy`.
    ///
    /// # Errors
    /// When a file is missing or anything in it is not as the course has it.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let (train, test) = FILES.read(folder)?;
        Ok(Self { train, test })
    }

    /// Reads the test file alone, for a model that was trained elsewhere.
    ///
    /// # Errors
    /// As [`Happy::read`].
    pub fn read_test(folder: &Path) -> Result<LabelledImages, DataError> {
        FILES.read_test(folder)
    }

    /// Reads the test file alone and shares its pictures out: four fifths to train on, a fifth to judge by, each
    /// class in the same proportion. For who has no training file; figures of so few pictures are rough.
    ///
    /// # Errors
    /// As [`Happy::read`].
    pub fn read_shared_out(folder: &Path, seed: u32) -> Result<Self, DataError> {
        let all = Self::read_test(folder)?;
        let order = NumpyRng::new(seed).permutation(all.len());
        let (mut train, mut test, mut seen) = (Vec::new(), Vec::new(), [0; CLASSES.len()]);
        for place in order {
            let seen = &mut seen[all.labels()[place]];
            if *seen % 5 == 4 {
                test.push(place)
            } else {
                train.push(place)
            }
            *seen += 1;
        }
        Ok(Self { train: all.subset(&train), test: all.subset(&test) })
    }

    /// Reads the course's files, or draws pictures in their place.
    ///
    /// # Errors
    /// As [`Happy::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Draws 600 and 150 pictures, half of them happy; the same seed draws the same ones.
    pub fn embedded(seed: u32) -> Self {
        let (train, test) = drawn_faces::draw(600, 150, seed);
        Self { train, test }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_faces_have_the_course_s_shape_and_are_the_seed_s() {
        let happy = Happy::embedded(1);
        for (set, count) in [(&happy.train, 600), (&happy.test, 150)] {
            assert_eq!((set.len(), set.image_shape()), (count, [64, 64, 3]));
            assert_eq!(set.labels().iter().sum::<usize>(), count / 2);
        }
        assert_eq!(happy, Happy::embedded(1));
        assert_ne!(happy.test, Happy::embedded(2).test);
    }

    #[test]
    fn missing_file_is_an_error_that_names_it_and_the_places() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        for (error, name) in [
            (Happy::read(folder.path()).unwrap_err(), "train_happy.h5"),
            (Happy::read_test(folder.path()).unwrap_err(), "test_happy.h5"),
        ] {
            assert_eq!(error.to_string(), format!("no {name} in {place} or {place}/happy"));
        }
    }
}
