//! A small YOLO of our own for drawn scenes of about 100 pixels, which a CPU learns in minutes.
//!
//! | layers | before them | maps of 96x128 |
//! | --- | --- | --- |
//! | the trunk of [`darknet_lite`](crate::darknet_lite), to 128 channels | | 12x16 |
//! | 3x3 256, 1x1 96 | max pooling 2x2 | 6x8 |
//! | 3x3 128, over the last two side by side | doubling | 12x16 |
//!
//! Each convolution is with batch normalisation and leaky ReLU of slope 0.1. Head: convolution 1x1 with bias. Cells of 8 pixels suit
//! objects of 4 to 50; the coarser maps see what is around them.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::nn::pool::MaxPool2d;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_layers::config::check_not_zero;
use fireside_layers::{Layer as _, trace};

use super::YoloNetwork;
use crate::ConfigError;
use crate::blocks::{ConvNorm, ConvNormConfig, concat};
use crate::darknet_lite::{DarknetLite, DarknetLiteConfig};
use crate::darknet19::{LEAKY, halving, linear_conv};
use crate::detection::yolo_head::YoloHead;

/// The side of a cell in pixels.
const CELL: usize = 8;
/// Channels of the coarser maps, and what they are brought to.
const COARSE: [usize; 2] = [256, 96];
/// Channels of the convolution over both.
const MERGED: usize = 128;
/// The share of cells and anchors that a network at its start takes for objects.
const PRIOR: f64 = 0.01;

/// Configuration of [`YoloLite`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct YoloLiteConfig {
    /// Classes that are told apart.
    pub num_classes: usize,
    /// Widths and heights of the anchors, in cells of 8 pixels.
    pub anchors: Vec<[f64; 2]>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
}

/// The small network. Its images have any multiple of 16 pixels and values of about -1 to 1.
#[derive(Module, Debug)]
pub struct YoloLite {
    trunk: DarknetLite,
    coarse: Vec<ConvNorm>,
    merged: ConvNorm,
    pool: MaxPool2d,
    head: Conv2d,
}

impl YoloLiteConfig {
    /// Builds the network: weights of He's normal distribution, those of the head of Xavier's uniform one, biases 0, but
    /// those of the objectness such that it is 0.01 (Lin et al., 2017, "Focal loss", section 3.3).
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or an anchor has no size.
    pub fn init(&self, device: &Device) -> Result<YoloLite, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        let head = self.head()?;
        let conv = |channels, kernel| ConvNormConfig::square(channels, kernel).init(device);
        let trunk = DarknetLiteConfig::new().with_channels(self.channels);
        let fine = trunk.features();
        let [wide, narrow] = COARSE;
        let mut last = linear_conv([MERGED, head.channels()], device);
        last.bias = last.bias.map(|bias| bias.map(|_| prior(&head, device)));
        Ok(YoloLite {
            trunk: trunk.init(device)?,
            coarse: vec![conv([fine, wide], 3), conv([wide, narrow], 1)],
            merged: conv([fine + narrow, MERGED], 3),
            pool: halving(),
            head: last,
        })
    }

    /// What the numbers of the last layer mean.
    ///
    /// # Errors
    /// When there is no anchor, or one has no size.
    pub fn head(&self) -> Result<YoloHead, ConfigError> {
        YoloHead::new(self.anchors.clone(), self.num_classes, CELL)
    }

    /// Checks that the network can see images of this height and width.
    ///
    /// # Errors
    /// When a side is no multiple of 16.
    pub fn check_image(&self, image: [usize; 2]) -> Result<(), ConfigError> {
        match image.iter().find(|side| **side == 0 || !side.is_multiple_of(2 * CELL)) {
            Some(side) => Err(ConfigError::Setting {
                name: "side of the images",
                expected: format!("a multiple of {}", 2 * CELL),
                found: side.to_string(),
            }),
            None => Ok(()),
        }
    }
}

impl YoloLite {
    /// The convolutions up to maps of an eighth of the image's height and width, which other detectors may share.
    #[must_use]
    pub fn trunk(&self) -> &DarknetLite {
        &self.trunk
    }
}

/// Biases of the head.
fn prior(head: &YoloHead, device: &Device) -> Tensor<1> {
    let is_objectness = |channel: usize| channel % head.each() == 4;
    let bias = |channel| if is_objectness(channel) { -(1.0 / PRIOR - 1.0).ln() } else { 0.0 };
    let biases: Vec<f64> = (0..head.channels()).map(bias).collect();
    Tensor::from_data(TensorData::new(biases, [head.channels()]), device)
}

impl YoloNetwork for YoloLite {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let fine = self.trunk.forward(images); // [batch, 128, height / 8, width / 8]
        let coarse = self.pool.apply(fine.clone());
        let coarse = self.coarse.iter().fold(coarse, |x, conv| conv.forward_with(LEAKY, x));
        let both = concat(vec![fine, doubled(coarse)]);
        self.head.apply(self.merged.forward_with(LEAKY, both))
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
