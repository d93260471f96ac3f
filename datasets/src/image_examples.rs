//! Pictures as a training asks for them: batch by batch, decoded and augmented while the model learns.

use std::sync::Arc;

use burn_tensor::{Device, Int, Tensor};
use fireside_numpy_rng::NumpyRng;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::DataError;
use crate::augmentation::Augmenter;
use crate::image_folder::ImageSource;
use crate::labelled_images::LabelledImages;

/// Pictures, in memory or in files, that become batches of
/// - images `[batch, channels, height, width]`, values in 0..=1, and
/// - class indices `[batch]`.
///
/// Pictures are decoded and augmented on threads of their own, apart from those that the model computes on. A
/// picture is changed by draws from the seed, the epoch and its own place, whatever batch it is in: a training that
/// is resumed sees the same pictures. They become the examples of a training of `fireside-training` by a closure:
///
/// ```ignore
/// BatchMaker::new(pictures.len(), move |epoch, indices| pictures.in_epoch(epoch).batch(indices))
/// ```
#[derive(Debug, Clone)]
pub struct ImageExamples {
    source: Arc<ImageSource>,
    augmenter: Option<(Arc<Augmenter>, u32)>,
    epoch: usize,
    workers: Arc<ThreadPool>,
    device: Device,
}

impl ImageExamples {
    /// Takes pictures for a model on `device`.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn new(source: ImageSource, device: &Device) -> Result<Self, DataError> {
        // As many as there are cores, apart from those that the model computes on.
        let workers = ThreadPoolBuilder::new().thread_name(|index| format!("pictures {index}"));
        let workers =
            workers.build().map_err(|error| DataError::NoThreads { reason: error.to_string() })?;
        Ok(Self {
            source: Arc::new(source),
            augmenter: None,
            epoch: 0,
            workers: Arc::new(workers),
            device: device.clone(),
        })
    }

    /// Changes every picture anew in each epoch.
    #[must_use]
    pub fn augmented(mut self, augmenter: Augmenter, seed: u32) -> Self {
        self.augmenter = Some((Arc::new(augmenter), seed));
        self
    }

    /// Returns the pictures as epoch `epoch` of a training, counted from 1, is to see them.
    #[must_use]
    pub fn in_epoch(&self, epoch: usize) -> Self {
        Self { epoch, ..self.clone() }
    }

    /// Number of pictures.
    pub fn len(&self) -> usize {
        self.source.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The pictures behind the batches.
    pub fn source(&self) -> &ImageSource {
        &self.source
    }

    /// Returns the pictures at `indices` in that order, as this epoch sees them.
    ///
    /// # Errors
    /// When a file cannot be read or is damaged by now.
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn pictures(&self, indices: &[usize]) -> Result<LabelledImages, DataError> {
        self.workers.install(|| {
            let pictures = self.source.pictures(indices)?;
            Ok(match &self.augmenter {
                None => pictures,
                Some((augmenter, seed)) => {
                    let epoch = NumpyRng::new(seed.wrapping_add(self.epoch as u32)).next_u32();
                    let seeds = indices.iter().map(|&index| epoch.wrapping_add(index as u32));
                    augmenter.apply_seeded(&seeds.collect::<Vec<_>>(), &pictures)
                }
            })
        })
    }

    /// Returns the pictures at `indices` as images and class indices on the device.
    ///
    /// # Errors
    /// As for [`pictures`](Self::pictures).
    ///
    /// # Panics
    /// When there is no such picture.
    pub fn batch(&self, indices: &[usize]) -> Result<(Tensor<4>, Tensor<1, Int>), DataError> {
        let pictures = self.pictures(indices)?;
        Ok((pictures.images(&self.device), pictures.class_indices(&self.device)))
    }
}
