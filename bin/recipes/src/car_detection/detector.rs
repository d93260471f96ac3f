//! Any YOLO, asked about a picture of any size.

use std::fmt;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_file::{Picture, read_within};
use fireside_datasets::labelled_images::images;
use fireside_layers::pixels::ColorOrder;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::detection::{Detection, Selection};
use fireside_vision::yolo::YoloNetwork;
use fireside_vision::{ConfigError, Pixels};

use super::placing::Placing;
use crate::RecipeError;

/// What the small YOLO sees for pixels: -1 to 1.
pub const PIXELS: Pixels =
    Pixels { white: 1.0, mean: [0.5; 3], deviation: [0.5; 3], order: ColorOrder::Rgb };

/// The longest side to which a larger picture is shrunk before anything else.
const LONGEST: u32 = 8192;

/// A YOLO of any architecture.
pub struct Detector {
    forward: Box<dyn Fn(Tensor<4>) -> Tensor<4>>,
    /// What the numbers of its last layer mean.
    pub head: YoloHead,
    /// What pixels it sees.
    pub pixels: Pixels,
    /// Rows and columns that it sees.
    pub size: [usize; 2],
    /// How a picture comes into them.
    pub placing: Placing,
    /// What its classes are called.
    pub classes: Vec<String>,
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a YOLO for {:?} of {:?}", self.classes, self.size)
    }
}

impl Detector {
    /// A detector for pictures of `size`, rows and columns, each scaled to them.
    ///
    /// # Errors
    /// When the head cannot divide them into cells, or there are fewer names than classes.
    pub fn new(
        net: impl YoloNetwork + 'static,
        head: YoloHead,
        pixels: Pixels,
        size: [usize; 2],
        classes: Vec<String>,
    ) -> Result<Self, RecipeError> {
        head.grid(size)?;
        let wanted = head.num_classes().max(1);
        if classes.len() < wanted {
            return Err(RecipeError::Input(format!(
                "{} names for {wanted} classes: each needs one",
                classes.len()
            )));
        }
        let forward = Box::new(move |images| net.forward(images));
        Ok(Self { forward, head, pixels, size, placing: Placing::Squash, classes })
    }

    /// The numbers of the last layer for pictures of its size.
    ///
    /// # Shapes
    /// - `images`: `[batch, 3, height, width]`, values of 0 to 1, red first
    /// - output: `[batch, anchors * (5 + classes), rows, columns]`
    pub fn logits(&self, images: Tensor<4>) -> Tensor<4> {
        (self.forward)(self.pixels.apply(images))
    }

    /// What is found in a picture, in its pixels, by falling score.
    ///
    /// # Errors
    /// When the network's last layer is not that of the head.
    pub fn detect(
        &self,
        picture: &Picture,
        selection: &Selection,
        device: &Device,
    ) -> Result<Vec<Detection>, ConfigError> {
        self.detect_placed((self.size, self.placing), picture, selection, device)
    }

    /// The same, where the picture comes otherwise into other rows and columns, of which the head can make cells.
    pub(crate) fn detect_placed(
        &self,
        (size, placing): ([usize; 2], Placing),
        picture: &Picture,
        selection: &Selection,
        device: &Device,
    ) -> Result<Vec<Detection>, ConfigError> {
        let [height, width] = size;
        let placed = placing.place(picture, size);
        let images = images(&placed.pixels, [1, height, width, 3], device);
        let found = self.head.detect(self.logits(images), selection)?;
        Ok(found.iter().flatten().map(|found| placed.back(found)).collect())
    }

    /// What a class is called.
    pub fn name(&self, class: usize) -> &str {
        self.classes.get(class).map_or("?", String::as_str)
    }
}

/// Reads a picture as it is, or shrunk to a side of 8192 pixels.
///
/// # Errors
/// When the file is no picture.
pub fn open(path: &Path) -> Result<Picture, RecipeError> {
    Ok(read_within(path, LONGEST)?)
}
