//! EfficientNet (Tan & Le, 2019, "EfficientNet: rethinking model scaling for convolutional neural networks";
//! course 4, week 2).
//!
//! Stem: convolution 3x3, stride 2, 32 channels. Then seven stages of
//! [inverted residual blocks](InvertedResidual) with squeeze and excitation, SiLU throughout:
//!
//! | expansion | window | channels out | times | stride of the first |
//! | --- | --- | --- | --- | --- |
//! | 1 | 3x3 | 16 | 1 | 1 |
//! | 6 | 3x3 | 24 | 2 | 2 |
//! | 6 | 5x5 | 40 | 2 | 2 |
//! | 6 | 3x3 | 80 | 3 | 2 |
//! | 6 | 5x5 | 112 | 3 | 1 |
//! | 6 | 5x5 | 192 | 4 | 2 |
//! | 6 | 3x3 | 320 | 1 | 1 |
//!
//! Convolution 1x1 to 1280 channels. Head: mean of every channel, one fully connected layer. That is B0; the
//! others scale width (all channels), depth (the times) and resolution together, about by `1.1^φ`, `1.2^φ` and
//! `1.15^φ`, so that the work grows by `2^φ`. In training whole blocks are dropped (stochastic depth), the last
//! ones the most often. Two editions are around:
//!
//! | | zeros for a stride | epsilon, momentum | pixels |
//! | --- | --- | --- | --- |
//! | [`Edition::Torchvision`] | on every side | 1e-5, 0.1; from B5 1e-3, 0.01 | about 0 on the mean, 1 in variance |
//! | [`Edition::Keras`] | as few as there must be | 1e-3, 0.01 | 0 to 255: it has a [`PixelNormalization`] |

mod names;
mod pixels;

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::{check_not_zero, check_positive, check_share};
use fireside_layers::ops::Activation;

use crate::blocks::{
    ConvNorm, ConvNormConfig, dropout, dropout_of, global_average_pool, zero_pad_same,
};
use crate::edition::in_colour;
use crate::inverted_residual::{InvertedResidual, InvertedResidualConfig, make_divisible};
use crate::pixels::{BYTES, STANDARD};
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

pub use pixels::PixelNormalization;

const EDITIONS: [Edition; 2] = [Edition::Torchvision, Edition::Keras];

/// One row of the table above.
struct Stage {
    expansion: usize,
    kernel: usize,
    outputs: usize,
    times: usize,
    stride: usize,
}

const STAGES: [Stage; 7] = [
    Stage { expansion: 1, kernel: 3, outputs: 16, times: 1, stride: 1 },
    Stage { expansion: 6, kernel: 3, outputs: 24, times: 2, stride: 2 },
    Stage { expansion: 6, kernel: 5, outputs: 40, times: 2, stride: 2 },
    Stage { expansion: 6, kernel: 3, outputs: 80, times: 3, stride: 2 },
    Stage { expansion: 6, kernel: 5, outputs: 112, times: 3, stride: 1 },
    Stage { expansion: 6, kernel: 5, outputs: 192, times: 4, stride: 2 },
    Stage { expansion: 6, kernel: 3, outputs: 320, times: 1, stride: 1 },
];

/// Configuration of [`EfficientNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct EfficientNetConfig {
    /// Factor of the channels.
    pub width: f64,
    /// Factor of the blocks of a stage.
    pub depth: f64,
    /// Rows and columns of the images that the two go with; others can be had, too.
    pub resolution: usize,
    /// The share of the features that is dropped before the last layer.
    pub dropout: f64,
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// In training, the share of the images that a block past the last would do nothing to; the others' shares
    /// rise to it from 0.
    #[config(default = 0.2)]
    pub drop_rate: f64,
    /// Whose EfficientNet it is: torchvision's or Keras's.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
    /// Epsilon and momentum of batch normalisation in torchvision's edition.
    #[config(default = "[1e-5, 0.1]")]
    pub normalization: [f64; 2],
    /// Whether Keras's edition divides the pixels as its ImageNet weights want it; false for weights that Keras has
    /// trained from nothing: see [`PixelNormalization`].
    #[config(default = true)]
    pub imagenet_pixels: bool,
}

/// An EfficientNet. Its images have any size from 32x32 pixels.
#[derive(Module, Debug)]
pub struct EfficientNet {
    pixels: Option<PixelNormalization>,
    stem: ConvNorm,
    stages: Vec<Vec<InvertedResidual>>,
    top: ConvNorm,
    dropout: Option<Dropout>,
    head: Linear,
}

impl EfficientNetConfig {
    /// 5.3 million parameters, as published.
    pub fn b0(num_classes: usize) -> Self {
        Self::new(1.0, 1.0, 224, 0.2, num_classes)
    }

    /// 7.8 million parameters.
    pub fn b1(num_classes: usize) -> Self {
        Self::new(1.0, 1.1, 240, 0.2, num_classes)
    }

    /// 9.1 million parameters.
    pub fn b2(num_classes: usize) -> Self {
        Self::new(1.1, 1.2, 260, 0.3, num_classes)
    }

    /// 12 million parameters.
    pub fn b3(num_classes: usize) -> Self {
        Self::new(1.2, 1.4, 300, 0.3, num_classes)
    }

    /// 19 million parameters.
    pub fn b4(num_classes: usize) -> Self {
        Self::new(1.4, 1.8, 380, 0.4, num_classes)
    }

    /// 30 million parameters.
    pub fn b5(num_classes: usize) -> Self {
        Self::new(1.6, 2.2, 456, 0.4, num_classes).with_normalization([1e-3, 0.01])
    }

    /// 43 million parameters.
    pub fn b6(num_classes: usize) -> Self {
        Self::new(1.8, 2.6, 528, 0.5, num_classes).with_normalization([1e-3, 0.01])
    }

    /// 66 million parameters.
    pub fn b7(num_classes: usize) -> Self {
        Self::new(2.0, 3.1, 600, 0.5, num_classes).with_normalization([1e-3, 0.01])
    }

    /// Builds the network: convolutions with weights of He's normal distribution, their biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, a factor is not positive, a share to drop is not below 1, there is
    /// no such edition, or ImageNet's pixels have not 3 channels.
    pub fn init(&self, device: &Device) -> Result<EfficientNet, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        check_positive("width", self.width)?;
        check_positive("depth", self.depth)?;
        check_share("dropout", self.dropout)?;
        check_share("drop_rate", self.drop_rate)?;
        self.edition.check(&EDITIONS)?;
        let is_keras = self.edition == Edition::Keras;
        let pixels = match is_keras {
            false => None,
            true => Some(PixelNormalization::new(self.channels, self.imagenet_pixels, device)?),
        };
        let stem = self.scaled(32);
        let (stages, last) = self.stages(stem, device)?;
        let top = if is_keras { self.scaled(1280) } else { 4 * last };
        let stem = self.conv([self.channels, stem], 3).with_stride([2, 2]);
        let stem = if is_keras { stem.without_padding() } else { stem };
        Ok(EfficientNet {
            pixels,
            stem: stem.init(device),
            stages,
            top: self.conv([last, top], 1).init(device),
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
    /// As [`EfficientNetConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        let is_keras = self.edition == Edition::Keras;
        in_colour(self.channels, if is_keras { BYTES } else { STANDARD })
    }

    /// The blocks of every stage, and the channels of the last.
    fn stages(
        &self,
        mut inputs: usize,
        device: &Device,
    ) -> Result<(Vec<Vec<InvertedResidual>>, usize), ConfigError> {
        let [epsilon, momentum] = self.normalization();
        let times = |stage: &Stage| (self.depth * stage.times as f64).ceil() as usize;
        let all: usize = STAGES.iter().map(times).sum();
        let mut built = 0;
        let mut stages = Vec::new();
        for stage in &STAGES {
            let outputs = self.scaled(stage.outputs);
            let mut blocks = Vec::new();
            for block in 0..times(stage) {
                let config = InvertedResidualConfig::new([inputs, outputs], stage.expansion)
                    .with_kernel(stage.kernel)
                    .with_stride(if block == 0 { stage.stride } else { 1 })
                    .with_pads_apart(self.edition == Edition::Keras)
                    .with_silu(true)
                    .with_squeezed(Some((inputs / 4).max(1)))
                    .with_drop_rate(self.drop_rate * built as f64 / all as f64)
                    .with_epsilon(epsilon)
                    .with_momentum(momentum);
                blocks.push(config.init(device)?);
                inputs = outputs;
                built += 1;
            }
            stages.push(blocks);
        }
        Ok((stages, inputs))
    }

    fn conv(&self, channels: [usize; 2], kernel: usize) -> ConvNormConfig {
        let [epsilon, momentum] = self.normalization();
        ConvNormConfig::square(channels, kernel).with_epsilon(epsilon).with_momentum(momentum)
    }

    fn normalization(&self) -> [f64; 2] {
        match self.edition {
            Edition::Keras => [1e-3, 0.01],
            _ => self.normalization,
        }
    }

    fn scaled(&self, channels: usize) -> usize {
        make_divisible(channels as f64 * self.width)
    }
}

impl Classifier for EfficientNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = match &self.pixels {
            Some(pixels) => zero_pad_same(pixels.forward(images), 3, 2),
            None => images,
        };
        let x = self.stem.forward_with(Activation::Silu, x); // [batch, 32 width, height / 2, width / 2]
        let blocks = self.stages.iter().flatten();
        let x = blocks.fold(x, |x, block| block.forward(x)); // [batch, 320 width, height / 32, width / 32]
        self.top.forward_with(Activation::Silu, x) // [batch, 1280 width, height / 32, width / 32]
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
