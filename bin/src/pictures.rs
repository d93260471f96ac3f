//! What programs that classify pictures have in common.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_examples::ImageExamples;
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::labelled_images::{self, LabelledImages};
pub use fireside_recipes::classify::describe;
use fireside_recipes::classify::{self, batches};
use fireside_training::files::write_whole;
use fireside_training::metrics::accuracy;
use fireside_training::supervised::{Curve, Supervised};
use fireside_vision::Classifier;

use crate::Failure;
use crate::epochs::EpochStage;
use crate::run::Run;

/// A picture of the user's, ready for a model.
#[derive(Debug, Clone)]
pub struct Question {
    path: PathBuf,
    /// `[1, num_features]`, in 0..=1.
    pub features: Tensor<2>,
    /// `[1, channels, height, width]`, in 0..=1.
    pub image: Tensor<4>,
}

impl Question {
    /// Reads the picture and scales it to the size of those a model trains on.
    ///
    /// # Errors
    /// When the file is no picture.
    pub fn read(path: &Path, like: &LabelledImages, device: &Device) -> Result<Self, Failure> {
        let [height, width, channels] = like.image_shape();
        let pixels = read_rgb(path, width as u32, height as u32)?;
        Ok(Self {
            path: path.to_path_buf(),
            features: labelled_images::features(&pixels, like.num_features(), device),
            image: labelled_images::images(&pixels, [1, height, width, channels], device),
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

    /// Says which class a network sees in the picture.
    ///
    /// # Errors
    /// When the device fails.
    pub fn ask<M: Classifier>(
        &self,
        run: &mut Run,
        net: &M,
        classes: &[impl AsRef<str>],
    ) -> Result<(), Failure> {
        let probabilities = classify::probabilities(net.forward(self.image.clone()));
        let probabilities: Vec<f64> = probabilities.try_into_data()?.iter().collect();
        run.answer(&self.path, &probabilities, classes);
        Ok(())
    }

    /// The file it came from.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl EpochStage<'_> {
    /// Trains a network that sorts pictures into classes, on those of one set, and judges it by those of another.
    ///
    /// # Errors
    /// As [`EpochStage::train`].
    pub fn classify<M: Classifier + 'static>(
        self,
        training: Supervised,
        net: M,
        [train, test]: [&ImageExamples; 2],
    ) -> Result<(M, Curve), Failure> {
        self.train(training, net, classify::answer, &batches(train), &batches(test))
    }
}

impl Run {
    /// Pictures in memory as a training wants them; in a dry run a few of them.
    ///
    /// # Errors
    /// When the system gives no threads.
    pub fn pictures(
        &self,
        pictures: LabelledImages,
        device: &Device,
    ) -> Result<ImageExamples, Failure> {
        let count = self.examples(pictures.len());
        Ok(classify::examples(pictures, count, device)?)
    }

    /// Says how many pictures of each set a network gets right, and returns its answers to those of the last.
    ///
    /// # Errors
    /// When the device fails.
    pub fn judge<M: Classifier>(
        &mut self,
        net: &M,
        sets: &[(&str, &ImageExamples)],
    ) -> Result<Vec<usize>, Failure> {
        let mut found = Vec::new();
        for (name, set) in sets {
            found = classify::predictions(net, set)?;
            let share = accuracy(&found, set.source().labels());
            self.accuracy(&format!("{name} accuracy"), &format!("{name}_accuracy"), share);
        }
        Ok(found)
    }

    /// Writes what the classes are called beside the trained network.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_classes(&self, stage: &str, classes: &[String]) -> Result<(), Failure> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let path = folder.join(stage).join("classes.txt");
        write_whole(&path, classes.join("\n").as_bytes())
            .map_err(|error| Failure::unwritable(&path, &error))
    }
}
