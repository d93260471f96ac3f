//! A small trunk in the manner of Darknet-19 (YOLOv2, section 3): what detectors of small pictures look at.
//!
//! | stage | convolutions | output |
//! | --- | --- | --- |
//! | 1 | 3x3 16 | `[16, height, width]` |
//! | 2 | max pooling, 3x3 32 | `[32, height / 2, width / 2]` |
//! | 3 | max pooling, 3x3 64, 1x1 32, 3x3 64 | `[64, height / 4, width / 4]` |
//! | 4 | max pooling, 3x3 128, 1x1 64, 3x3 128 | `[128, height / 8, width / 8]` |
//! | 5 | max pooling, 3x3 256, 1x1 96 | `[96, height / 16, width / 16]` |
//! | 5 and 4 | doubling of 5, side by side, 1x1 64 | `[64, height / 8, width / 8]` |
//! | and 3 | doubling, side by side, 3x3 96 | `[96, height / 4, width / 4]` |
//!
//! Coarse maps see what is around an object, fine ones where it ends; they come together from the coarsest up, as in
//! Redmon & Farhadi, 2018, "YOLOv3", section 2.3, so that boxes of 4 pixels and more are found from one map of features.
//! Every convolution is without bias, with batch normalisation and a leaky ReLU of 0.1. 646,096 parameters.

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::MaxPool2d;
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::{Layer as _, trace};

use crate::ConfigError;
use crate::blocks::{ConvNorm, ConvNormConfig, concat};
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
    #[config(
        default = "vec![vec![16], vec![32], vec![64, 32, 64], vec![128, 64, 128], vec![256, 96]]"
    )]
    pub stages: Vec<Vec<usize>>,
    /// Channels of the convolutions over two stages that come together, from the last stage up: the last of them is 3x3,
    /// the others 1x1. Without any, the features are those of the last stage.
    #[config(default = "vec![64, 96]")]
    pub merged: Vec<usize>,
}

/// The trunk.
#[derive(Module, Debug)]
pub struct DarknetLite {
    stages: Vec<Vec<ConvNorm>>,
    merged: Vec<ConvNorm>,
    pool: MaxPool2d,
}

impl DarknetLiteConfig {
    /// Builds the trunk: weights of He's normal distribution.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, a stage has no convolution, or more stages are to come together than there
    /// are.
    pub fn init(&self, device: &Device) -> Result<DarknetLite, ConfigError> {
        let least = |stage: &Vec<usize>| stage.iter().copied().min().unwrap_or(0);
        check_not_zero([
            ("channels", self.channels),
            ("stages", self.stages.iter().map(least).min().unwrap_or(0)),
            ("merged", self.merged.iter().copied().min().unwrap_or(1)),
        ])?;
        if self.merged.len() >= self.stages.len() {
            return Err(ConfigError::Setting {
                name: "the number of stages that come together",
                expected: format!("below {}, that of all stages,", self.stages.len()),
                found: self.merged.len().to_string(),
            });
        }
        let conv = |channels, kernel| ConvNormConfig::square(channels, kernel).init(device);
        let mut inputs = self.channels;
        let mut stages = Vec::new();
        for widths in &self.stages {
            let mut stage = Vec::new();
            for (place, &width) in widths.iter().enumerate() {
                stage.push(conv([inputs, width], if place % 2 == 0 { 3 } else { 1 }));
                inputs = width;
            }
            stages.push(stage);
        }
        let mut merged = Vec::new();
        let finer = self.stages.iter().rev().skip(1);
        for (place, (&width, stage)) in self.merged.iter().zip(finer).enumerate() {
            let kernel = if place + 1 == self.merged.len() { 3 } else { 1 };
            let fine = stage.last().copied().unwrap_or(0);
            merged.push(conv([fine + inputs, width], kernel));
            inputs = width;
        }
        Ok(DarknetLite { stages, merged, pool: halving() })
    }

    /// Pixels of the images, down and across, for one of the features.
    #[must_use]
    pub fn stride(&self) -> usize {
        1 << self.stages.len().saturating_sub(1 + self.merged.len())
    }

    /// Channels of the features.
    #[must_use]
    pub fn features(&self) -> usize {
        let last_stage = self.stages.last().and_then(|stage| stage.last());
        self.merged.last().or(last_stage).copied().unwrap_or(0)
    }

    /// Checks that the trunk can see images of this height and width: nothing may be left over when maps are halved.
    ///
    /// # Errors
    /// When a side is no multiple of 2 for each stage but the first: of 16 with the usual stages.
    pub fn check_image(&self, image: [usize; 2]) -> Result<(), ConfigError> {
        let halvings = u32::try_from(self.stages.len().saturating_sub(1)).ok();
        let multiple = halvings.and_then(|halvings| 1_usize.checked_shl(halvings));
        let fits = |side: &usize| {
            *side > 0 && multiple.is_some_and(|multiple| side.is_multiple_of(multiple))
        };
        match image.iter().find(|side| !fits(side)) {
            None => Ok(()),
            Some(side) => Err(ConfigError::Setting {
                name: "side of the images",
                expected: format!("a multiple of {}", multiple.unwrap_or(usize::MAX)),
                found: side.to_string(),
            }),
        }
    }
}

impl DarknetLite {
    /// Returns the features.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`, values of about -1 to 1
    /// - output: `[batch, features, height / stride, width / stride]`
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let mut seen: Vec<Tensor<4>> = Vec::new();
        let last = self.stages.iter().fold(images, |x, stage| {
            let x = if seen.is_empty() { x } else { self.pool.apply(x) };
            let x = stage.iter().fold(x, |x, conv| conv.forward_with(LEAKY, x));
            seen.push(x.clone());
            x
        });
        let finer = seen.into_iter().rev().skip(1);
        self.merged.iter().zip(finer).fold(last, |coarse, (conv, fine)| {
            conv.forward_with(LEAKY, concat(vec![fine, doubled(coarse)]))
        })
    }
}

/// Maps twice as high and wide: every pixel four times.
fn doubled(maps: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = maps.dims();
    let four: Tensor<6> = maps
        .reshape([batch, channels, height, 1, width, 1])
        .expand([batch, channels, height, 2, width, 2]);
    trace::step("Upsample", four.reshape([batch, channels, 2 * height, 2 * width]))
}
