//! YOLOv2, of the assignment on car detection (Redmon & Farhadi, 2016; course 4, week 3).
//!
//! [`Darknet-19`](crate::darknet19) without its head, two convolutions 3x3 of 1024 channels; beside them, as four times
//! as many channels, what the body saw before its last halving, brought to 64 channels by a convolution 1x1; over both a
//! convolution 3x3 of 1024 channels. Head: convolution 1x1 with bias.
//!
//! Two editions, which differ in more than the normalisation: [`Edition::Paper`], Darknet's own, takes Darknet's
//! [`Reorg`], and [`Edition::Course`], Keras's, `space_to_depth`. The first network of the name had no convolution for
//! the finer map: 67,465,609 numbers in place of 50,983,561.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::Conv2d;
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use super::YoloNetwork;
use super::names::{DARKNET, DARKNET_FIRST, KERAS, SAVED_MODEL};
use super::reorg::Reorg;
use crate::blocks::{ConvNorm, concat};
use crate::darknet19::{BODY_CHANNELS, DarknetBody, LEAKY, dark_conv, linear_conv};
use crate::detection::yolo_head::YoloHead;
use crate::edition::{in_colour, unpublished};
use crate::{ConfigError, Edition, Pixels, Renames};

/// Anchors of the network for COCO, in cells: `yolo_anchors.txt` of the course.
pub const COCO_ANCHORS: [[f64; 2]; 5] = [
    [0.57273, 0.677385],
    [1.87446, 2.06253],
    [3.33843, 5.47434],
    [7.88282, 3.52778],
    [9.77052, 9.16828],
];

/// Anchors of the network for VOC, in cells.
pub const VOC_ANCHORS: [[f64; 2]; 5] = [
    [1.3221, 1.73145],
    [3.19275, 4.00944],
    [5.05587, 8.09892],
    [9.47112, 4.84053],
    [11.2364, 10.0071],
];

/// The side of a cell in pixels.
const CELL: usize = 32;

/// Configuration of [`YoloV2`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct YoloV2Config {
    /// Classes that are told apart.
    pub num_classes: usize,
    /// Widths and heights of the anchors, in cells of 32 pixels.
    pub anchors: Vec<[f64; 2]>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Channels that the finer map is brought to; 0 leaves it as it is, as in the first network of the name.
    #[config(default = 64)]
    pub passthrough: usize,
    /// Whose it is: of the paper, Darknet's, or of the course, Keras's.
    #[config(default = "Edition::Paper")]
    pub edition: Edition,
    /// How the finer map is laid beside the coarser one; without, as the edition does it.
    pub reorg: Option<Reorg>,
}

/// YOLOv2. Its images have values of 0 to 1 and sides of any multiple of 32 pixels, 608x608 in the course.
#[derive(Module, Debug)]
pub struct YoloV2 {
    body: DarknetBody,
    deep: Vec<ConvNorm>,
    passthrough: Option<ConvNorm>,
    merged: ConvNorm,
    head: Conv2d,
    #[module(skip)]
    reorg: Reorg,
}

impl YoloV2Config {
    /// The network for the 80 classes of COCO.
    pub fn coco() -> Self {
        Self::new(80, COCO_ANCHORS.to_vec())
    }

    /// The network for the 20 classes of VOC.
    pub fn voc() -> Self {
        Self::new(20, VOC_ANCHORS.to_vec())
    }

    /// Builds the network: weights of He's normal distribution, those of the head of Xavier's uniform one, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, an anchor has no size, the channels of the finer map are no multiple of 4 or
    /// there is no such edition.
    pub fn init(&self, device: &Device) -> Result<YoloV2, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        if !self.passthrough.is_multiple_of(4) {
            return Err(ConfigError::Setting {
                name: "passthrough",
                expected: "a multiple of 4".to_string(),
                found: self.passthrough.to_string(),
            });
        }
        let head = self.head()?;
        let [fine, wide] = BODY_CHANNELS;
        let body = DarknetBody::new(self.channels, self.edition, device)?;
        let conv = |channels, kernel| dark_conv(channels, kernel, self.edition).init(device);
        let beside = 4 * if self.passthrough > 0 { self.passthrough } else { fine };
        Ok(YoloV2 {
            body,
            deep: vec![conv([wide; 2], 3), conv([wide; 2], 3)],
            passthrough: (self.passthrough > 0).then(|| conv([fine, self.passthrough], 1)),
            merged: conv([beside + wide, wide], 3),
            head: linear_conv([wide, head.channels()], device),
            reorg: self.reorg(),
        })
    }

    /// What the numbers of the last layer mean.
    ///
    /// # Errors
    /// When there is no anchor, or one has no size.
    pub fn head(&self) -> Result<YoloHead, ConfigError> {
        YoloHead::new(self.anchors.clone(), self.num_classes, CELL)
    }

    /// How the finer map is laid beside the coarser one.
    #[must_use]
    pub fn reorg(&self) -> Reorg {
        self.reorg.unwrap_or(match self.edition {
            Edition::Course => Reorg::SpaceToDepth,
            _ => Reorg::Darknet,
        })
    }

    /// What Darknet calls the layers, or the course's `yolo.h5`.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] for a finer map of which nobody has published weights.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match (self.edition, self.passthrough) {
            (Edition::Paper, 0) => Ok(DARKNET_FIRST),
            (Edition::Paper, 64) => Ok(DARKNET),
            (Edition::Course, 64) => Ok(KERAS),
            (Edition::Paper, other) => unpublished("passthrough", other, "0 or 64"),
            (Edition::Course, other) => unpublished("passthrough", other, "64"),
            (other, _) => other.unpublished(&[Edition::Paper, Edition::Course]),
        }
    }

    /// What the course's SavedModel calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] for other networks than the course's.
    pub fn saved_model_renames(&self) -> Result<Renames, ConfigError> {
        match (self.edition, self.passthrough) {
            (Edition::Course, 64) => Ok(SAVED_MODEL),
            (Edition::Course, other) => unpublished("passthrough", other, "64"),
            (other, _) => other.unpublished(&[Edition::Course]),
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

impl YoloNetwork for YoloV2 {
    fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let [fine, coarse] = self.body.forward(images);
        let coarse = self.deep.iter().fold(coarse, |x, conv| conv.forward_with(LEAKY, x));
        let fine = match &self.passthrough {
            Some(conv) => conv.forward_with(LEAKY, fine),
            None => fine,
        };
        let both = concat(vec![self.reorg.apply(fine), coarse]); // [batch, 1280, height / 32, width / 32]
        self.head.apply(self.merged.forward_with(LEAKY, both))
    }
}
