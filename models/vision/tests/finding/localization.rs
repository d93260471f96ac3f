//! One object or none: targets, both losses, and the lecture's gradient by hand.

use burn::module::Module as _;
use burn::tensor::{Distribution, Tensor, s};
use fireside_suite::parameters::count;
use fireside_training::gradients::named_gradients;
use fireside_vision::detection::iou::giou;
use fireside_vision::localization::overlap::overlap_loss;
use fireside_vision::localization::{
    BoxLoss, Head, LocalizerConfig, box_target, landmark_distances, landmarks, located,
};
use fireside_vision::steps::localization::{localization_cost, localization_gradient};

use crate::{assert_is_gradient, assert_near, device, drawn, entries, gradient, tensor};

const MIXED: BoxLoss = BoxLoss::Mixed { coordinates: 5.0, overlap: 0.0 };
const LOSSES: [BoxLoss; 3] =
    [BoxLoss::Squared, MIXED, BoxLoss::Mixed { coordinates: 5.0, overlap: 2.0 }];

/// Two objects and two pictures without; what nobody cares for are numbers that would be seen.
fn targets() -> Tensor<2> {
    let mut values = box_target(Some((1, [8.0, 4.0, 40.0, 20.0])), 3, [32, 64]).unwrap();
    values.extend([0.0, 0.3, 0.2, 0.9, 0.4, 1.0, 0.0, 0.0]);
    values.extend(box_target(Some((2, [0.0, 0.0, 10.0, 32.0])), 3, [32, 64]).unwrap());
    values.extend([0.0; 8]);
    tensor(values, [4, 8])
}

/// The lecture's order: the height before the width.
#[test]
fn target_has_the_midpoint_then_the_height_then_the_width() {
    let target = box_target(Some((1, [8.0, 4.0, 40.0, 20.0])), 3, [32, 64]).unwrap();
    assert_eq!(target, [1.0, 0.375, 0.375, 0.5, 0.5, 0.0, 1.0, 0.0]);
    let target = box_target(Some((0, [0.0, 0.0, 16.0, 16.0])), 1, [32, 64]).unwrap();
    assert_eq!(target, [1.0, 0.125, 0.25, 0.5, 0.25, 1.0]);
    assert_eq!(box_target(None, 2, [32, 64]).unwrap(), [0.0; 7]);
}

#[test]
fn found_box_is_the_one_of_the_target() {
    let bounds = [8.0, 4.0, 40.0, 20.0];
    let target = box_target(Some((1, bounds)), 3, [32, 64]).unwrap();
    let found = located(tensor(target, [1, 8]), &BoxLoss::Squared, [32, 64]).unwrap();
    assert_eq!((found[0].class, found[0].score), (1, 1.0));
    assert_near("bounds", &found[0].bounds, &bounds, 1e-12);
    let beyond = tensor(vec![0.0, 0.9, 0.1, 0.5, 0.5, 0.0, -1.0, 3.0], [1, 8]);
    let found = located(beyond, &MIXED, [32, 64]).unwrap();
    assert_eq!((found[0].class, found[0].score), (2, 0.5));
    assert_near("bounds", &found[0].bounds, &[41.6, 0.0, 64.0, 11.2], 1e-12);
    assert!(located(tensor(vec![0.0; 5], [1, 5]), &MIXED, [32, 64]).is_err());
}

#[test]
fn lecture_s_gradient_by_hand_is_that_of_differences_and_of_autodiff() {
    let (y_hat, y) = (drawn([4, 8], 1), targets());
    let by_hand = entries(localization_gradient(&y_hat, &y));
    assert_is_gradient("by hand", &y_hat, by_hand.clone(), |y_hat| localization_cost(y_hat, &y));
    let by_autodiff = gradient(&y_hat, |y_hat| BoxLoss::Squared.loss(y_hat.clone(), y.clone()));
    assert_near("autodiff", &by_autodiff, &by_hand, 1e-15);
    let [cost, loss] = [localization_cost(&y_hat, &y), BoxLoss::Squared.loss(y_hat, y)];
    assert_near("cost", &entries(cost), &entries(loss), 1e-12);
}

#[test]
fn gradients_of_all_losses_are_those_of_differences() {
    for loss in LOSSES {
        let (outputs, targets) = (drawn([4, 8], 2), targets());
        let cost = |outputs: &Tensor<2>| loss.loss(outputs.clone(), targets.clone());
        assert_is_gradient(&format!("{loss:?}"), &outputs, gradient(&outputs, cost), cost);
    }
}

/// Also where a target is no number.
#[test]
fn gradient_of_what_nobody_cares_for_is_exactly_0() {
    let outputs = drawn([4, 8], 3);
    let mut values = entries(targets());
    values[9..16].fill(f64::NAN);
    let unknown = tensor(values, [4, 8]);
    for targets in [targets(), unknown] {
        let mut found: Vec<Vec<f64>> = LOSSES
            .iter()
            .map(|loss| gradient(&outputs, |at| loss.loss(at.clone(), targets.clone())))
            .collect();
        found.push(entries(localization_gradient(&outputs, &targets)));
        for gradient in found {
            for row in [1, 3] {
                assert!(gradient[row * 8].abs() > 1e-3);
                assert_eq!(gradient[row * 8 + 1..][..7], [0.0; 7]);
            }
            for row in [0, 2] {
                assert!(gradient[row * 8..][..8].iter().all(|entry| *entry != 0.0));
            }
        }
    }
}

/// By the formula, for one picture with an object and one without.
#[test]
fn mixed_loss_is_that_of_the_formula() {
    let outputs = [0.4, 0.1, 0.2, 0.3, 0.4, 1.0, -1.0, -0.7, 9.0, 9.0, 9.0, 9.0, 9.0, 9.0];
    let targets = [1.0, 0.5, 0.5, 0.5, 0.5, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let loss = |overlap: f64| {
        let loss = BoxLoss::Mixed { coordinates: 3.0, overlap };
        loss.loss(tensor(outputs.to_vec(), [2, 7]), tensor(targets.to_vec(), [2, 7]))
    };
    let object = (1.0 + (-0.4_f64).exp()).ln() + (1.0 + (-0.7_f64).exp()).ln();
    let place = 0.16 + 0.09 + 0.04 + 0.01;
    let class = (1.0 + 2.0_f64.exp()).ln();
    let without = (object + 3.0 * place + class) / 2.0;
    assert_near("loss", &entries(loss(0.0)), &[without], 1e-12);
    // The boxes told and true: [-0.1, 0.05, 0.3, 0.35] and [0.25, 0.25, 0.75, 0.75].
    let (shared, spanned) = (0.05 * 0.1, 0.85 * 0.7);
    let covered = 0.4 * 0.3 + 0.5 * 0.5 - shared;
    let giou = shared / covered - (spanned - covered) / spanned;
    let expected = without + 4.0 * (1.0 - giou) / 2.0;
    assert_near("with the overlap", &entries(loss(4.0)), &[expected], 1e-12);
}

/// Of boxes that share something, nothing, or are one.
#[test]
fn overlap_is_that_of_its_plain_twin_and_its_gradient_that_of_differences() {
    let corners = |[x, y, h, w]: [f64; 4]| [x - w / 2.0, y - h / 2.0, x + w / 2.0, y + h / 2.0];
    let is = tensor([0.5, 0.4, 0.3, 0.2].repeat(4), [4, 4]);
    let told = [
        [0.55, 0.45, 0.35, 0.15],
        [0.5, 0.4, 0.1, 0.4],
        [0.1, 0.9, 0.2, 0.1],
        [0.5, 0.4, 0.3, 0.2],
    ];
    let twin = told.map(|told| 1.0 - giou(corners(told), corners([0.5, 0.4, 0.3, 0.2])));
    let told = tensor(told.concat(), [4, 4]);
    assert_near("overlap", &entries(overlap_loss(told.clone(), is.clone())), &twin, 1e-12);

    let apart = told.slice(s![0..3, ..]); // where it has a kink, there is no difference to go by
    let cost = |at: &Tensor<2>| {
        let dims = at.dims();
        overlap_loss(at.clone(), is.clone().slice(s![0..dims[0], ..])).sum()
    };
    assert_is_gradient("overlap", &apart, gradient(&apart, cost), cost);
}

/// As a network may tell it on its way; the squared error draws it back.
#[test]
fn box_of_negative_size_covers_nothing_and_its_loss_is_finite() {
    let [told, is] = [[0.5, 0.5, 0.4, -0.1], [0.5, 0.5, 0.4, 0.2]];
    let loss = entries(overlap_loss(tensor(told.to_vec(), [1, 4]), tensor(is.to_vec(), [1, 4])));
    assert_near("loss", &loss, &[1.0], 1e-12);
}

#[test]
fn landmarks_are_points_in_pixels_and_told_so_far_away_on_average() {
    let points = tensor(vec![0.5, 0.25, 0.0, 1.0], [1, 4]);
    assert_eq!(landmarks(points.clone(), [40, 20]), [[[10.0, 10.0], [0.0, 40.0]]]);
    let others = tensor(vec![0.5, 0.35, 0.3, 0.6], [1, 4]);
    let away = landmark_distances(points.clone(), others);
    assert_near("distance", &entries(away), &[(0.1 + 0.5) / 2.0], 1e-11);
    // The slope where they are right is a number.
    let cost = |at: &Tensor<2>| landmark_distances(at.clone(), points.clone()).sum();
    assert_eq!(gradient(&points, cost), [0.0; 4]);
}

#[test]
fn gradient_of_landmarks_distances_is_that_of_differences() {
    let [told, is] = [4, 5].map(|seed| drawn([3, 8], seed));
    let cost = |told: &Tensor<2>| landmark_distances(told.clone(), is.clone()).square().sum();
    assert_is_gradient("landmarks", &told, gradient(&told, cost), cost);
}

/// Convolutions and their normalisations, 512 times 128 of the hidden layer, and the head.
#[test]
fn networks_have_the_numbers_of_their_layer_tables_and_a_gradient_for_each() {
    let body = [3, 16, 32, 64, 128].iter().zip([16, 32, 64, 128, 128]);
    let body: usize = body.map(|(inputs, outputs)| inputs * outputs * 9 + 2 * outputs).sum();
    let hidden = 512 * 128 + 128;
    for (head, outputs) in [(Head::Box(3), 8), (Head::Landmarks(12), 24)] {
        let net = LocalizerConfig::new(head).init(&device()).unwrap().train();
        assert_eq!(count(&net).parameters, body + hidden + 129 * outputs);
        let images = Tensor::random([3, 3, 64, 64], Distribution::Uniform(0.0, 1.0), &device());
        let told = net.forward(images);
        assert_eq!(told.dims(), [3, outputs]);
        let gradients = named_gradients(&net, &told.square().sum().backward()).unwrap();
        for (name, values) in gradients {
            assert!(values.iter().any(|value| *value != 0.0), "some gradient of {name}");
        }
    }
}

#[test]
fn boxes_and_networks_that_are_none_are_refused() {
    let refused = |bounds: [f64; 4]| box_target(Some((0, bounds)), 1, [32, 64]).is_err();
    assert!(refused([4.0, 4.0, 4.0, 8.0]) && refused([8.0, 4.0, 4.0, 8.0]));
    assert!(refused([f64::NAN, 4.0, 4.0, 8.0]) && refused([60.0, 4.0, 70.0, 8.0]));
    assert!(box_target(Some((1, [0.0, 0.0, 4.0, 4.0])), 1, [32, 64]).is_err());
    let device = device();
    assert!(LocalizerConfig::new(Head::Box(0)).init(&device).is_err());
    assert!(LocalizerConfig::new(Head::Landmarks(0)).init(&device).is_err());
    assert!(LocalizerConfig::new(Head::Box(1)).with_image([64, 31]).init(&device).is_err());
}
