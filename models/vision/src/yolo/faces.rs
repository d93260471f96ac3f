//! The tiny face detector of face-api (github.com/vladmandic/face-api, MIT; `TinyFaceDetector`): a Tiny YOLOv2 of
//! separable convolutions, trained on faces.
//!
//! A convolution 3x3 of 16 channels without zeros around, then depthwise separable ones of 32, 64, 128, 256 and 512
//! channels with zeros around, each with bias and leaky ReLU of slope 0.1, and max pooling 2x2 after each, the last
//! of which does not halve. Windows of the pooling that stick out count what is inside. Head: convolution 1x1 with bias,
//! five numbers for each anchor and none for a class.
//!
//! face-api draws a picture into the upper left of a black square, 416x416 by default, and finds boxes of a score above
//! 0.5, suppressed at an IoU of 0.4.

use burn::config::Config;
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::pixels::ColorOrder;
use fireside_layers::{ConfigError, Layer as _, Pixels, Renames};

use super::YoloNetwork;
use super::names::FACE_API;
use crate::blocks::{activate, he_conv};
use crate::darknet19::{LEAKY, linear_conv};
use crate::detection::Selection;
use crate::detection::nms::Nms;
use crate::detection::yolo_head::YoloHead;
use crate::edition::in_colour;

/// Anchors, in cells, in the order of the layer.
pub const ANCHORS: [[f64; 2]; 5] = [
    [1.603231, 2.094468],
    [6.041143, 7.080126],
    [2.882459, 3.518061],
    [4.266906, 5.178857],
    [9.041765, 10.66308],
];

/// The mean of red, green and blue, of 255, that is taken from pixels before they are divided by 255.
const MEAN: [f64; 3] = [117.001, 114.697, 97.404];
/// The side of a cell in pixels.
const CELL: usize = 32;
/// Channels of the first convolution and of the separable ones.
const WIDTHS: [usize; 6] = [16, 32, 64, 128, 256, 512];

/// Configuration of [`FaceDetector`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct FaceDetectorConfig {
    /// Widths and heights of the anchors, in cells of 32 pixels.
    #[config(default = "ANCHORS.to_vec()")]
    pub anchors: Vec<[f64; 2]>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
}

/// A depthwise convolution 3x3 and one across the channels, leaky ReLU.
#[derive(Module, Debug)]
pub struct Separable {
    depthwise: Conv2d,
    pointwise: Conv2d,
}

/// The face detector. Its images have sides of any multiple of 32 pixels, at least 64, and values as
/// [`FaceDetectorConfig::pixels`] makes them.
#[derive(Module, Debug)]
pub struct FaceDetector {
    first: Conv2d,
    blocks: Vec<Separable>,
    pool: MaxPool2d,
    shift: MaxPool2d,
    head: Conv2d,
}

impl FaceDetectorConfig {
    /// Builds the network: weights of He's normal distribution, those of the head of Xavier's uniform one, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no channel or an anchor has no size.
    pub fn init(&self, device: &Device) -> Result<FaceDetector, ConfigError> {
        check_not_zero([("channels", self.channels)])?;
        let head = self.head()?;
        let first = Conv2dConfig::new([self.channels, WIDTHS[0]], [3, 3]);
        let blocks = WIDTHS.windows(2).map(|pair| Separable::new([pair[0], pair[1]], device));
        let pool = |stride| {
            let config = MaxPool2dConfig::new([2, 2]).with_strides([stride; 2]);
            config.with_padding(PaddingConfig2d::Same).init()
        };
        Ok(FaceDetector {
            first: he_conv(first, device),
            blocks: blocks.collect(),
            pool: pool(2),
            shift: pool(1),
            head: linear_conv([WIDTHS[WIDTHS.len() - 1], head.channels()], device),
        })
    }

    /// What the numbers of the last layer mean.
    ///
    /// # Errors
    /// When there is no anchor, or one has no size.
    pub fn head(&self) -> Result<YoloHead, ConfigError> {
        YoloHead::new(self.anchors.clone(), 0, CELL)
    }

    /// Which boxes face-api keeps.
    ///
    /// # Errors
    /// None: 0.4 is a threshold.
    pub fn selection(&self) -> Result<Selection, ConfigError> {
        Selection::new(0.5, Nms::new(0.4)?)
    }

    /// What face-api calls the layers.
    ///
    /// # Errors
    /// None: the configurations of all networks say it in one way.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        Ok(FACE_API)
    }

    /// What pixels the published weights want: of 255, less the mean, by 255.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        let pixels =
            Pixels { white: 255.0, mean: MEAN, deviation: [255.0; 3], order: ColorOrder::Rgb };
        in_colour(self.channels, pixels)
    }
}

impl Separable {
    fn new([inputs, outputs]: [usize; 2], device: &Device) -> Self {
        let depthwise = Conv2dConfig::new([inputs; 2], [3, 3])
            .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
            .with_groups(inputs)
            .with_bias(false);
        let pointwise = Conv2dConfig::new([inputs, outputs], [1, 1]);
        Self { depthwise: he_conv(depthwise, device), pointwise: he_conv(pointwise, device) }
    }

    /// Runs the two convolutions; maps stay as large as they are.
    fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        activate(LEAKY, self.pointwise.apply(self.depthwise.apply(maps)))
    }
}

impl YoloNetwork for FaceDetector {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.pool.apply(activate(LEAKY, self.first.apply(images)));
        let last = self.blocks.len() - 1;
        let x = self.blocks.iter().enumerate().fold(x, |x, (place, block)| {
            let pool = if place == last { &self.shift } else { &self.pool };
            pool.apply(block.forward(x))
        });
        self.head.apply(x) // [batch, 25, height / 32, width / 32]
    }
}
