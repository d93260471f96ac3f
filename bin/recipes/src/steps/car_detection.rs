//! Course 4, week 3: car detection.

use burn::tensor::{Device, Tensor};
use fireside_numpy_rng::NumpyRng;
use fireside_vision::steps::detection::{
    Found, YoloOutputs, iou, read_anchors, scale_boxes, yolo_boxes_to_corners, yolo_eval,
    yolo_filter_boxes, yolo_head, yolo_non_max_suppression,
};

use super::tensorflow_random::TensorflowRandom;
use super::{Array, Notebook, Step};
use crate::RecipeError;
use crate::by_hand::entries;

/// Car detection.
pub const NOTEBOOK: Notebook = Notebook { name: "c4w3a1", steps };

/// The boxes of the notebook's tests: overlapping, apart, touching at a corner, touching along an edge.
const PAIRS: [[[f64; 4]; 2]; 4] = [
    [[2.0, 1.0, 4.0, 3.0], [1.0, 2.0, 3.0, 4.0]],
    [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]],
    [[1.0, 1.0, 2.0, 2.0], [2.0, 2.0, 3.0, 3.0]],
    [[1.0, 1.0, 3.0, 3.0], [2.0, 3.0, 3.0, 4.0]],
];
/// `yolo_anchors.txt` of the course.
const ANCHORS: &str =
    "0.57273, 0.677385, 1.87446, 2.06253, 3.33843, 5.47434, 7.88282, 3.52778, 9.77052, 9.16828";

/// The last layer of a small network, in place of the notebook's, which TensorFlow draws: rows, columns, anchors, classes.
const GRID: [usize; 4] = [2, 2, 2, 3];
const SMALL_ANCHORS: [[f64; 2]; 2] = [[0.8, 0.7], [1.5, 1.2]];
/// Height and width of the course's picture.
const IMAGE: [f64; 2] = [720.0, 1280.0];
const SCORE: f64 = 0.3;
const IOU: f64 = 0.5;
const MOST: usize = 10;

fn steps(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let mut all: Vec<Step> = PAIRS.into_iter().map(overlap).collect();
    all.push(filtered(device));
    all.push(suppressed()?);
    all.push(anchors()?);
    all.extend(small_network(device)?);
    Ok(all)
}

fn overlap([one, other]: [[f64; 4]; 2]) -> Step {
    Step::new("iou", "the area of both boxes over that of either; (x1, y1, x2, y2)")
        .input("box1", Array::list(one).of_integers())
        .input("box2", Array::list(other).of_integers())
        .output("iou", iou(one, other))
}

/// The first four cells of the notebook's grid of 19x19, with five anchors and 80 classes.
fn filtered(device: &Device) -> Step {
    let (cells, whole) = ([1, 4, 5], 19 * 19 * 5);
    let mut random = TensorflowRandom::new(10, 1);
    let mut draw = |numbers: usize| {
        let shape = [&cells[..], &[numbers]].concat();
        Array::new(shape, random.normal(20 * numbers, whole * numbers, 1.0, 4.0))
    };
    let [confidence, boxes, probabilities] = [1, 4, 80].map(&mut draw);
    let flat = |array: &Array, numbers: usize| array.tensor::<4>(device).reshape([20, numbers]);
    let threshold = 0.5;
    let found = yolo_filter_boxes(
        flat(&boxes, 4),
        flat(&confidence, 1),
        flat(&probabilities, 80),
        threshold,
    );
    let what = "confidence times probability of the best class, where it is threshold or more";
    let step = Step::new("yolo_filter_boxes", what)
        .input("boxes", boxes)
        .input("box_confidence", confidence)
        .input("box_class_probs", probabilities)
        .input("threshold", threshold);
    with_found(step, &found)
}

/// The 54 boxes of the notebook's test, some of whose corners come in the other order.
fn suppressed() -> Result<Step, RecipeError> {
    let count = 54;
    let mut random = TensorflowRandom::new(10, 1);
    let mut draw = |count: usize| random.normal(count, count, 1.0, 4.0);
    let [scores, boxes, classes] = [count, 4 * count, count].map(&mut draw);
    let boxes: Vec<[f64; 4]> = boxes.as_chunks::<4>().0.to_vec();
    let step = Step::new("yolo_non_max_suppression", "of boxes that overlap the surest")
        .input("scores", Array::list(scores.clone()))
        .input("boxes", Array::matrix(&boxes))
        .input("classes", Array::list(classes.clone()))
        .input("max_boxes", MOST)
        .input("iou_threshold", IOU);
    let found = Found { scores, boxes, classes };
    Ok(with_found(step, &yolo_non_max_suppression(&found, MOST, IOU)?))
}

fn anchors() -> Result<Step, RecipeError> {
    let found = read_anchors(ANCHORS)?;
    Ok(Step::new("read_anchors", "pairs of a width and a height, in cells of the grid")
        .input("text", ANCHORS)
        .output("anchors", Array::matrix(&found)))
}

fn small_network(device: &Device) -> Result<Vec<Step>, RecipeError> {
    let [rows, columns, anchors, classes] = GRID;
    let mut rng = NumpyRng::new(1);
    let feats = Array::randn(&mut rng, [1, rows, columns, anchors * (5 + classes)]);
    let found = yolo_head(&feats.channels_first(device), &SMALL_ANCHORS, classes);
    let [xy, wh, confidence, probabilities] =
        [found.box_xy, found.box_wh, found.box_confidence, found.box_class_probs]
            .map(Array::of)
            .into_iter()
            .collect::<Result<Vec<_>, _>>()?
            .try_into()
            .map_err(|_| RecipeError::Run("a head gives four arrays".to_string()))?;
    let head = Step::new("yolo_head", "midpoints and sizes as shares, confidence, probabilities")
        .on_other_inputs()
        .input("feats", feats)
        .input("anchors", Array::matrix(&SMALL_ANCHORS))
        .input("num_classes", classes)
        .output("box_xy", &xy)
        .output("box_wh", &wh)
        .output("box_confidence", &confidence)
        .output("box_class_probs", &probabilities);

    let corners = yolo_boxes_to_corners(flat(&xy, device), flat(&wh, device));
    let to_corners = Step::new("yolo_boxes_to_corners", "(y_min, x_min, y_max, x_max)")
        .on_other_inputs()
        .input("box_xy", &xy)
        .input("box_wh", &wh)
        .output("boxes", of_cells(corners.clone())?);

    let scale = Step::new("scale_boxes", "shares of the picture into its pixels")
        .on_other_inputs()
        .input("boxes", of_cells(corners.clone())?)
        .input("image_shape", Array::list(IMAGE).of_integers())
        .output("boxes", of_cells(scale_boxes(corners, IMAGE))?);

    let outputs = YoloOutputs {
        box_xy: flat(&xy, device),
        box_wh: flat(&wh, device),
        box_confidence: flat(&confidence, device),
        box_class_probs: flat(&probabilities, device),
    };
    let eval = Step::new("yolo_eval", "corners, scaled, filtered, suppressed")
        .on_other_inputs()
        .input("box_xy", xy)
        .input("box_wh", wh)
        .input("box_confidence", confidence)
        .input("box_class_probs", probabilities)
        .input("image_shape", Array::list(IMAGE).of_integers())
        .input("max_boxes", MOST)
        .input("score_threshold", SCORE)
        .input("iou_threshold", IOU);
    let eval = with_found(eval, &yolo_eval(outputs, IMAGE, MOST, SCORE, IOU)?);
    Ok(vec![head, to_corners, scale, eval])
}

/// Classes are indices, but in the notebook's test of the suppression, which draws them.
fn with_found(step: Step, found: &Found) -> Step {
    let classes = Array::list(found.classes.clone());
    let classes = match classes.data.iter().all(|class| class.fract() == 0.0) {
        true => classes.of_integers(),
        false => classes,
    };
    step.output("scores", Array::list(found.scores.clone()))
        .output("boxes", Array::matrix(&found.boxes))
        .output("classes", classes)
}

/// `[cells and anchors, numbers]` of `(1, rows, columns, anchors, numbers)`.
fn flat(array: &Array, device: &Device) -> Tensor<2> {
    let numbers = array.shape.last().copied().unwrap_or(1);
    let count = array.data.len() / numbers;
    array.tensor::<5>(device).reshape([count, numbers])
}

/// The opposite of [`flat`].
fn of_cells(tensor: Tensor<2>) -> Result<Array, RecipeError> {
    let [rows, columns, anchors, _] = GRID;
    let [_, numbers] = tensor.dims();
    Ok(Array::new(vec![1, rows, columns, anchors, numbers], entries(tensor)?))
}
