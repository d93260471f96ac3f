//! MobileNet (Howard et al., 2017, "MobileNets: efficient convolutional neural networks for mobile vision
//! applications"; course 4, week 2), as `keras.applications` has it.
//!
//! Stem: convolution 3x3, stride 2, 32 channels. Then 13 [depthwise separable](DepthwiseSeparable) convolutions:
//!
//! | channels out | times | stride of the first |
//! | --- | --- | --- |
//! | 64 | 1 | 1 |
//! | 128 | 2 | 2 |
//! | 256 | 2 | 2 |
//! | 512 | 6 | 2 |
//! | 1024 | 2 | 2 |
//!
//! Head: mean of every channel, one fully connected layer. The width multiplier `alpha` scales all channels; the
//! paper's other multiplier, of the resolution, is the size of the images.
//!
//! Keras differs from the paper in the ReLU6, for the ReLU, and in a little dropout before the last layer, which
//! it keeps as a 1x1 convolution. The zeros for a stride lie at the bottom and on the right alone, also where
//! the image has an odd size.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{Dropout, Initializer};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::{check_not_zero, check_positive, check_share};
use fireside_layers::ops::Activation;
use fireside_layers::{Layer as _, zero_bias};

use crate::blocks::{
    ConvNorm, ConvNormConfig, channel_means, dropout, dropout_of, flatten, zero_pad,
};
use crate::edition::in_colour;
use crate::pixels::SYMMETRIC;
use crate::{Classifier, ConfigError, Pixels, Renames};

/// Channels of the stem.
const STEM: usize = 32;

/// Channels and stride of every block.
const BLOCKS: [(usize, usize); 13] = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
];

/// Configuration of [`MobileNetV1`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct MobileNetV1Config {
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Factor of all channels, rounded down; 1, 0.75, 0.5 and 0.25 in the paper.
    #[config(default = 1.0)]
    pub alpha: f64,
    /// The share of the features that is dropped before the last layer.
    #[config(default = 1e-3)]
    pub dropout: f64,
}

/// A depthwise convolution 3x3, which sees one channel at a time, and a 1x1 convolution across the channels, each
/// with batch normalisation and ReLU6: about 9 times fewer products than a convolution of both at once.
#[derive(Module, Debug)]
pub struct DepthwiseSeparable {
    depthwise: ConvNorm,
    pointwise: ConvNorm,
    has_stride: bool,
}

/// MobileNet. Its images have any size from 32x32 pixels, 224x224 in the paper, and values of -1 to 1.
#[derive(Module, Debug)]
pub struct MobileNetV1 {
    stem: ConvNorm,
    blocks: Vec<DepthwiseSeparable>,
    dropout: Option<Dropout>,
    head: Conv2d,
}

impl MobileNetV1Config {
    /// Builds the network: weights of He's normal distribution, those of the head of Xavier's uniform one, biases
    /// 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, no channel is left by `alpha`, or the share to drop is not below 1.
    pub fn init(&self, device: &Device) -> Result<MobileNetV1, ConfigError> {
        check_positive("alpha", self.alpha)?;
        check_share("dropout", self.dropout)?;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("the least width", self.width(STEM)),
        ])?;
        let mut inputs = self.width(STEM);
        let stem = ConvNormConfig::square([self.channels, inputs], 3)
            .with_stride([2, 2])
            .with_same_padding();
        let mut blocks = Vec::new();
        for (channels, stride) in BLOCKS {
            let outputs = self.width(channels);
            blocks.push(DepthwiseSeparable::new([inputs, outputs], stride, device));
            inputs = outputs;
        }
        let head = Conv2dConfig::new([inputs, self.num_classes], [1, 1])
            .with_initializer(Initializer::XavierUniform { gain: 1.0 });
        let mut head = head.init(device);
        head.bias = Some(zero_bias(self.num_classes, device));
        Ok(MobileNetV1 {
            stem: normalized(stem).init(device),
            blocks,
            dropout: dropout_of(self.dropout),
            head,
        })
    }

    /// What Keras calls the layers.
    ///
    /// # Errors
    /// None: the configurations of all networks say it in one way.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        Ok(names::KERAS)
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        in_colour(self.channels, SYMMETRIC)
    }

    fn width(&self, channels: usize) -> usize {
        (channels as f64 * self.alpha) as usize
    }
}

/// Keras's batch normalisation.
fn normalized(config: ConvNormConfig) -> ConvNormConfig {
    config.with_epsilon(1e-3).with_momentum(0.01)
}

impl DepthwiseSeparable {
    fn new([inputs, outputs]: [usize; 2], stride: usize, device: &Device) -> Self {
        let depthwise = ConvNormConfig::square([inputs, inputs], 3)
            .with_groups(inputs)
            .with_stride([stride; 2]);
        let depthwise = if stride > 1 { depthwise.without_padding() } else { depthwise };
        let pointwise = ConvNormConfig::square([inputs, outputs], 1);
        Self {
            depthwise: normalized(depthwise).init(device),
            pointwise: normalized(pointwise).init(device),
            has_stride: stride > 1,
        }
    }

    /// Runs the two convolutions.
    ///
    /// # Shapes
    /// - `input`: `[batch, inputs, height, width]`
    /// - output: `[batch, outputs, height / stride, width / stride]`, rounded down
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let x = if self.has_stride { zero_pad(input, [0, 0, 1, 1]) } else { input };
        let x = self.depthwise.forward_with(Activation::Relu6, x);
        self.pointwise.forward_with(Activation::Relu6, x)
    }
}

impl Classifier for MobileNetV1 {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.stem.forward_with(Activation::Relu6, images); // [batch, 32 alpha, height / 2, width / 2]
        self.blocks.iter().fold(x, |x, block| block.forward(x)) // [batch, 1024 alpha, height / 32, width / 32]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = channel_means(features);
        let x = match &self.dropout {
            Some(layer) => dropout(layer, x),
            None => x,
        };
        flatten(self.head.apply(x))
    }
}
