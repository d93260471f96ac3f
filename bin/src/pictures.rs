//! What programs that classify pictures have in common.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::labelled_images::{self, LabelledImages};
use fireside_datasets::source::Source;

use crate::Failure;

/// Says in a sentence what was loaded.
pub fn describe(train: &LabelledImages, test: &LabelledImages, source: &Source) -> String {
    let [height, width, _] = train.image_shape();
    let (train, test) = (train.len(), test.len());
    format!("Data: {train} pictures to train on and {test} to test, {width}x{height}, {source}.")
}

/// A picture of the user's, ready for a model.
#[derive(Debug, Clone)]
pub struct Question {
    path: PathBuf,
    /// `[1, num_features]`, in 0..=1.
    pub features: Tensor<2>,
}

impl Question {
    /// Reads the picture and scales it to the size of those a model trains on.
    ///
    /// # Errors
    /// When the file is no picture.
    pub fn read(path: &Path, like: &LabelledImages, device: &Device) -> Result<Self, Failure> {
        let [height, width, _] = like.image_shape();
        let pixels = read_rgb(path, width as u32, height as u32)?;
        Ok(Self {
            path: path.to_path_buf(),
            features: labelled_images::features(&pixels, like.num_features(), device),
        })
    }

    /// As [`Question::read`], where a picture is given.
    ///
    /// # Errors
    /// When the file is no picture.
    pub fn asked(
        path: Option<&Path>,
        like: &LabelledImages,
        device: &Device,
    ) -> Result<Option<Self>, Failure> {
        path.map(|path| Self::read(path, like, device)).transpose()
    }

    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
