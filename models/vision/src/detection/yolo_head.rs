//! What the last layer of a YOLO network means (Redmon & Farhadi, 2016, "YOLO9000: better, faster, stronger", section 2).
//!
//! The picture is divided into square cells. For every cell and anchor the layer has five numbers and one for each
//! class, `t_x, t_y, t_w, t_h, t_o` and the classes, one anchor after the other:
//!
//! ```text
//! x = (column + σ(t_x)) cell    w = anchor_w e^t_w cell    objectness = σ(t_o)
//! y = (row + σ(t_y)) cell       h = anchor_h e^t_h cell    class = softmax
//! ```
//!
//! with the midpoint `(x, y)`. The arguments of the exponential are held in -6..=4, sizes of 1/403 to 55 anchors, so
//! that a network gone astray still draws boxes. The course's own function is
//! [`steps::detection::yolo_head`](crate::steps::detection::yolo_head), which is wrong where the grid is not square.

use burn::tensor::{Tensor, activation, s};
use fireside_layers::ConfigError;
use fireside_layers::config::check_not_zero;

use super::grid::Grid;
use super::{Detection, Selection};

/// Numbers of a box before the classes.
pub(super) const BOX: usize = 5;
/// The least and the largest argument of the exponential.
pub(super) const LOG_SIZES: [f64; 2] = [-6.0, 4.0];

/// What the numbers of a YOLO network's last layer mean.
#[derive(Debug, Clone, PartialEq)]
pub struct YoloHead {
    anchors: Vec<[f64; 2]>,
    num_classes: usize,
    cell: usize,
}

/// The boxes of every cell and anchor, in the order of the grid: row, column, anchor.
#[derive(Debug, Clone)]
pub struct YoloBoxes {
    /// `[batch, boxes, 4]`, pixels, corners in order; they may lie outside the picture.
    pub bounds: Tensor<3>,
    /// Whether something is there, `[batch, boxes]`, in 0..=1.
    pub objectness: Tensor<2>,
    /// What it is, `[batch, boxes, num_classes]`, of sum 1; ones where there are no classes.
    pub classes: Tensor<3>,
}

impl YoloHead {
    /// A head with anchors of these widths and heights, in cells, for `num_classes` classes. With 0 of them the layer
    /// has no number for a class, and all that is found is of class 0. `cell` is the side of a cell in pixels.
    ///
    /// # Errors
    /// When there is no anchor, one has a side that is not above 0, or the cell has no pixel.
    pub fn new(
        anchors: Vec<[f64; 2]>,
        num_classes: usize,
        cell: usize,
    ) -> Result<Self, ConfigError> {
        check_not_zero([("anchors", anchors.len()), ("cell", cell)])?;
        let is_length = |side: &f64| *side > 0.0 && side.is_finite();
        match anchors.as_flattened().iter().find(|side| !is_length(side)) {
            Some(side) => Err(ConfigError::Setting {
                name: "anchors",
                expected: "numbers above 0".to_string(),
                found: side.to_string(),
            }),
            None => Ok(Self { anchors, num_classes, cell }),
        }
    }

    /// Widths and heights of the anchors, in cells.
    #[must_use]
    pub fn anchors(&self) -> &[[f64; 2]] {
        &self.anchors
    }

    /// Classes that are told apart.
    #[must_use]
    pub fn num_classes(&self) -> usize {
        self.num_classes
    }

    /// The side of a cell, in pixels.
    #[must_use]
    pub fn cell(&self) -> usize {
        self.cell
    }

    /// Numbers of one anchor.
    #[must_use]
    pub fn each(&self) -> usize {
        BOX + self.num_classes
    }

    /// Channels of the layer.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.anchors.len() * self.each()
    }

    /// Checks that pictures of this height and width can be divided into cells; their number, rows first.
    ///
    /// # Errors
    /// When a side is 0 or no multiple of the cell's.
    pub fn grid(&self, image: [usize; 2]) -> Result<[usize; 2], ConfigError> {
        match image.iter().find(|side| **side == 0 || !side.is_multiple_of(self.cell)) {
            Some(side) => Err(ConfigError::Setting {
                name: "side of the images",
                expected: format!("a multiple of {}", self.cell),
                found: side.to_string(),
            }),
            None => Ok(image.map(|side| side / self.cell)),
        }
    }

    /// Checks that a layer has as many channels; batch, rows and columns.
    pub(super) fn check(&self, logits: &Tensor<4>) -> Result<[usize; 3], ConfigError> {
        let [batch, channels, rows, columns] = logits.dims();
        match channels == self.channels() {
            true => Ok([batch, rows, columns]),
            false => Err(ConfigError::Setting {
                name: "channels of the last layer",
                expected: format!("{} of {} numbers", self.anchors.len(), self.each()),
                found: channels.to_string(),
            }),
        }
    }

    /// Returns the boxes of every cell and anchor.
    ///
    /// # Shapes
    /// - `logits`: `[batch, anchors * (5 + num_classes), rows, columns]`
    ///
    /// # Errors
    /// When the layer has another number of channels.
    pub fn boxes(&self, logits: &Tensor<4>) -> Result<YoloBoxes, ConfigError> {
        let [batch, rows, columns] = self.check(logits)?;
        let (device, count, each) = (logits.device(), self.anchors.len(), self.each());
        let boxes = rows * columns * count;
        // [batch, rows, columns, anchors, each]
        let logits = logits.clone().reshape([batch, count, each, rows, columns]);
        let logits = logits.permute([0, 3, 4, 1, 2]);
        let part = |from: usize, to: usize| logits.clone().slice(s![.., .., .., .., from..to]);
        let cells = (0..rows * columns)
            .flat_map(|place| [(place % columns) as f64, (place / columns) as f64]);
        let cells = Tensor::<1>::from_data(cells.collect::<Vec<_>>().as_slice(), &device);
        let sizes = Tensor::<1>::from_data(self.anchors.as_flattened(), &device);
        let sizes = sizes.reshape([1, 1, 1, count, 2]);
        let [least, most] = LOG_SIZES;
        let middle = activation::sigmoid(part(0, 2)) + cells.reshape([1, rows, columns, 1, 2]);
        let half = part(2, 4).clamp(least, most).exp() * sizes / 2.0;
        let bounds = Tensor::cat(vec![middle.clone() - half.clone(), middle + half], 4);
        let classes = match self.num_classes {
            0 => part(4, 5).ones_like(),
            _ => activation::softmax(part(BOX, each), 4),
        };
        Ok(YoloBoxes {
            bounds: (bounds * self.cell as f64).reshape([batch, boxes, 4]),
            objectness: activation::sigmoid(part(4, 5)).reshape([batch, boxes]),
            classes: classes.reshape([batch, boxes, self.num_classes.max(1)]),
        })
    }

    /// Returns what is found in each picture, by falling score; bounds are cut off at the picture's edges.
    ///
    /// Of a cell's anchor only the best class counts, of several the first. Boxes that are no numbers are left out.
    ///
    /// # Shapes
    /// - `logits`: `[batch, anchors * (5 + num_classes), rows, columns]`
    ///
    /// # Errors
    /// When the layer has another number of channels.
    pub fn detect(
        &self,
        logits: Tensor<4>,
        selection: &Selection,
    ) -> Result<Vec<Vec<Detection>>, ConfigError> {
        let [batch, rows, columns] = self.check(&logits)?;
        let values: Vec<f64> = logits.into_data().iter().collect();
        let size = self.channels() * rows * columns;
        let pictures = (0..batch).map(|picture| {
            let grid =
                Grid { head: self, rows, columns, logits: &values[picture * size..][..size] };
            grid.detect(selection)
        });
        Ok(pictures.collect())
    }
}
