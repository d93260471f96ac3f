//! Course 4, week 3 by hand: the functions of car detection, in the assignment's own orders.
//!
//! Boxes after [`yolo_boxes_to_corners`] are `(y_min, x_min, y_max, x_max)`, while [`iou`] takes `(x1, y1, x2, y2)`;
//! everywhere else in this crate a box is the latter (`crate::detection`).

use burn::tensor::{Tensor, activation, s};
use fireside_layers::ConfigError;

use crate::detection::Bounds;
pub use crate::detection::anchors::read_anchors;
pub use crate::detection::iou::iou;
use crate::detection::nms::Nms;

/// Boxes that were found: one score, one box and one class each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// How sure they are.
    pub scores: Vec<f64>,
    /// Where they are.
    pub boxes: Vec<Bounds>,
    /// What they are.
    pub classes: Vec<f64>,
}

impl Found {
    /// Those at these places.
    fn at(&self, places: &[usize]) -> Self {
        Self {
            scores: places.iter().map(|&place| self.scores[place]).collect(),
            boxes: places.iter().map(|&place| self.boxes[place]).collect(),
            classes: places.iter().map(|&place| self.classes[place]).collect(),
        }
    }
}

/// Keeps the boxes whose best class scores at least `threshold`, confidence times probability, in the order of the
/// grid; of classes that score alike, the first.
///
/// # Shapes
/// - `boxes`: `[cells and anchors, 4]`
/// - `box_confidence`: `[cells and anchors, 1]`
/// - `box_class_probs`: `[cells and anchors, classes]`
#[must_use]
pub fn yolo_filter_boxes(
    boxes: Tensor<2>,
    box_confidence: Tensor<2>,
    box_class_probs: Tensor<2>,
    threshold: f64,
) -> Found {
    let scores = box_confidence * box_class_probs;
    let [count, classes] = scores.dims();
    let scores: Vec<f64> = scores.into_data().iter().collect();
    let boxes: Vec<f64> = boxes.into_data().iter().collect();
    let mut found = Found::default();
    for place in 0..count {
        let scores = scores[place * classes..][..classes].iter().copied().enumerate();
        let best = scores.reduce(|best, next| if next.1 > best.1 { next } else { best });
        let Some((class, score)) = best.filter(|(_, score)| *score >= threshold) else { continue };
        found.scores.push(score);
        found.boxes.push(std::array::from_fn(|edge| boxes[4 * place + edge]));
        found.classes.push(class as f64);
    }
    found
}

/// Of boxes that overlap by more than `iou_threshold` keeps the surest, over all classes together, at most `max_boxes`.
///
/// # Errors
/// When the threshold is not in 0..=1.
pub fn yolo_non_max_suppression(
    found: &Found,
    max_boxes: usize,
    iou_threshold: f64,
) -> Result<Found, ConfigError> {
    let nms = Nms::new(iou_threshold)?.with_max_boxes(max_boxes);
    Ok(found.at(&nms.keep(&found.boxes, &found.scores)))
}

/// Turns midpoints and sizes into corners.
///
/// # Shapes
/// - `box_xy`, `box_wh`: `[boxes, 2]`, x and width first
/// - output: `[boxes, 4]`: `(y_min, x_min, y_max, x_max)`, which may lie outside the picture
#[must_use]
pub fn yolo_boxes_to_corners(box_xy: Tensor<2>, box_wh: Tensor<2>) -> Tensor<2> {
    let half = box_wh / 2.0;
    let (least, most) = (box_xy.clone() - half.clone(), box_xy + half);
    Tensor::cat(vec![least.flip([1]), most.flip([1])], 1)
}

/// Turns shares of a picture into pixels.
///
/// # Shapes
/// - `boxes`, output: `[boxes, 4]`: `(y_min, x_min, y_max, x_max)`
#[must_use]
pub fn scale_boxes(boxes: Tensor<2>, [height, width]: [f64; 2]) -> Tensor<2> {
    let device = boxes.device();
    boxes * Tensor::<2>::from_data([[height, width, height, width]], &device)
}

/// What the network says of every cell and anchor.
///
/// # Shapes
/// `[cells and anchors, ...]`, or `[batch, rows, columns, anchors, ...]` from [`yolo_head`], with
/// - `box_xy`, `box_wh`: 2, midpoint and size as shares of the picture
/// - `box_confidence`: 1
/// - `box_class_probs`: one for each class
#[derive(Debug, Clone)]
pub struct YoloOutputs<const D: usize> {
    /// Midpoints.
    pub box_xy: Tensor<D>,
    /// Sizes.
    pub box_wh: Tensor<D>,
    /// Whether something is there, in 0..=1.
    pub box_confidence: Tensor<D>,
    /// What it is.
    pub box_class_probs: Tensor<D>,
}

/// From the network's outputs to the boxes on a picture: corners, filter, scale, suppression.
///
/// # Errors
/// When a threshold is not in 0..=1.
pub fn yolo_eval(
    outputs: YoloOutputs<2>,
    image_shape: [f64; 2],
    max_boxes: usize,
    score_threshold: f64,
    iou_threshold: f64,
) -> Result<Found, ConfigError> {
    let YoloOutputs { box_xy, box_wh, box_confidence, box_class_probs } = outputs;
    let corners = scale_boxes(yolo_boxes_to_corners(box_xy, box_wh), image_shape);
    let found = yolo_filter_boxes(corners, box_confidence, box_class_probs, score_threshold);
    yolo_non_max_suppression(&found, max_boxes, iou_threshold)
}

/// Turns the last layer of YOLO into boxes: a sigmoid of place and confidence, the exponential of the size times the
/// anchor's, a softmax of the classes.
///
/// As the assignment's helper does it, cells are numbered and places divided as if the grid were square: on others
/// the places are wrong, and the detectors of this crate do not use it.
///
/// # Shapes
/// - `feats`: `[batch, anchors * (5 + num_classes), rows, columns]`
/// - `anchors`: width and height, in cells
#[must_use]
pub fn yolo_head(feats: &Tensor<4>, anchors: &[[f64; 2]], num_classes: usize) -> YoloOutputs<5> {
    let device = feats.device();
    let [batch, _, rows, columns] = feats.dims();
    let each = 5 + num_classes;
    // [batch, rows, columns, anchors, each]
    let feats = feats.clone().reshape([batch, anchors.len(), each, rows, columns]);
    let feats = feats.permute([0, 3, 4, 1, 2]);
    let cells: Vec<f64> =
        (0..rows * columns).flat_map(|cell| [(cell % rows) as f64, (cell / rows) as f64]).collect();
    let cells = Tensor::<1>::from_data(cells.as_slice(), &device);
    let cells = cells.reshape([1, rows, columns, 1, 2]);
    let grid = Tensor::<1>::from_data([rows as f64, columns as f64], &device);
    let grid = grid.reshape([1, 1, 1, 1, 2]);
    let sizes = Tensor::<1>::from_data(anchors.as_flattened(), &device);
    let sizes = sizes.reshape([1, 1, 1, anchors.len(), 2]);
    let part = |from: usize, to: usize| feats.clone().slice(s![.., .., .., .., from..to]);
    YoloOutputs {
        box_xy: (activation::sigmoid(part(0, 2)) + cells) / grid.clone(),
        box_wh: part(2, 4).exp() * sizes / grid,
        box_confidence: activation::sigmoid(part(4, 5)),
        box_class_probs: activation::softmax(part(5, each), 4),
    }
}
