//! MobileNetV2 (Sandler et al., 2018, "MobileNetV2: inverted residuals and linear bottlenecks"; course 4, week 2).
//!
//! Stem: convolution 3x3, stride 2, 32 channels. Then 17 [inverted residual blocks](InvertedResidual):
//!
//! | expansion | channels out | times | stride of the first |
//! | --- | --- | --- | --- |
//! | 1 | 16 | 1 | 1 |
//! | 6 | 24 | 2 | 2 |
//! | 6 | 32 | 3 | 2 |
//! | 6 | 64 | 4 | 2 |
//! | 6 | 96 | 3 | 1 |
//! | 6 | 160 | 3 | 2 |
//! | 6 | 320 | 1 | 1 |
//!
//! Convolution 1x1 to 1280 channels. Head: mean of every channel, one fully connected layer. The width multiplier
//! `alpha` scales all channels, to multiples of 8; the 1280 it only makes more. Two editions are around,
//! whose weights do not fit each other:
//!
//! | | zeros for a stride | epsilon | momentum | pixels |
//! | --- | --- | --- | --- | --- |
//! | [`Edition::Torchvision`] | on every side | 1e-5 | 0.1 | about 0 on the mean, 1 in variance |
//! | [`Edition::Keras`] | at the bottom and right of even sizes | 1e-3 | 0.001 | -1 to 1: [`preprocess`] |
//!
//! Keras's, which is also that of the assignment, cuts off fractions of channels before it rounds them to a multiple
//! of 8. It drops nothing before the head (`with_dropout(0.0)`), where the assignment drops 0.2.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::{check_not_zero, check_positive, check_share};
use fireside_layers::ops::Activation;

use crate::blocks::{ConvNorm, ConvNormConfig, dropout, dropout_of, global_average_pool, rescale};
use crate::edition::in_colour;
use crate::inverted_residual::{InvertedResidual, InvertedResidualConfig, make_divisible};
use crate::pixels::{STANDARD, SYMMETRIC};
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

const EDITIONS: [Edition; 2] = [Edition::Torchvision, Edition::Keras];

/// Expansion, channels, blocks and stride of every stage.
const STAGES: [(usize, usize, usize, usize); 7] = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
];

/// Configuration of [`MobileNetV2`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct MobileNetV2Config {
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Factor of all channels; 0.35 to 1.4 in the paper.
    #[config(default = 1.0)]
    pub alpha: f64,
    /// The share of the features that is dropped before the last layer.
    #[config(default = 0.2)]
    pub dropout: f64,
    /// Whose MobileNetV2 it is: torchvision's or Keras's.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
}

/// MobileNetV2. Its images have any size from 32x32 pixels; 224x224 in the paper.
#[derive(Module, Debug)]
pub struct MobileNetV2 {
    stem: ConvNorm,
    blocks: Vec<InvertedResidual>,
    top: ConvNorm,
    dropout: Option<Dropout>,
    head: Linear,
}

/// Brings pixels of 0 to 255 to -1 to 1, as Keras does before its MobileNets.
#[must_use]
pub fn preprocess(pixels: Tensor<4>) -> Tensor<4> {
    rescale(pixels, 1.0 / 127.5, -1.0)
}

impl MobileNetV2Config {
    /// Builds the network: convolutions with weights of He's normal distribution.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, the share to drop is not below 1, or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<MobileNetV2, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        check_positive("alpha", self.alpha)?;
        check_share("dropout", self.dropout)?;
        self.edition.check(&EDITIONS)?;
        let is_keras = self.edition == Edition::Keras;
        let (epsilon, momentum) = if is_keras { (1e-3, 1e-3) } else { (1e-5, 0.1) };
        let conv = |channels, kernel| {
            let config = ConvNormConfig::square(channels, kernel);
            config.with_epsilon(epsilon).with_momentum(momentum)
        };
        let mut inputs = make_divisible(32.0 * self.alpha);
        let stem = conv([self.channels, inputs], 3).with_stride([2, 2]);
        let stem = if is_keras { stem.with_same_padding() } else { stem };
        let mut blocks = Vec::new();
        for (expansion, channels, times, stride) in STAGES {
            let outputs = self.width(channels);
            for block in 0..times {
                let config = InvertedResidualConfig::new([inputs, outputs], expansion)
                    .with_stride(if block == 0 { stride } else { 1 })
                    .with_pads_apart(is_keras)
                    .with_epsilon(epsilon)
                    .with_momentum(momentum);
                blocks.push(config.init(device)?);
                inputs = outputs;
            }
        }
        let top = make_divisible(1280.0 * self.alpha.max(1.0));
        Ok(MobileNetV2 {
            stem: stem.init(device),
            blocks,
            top: conv([inputs, top], 1).init(device),
            dropout: dropout_of(self.dropout),
            head: LinearConfig::new(top, self.num_classes).init(device),
        })
    }

    /// What the library of the edition calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self.edition {
            Edition::Torchvision => Ok(names::TORCHVISION),
            Edition::Keras => Ok(names::KERAS),
            other => other.unpublished(&EDITIONS),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`MobileNetV2Config::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        let is_keras = self.edition == Edition::Keras;
        in_colour(self.channels, if is_keras { SYMMETRIC } else { STANDARD })
    }

    fn width(&self, channels: usize) -> usize {
        let scaled = channels as f64 * self.alpha;
        match self.edition {
            Edition::Keras => make_divisible(scaled.floor()),
            _ => make_divisible(scaled),
        }
    }
}

impl Classifier for MobileNetV2 {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.stem.forward_with(Activation::Relu6, images); // [batch, 32 alpha, height / 2, width / 2]
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x)); // [batch, 320 alpha, height / 32, width / 32]
        self.top.forward_with(Activation::Relu6, x) // [batch, 1280, height / 32, width / 32]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = global_average_pool(features);
        let x = match &self.dropout {
            Some(layer) => dropout(layer, x),
            None => x,
        };
        self.head.apply(x)
    }
}
