//! Course 2's backward passes and checks in 64-bit floats: regularised, dropped out, normalised, planted with
//! errors.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::cell::RefCell;

use burn::module::Module;
use burn::nn::BatchNormConfig;
use burn::tensor::{Device, Tensor, TensorData};
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::batch_norm::{self, RunningAverages};
use fireside_dense::steps::gradient_checking::backward_propagation_with_planted_errors;
use fireside_dense::steps::propagation::backward_propagation;
use fireside_dense::steps::regularization::{
    backward_propagation_with_dropout, backward_propagation_with_regularization,
    forward_propagation_with_dropout,
};
use fireside_dense::steps::{Layer, propagation};
use fireside_numpy_rng::NumpyRng;
use fireside_recipes::gradient_checking::Problem;
use fireside_suite::in_doubles;
use fireside_training::gradient_check::{Difference, GradientCheck, GradientCheckError, TOLERANCE};
use fireside_training::gradients::named_gradients;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::parameters::named_parameters;
use fireside_training::regularizer::dropout::KeepProb;
use fireside_training::regularizer::penalty::l2;

/// Both sides do the same sums in another order.
const SAME: f64 = 1e-12;

/// The device, in 64-bit floats for this whole process.
fn device() -> Device {
    in_doubles(Device::flex())
}

fn drawn(rows: usize, columns: usize, seed: u32, device: &Device) -> Tensor<2> {
    let values = NumpyRng::new(seed).randn_vec(rows * columns);
    Tensor::from_data(TensorData::new(values, [rows, columns]), device)
}

fn entries<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn assert_close(found: &[f64], expected: &[f64], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let allowed = SAME * expected.abs().max(1.0);
        assert!((found - expected).abs() <= allowed, "{what}: {found}, expected {expected}");
    }
}

/// The gradients by hand against autodiff's of `loss`, tensor by tensor.
fn assert_autodiffs(
    by_hand: Vec<propagation::Backward>,
    problem: &Problem,
    loss: impl Fn(&DeepNet) -> Tensor<1>,
) {
    let layers: Vec<Layer> = by_hand.into_iter().map(|layer| layer.parameters).collect();
    let by_hand = named_parameters(&DeepNet::from_layers(&layers)).unwrap();
    let net = DeepNet::from_layers(&problem.layers).train();
    let by_autodiff = named_gradients(&net, &loss(&net).backward()).unwrap();
    for ((name, hand), (_, autodiff)) in by_hand.iter().zip(&by_autodiff) {
        assert_close(hand, autodiff, name);
    }
}

#[test]
fn l2_by_hand_is_autodiffs_of_the_penalised_cost() {
    let problem = Problem::draw(1, &device());
    let forward = propagation::forward_propagation(&problem.x, &problem.layers);
    let (x, y) = (&problem.x, &problem.y);
    let by_hand = backward_propagation_with_regularization(x, y, &forward, &problem.layers, 0.7);
    assert_autodiffs(by_hand, &problem, |net| {
        binary_cross_entropy(net.forward(x.clone()), y.clone()) + l2(net, 0.7, 3).unwrap()
    });
}

/// 64 bits all the way: a keep_prob that 32 bits do not hold exactly.
#[test]
fn dropout_by_hand_is_autodiffs_under_the_same_masks() {
    let problem = Problem::draw(1, &device());
    let (x, y) = (&problem.x, &problem.y);
    let keep = KeepProb::new(0.86).unwrap();
    let masks = |rng: &mut NumpyRng| [5, 3].map(|units| keep.mask(3, units, rng, &device()));
    let masks = masks(&mut NumpyRng::new(1));
    let layers = &problem.layers;
    let forward = forward_propagation_with_dropout(x, layers, &masks, 0.86);
    let by_hand = backward_propagation_with_dropout(x, y, &forward, layers, &masks, 0.86);
    assert_autodiffs(by_hand, &problem, |net| {
        let logits = net.forward_with(x.clone(), |index, hidden| keep.apply(hidden, &masks[index]));
        binary_cross_entropy(logits, y.clone())
    });
}

#[test]
fn planted_errors_are_found_and_named() {
    let problem = Problem::draw(1, &device());
    let right = problem.check(GradientCheck::default(), backward_propagation).unwrap();
    assert!(right.passes(TOLERANCE), "{}", right.difference);
    assert!(right.suspects(1e-4).is_empty());

    let wrong =
        problem.check(GradientCheck::default(), backward_propagation_with_planted_errors).unwrap();
    assert!(!wrong.passes(TOLERANCE));
    let suspects: Vec<&str> = wrong.suspects(1e-4).iter().map(|t| t.name.as_str()).collect();
    assert_eq!(suspects, ["layers.0.bias", "layers.1.weight"]);
    let worst = wrong.worst().unwrap();
    assert_eq!(worst.name, "layers.0.bias");
    assert!((worst.gradient / worst.approximation - 4.0).abs() < 1e-5);
}

#[test]
fn one_sided_differences_err_by_their_step_and_central_ones_by_its_square() {
    let problem = Problem::draw(1, &device());
    let difference = |kind, epsilon| {
        let check = GradientCheck { epsilon, difference: kind };
        problem.check(check, backward_propagation).unwrap().difference
    };
    let ratio = |kind| difference(kind, 2e-3) / difference(kind, 1e-3);
    let (one_sided, central) = (ratio(Difference::OneSided), ratio(Difference::Central));
    assert!((1.9..2.1).contains(&one_sided), "{one_sided}");
    assert!((3.9..4.1).contains(&central), "{central}");
}

#[test]
fn autodiffs_gradient_of_a_module_passes_and_a_random_cost_is_refused() {
    let problem = Problem::draw(2, &device());
    let net = DeepNet::from_layers(&problem.layers).train();
    let loss =
        |net: &DeepNet| binary_cross_entropy(net.forward(problem.x.clone()), problem.y.clone());
    let report = GradientCheck::default().check_module(&net, loss).unwrap();
    assert!(report.passes(TOLERANCE), "{}", report.difference);
    assert_eq!(report.tensors.len(), 6);

    let rng = RefCell::new(NumpyRng::new(1));
    let dropped = |net: &DeepNet| {
        let keep = KeepProb::new(0.5).unwrap();
        let logits = net.forward_with(problem.x.clone(), |_, hidden| {
            let [batch, units] = hidden.dims();
            let mask = keep.mask(batch, units, &mut rng.borrow_mut(), &device());
            keep.apply(hidden, &mask)
        });
        binary_cross_entropy(logits, problem.y.clone())
    };
    let error = GradientCheck::default().check_module(&net, dropped).unwrap_err();
    assert!(matches!(error, GradientCheckError::Random { .. }), "{error}");
}

/// Output, gradients and running averages, with scales and shifts that are not 1 and 0.
#[test]
fn batch_norm_by_hand_is_burns() {
    let autodiff = device().autodiff();
    let (batch, units, epsilon) = (7, 3, 1e-5);
    let (z, along) = (drawn(batch, units, 1, &autodiff), drawn(batch, units, 2, &autodiff));
    let [gamma, beta] = [3, 4].map(|seed| drawn(1, units, seed, &device()));

    let mut norm = BatchNormConfig::new(units).with_epsilon(epsilon).init(&autodiff);
    let param = |row: &Tensor<2>| {
        burn::module::Param::from_data(row.clone().reshape([units]).into_data(), &autodiff)
    };
    norm.gamma = param(&gamma);
    norm.beta = param(&beta);
    let z = z.require_grad();
    let output = norm.forward(z.clone());
    let gradients = (output.clone() * along.clone()).sum().backward();

    let plain = z.clone().without_autodiff();
    let by_hand = batch_norm::forward(&plain, &gamma, &beta, epsilon);
    assert_close(&entries(by_hand.output.clone()), &entries(output), "output");
    let back = batch_norm::backward(&along.without_autodiff(), &by_hand, &gamma, epsilon);
    assert_close(&entries(back.dz), &entries(z.grad(&gradients).unwrap()), "dz");
    let by_gamma = norm.gamma.val().grad(&gradients).unwrap();
    assert_close(&entries(back.dgamma), &entries(by_gamma), "dgamma");
    let by_beta = norm.beta.val().grad(&gradients).unwrap();
    assert_close(&entries(back.dbeta), &entries(by_beta), "dbeta");

    let start = RunningAverages {
        mean: Tensor::zeros([1, units], &device()),
        variance: Tensor::ones([1, units], &device()),
    };
    let averages = start.update(&by_hand.mean, &by_hand.variance, 0.9);
    let (mean, variance) = (norm.running_mean.value_sync(), norm.running_var.value_sync());
    assert_close(&entries(averages.mean.clone()), &entries(mean), "running mean");
    assert_close(&entries(averages.variance.clone()), &entries(variance), "running variance");

    let question = drawn(1, units, 5, &device());
    let answer = norm.valid().forward(question.clone());
    let by_hand = averages.normalize(&question, &gamma, &beta, epsilon);
    assert_close(&entries(by_hand), &entries(answer), "one example at test time");
}
