//! A small YOLO of our own for drawn scenes of about 100 pixels, which a CPU learns in minutes.
//!
//! The trunk of [`darknet_lite`](crate::darknet_lite), and over its features a convolution 1x1 with bias, the head. Cells of
//! 4 pixels suit objects of 4 to 50: with cells of 8 the same network finds a fifth fewer.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use super::YoloNetwork;
use crate::ConfigError;
use crate::darknet_lite::{DarknetLite, DarknetLiteConfig};
use crate::darknet19::linear_conv;
use crate::detection::yolo_head::YoloHead;

/// The share of cells and anchors that a network at its start takes for objects.
const PRIOR: f64 = 0.01;

/// Configuration of [`YoloLite`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct YoloLiteConfig {
    /// Classes that are told apart.
    pub num_classes: usize,
    /// Widths and heights of the anchors, in cells of 4 pixels.
    pub anchors: Vec<[f64; 2]>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
}

/// The small network. Its images have any multiple of 16 pixels and values of about -1 to 1.
#[derive(Module, Debug)]
pub struct YoloLite {
    trunk: DarknetLite,
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
        let trunk = self.trunk();
        let mut last = linear_conv([trunk.features(), head.channels()], device);
        last.bias = last.bias.map(|bias| bias.map(|_| prior(&head, device)));
        Ok(YoloLite { trunk: trunk.init(device)?, head: last })
    }

    fn trunk(&self) -> DarknetLiteConfig {
        DarknetLiteConfig::new().with_channels(self.channels)
    }

    /// What the numbers of the last layer mean.
    ///
    /// # Errors
    /// When there is no anchor, or one has no size.
    pub fn head(&self) -> Result<YoloHead, ConfigError> {
        YoloHead::new(self.anchors.clone(), self.num_classes, self.trunk().stride())
    }

    /// Checks that the network can see images of this height and width.
    ///
    /// # Errors
    /// When a side is no multiple of 16.
    pub fn check_image(&self, image: [usize; 2]) -> Result<(), ConfigError> {
        self.trunk().check_image(image)
    }
}

impl YoloLite {
    /// All but the head, which other detectors may share.
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
        self.head.apply(self.trunk.forward(images))
    }
}
