//! Tiny YOLOv2 (github.com/pjreddie/darknet, `yolov2-tiny-voc.cfg` and `yolov2-tiny.cfg`).
//!
//! Convolutions 3x3 of 16, 32, 64, 128, 256 and 512 channels, each with batch normalisation, leaky ReLU and max pooling
//! 2x2 that halves the maps, the last of which does not halve: it looks one pixel to the right and down. Then two
//! convolutions 3x3, of 1024 channels for VOC, of 1024 and 512 for COCO. Head: convolution 1x1 with bias.

use burn::config::Config;
use burn::module::Module;
use burn::nn::PaddingConfig2d;
use burn::nn::conv::Conv2d;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use super::YoloNetwork;
use super::names::{DARKNET_TINY, KERAS_TINY};
use super::v2::COCO_ANCHORS;
use crate::blocks::ConvNorm;
use crate::darknet19::{LEAKY, dark_conv, halving, linear_conv};
use crate::detection::yolo_head::YoloHead;
use crate::edition::in_colour;
use crate::{ConfigError, Edition, Pixels, Renames};

/// Anchors of the network for VOC, in cells.
pub const VOC_ANCHORS: [[f64; 2]; 5] =
    [[1.08, 1.19], [3.42, 4.41], [6.63, 11.38], [9.42, 5.11], [16.62, 10.52]];

/// The side of a cell in pixels.
const CELL: usize = 32;
/// Channels of the convolutions but the last.
const WIDTHS: [usize; 7] = [16, 32, 64, 128, 256, 512, 1024];
/// After so many convolutions maps are halved; after one more they are pooled and stay as large.
const HALVED: usize = 5;

/// Configuration of [`TinyYolo`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct TinyYoloConfig {
    /// Classes that are told apart.
    pub num_classes: usize,
    /// Widths and heights of the anchors, in cells of 32 pixels.
    pub anchors: Vec<[f64; 2]>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Channels of the last convolution before the head.
    #[config(default = 1024)]
    pub last: usize,
    /// Whose it is: of the paper, Darknet's, or of the course, Keras's ([`crate::darknet19`]).
    #[config(default = "Edition::Paper")]
    pub edition: Edition,
}

/// Tiny YOLOv2. Its images have values of 0 to 1 and sides of any multiple of 32 pixels, 416x416 in Darknet.
#[derive(Module, Debug)]
pub struct TinyYolo {
    convs: Vec<ConvNorm>,
    pool: MaxPool2d,
    shift: MaxPool2d,
    head: Conv2d,
}

impl TinyYoloConfig {
    /// The network for the 80 classes of COCO.
    pub fn coco() -> Self {
        Self::new(80, COCO_ANCHORS.to_vec()).with_last(512)
    }

    /// The network for the 20 classes of VOC.
    pub fn voc() -> Self {
        Self::new(20, VOC_ANCHORS.to_vec())
    }

    /// Builds the network: weights of He's normal distribution, those of the head of Xavier's uniform one, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, an anchor has no size or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<TinyYolo, ConfigError> {
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("last", self.last),
        ])?;
        self.edition.check(&[Edition::Paper, Edition::Course])?;
        let head = self.head()?;
        let mut inputs = self.channels;
        let mut convs = Vec::new();
        for outputs in WIDTHS.into_iter().chain([self.last]) {
            convs.push(dark_conv([inputs, outputs], 3, self.edition).init(device));
            inputs = outputs;
        }
        let shift = MaxPool2dConfig::new([2, 2]).with_padding(PaddingConfig2d::Same);
        Ok(TinyYolo {
            convs,
            pool: halving(),
            shift: shift.with_strides([1, 1]).init(),
            head: linear_conv([self.last, head.channels()], device),
        })
    }

    /// What the numbers of the last layer mean.
    ///
    /// # Errors
    /// When there is no anchor, or one has no size.
    pub fn head(&self) -> Result<YoloHead, ConfigError> {
        YoloHead::new(self.anchors.clone(), self.num_classes, CELL)
    }

    /// What Darknet calls the layers, or YAD2K, which converts its files for Keras.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] for other editions.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self.edition {
            Edition::Paper => Ok(DARKNET_TINY),
            Edition::Course => Ok(KERAS_TINY),
            other => other.unpublished(&[Edition::Paper, Edition::Course]),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        in_colour(self.channels, Pixels::PLAIN)
    }
}

impl YoloNetwork for TinyYolo {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.convs.iter().enumerate().fold(images, |x, (place, conv)| {
            let x = conv.forward_with(LEAKY, x);
            match place {
                0..HALVED => self.pool.apply(x),
                HALVED => self.shift.apply(x),
                _ => x,
            }
        });
        self.head.apply(x)
    }
}
