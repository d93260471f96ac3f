//! The pictures that a model took for another class than theirs.

use fireside_datasets::labelled_images::LabelledImages;
use fireside_training::metrics::misclassified;

use crate::Failure;
use crate::picture::{self, Tile};
use crate::run::Run;

/// Pictures shown at most, and how many in a row.
const SHOWN: usize = 24;
const COLUMNS: u32 = 6;

impl Run {
    /// Draws the pictures that a model took for another class than theirs, or says that there are none; `classes`
    /// names each class.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn misclassified(
        &mut self,
        file: &str,
        images: &LabelledImages,
        predictions: &[usize],
        classes: &[impl AsRef<str>],
    ) -> Result<(), Failure> {
        let [height, width, _] = images.image_shape();
        let tile = |index: usize| {
            let [taken, is] =
                [predictions[index], images.labels()[index]].map(|class| classes[class].as_ref());
            Tile {
                pixels: images.image(index),
                size: (width as u32, height as u32),
                caption: format!("taken for {taken}, is {is}"),
            }
        };
        let wrong = misclassified(predictions, images.labels());
        let tiles: Vec<Tile<'_>> = wrong.into_iter().take(SHOWN).map(tile).collect();
        if tiles.is_empty() {
            self.say("No picture of the test set was misclassified.");
            return Ok(());
        }
        self.picture(file, &picture::sheet(&tiles, COLUMNS)?)
    }
}
