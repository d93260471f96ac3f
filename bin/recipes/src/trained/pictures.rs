//! What a picture shows.

use std::path::Path;

use burn::tensor::{Device, ExecutionError, Tensor, TensorData};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::labelled_images::{features, images};
use fireside_layers::ops::{self, Pool2dOptions};
use fireside_training::normalization::Standardizer;
use serde::{Deserialize, Serialize};

use super::{Answer, Model, Reading, TrainedError};
use crate::by_hand::entries;

/// The largest side to which pictures are scaled.
pub(super) const MOST: usize = 4096;

/// A picture, and what it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pictures {
    /// Rows and columns that a picture is scaled to, whatever its proportions.
    pub side: [usize; 2],
    /// Channels: red, green and blue.
    pub channels: usize,
    /// What the darkest and the brightest pixel become.
    pub range: [f64; 2],
    /// Pixels of a square that become one by their mean before the network sees them.
    pub shrunk: usize,
    /// What is taken from each of a network's inputs, row by row of pixels; nothing where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mean: Vec<f64>,
    /// What each is divided by then; nothing where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deviation: Vec<f64>,
    /// What the outputs mean.
    pub gives: Reading,
}

impl Pictures {
    /// Pictures in colour with values of 0 to 1, scaled to `side`, rows and columns.
    pub fn new(side: [usize; 2], gives: Reading) -> Self {
        let (mean, deviation) = (Vec::new(), Vec::new());
        Self { side, channels: 3, range: [0.0, 1.0], shrunk: 1, mean, deviation, gives }
    }

    /// The same, each pixel brought to the mean and variance of a training set.
    ///
    /// # Errors
    /// When the device fails.
    pub fn standardized(self, by: &Standardizer) -> Result<Self, ExecutionError> {
        let (mean, deviation) = (entries(by.mean())?, entries(by.deviation())?);
        Ok(Self { mean, deviation, ..self })
    }

    /// The same, shrunk by means of squares of this many pixels.
    #[must_use]
    pub fn shrunk(self, by: usize) -> Self {
        Self { shrunk: by, ..self }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        let [height, width] = self.side;
        match self {
            _ if height.min(width) == 0 || height.max(width) > MOST => {
                Err(format!("pictures of {height}x{width} are not from 1x1 to {MOST}x{MOST}"))
            }
            Self { channels, .. } if *channels != 3 => {
                Err(format!("pictures of {channels} channels are not in colour"))
            }
            Self { range, .. } if *range != [0.0, 1.0] => {
                Err(format!("pixels of {range:?} are not those of 0 to 1"))
            }
            Self { shrunk, .. } if *shrunk == 0 || *shrunk > height.min(width) => {
                Err(format!("pictures of {height}x{width} cannot be shrunk by {shrunk}"))
            }
            _ => self.check_scaling(),
        }
    }

    fn check_scaling(&self) -> Result<(), String> {
        let Self { side: [height, width], channels, .. } = *self;
        let (count, found) = (height * width * channels, [self.mean.len(), self.deviation.len()]);
        let is_number = |deviation: &f64| deviation.is_finite() && *deviation > 0.0;
        match found {
            [0, 0] => Ok(()),
            _ if found != [count; 2] => Err(format!("it scales {found:?} pixels of {count}")),
            _ if !self.mean.iter().all(|mean| mean.is_finite()) => {
                Err("a pixel's mean is no finite number".to_string())
            }
            _ if !self.deviation.iter().all(is_number) => {
                Err("a pixel's deviation is no number above 0".to_string())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        path: &Path,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let Self { side: [height, width], channels, .. } = *self;
        let logits = match model {
            Model::Features(forward) => {
                let pixels = read_rgb(path, width as u32, height as u32)?;
                let x = features(&pixels, height * width * channels, device);
                forward(self.standardize(x))
            }
            Model::Images(forward) if self.mean.is_empty() => {
                let pixels = read_rgb(path, width as u32, height as u32)?;
                forward(self.shrink(images(&pixels, [1, height, width, channels], device)))
            }
            _ => return Ok(None),
        };
        self.gives.read(logits).map(Some)
    }

    /// `[1, features]`, as the network expects them.
    fn standardize(&self, x: Tensor<2>) -> Tensor<2> {
        if self.mean.is_empty() {
            return x;
        }
        let row = |values: &[f64]| {
            let values = TensorData::new(values.to_vec(), [1, values.len()]);
            Tensor::from_data(values, &x.device())
        };
        Standardizer::new(row(&self.mean), row(&self.deviation)).apply(&x)
    }

    fn shrink(&self, images: Tensor<4>) -> Tensor<4> {
        match self.shrunk {
            1 => images,
            by => ops::avg_pool2d(images, &Pool2dOptions::square(by), true),
        }
    }
}
