//! The pictures that a model took for another class than theirs.

use fireside_datasets::labelled_images::LabelledImages;
use fireside_recipes::RecipeError;
use fireside_recipes::picture_set::PictureSet;
use fireside_training::metrics::misclassified;

use crate::Failure;
use crate::picture;
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
        let pictures = |places: &[usize]| Ok(images.subset(places));
        self.draw_misclassified(file, images.labels(), predictions, classes, pictures)
    }

    /// As [`Run::misclassified`], of pictures that may still be in their files.
    ///
    /// # Errors
    /// As [`Run::misclassified`], and when a picture cannot be read.
    pub fn misclassified_of(
        &mut self,
        file: &str,
        set: &PictureSet,
        predictions: &[usize],
        classes: &[impl AsRef<str>],
    ) -> Result<(), Failure> {
        let pictures = |places: &[usize]| set.pictures(places);
        self.draw_misclassified(file, set.labels(), predictions, classes, pictures)
    }

    fn draw_misclassified(
        &mut self,
        file: &str,
        labels: &[usize],
        predictions: &[usize],
        classes: &[impl AsRef<str>],
        pictures: impl FnOnce(&[usize]) -> Result<LabelledImages, RecipeError>,
    ) -> Result<(), Failure> {
        let mut wrong = misclassified(predictions, labels);
        if wrong.is_empty() {
            self.say("No picture of the test set was misclassified.");
            return Ok(());
        }
        wrong.truncate(SHOWN);
        let caption = |&place: &usize| {
            let [taken, is] =
                [predictions[place], labels[place]].map(|class| classes[class].as_ref());
            format!("taken for {taken}, is {is}")
        };
        let captions: Vec<String> = wrong.iter().map(caption).collect();
        let (title, wrong) = ("Pictures of the test set that were told wrong", pictures(&wrong)?);
        self.picture(file, &picture::captioned(title, &wrong, &captions, COLUMNS)?)
    }
}
