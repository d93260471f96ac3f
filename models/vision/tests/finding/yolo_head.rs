//! From the last layer's numbers to boxes.

use burn::tensor::Tensor;
use fireside_vision::detection::nms::Nms;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::detection::{Detection, Selection};
use fireside_vision::steps::detection as steps;

use crate::{assert_near, device, drawn, entries, tensor};

const ANCHORS: [[f64; 2]; 2] = [[1.0, 2.0], [3.0, 0.5]];

fn head(num_classes: usize) -> YoloHead {
    YoloHead::new(ANCHORS.to_vec(), num_classes, 16).unwrap()
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// By the formulas, one number after the other: two rows of three cells.
#[test]
fn boxes_are_right_where_the_grid_is_not_square() {
    let logits = drawn([2, 2 * 8, 2, 3], 1);
    let values = entries(logits.clone());
    let at = |picture: usize, channel: usize, row: usize, column: usize| {
        values[((picture * 16 + channel) * 2 + row) * 3 + column]
    };
    let found = head(3).boxes(&logits).unwrap();
    let (mut bounds, mut objectness, mut classes) = (Vec::new(), Vec::new(), Vec::new());
    for picture in 0..2 {
        for (row, column) in (0..2).flat_map(|row| (0..3).map(move |column| (row, column))) {
            for (number, [width, height]) in ANCHORS.into_iter().enumerate() {
                let t = |channel: usize| at(picture, 8 * number + channel, row, column);
                let [x, y] = [column as f64 + sigmoid(t(0)), row as f64 + sigmoid(t(1))];
                let [w, h] = [width * t(2).exp(), height * t(3).exp()];
                let corners = [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0];
                bounds.extend(corners.map(|edge| edge * 16.0));
                objectness.push(sigmoid(t(4)));
                let sum: f64 = (5..8).map(|channel| t(channel).exp()).sum();
                classes.extend((5..8).map(|channel| t(channel).exp() / sum));
            }
        }
    }
    assert_eq!(found.bounds.dims(), [2, 12, 4]);
    assert_near("bounds", &entries(found.bounds), &bounds, 1e-12);
    assert_near("objectness", &entries(found.objectness), &objectness, 1e-14);
    assert_near("classes", &entries(found.classes), &classes, 1e-14);
}

#[test]
fn boxes_on_a_square_grid_are_the_course_s() {
    let logits = drawn([1, 2 * 7, 3, 3], 2);
    let found = head(2).boxes(&logits).unwrap();
    let course = steps::yolo_head(&logits, &ANCHORS, 2);
    let half = course.box_wh / 2.0;
    let corners =
        Tensor::cat(vec![course.box_xy.clone() - half.clone(), course.box_xy + half], 4) * 48.0;
    assert_near("bounds", &entries(found.bounds), &entries(corners), 1e-12);
    assert_near("classes", &entries(found.classes), &entries(course.box_class_probs), 1e-14);
}

/// All boxes as tensors, then the assignment's own filter and suppression.
#[test]
fn what_is_found_in_one_pass_is_what_the_course_finds_in_steps() {
    let logits = drawn([3, 2 * 8, 4, 5], 3) * 2.0;
    let head = head(3);
    let nms = Nms::new(0.4).unwrap();
    let found = head.detect(logits.clone(), &Selection::new(0.3, nms).unwrap()).unwrap();
    let boxes = head.boxes(&logits).unwrap();
    for (picture, found) in found.into_iter().enumerate() {
        let of_picture =
            |tensor: Tensor<3>| tensor.slice_dim(0, picture..picture + 1).squeeze_dim(0);
        let objectness = boxes.objectness.clone().slice_dim(0, picture..picture + 1);
        let kept = steps::yolo_filter_boxes(
            of_picture(boxes.bounds.clone()),
            objectness.reshape([40, 1]),
            of_picture(boxes.classes.clone()),
            0.3,
        );
        let expected = steps::yolo_non_max_suppression(&kept, usize::MAX, 0.4).unwrap();
        assert!(!expected.scores.is_empty());
        assert_eq!(found.len(), expected.scores.len());
        for (number, Detection { class, score, bounds }) in found.into_iter().enumerate() {
            assert_eq!(class as f64, expected.classes[number]);
            assert_near("score", &[score], &[expected.scores[number]], 1e-12);
            let [x1, y1, x2, y2] = expected.boxes[number];
            let within = [x1.max(0.0), y1.max(0.0), x2.min(80.0), y2.min(64.0)];
            assert_near("bounds", &bounds, &within, 1e-9);
        }
    }
}

/// Two boxes at one place, which differ in class.
#[test]
fn boxes_of_other_classes_are_kept_by_class_and_not_over_all() {
    let head = YoloHead::new(vec![[1.0, 1.0], [1.0, 1.1]], 2, 8).unwrap();
    let one = [0.0, 0.0, 0.0, 0.0, 6.0, 9.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 0.0, 9.0];
    let logits = tensor(one.to_vec(), [1, 14, 1, 1]);
    let over_all = Selection::new(0.5, Nms::new(0.5).unwrap()).unwrap();
    let found = head.detect(logits.clone(), &over_all).unwrap();
    assert_eq!(found[0].iter().map(|found| found.class).collect::<Vec<_>>(), [0]);
    let found = head.detect(logits, &over_all.by_class()).unwrap();
    assert_eq!(found[0].iter().map(|found| found.class).collect::<Vec<_>>(), [0, 1]);
}

/// The layer of the face detector.
#[test]
fn head_without_classes_finds_class_0_by_its_objectness() {
    let logits = drawn([1, 2 * 5, 2, 2], 4);
    let selection = Selection::new(0.0, Nms::new(1.0).unwrap()).unwrap();
    let found = head(0).detect(logits.clone(), &selection).unwrap();
    let boxes = head(0).boxes(&logits).unwrap();
    assert_eq!(boxes.classes.dims(), [1, 8, 1]);
    let mut scores = entries(boxes.objectness);
    scores.sort_by(|one, other| other.total_cmp(one));
    let found: Vec<f64> = found[0].iter().map(|found| found.score).collect();
    assert_near("scores", &found, &scores, 1e-14);
}

#[test]
fn numbers_that_are_none_are_found_nowhere_and_huge_ones_make_boxes_within_the_picture() {
    let selection = Selection::new(0.1, Nms::new(0.5).unwrap()).unwrap();
    let nan = Tensor::<4>::full([1, 16, 2, 2], f64::NAN, &device());
    assert_eq!(head(3).detect(nan, &selection).unwrap(), vec![vec![]]);
    let huge = Tensor::<4>::full([1, 16, 2, 2], 1e30, &device());
    let found = head(3).detect(huge.clone(), &selection).unwrap();
    assert_eq!(found[0][0].bounds, [0.0, 0.0, 32.0, 32.0]);
    let bounds = entries(head(3).boxes(&huge).unwrap().bounds);
    assert!(bounds.iter().all(|edge| edge.is_finite()));
}

#[test]
fn heads_that_are_none_and_layers_that_do_not_fit_are_refused() {
    for anchors in [vec![], vec![[0.0, 1.0]], vec![[1.0, -1.0]], vec![[f64::NAN, 1.0]]] {
        assert!(YoloHead::new(anchors.clone(), 3, 16).is_err(), "{anchors:?}");
    }
    assert!(YoloHead::new(vec![[1.0, 1.0]], 3, 0).is_err());
    let selection = Selection::new(0.1, Nms::new(0.5).unwrap()).unwrap();
    let message = head(3).detect(drawn([1, 15, 2, 2], 1), &selection).unwrap_err().to_string();
    assert_eq!(message, "channels of the last layer is 15: 2 of 8 numbers is needed");
    assert!(head(3).boxes(&drawn([1, 24, 2, 2], 1)).is_err());
    assert!(Selection::new(f64::NAN, Nms::new(0.5).unwrap()).is_err());
    assert_eq!(head(3).grid([32, 48]).unwrap(), [2, 3]);
    assert!(head(3).grid([32, 50]).is_err() && head(3).grid([0, 32]).is_err());
}

#[test]
fn found_boxes_are_brought_to_the_size_of_the_picture() {
    let found = Detection { class: 2, score: 0.5, bounds: [1.0, 2.0, 3.0, 4.0] };
    assert_eq!(found.scaled([2.0, 10.0]).bounds, [2.0, 20.0, 6.0, 40.0]);
}
