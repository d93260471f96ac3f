//! Any YOLO, asked about a picture of any size.

use std::fmt;
use std::path::Path;

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_file::{Picture, read_within};
use fireside_datasets::labelled_images::images;
use fireside_layers::pixels::ColorOrder;
use fireside_vision::detection::nms::Nms;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::detection::{Detection, Selection};
use fireside_vision::yolo::YoloNetwork;
use fireside_vision::yolo::lite::{YoloLite, YoloLiteConfig};
use fireside_vision::{ConfigError, Pixels};

use super::SIZE;
use super::placing::Placing;
use super::scenes::Scenes;
use crate::RecipeError;

/// What the small YOLO sees for pixels: -1 to 1.
pub const PIXELS: Pixels =
    Pixels { white: 1.0, mean: [0.5; 3], deviation: [0.5; 3], order: ColorOrder::Rgb };

/// The longest side to which a larger picture is shrunk before anything else.
const LONGEST: u32 = 8192;

/// Which boxes are kept where nobody says it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The least score.
    pub score: f64,
    /// The overlap above which a box goes that another is surer of.
    pub iou: f64,
    /// Boxes at most.
    pub most: usize,
    /// Whether only boxes of one class suppress one another.
    pub by_class: bool,
}

impl Usual {
    /// Of the small YOLO.
    pub const LITE: Self = Self { score: 0.4, iou: 0.45, most: 100, by_class: true };

    /// With another score or overlap.
    ///
    /// # Errors
    /// When the overlap is not in 0..=1, or the score no number.
    pub fn selection(self, score: Option<f64>, iou: Option<f64>) -> Result<Selection, ConfigError> {
        let nms = Nms::new(iou.unwrap_or(self.iou))?.with_max_boxes(self.most);
        let selection = Selection::new(score.unwrap_or(self.score), nms)?;
        Ok(if self.by_class { selection.by_class() } else { selection })
    }
}

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
        let forward = Box::new(move |images: Tensor<4>| net.forward(images));
        Ok(Self { forward, head, pixels, size, placing: Placing::Squash, classes })
    }

    /// A small YOLO for drawn scenes or others of their size, its classes by their numbers.
    ///
    /// # Errors
    /// When the configuration is impossible.
    pub fn of_lite(net: YoloLite, config: &YoloLiteConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            forward: Box::new(move |images: Tensor<4>| net.forward(images)),
            head: config.head()?,
            pixels: PIXELS,
            size: SIZE,
            placing: Placing::Squash,
            classes: numbered(config.num_classes),
        })
    }

    /// The same for scenes of this size and these classes.
    #[must_use]
    pub fn for_scenes(self, scenes: &Scenes) -> Self {
        Self { size: scenes.size, classes: scenes.classes.clone(), ..self }
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

/// Names of classes of which only the numbers are known.
pub(crate) fn numbered(classes: usize) -> Vec<String> {
    (0..classes).map(|class| format!("class {class}")).collect()
}
