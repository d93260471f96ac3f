//! What programs that classify pictures have in common.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::image_folder::PassedOver;
use fireside_datasets::labelled_images::{self, LabelledImages};
use fireside_datasets::source::Source;
use fireside_training::metrics::misclassified;

use crate::Failure;
use crate::picture::{self, Tile};
use crate::run::Run;

/// Misclassified pictures shown at most.
const SHOWN: usize = 24;

/// Says in a sentence what was loaded.
pub fn describe(train: &LabelledImages, test: &LabelledImages, source: &Source) -> String {
    let [height, width, _] = train.image_shape();
    let (train, test) = (train.len(), test.len());
    format!("Data: {train} pictures to train on and {test} to test, {width}x{height}, {source}.")
}

/// A line that says what was passed over, if anything was.
pub fn passed_over(files: &PassedOver) -> String {
    match files.is_empty() {
        true => String::new(),
        false => format!("\npassed over: {files}"),
    }
}

/// Features `[count, num_features]` in 0..=1, and class indices `[count]`.
pub type ClassExamples = (Tensor<2>, Tensor<1, Int>);

/// Moves pictures and their classes to a device.
pub fn examples(images: &LabelledImages, device: &Device) -> ClassExamples {
    (images.features(device), images.class_indices(device))
}

/// Draws the pictures that a model took for another class than theirs; `classes` names each class.
///
/// # Errors
/// When the sheet cannot be drawn or written.
pub fn draw_misclassified(
    run: &mut Run,
    file: &str,
    images: &LabelledImages,
    predictions: &[usize],
    classes: &[&str],
) -> Result<(), Failure> {
    let [height, width, _] = images.image_shape();
    let tile = |index: usize| Tile {
        pixels: images.image(index),
        size: (width as u32, height as u32),
        caption: format!(
            "taken for {}, is {}",
            classes[predictions[index]],
            classes[images.labels()[index]]
        ),
    };
    let wrong = misclassified(predictions, images.labels());
    let tiles: Vec<Tile<'_>> = wrong.into_iter().take(SHOWN).map(tile).collect();
    if tiles.is_empty() {
        run.say("No picture of the test set was misclassified.");
        return Ok(());
    }
    run.picture(file, &picture::sheet(&tiles, 6)?)
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

    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
