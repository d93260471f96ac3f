//! What a picture shows.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_file::read_rgb;
use fireside_datasets::labelled_images::{features, images};
use fireside_layers::ops::{self, Pool2dOptions};
use serde::{Deserialize, Serialize};

use super::{Answer, Model, Reading, TrainedError};

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
    /// What the outputs mean.
    pub gives: Reading,
}

impl Pictures {
    /// Pictures in colour with values of 0 to 1, scaled to `side`, rows and columns.
    pub fn new(side: [usize; 2], gives: Reading) -> Self {
        Self { side, channels: 3, range: [0.0, 1.0], shrunk: 1, gives }
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
                forward(features(&pixels, height * width * channels, device))
            }
            Model::Images(forward) => {
                let pixels = read_rgb(path, width as u32, height as u32)?;
                forward(self.shrink(images(&pixels, [1, height, width, channels], device)))
            }
            _ => return Ok(None),
        };
        self.gives.read(logits).map(Some)
    }

    fn shrink(&self, images: Tensor<4>) -> Tensor<4> {
        match self.shrunk {
            1 => images,
            by => ops::avg_pool2d(images, &Pool2dOptions::square(by), true),
        }
    }
}
