//! The loss of a YOLO network, and which cell and anchor is to find which true box.
//!
//! Over the true boxes, each with its [`assign`]ed cell and anchor:
//!
//! ```text
//! 5 |σ(t_xy) - offset|²  +  5/2 |t_wh - ln(size / anchor)|²  +  2 BCE(t_o, 1)  +  CE(classes, class)
//! ```
//!
//! over all other cells and anchors `BCE(t_o, 0) / 2`, but nothing where the box that they draw has an IoU above 0.6
//! with a true one, so that a good box beside the best is not punished; the whole over the number of pictures.
//!
//! [`YoloLossConfig::paper`] is the form of the first paper (Redmon et al., 2016, "You only look once", section 2.2):
//! squared errors throughout, of sizes between their square roots as shares of the picture. It teaches the objectness to
//! be the IoU of the drawn box; here it is 1, as in the other form.

mod assign;

use burn::config::Config;
use burn::tensor::{Device, Int, Tensor, TensorData, activation, s};
use fireside_layers::ops;
use fireside_layers::plain::CrossEntropy;
use fireside_layers::{ConfigError, config::check_positive};

use super::TrueBox;
use super::grid::Grid;
pub use super::grid::Place;
use super::iou::iou;
use super::yolo_head::{BOX, LOG_SIZES, YoloHead};
pub use assign::{Assigned, Assignment, assign};

/// How far off a prediction is.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum LossForm {
    /// Logistic objectness, softmax classes, squared offsets and logarithms of sizes.
    Mixed,
    /// As [`LossForm::Mixed`] with logistic offsets.
    LogisticOffsets,
    /// Squared errors throughout.
    SquaredError,
}

/// What the parts of the loss weigh.
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct YoloLossConfig {
    /// How far off a prediction is.
    #[config(default = "LossForm::Mixed")]
    pub form: LossForm,
    /// Weight of place and size.
    #[config(default = 5.0)]
    pub coordinates: f64,
    /// Weight of the objectness where a true box is.
    #[config(default = 2.0)]
    pub object: f64,
    /// Weight of the objectness elsewhere.
    #[config(default = 0.5)]
    pub no_object: f64,
    /// Weight of the class.
    #[config(default = 1.0)]
    pub class: f64,
    /// The IoU with a true box above which a box that is not to find it has no objectness to learn; 1 for none.
    #[config(default = 0.6)]
    pub ignore_iou: f64,
}

/// The loss of a batch in its parts, each over the number of pictures, `[1]`.
#[derive(Debug, Clone)]
pub struct YoloLoss {
    /// Of the midpoints.
    pub place: Tensor<1>,
    /// Of widths and heights.
    pub size: Tensor<1>,
    /// Of whether something is there.
    pub objectness: Tensor<1>,
    /// Of what it is.
    pub class: Tensor<1>,
    /// True boxes that counted.
    pub found: usize,
    /// True boxes that all anchors of their cell were taken for.
    pub lost: usize,
}

impl YoloLoss {
    /// The sum of its parts, `[1]`.
    #[must_use]
    pub fn total(&self) -> Tensor<1> {
        self.place.clone() + self.size.clone() + self.objectness.clone() + self.class.clone()
    }
}

impl YoloLossConfig {
    /// The first paper's squared errors and weights.
    pub fn paper() -> Self {
        Self::new().with_form(LossForm::SquaredError).with_object(1.0).with_ignore_iou(1.0)
    }

    /// Returns the loss of a batch. No gradient flows into which boxes are ignored.
    ///
    /// # Shapes
    /// - `logits`: `[batch, anchors * (5 + num_classes), rows, columns]`
    /// - `truths`: the true boxes of each picture, in pixels of the network's images; none is fine
    ///
    /// # Errors
    /// When a weight is no number of 0 or more, there are not as many lists of boxes as pictures, the layer has another
    /// number of channels, or a box or class is none ([`assign`]).
    pub fn loss(
        &self,
        head: &YoloHead,
        logits: &Tensor<4>,
        truths: &[Vec<TrueBox>],
    ) -> Result<YoloLoss, ConfigError> {
        self.check()?;
        let [batch, rows, columns] = head.check(logits)?;
        if truths.len() != batch {
            return Err(ConfigError::Setting {
                name: "the number of lists of boxes",
                expected: format!("{batch}, one for each picture,"),
                found: truths.len().to_string(),
            });
        }
        let image = [rows, columns].map(|cells| cells * head.cell());
        let assignment = assign(head, image, truths)?;
        let values: Vec<f64> = logits.to_data().iter().collect();
        let size = head.channels() * rows * columns;
        let grids: Vec<Grid<'_>> = (0..batch)
            .map(|picture| Grid { head, rows, columns, logits: &values[picture * size..][..size] })
            .collect();
        let device = logits.device();
        let (weights, targets) = self.objectness(&grids, &assignment.boxes, truths);
        let count = weights.len();
        let objectness = logits
            .clone()
            .reshape([batch, head.anchors().len(), head.each(), rows, columns])
            .slice(s![.., .., 4..5, .., ..])
            .reshape([count]);
        let errors = self.errors(objectness, numbers(targets, [count], &device));
        let objectness = (errors * numbers(weights, [count], &device)).sum();
        let mut loss = YoloLoss {
            place: Tensor::zeros([1], &device),
            size: Tensor::zeros([1], &device),
            class: Tensor::zeros([1], &device),
            objectness: objectness / batch as f64,
            found: assignment.boxes.len(),
            lost: assignment.lost,
        };
        if !assignment.boxes.is_empty() {
            let of_boxes = rows_of(logits, &grids, &assignment.boxes);
            let share = 1.0 / batch as f64;
            loss.place = self.place(&of_boxes, &assignment.boxes) * share;
            loss.size = self.size(&of_boxes, &assignment.boxes, head, image) * share;
            if head.num_classes() > 1 {
                loss.class = self.class(of_boxes, &assignment.boxes) * share;
            }
        }
        Ok(loss)
    }

    fn check(&self) -> Result<(), ConfigError> {
        for (name, weight) in [
            ("coordinates", self.coordinates),
            ("object", self.object),
            ("no_object", self.no_object),
            ("class", self.class),
        ] {
            if weight != 0.0 {
                check_positive(name, weight)?;
            }
        }
        match (0.0..=1.0).contains(&self.ignore_iou) {
            true => Ok(()),
            false => Err(ConfigError::Setting {
                name: "ignore_iou",
                expected: "a number from 0 to 1".to_string(),
                found: self.ignore_iou.to_string(),
            }),
        }
    }

    /// Weight and target of the objectness of every place, in the order of the layer.
    fn objectness(
        &self,
        grids: &[Grid<'_>],
        boxes: &[Assigned],
        truths: &[Vec<TrueBox>],
    ) -> (Vec<f64>, Vec<f64>) {
        let mut weights = Vec::new();
        let mut firsts = Vec::new();
        for (grid, truths) in grids.iter().zip(truths) {
            let first = weights.len();
            firsts.push(first);
            weights.resize(first + grid.places().count(), self.no_object);
            if truths.is_empty() || self.ignore_iou == 1.0 {
                continue;
            }
            // A box that another overlaps by half or more has the other's midpoint in it: most cells need no box drawn.
            let is_near = |place: Place, truth: &TrueBox| {
                self.ignore_iou < 0.5 || grid.touches(place, truth.bounds)
            };
            for place in grid.places() {
                if !truths.iter().any(|truth| is_near(place, truth)) {
                    continue;
                }
                let drawn = grid.bounds(place);
                if truths.iter().any(|truth| iou(drawn, truth.bounds) > self.ignore_iou) {
                    weights[first + grid.number(place)] = 0.0;
                }
            }
        }
        let mut targets = vec![0.0; weights.len()];
        for assigned in boxes {
            let number = firsts[assigned.picture] + grids[assigned.picture].number(assigned.place);
            weights[number] = self.object;
            targets[number] = 1.0;
        }
        (weights, targets)
    }

    /// The error of every logit against a target of 0..=1.
    fn errors<const D: usize>(&self, logits: Tensor<D>, targets: Tensor<D>) -> Tensor<D> {
        match self.form {
            LossForm::SquaredError => (activation::sigmoid(logits) - targets).square(),
            LossForm::Mixed | LossForm::LogisticOffsets => {
                (targets.neg() + 1.0) * logits.clone() - activation::log_sigmoid(logits)
            }
        }
    }

    fn place(&self, of_boxes: &Tensor<2>, boxes: &[Assigned]) -> Tensor<1> {
        let logits = of_boxes.clone().slice(s![.., 0..2]);
        let offsets = boxes.iter().flat_map(|assigned| assigned.offset).collect();
        let offsets = numbers(offsets, [boxes.len(), 2], &logits.device());
        let errors = match self.form {
            LossForm::LogisticOffsets => self.errors(logits, offsets),
            _ => (activation::sigmoid(logits) - offsets).square(),
        };
        errors.sum() * self.coordinates
    }

    fn size(
        &self,
        of_boxes: &Tensor<2>,
        boxes: &[Assigned],
        head: &YoloHead,
        [height, width]: [usize; 2],
    ) -> Tensor<1> {
        let (logits, shape) = (of_boxes.clone().slice(s![.., 2..4]), [boxes.len(), 2]);
        let device = logits.device();
        if self.form != LossForm::SquaredError {
            let sizes = boxes.iter().flat_map(|assigned| assigned.log_size).collect();
            let errors = (logits - numbers(sizes, shape, &device)).square();
            return errors.sum() * (self.coordinates / 2.0);
        }
        let of_anchor = boxes.iter().flat_map(|assigned| {
            let [w, h] =
                head.anchors()[assigned.place.anchor].map(|side| side * head.cell() as f64);
            [(w / width as f64).sqrt(), (h / height as f64).sqrt()]
        });
        let of_truth = boxes.iter().flat_map(|assigned| {
            let [x1, y1, x2, y2] = assigned.truth.bounds;
            [((x2 - x1) / width as f64).sqrt(), ((y2 - y1) / height as f64).sqrt()]
        });
        let [least, most] = LOG_SIZES;
        let roots =
            (logits.clamp(least, most) / 2.0).exp() * numbers(of_anchor.collect(), shape, &device);
        let errors = (roots - numbers(of_truth.collect(), shape, &device)).square();
        errors.sum() * self.coordinates
    }

    fn class(&self, of_boxes: Tensor<2>, boxes: &[Assigned]) -> Tensor<1> {
        let [count, each] = of_boxes.dims();
        let logits = of_boxes.slice(s![.., BOX..each]);
        let classes = boxes.iter().map(|assigned| assigned.truth.class);
        let errors = match self.form {
            LossForm::SquaredError => {
                let mut truth = vec![0.0; count * (each - BOX)];
                for (row, class) in classes.enumerate() {
                    truth[row * (each - BOX) + class] = 1.0;
                }
                let truth = numbers(truth, [count, each - BOX], &logits.device());
                (activation::softmax(logits, 1) - truth).square().sum()
            }
            _ => {
                let classes = indices(classes.collect(), &logits.device());
                ops::cross_entropy(logits, classes, &CrossEntropy::default()) * count as f64
            }
        };
        errors * self.class
    }
}

/// The numbers of the boxes' cells and anchors, `[boxes, 5 + num_classes]`.
fn rows_of(logits: &Tensor<4>, grids: &[Grid<'_>], boxes: &[Assigned]) -> Tensor<2> {
    let [batch, channels, rows, columns] = logits.dims();
    let each = grids.first().map_or(0, |grid| grid.head.each());
    let size = channels * rows * columns;
    let places = boxes.iter().flat_map(|assigned| {
        let grid = &grids[assigned.picture];
        (0..each).map(|number| assigned.picture * size + grid.index(assigned.place, number))
    });
    let places = indices(places.collect(), &logits.device());
    let flat: Tensor<1> = logits.clone().reshape([batch * size]);
    flat.select(0, places).reshape([boxes.len(), each])
}

fn numbers<const D: usize>(values: Vec<f64>, shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn indices(values: Vec<usize>, device: &Device) -> Tensor<1, Int> {
    let values: Vec<i64> = values.into_iter().map(|value| value as i64).collect();
    let count = values.len();
    Tensor::from_data(TensorData::new(values, [count]), device)
}
