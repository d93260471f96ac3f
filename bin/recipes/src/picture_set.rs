//! Labelled pictures as a training asks for them.

use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::augmentation::Augmentation;
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::image_folder::ImageSource;
use fireside_datasets::labelled_images::LabelledImages;
use fireside_training::supervised::Examples;

use crate::RecipeError;

/// Pictures that are looked at to find the colours of a set.
const COLOR_SAMPLE: usize = 5000;
/// While the network learns from one batch, the next is under way.
const AHEAD: usize = 2;

/// Images `[batch, channels, height, width]` in 0..=1, and class indices `[batch]`.
pub type ImageBatch = (Tensor<4>, Tensor<1, Int>);

/// Labelled pictures, in memory or in files, as a training asks for them.
#[derive(Debug, Clone)]
pub struct PictureSet(ImageExamples);

impl PictureSet {
    /// Takes pictures for a network on `device`.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(source: ImageSource, device: &Device) -> Result<Self, RecipeError> {
        Ok(Self(ImageExamples::new(source, device)?))
    }

    /// As [`PictureSet::new`], of pictures in memory: the first `count` at most.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn first(
        pictures: LabelledImages,
        count: usize,
        device: &Device,
    ) -> Result<Self, RecipeError> {
        Self::new(ImageSource::Memory(pictures.first(count)), device)
    }

    /// The same pictures, changed anew in every epoch.
    ///
    /// # Errors
    /// When a setting is out of its range, or a picture cannot be read to find the colours of the set.
    pub fn changed(&self, changes: &Augmentation, seed: u32) -> Result<Self, RecipeError> {
        let augmenter = changes.fit(&self.0.source().sample(COLOR_SAMPLE, seed)?)?;
        Ok(Self(self.0.clone().augmented(augmenter, seed)))
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The class of each.
    pub fn labels(&self) -> &[usize] {
        self.0.source().labels()
    }

    /// The pictures at `places`, in that order.
    ///
    /// # Errors
    /// When a file cannot be read or is damaged by now.
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn pictures(&self, places: &[usize]) -> Result<LabelledImages, RecipeError> {
        Ok(self.0.pictures(places)?)
    }
}

impl Examples for PictureSet {
    type Batch = ImageBatch;

    fn count(&self) -> usize {
        self.len()
    }

    fn batch(&self, places: &[usize]) -> Result<ImageBatch, DatasetError> {
        self.0.batch(places).map_err(DatasetError::new)
    }

    fn in_epoch(&self, epoch: usize) -> Self {
        Self(self.0.in_epoch(epoch))
    }

    fn ahead(&self) -> usize {
        AHEAD
    }
}
