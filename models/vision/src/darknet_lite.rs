//! A small trunk in the manner of Darknet-19 (YOLOv2, section 3): what detectors of small pictures look at.
//!
//! | stage | convolutions | output |
//! | --- | --- | --- |
//! | 1 | 3x3 16 | `[16, height, width]` |
//! | 2 | max pooling, 3x3 32 | `[32, height / 2, width / 2]` |
//! | 3 | max pooling, 3x3 64, 1x1 32, 3x3 64 | `[64, height / 4, width / 4]` |
//! | 4 | max pooling, 3x3 128, 1x1 64, 3x3 128 | `[128, height / 8, width / 8]` |
//!
//! Every convolution is without bias, with batch normalisation and a leaky ReLU of 0.1. 200,656 parameters.

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::MaxPool2d;
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::blocks::{ConvNorm, ConvNormConfig};
use crate::darknet19::{LEAKY, halving};

/// Configuration of [`DarknetLite`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct DarknetLiteConfig {
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Channels of every convolution, stage by stage: 3x3 and 1x1 in turns. Each stage but the first begins with a
    /// pooling.
    #[config(default = "vec![vec![16], vec![32], vec![64, 32, 64], vec![128, 64, 128]]")]
    pub stages: Vec<Vec<usize>>,
}

/// The trunk.
#[derive(Module, Debug)]
pub struct DarknetLite {
    stages: Vec<Vec<ConvNorm>>,
    pool: MaxPool2d,
}

impl DarknetLiteConfig {
    /// Builds the trunk: weights of He's normal distribution.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or a stage has no convolution.
    pub fn init(&self, device: &Device) -> Result<DarknetLite, ConfigError> {
        let least = |stage: &Vec<usize>| stage.iter().copied().min().unwrap_or(0);
        check_not_zero([
            ("channels", self.channels),
            ("stages", self.stages.iter().map(least).min().unwrap_or(0)),
        ])?;
        let mut inputs = self.channels;
        let mut stages = Vec::new();
        for widths in &self.stages {
            let mut stage = Vec::new();
            for (place, &width) in widths.iter().enumerate() {
                let kernel = if place % 2 == 0 { 3 } else { 1 };
                stage.push(ConvNormConfig::square([inputs, width], kernel).init(device));
                inputs = width;
            }
            stages.push(stage);
        }
        Ok(DarknetLite { stages, pool: halving() })
    }

    /// Pixels of the images, down and across, for one of the features.
    #[must_use]
    pub fn stride(&self) -> usize {
        1 << self.stages.len().saturating_sub(1)
    }

    /// Channels of the features.
    #[must_use]
    pub fn features(&self) -> usize {
        self.stages.last().and_then(|stage| stage.last()).copied().unwrap_or(0)
    }
}

impl DarknetLite {
    /// Returns the features.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of about -1 to 1
    /// - output: `[batch, features, height / stride, width / stride]`
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        self.stages.iter().enumerate().fold(images, |x, (number, stage)| {
            let x = if number > 0 { self.pool.apply(x) } else { x };
            stage.iter().fold(x, |x, conv| conv.forward_with(LEAKY, x))
        })
    }
}
