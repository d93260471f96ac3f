//! Car detection: YOLO's boxes.

use burn::tensor::{Device, Tensor};
use fireside_tests::case::{Case, Outputs, Problem, Value, as_is, list};
use fireside_tests::compare::{EXACT, FUNCTION};
use fireside_vision::steps::detection::{
    Found, YoloOutputs, iou, read_anchors, scale_boxes, yolo_boxes_to_corners, yolo_eval,
    yolo_filter_boxes, yolo_head, yolo_non_max_suppression,
};

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("yolo_filter_boxes", FUNCTION, filter_boxes),
    ("iou", FUNCTION, overlap),
    ("yolo_non_max_suppression", FUNCTION, non_max_suppression),
    ("yolo_boxes_to_corners", FUNCTION, boxes_to_corners),
    ("scale_boxes", FUNCTION, scaled),
    ("yolo_eval", FUNCTION, eval),
    ("yolo_head", FUNCTION, head),
    ("read_anchors", EXACT, anchors),
];

/// An array of any rank as rows of its last axis.
fn rows(case: &Case, name: &str, device: &Device) -> Result<Tensor<2>, Problem> {
    let (shape, _) = case.array(name)?;
    let width = *shape.last().ok_or(format!("{name} has no axis"))?;
    let flat = case.flat(name, device)?;
    let count = flat.dims()[0] / width.max(1);
    Ok(flat.reshape([count, width]))
}

fn bounds(case: &Case, name: &str) -> Result<Vec<[f64; 4]>, Problem> {
    let (bounds, left) = case.array(name)?.1.as_chunks::<4>();
    if left.is_empty() { Ok(bounds.to_vec()) } else { Err(format!("{name} is no list of boxes")) }
}

fn pair(case: &Case, name: &str) -> Result<[f64; 2], Problem> {
    case.entries(name)?.try_into().map_err(|_| format!("{name} is no pair"))
}

fn named(found: Found) -> Outputs {
    let shape = vec![found.boxes.len(), 4];
    let boxes = Value::Array { shape, data: found.boxes.into_flattened() };
    [
        ("scores".to_string(), list(found.scores)),
        ("boxes".to_string(), boxes),
        ("classes".to_string(), list(found.classes)),
    ]
    .into()
}

fn filter_boxes(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let [boxes, confidence, probabilities] =
        ["boxes", "box_confidence", "box_class_probs"].map(|name| rows(case, name, device));
    Ok(named(yolo_filter_boxes(boxes?, confidence?, probabilities?, case.number("threshold")?)))
}

fn overlap(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let [one, other] = ["box1", "box2"].map(|name| bounds(case, name));
    Ok([("iou".to_string(), Value::Number(iou(one?[0], other?[0])))].into())
}

fn non_max_suppression(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let found = Found {
        scores: case.entries("scores")?.to_vec(),
        boxes: bounds(case, "boxes")?,
        classes: case.entries("classes")?.to_vec(),
    };
    let (most, threshold) =
        (case.count_or("max_boxes", 10)?, case.number_or("iou_threshold", 0.5)?);
    let kept = yolo_non_max_suppression(&found, most, threshold);
    Ok(named(kept.map_err(|error| error.to_string())?))
}

fn boxes_to_corners(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (xy, wh) = (rows(case, "box_xy", device)?, rows(case, "box_wh", device)?);
    let mut shape = case.array("box_xy")?.0.to_vec();
    if let Some(last) = shape.last_mut() {
        *last = 4;
    }
    let data = yolo_boxes_to_corners(xy, wh).into_data().iter::<f64>().collect();
    Ok([("boxes".to_string(), Value::Array { shape, data })].into())
}

fn scaled(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let boxes = scale_boxes(rows(case, "boxes", device)?, pair(case, "image_shape")?);
    Ok([("boxes".to_string(), as_is(boxes))].into())
}

fn eval(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let outputs = YoloOutputs {
        box_xy: rows(case, "box_xy", device)?,
        box_wh: rows(case, "box_wh", device)?,
        box_confidence: rows(case, "box_confidence", device)?,
        box_class_probs: rows(case, "box_class_probs", device)?,
    };
    let found = yolo_eval(
        outputs,
        pair(case, "image_shape")?,
        case.count_or("max_boxes", 10)?,
        case.number_or("score_threshold", 0.6)?,
        case.number_or("iou_threshold", 0.5)?,
    );
    Ok(named(found.map_err(|error| error.to_string())?))
}

fn head(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (anchors, left) = case.array("anchors")?.1.as_chunks::<2>();
    if !left.is_empty() {
        return Err("anchors are no pairs".to_string());
    }
    let feats = case.channels_first("feats", device)?;
    let found = yolo_head(&feats, anchors, case.count("num_classes")?);
    Ok([
        ("box_xy".to_string(), as_is(found.box_xy)),
        ("box_wh".to_string(), as_is(found.box_wh)),
        ("box_confidence".to_string(), as_is(found.box_confidence)),
        ("box_class_probs".to_string(), as_is(found.box_class_probs)),
    ]
    .into())
}

fn anchors(case: &Case, _: &Device) -> Result<Outputs, Problem> {
    let anchors = read_anchors(case.text("text")?).map_err(|error| error.to_string())?;
    let shape = vec![anchors.len(), 2];
    let data = anchors.into_flattened();
    Ok([("anchors".to_string(), Value::Array { shape, data })].into())
}
