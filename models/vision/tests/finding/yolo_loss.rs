//! The loss of YOLO and its gradient in the raw numbers of the last layer.

use burn::tensor::{Device, Tensor};
use fireside_vision::detection::TrueBox;
use fireside_vision::detection::iou::iou;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::detection::yolo_loss::{LossForm, YoloLossConfig};

use crate::{assert_is_gradient, assert_near, device, drawn, entries, gradient, tensor};

const FORMS: [LossForm; 3] = [LossForm::Mixed, LossForm::LogisticOffsets, LossForm::SquaredError];

fn head() -> YoloHead {
    YoloHead::new(vec![[1.0, 2.0], [3.0, 0.5]], 3, 16).unwrap()
}

fn truth(class: usize, bounds: [f64; 4]) -> TrueBox {
    TrueBox { class, bounds }
}

/// Three boxes in the first picture, two of them in one cell, and none in the second: two rows of three cells.
fn truths() -> Vec<Vec<TrueBox>> {
    let first = vec![
        truth(0, [1.0, 2.0, 13.0, 30.0]),
        truth(2, [18.0, 20.0, 30.0, 31.0]),
        truth(1, [20.0, 17.0, 31.0, 28.0]),
    ];
    vec![first, vec![]]
}

#[test]
fn gradients_of_all_forms_are_those_of_differences() {
    device();
    for form in FORMS {
        for seed in 0..3 {
            let logits = drawn([2, 16, 2, 3], seed) * 1.5;
            let config = YoloLossConfig::new().with_form(form);
            let cost =
                |logits: &Tensor<4>| config.loss(&head(), logits, &truths()).unwrap().total();
            let found = gradient(&logits, cost);
            assert_is_gradient(&format!("{form:?}"), &logits, found, cost);
        }
    }
}

/// One cell, one anchor, one box: each part by the formula.
#[test]
fn parts_are_those_of_the_formulas() {
    let head = YoloHead::new(vec![[2.0, 1.0]], 2, 10).unwrap();
    let t = [0.3, -0.7, 0.2, -0.1, 0.9, 1.5, -0.5];
    let logits = tensor(t.to_vec(), [1, 7, 1, 1]);
    let boxes = vec![vec![truth(1, [1.0, 2.0, 9.0, 6.0])]]; // midpoint (5, 4), size (8, 4)
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let sum = t[5].exp() + t[6].exp();

    let loss = YoloLossConfig::new().loss(&head, &logits, &boxes).unwrap();
    let place = (sigmoid(t[0]) - 0.5).powi(2) + (sigmoid(t[1]) - 0.4).powi(2);
    let size = (t[2] - 0.4_f64.ln()).powi(2) + (t[3] - 0.4_f64.ln()).powi(2);
    let found =
        [loss.place, loss.size, loss.objectness, loss.class].map(Tensor::into_scalar::<f64>);
    let expected = [5.0 * place, 2.5 * size, -2.0 * sigmoid(t[4]).ln(), -(t[6].exp() / sum).ln()];
    assert_near("mixed", &found, &expected, 1e-12);

    let loss = YoloLossConfig::paper().loss(&head, &logits, &boxes).unwrap();
    let [w, h] = [20.0 * t[2].exp() / 10.0, 10.0 * t[3].exp() / 10.0];
    let size = (w.sqrt() - 0.8_f64.sqrt()).powi(2) + (h.sqrt() - 0.4_f64.sqrt()).powi(2);
    let class = (t[5].exp() / sum).powi(2) * 2.0;
    let found =
        [loss.place, loss.size, loss.objectness, loss.class].map(Tensor::into_scalar::<f64>);
    let expected = [5.0 * place, 5.0 * size, (sigmoid(t[4]) - 1.0).powi(2), class];
    assert_near("squared", &found, &expected, 1e-12);
}

/// The second anchor draws nearly the true box, which the first is to find.
#[test]
fn good_box_beside_the_best_has_no_objectness_to_learn() {
    let head = YoloHead::new(vec![[1.0, 1.0], [1.1, 1.1]], 1, 10).unwrap();
    let logits = tensor(vec![0.0; 12], [1, 12, 1, 1]);
    let boxes = vec![vec![truth(0, [0.0, 0.0, 10.0, 10.0])]];
    let learnt = |ignore_iou: f64| {
        let config = YoloLossConfig::new().with_ignore_iou(ignore_iou);
        gradient(&logits, |logits| config.loss(&head, logits, &boxes).unwrap().total())
    };
    assert_eq!(learnt(0.6)[6..], [0.0; 6]);
    assert_near("objectness", &[learnt(0.9)[10]], &[0.25], 1e-14); // IoU 0.83: half of σ(0)
}

/// Whichever cell a box is drawn from.
#[test]
fn boxes_that_overlap_a_true_one_enough_are_the_ones_without_objectness_to_learn() {
    let head = YoloHead::new(vec![[1.0, 2.0], [3.0, 2.5], [2.0, 1.5]], 3, 8).unwrap();
    let boxes = vec![
        vec![truth(0, [3.0, 5.0, 20.0, 30.0]), truth(1, [30.0, 8.0, 47.0, 23.0])],
        vec![truth(2, [17.0, 9.0, 40.0, 29.0])],
    ];
    let mut all_spared = 0;
    for (seed, ignore_iou) in [(1, 0.3), (2, 0.5), (3, 0.6), (4, 0.7)] {
        let logits = drawn([2, 24, 4, 6], seed) * 0.5;
        let config = YoloLossConfig::new().with_ignore_iou(ignore_iou).with_object(0.0);
        let found = gradient(&logits, |logits| config.loss(&head, logits, &boxes).unwrap().total());
        let drawn = entries(head.boxes(&logits).unwrap().bounds);
        let places = 3 * 4 * 6; // row, column, anchor
        let (mut learnt, mut spared) = (0, 0);
        for (number, bounds) in drawn.as_chunks::<4>().0.iter().enumerate() {
            let (picture, place) = (number / places, number % places);
            let [row, column, anchor] = [place / 18, place / 3 % 6, place % 3];
            let of_objectness = ((picture * 24 + anchor * 8 + 4) * 4 + row) * 6 + column;
            let near = boxes[picture].iter().any(|truth| iou(*bounds, truth.bounds) > ignore_iou);
            match (near, found[of_objectness] == 0.0) {
                (true, true) => spared += 1,
                (false, false) => learnt += 1,
                // The one that is to find a box weighs nothing here.
                (false, true) => {}
                (true, false) => panic!("{bounds:?} of picture {picture} is punished"),
            }
        }
        assert!(learnt + spared + 3 >= 2 * places, "{spared} {learnt}");
        all_spared += spared;
    }
    assert!(all_spared >= 10, "{all_spared} boxes are near a true one");
}

/// Also at exactly 0, where stable formulas have a kink.
#[test]
fn gradient_of_the_objectness_is_its_error() {
    let head = YoloHead::new(vec![[1.0, 1.0]], 1, 10).unwrap();
    for t in [0.0, -3.0, 2.0] {
        let mut values = vec![0.0; 6];
        values[4] = t;
        let found = gradient(&tensor(values, [1, 6, 1, 1]), |logits| {
            YoloLossConfig::new().loss(&head, logits, &[vec![]]).unwrap().total()
        });
        assert_near("objectness", &[found[4]], &[0.5 / (1.0 + (-t).exp())], 1e-14);
    }
}

#[test]
fn picture_without_boxes_costs_its_objectness_alone() {
    let logits = drawn([2, 16, 2, 3], 5);
    let loss = YoloLossConfig::new().loss(&head(), &logits, &[vec![], vec![]]).unwrap();
    assert_eq!((loss.found, loss.lost), (0, 0));
    let parts = [loss.place.clone(), loss.size.clone(), loss.class.clone()];
    assert_eq!(parts.map(Tensor::into_scalar::<f64>), [0.0; 3]);
    assert_eq!(loss.total().into_scalar::<f64>(), loss.objectness.into_scalar::<f64>());
}

#[test]
fn loss_of_two_pictures_is_the_mean_of_each() {
    let logits = drawn([2, 16, 2, 3], 6);
    let config = YoloLossConfig::new();
    let both = config.loss(&head(), &logits, &truths()).unwrap().total().into_scalar::<f64>();
    let each = truths().into_iter().enumerate().map(|(picture, boxes)| {
        let of_picture = logits.clone().slice_dim(0, picture..picture + 1);
        config.loss(&head(), &of_picture, &[boxes]).unwrap().total().into_scalar::<f64>()
    });
    assert_near("mean", &[both], &[each.sum::<f64>() / 2.0], 1e-12);
}

#[test]
fn boxes_that_find_no_anchor_are_counted() {
    let one = truth(0, [1.0, 2.0, 13.0, 30.0]);
    let logits = drawn([1, 16, 2, 3], 7);
    let loss = YoloLossConfig::new().loss(&head(), &logits, &[vec![one; 3]]).unwrap();
    assert_eq!((loss.found, loss.lost), (2, 1));
}

#[test]
fn network_gone_astray_has_a_loss_and_a_gradient_that_are_numbers() {
    device();
    for form in FORMS {
        for size in [-1e4, 1e4] {
            let logits = drawn([2, 16, 2, 3], 8) * size;
            let config = YoloLossConfig::new().with_form(form);
            let cost =
                |logits: &Tensor<4>| config.loss(&head(), logits, &truths()).unwrap().total();
            assert!(cost(&logits).into_scalar::<f64>().is_finite(), "{form:?}");
            let gradient = gradient(&logits, cost);
            assert!(gradient.iter().all(|entry| entry.is_finite()), "{form:?}");
        }
    }
}

/// What the head decodes is what the loss asks for: at its least the boxes are the true ones.
#[test]
fn descent_of_the_loss_alone_draws_the_true_boxes() {
    let head = head();
    for config in [YoloLossConfig::new(), YoloLossConfig::paper()] {
        let mut logits = drawn([1, 16, 2, 3], 9);
        for _ in 0..3000 {
            let step =
                gradient(&logits, |at| config.loss(&head, at, &truths()[..1]).unwrap().total());
            logits = logits - tensor(step, [1, 16, 2, 3]) * 0.2;
        }
        let bounds = entries(head.boxes(&logits).unwrap().bounds);
        for truth in &truths()[0] {
            let apart = bounds.chunks(4).map(|found| {
                found.iter().zip(truth.bounds).map(|(one, other)| (one - other).abs()).sum::<f64>()
            });
            let nearest = apart.fold(f64::INFINITY, f64::min);
            assert!(nearest < 0.5, "{truth:?}: {nearest} pixels off");
        }
    }
}

#[test]
fn settings_and_lists_that_do_not_fit_are_refused() {
    let logits = Tensor::<4>::zeros([2, 16, 2, 3], &device());
    let refused = |config: &YoloLossConfig, truths: &[Vec<TrueBox>]| {
        config.loss(&head(), &logits, truths).unwrap_err().to_string()
    };
    let config = YoloLossConfig::new();
    let short = refused(&config, &[vec![]]);
    assert_eq!(short, "the number of lists of boxes is 1: 2, one for each picture, is needed");
    let nan = truth(0, [f64::NAN, 0.0, 1.0, 1.0]);
    assert!(refused(&config, &[vec![], vec![nan]]).contains("in picture 1"));
    let class = truth(3, [0.0, 0.0, 1.0, 1.0]);
    let message = "the class of a box is 3 in picture 0: a number from 0 to 2 is needed";
    assert_eq!(refused(&config, &[vec![class], vec![]]), message);
    for wrong in [
        config.clone().with_coordinates(-1.0),
        config.clone().with_object(f64::NAN),
        config.clone().with_ignore_iou(1.5),
    ] {
        refused(&wrong, &truths());
    }
    let other = Tensor::<4>::zeros([2, 15, 2, 3], &Device::flex());
    assert!(config.loss(&head(), &other, &truths()).is_err());
}
