//! Hand-written gradients of softmax, losses, layer norm and attention against differences of the cost, in
//! 64-bit floats, by the training crate's checker.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::{Module, Param};
use burn::nn::activation::ActivationConfig;
use burn::nn::transformer::TransformerEncoderConfig;
use burn::tensor::{Bool, Int, Tensor, TensorData};
use fireside_layers::Layer;
use fireside_layers::ops::{self, Attention, CrossEntropy};
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::{GradientCheck, TOLERANCE};

use crate::device;

fn drawn<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<D> {
    let values = NumpyRng::new(seed).randn_vec(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), &device())
}

/// What an operation is differentiated by.
#[derive(Module, Debug)]
struct Inputs {
    query: Param<Tensor<3>>,
    key: Param<Tensor<3>>,
    value: Param<Tensor<3>>,
}

fn inputs(query: [usize; 3], key: [usize; 3], value: [usize; 3]) -> Inputs {
    let parameter = |shape, seed| Param::from_tensor(drawn(shape, seed));
    Inputs { query: parameter(query, 1), key: parameter(key, 2), value: parameter(value, 3) }
}

/// The sum of `cos(i) y_i²`: the weights tell the entries apart.
fn weighted<const D: usize>(y: Tensor<D>) -> Tensor<1> {
    let count = y.shape().num_elements();
    let weights: Vec<f64> = (0..count).map(|i| (i as f64).cos()).collect();
    let weights = Tensor::<1>::from_data(TensorData::new(weights, [count]), &y.device());
    (y.reshape([count]).square() * weights).sum()
}

fn assert_gradient<M: Module>(operation: &str, module: M, cost: impl Fn(&M) -> Tensor<1>) {
    let report = GradientCheck::default().check_module(&module.train(), cost).unwrap();
    assert!(
        report.passes(TOLERANCE),
        "{operation}: {:.1e}, {:?}",
        report.difference,
        report.worst()
    );
}

#[test]
fn gradients_of_softmax_are_those_of_differences() {
    for dim in 0..3 {
        let x = || inputs([2, 3, 5], [1, 1, 1], [1, 1, 1]);
        assert_gradient("softmax", x(), |x| weighted(ops::softmax(x.query.val(), dim)));
        assert_gradient("log_softmax", x(), |x| weighted(ops::log_softmax(x.query.val(), dim)));
    }
}

#[test]
fn gradients_of_layer_norm_are_those_of_differences() {
    let all = inputs([2, 3, 5], [1, 1, 5], [1, 1, 5]);
    assert_gradient("layer norm", all, |all| {
        let [gamma, beta] = [&all.key, &all.value].map(|tensor| tensor.val().reshape([5]));
        weighted(ops::layer_norm(all.query.val(), gamma, Some(beta), 1e-5))
    });
}

#[test]
fn gradients_of_losses_are_those_of_differences() {
    let logits = || inputs([1, 4, 6], [1, 1, 1], [1, 1, 1]);
    assert_gradient("binary cross-entropy", logits(), |x| {
        let targets = drawn([1, 4, 6], 9).powi_scalar(2).clamp(0.0, 1.0);
        ops::binary_cross_entropy(x.query.val(), targets)
    });
    for (label_smoothing, ignored) in [(0.0, None), (0.2, Some(3))] {
        let options = CrossEntropy { label_smoothing, ignored };
        assert_gradient("cross-entropy", logits(), |x| {
            let classes = Tensor::<1, Int>::from_data([0, 3, 5, 2], &device());
            ops::cross_entropy(x.query.val().reshape([4, 6]), classes, &options)
        });
    }
}

#[test]
fn gradients_of_attention_are_those_of_differences() {
    let hidden =
        [[false, true, false, false], [true, true, true, true], [false, false, true, true]];
    let hidden = Tensor::<2, Bool>::from_data(hidden, &device()).unsqueeze();
    let plain = Attention::new(2);
    for options in [
        plain.clone(),
        plain.clone().causal().with_scale(0.3),
        plain.clone().with_mask(drawn([2, 1, 3, 4], 5)),
        plain.clone().with_hidden(hidden.clone()),
        Attention { hidden_score: -2.0, ..plain.with_hidden(hidden) },
    ] {
        let all = inputs([2, 3, 6], [2, 4, 6], [2, 4, 4]);
        assert_gradient(&format!("attention, {options:?}"), all, |all| {
            let (query, key, value) = (all.query.val(), all.key.val(), all.value.val());
            weighted(ops::attention(query, key, value, &options))
        });
    }
}

#[test]
fn gradients_of_an_encoder_are_those_of_differences() {
    for norm_first in [false, true] {
        let encoder = TransformerEncoderConfig::new(4, 5, 2, 1)
            .with_dropout(0.0)
            .with_norm_first(norm_first)
            .with_activation(ActivationConfig::Gelu)
            .init(&device());
        assert_gradient("encoder", encoder, |encoder| weighted(encoder.apply(drawn([2, 3, 4], 8))));
    }
}
