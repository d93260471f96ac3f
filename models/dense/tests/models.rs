//! Every model through the shared suite.
//!
//! The reference outputs come from loops over plain numbers, below, on the weights that the suite's formula
//! gives; no tensor takes part in them.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::nn::{Initializer, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_dense::ConfigError;
use fireside_dense::deep_net::{DeepNet, DeepNetConfig};
use fireside_dense::logistic_regression::{LogisticRegression, LogisticRegressionConfig};
use fireside_dense::shallow_net::{ShallowNet, ShallowNetConfig};
use fireside_dense::softmax_regression::{SoftmaxRegression, SoftmaxRegressionConfig};
use fireside_suite::{Suite, formula_weight};

const INPUT: [[f64; 3]; 4] =
    [[1.0, -0.5, 0.25], [0.0, 0.75, -1.0], [-0.25, 0.5, 0.5], [0.6, 0.1, -0.3]];
const TARGET: [[f64; 1]; 4] = [[1.0], [-1.0], [0.5], [0.0]];

/// The outputs of a fully connected network with the formula's weights, each layer `x W + b` with `W`
/// row-major `[inputs, outputs]` before `b`.
fn reference(sizes: &[usize], activation: fn(f64) -> f64) -> Vec<f64> {
    let mut batch: Vec<Vec<f64>> = INPUT.map(|row| row.to_vec()).to_vec();
    let mut next_weight = 0;
    for (layer, pair) in sizes.windows(2).enumerate() {
        let (inputs, outputs) = (pair[0], pair[1]);
        for x in &mut batch {
            let mut z = vec![0.0; outputs];
            for (output, z) in z.iter_mut().enumerate() {
                *z = formula_weight(next_weight + inputs * outputs + output);
                for (input, x) in x.iter().enumerate() {
                    *z += x * formula_weight(next_weight + input * outputs + output);
                }
                if layer + 2 < sizes.len() {
                    *z = activation(*z);
                }
            }
            *x = z;
        }
        next_weight += (inputs + 1) * outputs;
    }
    batch.concat()
}

fn input() -> Tensor<2> {
    Tensor::from_data(INPUT, &Device::flex())
}

fn target() -> Tensor<2> {
    Tensor::from_data(TARGET, &Device::flex())
}

/// 3 weights and a bias fit 4 points only if these lie on a plane, so the target here does.
#[test]
fn logistic_regression_passes_the_suite() {
    let plane: [[f64; 1]; 4] = INPUT.map(|x| [0.5 * x[0] - x[1] + 0.25 * x[2] + 0.1]);
    Suite {
        model: LogisticRegressionConfig::new(3).init(&Device::flex()).unwrap(),
        forward: LogisticRegression::forward,
        input: input(),
        target: Tensor::from_data(plane, &Device::flex()),
        num_params: 4,
        output_shape: [4, 1],
        reference: reference(&[3, 1], |z| z),
        overfits: (0.3, 2000),
    }
    .check();
}

/// 3 x 2 + 2; the target is linear, as above.
#[test]
fn softmax_regression_passes_the_suite() {
    let planes = INPUT.map(|x| [0.5 * x[0] - x[1] + 0.1, x[2] - 0.25 * x[0] - 0.2]);
    Suite {
        model: SoftmaxRegressionConfig::new(3, 2).init(&Device::flex()).unwrap(),
        forward: SoftmaxRegression::forward,
        input: input(),
        target: Tensor::from_data(planes, &Device::flex()),
        num_params: 8,
        output_shape: [4, 2],
        reference: reference(&[3, 2], |z| z),
        overfits: (0.3, 4000),
    }
    .check();
}

/// 3 x 8 + 8 and 8 x 1 + 1.
#[test]
fn shallow_net_passes_the_suite() {
    let wide = Initializer::Normal { mean: 0.0, std: 0.5 };
    Suite {
        model: ShallowNetConfig::new(3, 8).with_initializer(wide).init(&Device::flex()).unwrap(),
        forward: ShallowNet::forward,
        input: input(),
        target: target(),
        num_params: 41,
        output_shape: [4, 1],
        reference: reference(&[3, 8, 1], f64::tanh),
        overfits: (0.2, 4000),
    }
    .check();
}

/// 3 x 16 + 16, 16 x 8 + 8 and 8 x 1 + 1. Half of the ReLU units are idle at first, so that a whole layer may
/// get no gradient: tanh here, and ReLU in the test below.
#[test]
fn deep_net_passes_the_suite() {
    let config = DeepNetConfig::new(vec![3, 16, 8, 1])
        .with_activation(burn::nn::activation::ActivationConfig::Tanh);
    Suite {
        model: config.init(&Device::flex()).unwrap(),
        forward: DeepNet::forward,
        input: input(),
        target: target(),
        num_params: 209,
        output_shape: [4, 1],
        reference: reference(&[3, 16, 8, 1], f64::tanh),
        overfits: (0.1, 4000),
    }
    .check();
}

#[test]
fn deep_net_is_relu_by_default() {
    let net = DeepNetConfig::new(vec![3, 5, 4, 1]).init(&Device::flex()).unwrap();
    let net = fireside_suite::with_formula_weights(net);
    let found: Vec<f64> = net.forward(input()).into_data().iter::<f64>().collect();
    for (found, expected) in found.iter().zip(reference(&[3, 5, 4, 1], |z| z.max(0.0))) {
        assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
    }
}

#[test]
fn new_head_gives_the_net_other_outputs_on_the_same_activations() {
    let net = DeepNetConfig::new(vec![3, 5, 1]).init(&Device::flex()).unwrap();
    let head = LinearConfig::new(5, 2).init(&Device::flex());
    let expected = head.forward(net.activations(input()));
    let before = net.activations(input());
    let net = net.with_head(head).unwrap();
    assert_eq!(net.forward(input()).into_data(), expected.into_data());
    assert_eq!(net.activations(input()).into_data(), before.into_data());
    let other = LinearConfig::new(4, 2).init(&Device::flex());
    let refused = net.with_head(other).err();
    assert_eq!(refused, Some(ConfigError::OtherInputs { expected: 5, found: 4 }));
}

#[test]
fn impossible_sizes_are_errors_that_name_the_layer() {
    let device = Device::flex();
    let empty = |layer| Some(ConfigError::EmptyLayer { layer });
    assert_eq!(LogisticRegressionConfig::new(0).init(&device).err(), empty(0));
    assert_eq!(SoftmaxRegressionConfig::new(2, 0).init(&device).err(), empty(1));
    assert_eq!(ShallowNetConfig::new(2, 0).init(&device).err(), empty(1));
    assert_eq!(DeepNetConfig::new(vec![2, 3, 0]).init(&device).err(), empty(2));
    assert_eq!(DeepNetConfig::new(vec![2]).init(&device).err(), Some(ConfigError::TooFewLayers(1)));
}
