//! The form that the course's sets of labelled pictures share.
//!
//! A file for training holds `train_set_x` of bytes `[count, height, width, 3]` and `train_set_y` of
//! integers `[count]`; one for testing, the same under `test_set_x` and `test_set_y`. Numbers may be of any type that
//! holds whole ones, and labels lie in a column or a row.

use std::path::Path;

use crate::DataError;
use crate::hdf5::Hdf5File;
use crate::labelled_images::LabelledImages;
use crate::source;

const TEST_PICTURES: &str = "test_set_x";
const TEST_LABELS: &str = "test_set_y";

/// Where one set lies, and how many classes it has.
pub(crate) struct CoursePictures {
    pub topic: &'static str,
    pub train_names: &'static [&'static str],
    pub test_names: &'static [&'static str],
    pub num_classes: usize,
}

impl CoursePictures {
    /// Reads both files from `folder` or `folder/topic`.
    pub fn read(&self, folder: &Path) -> Result<(LabelledImages, LabelledImages), DataError> {
        let train_path = source::find(folder, self.topic, self.train_names)?;
        let test_path = source::find(folder, self.topic, self.test_names)?;
        let train = self.read_set(&train_path, "train_set_x", "train_set_y")?;
        let test = self.read_set(&test_path, TEST_PICTURES, TEST_LABELS)?;
        if train.image_shape() != test.image_shape() {
            return Err(DataError::Unexpected {
                path: test_path,
                name: TEST_PICTURES.to_string(),
                expected: format!("pictures of {:?}", train.image_shape()),
                found: format!("pictures of {:?}", test.image_shape()),
            });
        }
        Ok((train, test))
    }

    /// Reads the test file alone.
    pub fn read_test(&self, folder: &Path) -> Result<LabelledImages, DataError> {
        let path = source::find(folder, self.topic, self.test_names)?;
        self.read_set(&path, TEST_PICTURES, TEST_LABELS)
    }

    fn read_set(
        &self,
        path: &Path,
        pictures: &str,
        labels: &str,
    ) -> Result<LabelledImages, DataError> {
        let file = Hdf5File::open(path)?;
        let found = file.pictures(pictures)?;
        let classes = file.labels(labels, self.num_classes)?;
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
}
