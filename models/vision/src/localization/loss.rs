//! What one object or none is to be told as, and how far off a network is.

use burn::config::Config;
use burn::tensor::{Tensor, activation, s};
use fireside_layers::ConfigError;

use super::BOX;
use super::overlap::overlap_loss;
use crate::detection::Bounds;

/// Added to a squared distance, in shares of a picture.
const LEAST_SQUARE: f64 = 1e-12;

/// How far off the numbers of a box are; the mean over the pictures. Where there is no object, only `p_c` counts: the
/// gradient of all else is exactly 0, whatever the targets say.
#[derive(Config, Debug, Copy, PartialEq)]
pub enum BoxLoss {
    /// The lecture's: squared errors of all numbers, by which `p_c` is a probability, more or less
    /// ([`steps::localization`](crate::steps::localization) has it by hand).
    Squared,
    /// The logistic loss of `p_c`, which is a logit, the cross-entropy of the classes, and of the box so much of its
    /// squared error and so much of `1 - GIoU` ([`overlap_loss`]).
    Mixed {
        /// What the squared error weighs; 5 is what YOLO takes.
        coordinates: f64,
        /// What the overlap weighs. It counts an error by the size of the box, as the IoU does that a box is judged by.
        overlap: f64,
    },
}

impl BoxLoss {
    /// Returns the loss.
    ///
    /// # Shapes
    /// - `outputs`: `[batch, 5 + classes]`
    /// - `targets`: the same, rows of [`box_target`]
    /// - output: `[1]`
    ///
    /// # Panics
    /// When the shapes differ or there is no class.
    #[must_use]
    pub fn loss(&self, outputs: Tensor<2>, targets: Tensor<2>) -> Tensor<1> {
        let [batch, count] = outputs.dims();
        assert!(
            outputs.dims() == targets.dims() && count > BOX,
            "box loss: the outputs are {:?} and the targets {:?}, but one shape of more than 5 is wanted",
            outputs.dims(),
            targets.dims()
        );
        let p_c = targets.clone().slice(s![.., 0..1]); // [batch, 1]
        let is_empty = p_c.clone().equal_scalar(0.0);
        let part =
            |tensor: &Tensor<2>, from: usize, to: usize| tensor.clone().slice(s![.., from..to]);
        // Not times 0: a target that nobody cares for may be no number.
        let counted = |errors: Tensor<2>| {
            let dims = errors.dims();
            errors.mask_fill(is_empty.clone().expand(dims), 0.0).sum()
        };
        let squared = |from: usize, to: usize| {
            let targets = part(&targets, from, to);
            let dims = targets.dims();
            let targets = targets.mask_fill(is_empty.clone().expand(dims), 0.0);
            counted((part(&outputs, from, to) - targets).square())
        };
        let sum = match *self {
            Self::Squared => (part(&outputs, 0, 1) - p_c).square().sum() + squared(1, count),
            Self::Mixed { coordinates, overlap } => {
                let logit = part(&outputs, 0, 1);
                let object = (p_c.neg() + 1.0) * logit.clone() - activation::log_sigmoid(logit);
                let logarithms = activation::log_softmax(part(&outputs, BOX, count), 1);
                let classes = part(&targets, BOX, count);
                let dims = classes.dims();
                let classes = classes.mask_fill(is_empty.clone().expand(dims), 0.0);
                // Where there is no object, one box with itself, which loses nothing.
                let places = [&outputs, &targets].map(|of| {
                    let places = part(of, 1, BOX);
                    let dims = places.dims();
                    places.mask_fill(is_empty.clone().expand(dims), 0.5)
                });
                let [told, is] = places;
                object.sum()
                    + squared(1, BOX) * coordinates
                    + overlap_loss(told, is).sum() * overlap
                    - counted(logarithms * classes)
            }
        };
        sum / batch as f64
    }

    /// The probability of an object, of the first number.
    #[must_use]
    pub fn probability(&self, p_c: f64) -> f64 {
        match self {
            Self::Squared => p_c.clamp(0.0, 1.0),
            Self::Mixed { .. } => 1.0 / (1.0 + (-p_c).exp()),
        }
    }
}

/// Returns what a network is to tell of a picture: `p_c, b_x, b_y, b_h, b_w` and a 1 among `classes`, or zeros. `image`
/// are the picture's rows and columns, bounds in pixels.
///
/// # Errors
/// When the box is none or has no area, its midpoint is outside the picture, or its class is not one of those.
pub fn box_target(
    object: Option<(usize, Bounds)>,
    classes: usize,
    [height, width]: [usize; 2],
) -> Result<Vec<f64>, ConfigError> {
    let mut target = vec![0.0; BOX + classes];
    let Some((class, bounds)) = object else { return Ok(target) };
    let [x1, y1, x2, y2] = bounds;
    let [x, y] = [f64::midpoint(x1, x2) / width as f64, f64::midpoint(y1, y2) / height as f64];
    let is_within = (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
    if !(is_within && x1 < x2 && y1 < y2 && bounds.iter().all(|edge| edge.is_finite())) {
        return Err(ConfigError::Setting {
            name: "a box",
            expected: format!(
                "[x1, y1, x2, y2] with an area, its midpoint in images of {height}x{width},"
            ),
            found: format!("{bounds:?}"),
        });
    }
    if class >= classes {
        return Err(ConfigError::Setting {
            name: "the class of a box",
            expected: format!("a number below {classes}"),
            found: class.to_string(),
        });
    }
    let size = [(y2 - y1) / height as f64, (x2 - x1) / width as f64];
    target[..BOX].copy_from_slice(&[1.0, x, y, size[0], size[1]]);
    target[BOX + class] = 1.0;
    Ok(target)
}

/// Returns how far landmarks are told from where they are, the mean distance of each picture's.
///
/// # Shapes
/// - `outputs`, `targets`: `[batch, 2 * landmarks]`, x and y of each, shares of a square picture
/// - output: `[batch, 1]`, shares of its side
///
/// # Panics
/// When the shapes differ or the numbers are no pairs.
#[must_use]
pub fn landmark_distances(outputs: Tensor<2>, targets: Tensor<2>) -> Tensor<2> {
    let [batch, numbers] = outputs.dims();
    assert!(
        outputs.dims() == targets.dims() && numbers.is_multiple_of(2),
        "landmarks: the outputs are {:?} and the targets {:?}, but one shape of pairs is wanted",
        outputs.dims(),
        targets.dims()
    );
    let away = (outputs - targets).reshape([batch, numbers / 2, 2]);
    // The root's slope at 0 would be infinite.
    let distances = (away.square().sum_dim(2) + LEAST_SQUARE).sqrt(); // [batch, landmarks, 1]
    distances.mean_dim(1).reshape([batch, 1])
}
