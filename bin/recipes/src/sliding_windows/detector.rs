//! The trained classifier as a detector, and what it finds in scenes.

use burn::tensor::{Tensor, activation};
use fireside_layers::ConfigError;
use fireside_vision::detection::nms::Nms;
use fireside_vision::detection::{Detection, Selection};
use fireside_vision::sliding_window::{Pyramid, WindowDetector, WindowNet};
use serde::{Deserialize, Serialize};

use crate::RecipeError;
use crate::by_hand::entries;

/// One look of a class, which is a class of its own to the classifier: a car from the side is wider than one from ahead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The class of which it is a look.
    pub class: usize,
    /// Width and height of its boxes on average, as shares of the window.
    pub shape: [f64; 2],
}

/// How a picture is looked at, window by window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Windows {
    /// Pixels along the longer side, to which a picture is scaled in its proportions.
    pub longest: usize,
    /// The looks, as the classifier numbers them; after them comes what is nothing.
    pub parts: Vec<Part>,
    /// How many times as large as that the picture is looked at at first.
    pub largest: f64,
    /// How many times as large each size is as the next.
    pub step: f64,
    /// How many sizes there are.
    pub sizes: usize,
    /// How likely a look has to be.
    pub least: f64,
    /// Of boxes of a class that overlap by more than this only the likeliest is kept.
    pub overlap: f64,
}

impl Windows {
    /// Checks what no weights bound; pictures may be enlarged to `most` pixels.
    pub(crate) fn check(&self, classes: usize, most: usize) -> Result<(), String> {
        const SIZES: usize = 64;
        let is_share = |share: &f64| *share > 0.0 && *share <= 1.0;
        let wrong = |what: &str| Err(format!("{what} of its windows cannot be"));
        match self {
            _ if self.parts.is_empty() => wrong("the number"),
            _ if self.parts.iter().any(|part| part.class >= classes) => wrong("the class of one"),
            _ if !self.parts.iter().all(|part| part.shape.iter().all(is_share)) => wrong("a shape"),
            _ if !(1..=most).contains(&self.longest) => wrong("the longest side"),
            _ if !(self.largest > 0.0 && self.longest as f64 * self.largest <= most as f64) => {
                wrong("the largest size")
            }
            _ if !(self.step > 1.0 && self.step.is_finite()) => wrong("the step"),
            _ if !(1..=SIZES).contains(&self.sizes) => wrong("the number of sizes"),
            _ if !(is_share(&self.least) && is_share(&self.overlap)) => wrong("a threshold"),
            _ => Ok(()),
        }
    }

    /// Rows and columns to which a picture of these is scaled.
    pub fn side(&self, [height, width]: [usize; 2]) -> [usize; 2] {
        let scale = self.longest as f64 / height.max(width).max(1) as f64;
        [height, width].map(|side| (side as f64 * scale).round().max(1.0) as usize)
    }

    /// The detector that looks so by this classifier.
    ///
    /// # Errors
    /// When a setting is out of its range.
    pub fn detector(&self, net: Box<WindowNet>) -> Result<Detector, ConfigError> {
        let all = Selection::new(self.least, Nms::new(1.0)?)?;
        let windows = WindowDetector {
            net: *net,
            pyramid: Pyramid::new(self.largest, self.step, self.sizes)?,
            shapes: self.parts.iter().map(|part| part.shape).collect(),
            selection: all,
        };
        let kept = Selection::new(self.least, Nms::new(self.overlap)?)?.by_class();
        Ok(Detector { windows, parts: self.parts.clone(), kept })
    }
}

/// Finds objects by their looks.
#[derive(Debug, Clone)]
pub struct Detector {
    windows: WindowDetector,
    parts: Vec<Part>,
    kept: Selection,
}

impl Detector {
    /// Rows and columns of a window.
    pub fn window(&self) -> usize {
        self.windows.net.window()
    }

    /// Pixels from one window to the next.
    pub fn stride(&self) -> usize {
        self.windows.net.stride()
    }

    /// The sizes at which a picture is looked at.
    pub fn pyramid(&self) -> &Pyramid {
        &self.windows.pyramid
    }

    /// Every window that shows a look, whose number is the class, by falling score.
    ///
    /// # Shapes
    /// - `images`: `[batch, 3, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// When the classifier has another number of classes.
    pub fn windows(&self, images: &Tensor<4>) -> Result<Vec<Vec<Detection>>, ConfigError> {
        self.windows.detect(images)
    }

    /// What is kept of windows that show looks, as objects of their classes.
    pub fn kept(&self, windows: &[Detection]) -> Vec<Detection> {
        let object =
            |found: &Detection| Detection { class: self.parts[found.class].class, ..*found };
        self.kept.keep(windows.iter().map(object).collect())
    }

    /// What is in every picture, by falling score.
    ///
    /// # Shapes
    /// - `images`: `[batch, 3, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// As [`Detector::windows`].
    pub fn detect(&self, images: &Tensor<4>) -> Result<Vec<Vec<Detection>>, ConfigError> {
        Ok(self.windows(images)?.iter().map(|windows| self.kept(windows)).collect())
    }

    /// The window whose middle `[x1, y1, x2, y2]` is, as a look has it: its midpoint and its side.
    pub fn window_of(&self, found: &Detection) -> ([f64; 2], f64) {
        let [x1, y1, x2, y2] = found.bounds;
        let [wide, high] = self.parts[found.class].shape;
        let side = ((x2 - x1) / wide).max((y2 - y1) / high);
        ([f64::midpoint(x1, x2), f64::midpoint(y1, y2)], side)
    }

    /// How likely each class is at every pixel of a picture, in the window around it: the most likely of all sizes and
    /// looks. Rows of pixels, for each class.
    ///
    /// # Shapes
    /// - `image`: `[1, 3, height, width]`, values of 0 to 1
    ///
    /// # Errors
    /// When the device fails.
    pub fn heat(&self, image: &Tensor<4>) -> Result<Vec<Vec<f64>>, RecipeError> {
        let [_, _, height, width] = image.dims();
        let classes = self.parts.iter().map(|part| part.class + 1).max().unwrap_or(0);
        let mut heat = vec![vec![0.0_f64; height * width]; classes];
        let (window, stride) = (self.window() as f64, self.stride() as f64);
        for level in self.pyramid().levels(image, self.window()) {
            let [.., level_height, level_width] = level.dims();
            let scale = [level_height as f64 / height as f64, level_width as f64 / width as f64];
            let probabilities = activation::softmax(self.windows.net.forward(level), 1);
            let [_, _, rows, columns] = probabilities.dims();
            let values = entries(probabilities)?;
            // The window whose middle is nearest to the pixel, if it is within half a stride.
            let nearest = |pixel: usize, scale: f64, count: usize| {
                let at = (((pixel as f64 + 0.5) * scale - window / 2.0) / stride + 0.5).floor();
                (at >= 0.0 && at < count as f64).then_some(at as usize)
            };
            let cells: Vec<Option<usize>> = (0..height * width)
                .map(|place| {
                    let row = nearest(place / width, scale[0], rows)?;
                    Some(row * columns + nearest(place % width, scale[1], columns)?)
                })
                .collect();
            for (number, part) in self.parts.iter().enumerate() {
                let likely = &values[number * rows * columns..][..rows * columns];
                for (most, cell) in heat[part.class].iter_mut().zip(&cells) {
                    *most = most.max(cell.map_or(0.0, |cell| likely[cell]));
                }
            }
        }
        Ok(heat)
    }
}
