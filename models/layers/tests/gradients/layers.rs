//! Hand-written gradients of `fireside-layers` against differences of the cost, in 64-bit floats, by the
//! training crate's checker.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::module::{Module, Param};
use burn::tensor::{Tensor, TensorData};
use fireside_layers::ops::{
    self, Activation, Conv2dOptions, ConvTranspose2dOptions, Normalization, Pool2dOptions, Region,
    RoiAlignOptions, RoiPoolOptions,
};
use fireside_numpy_rng::NumpyRng;
use fireside_training::gradient_check::{GradientCheck, TOLERANCE};

use crate::device;

/// What an operation is differentiated by.
#[derive(Module, Debug)]
struct Inputs {
    x: Param<Tensor<4>>,
    weight: Param<Tensor<4>>,
    first: Param<Tensor<1>>,
    second: Param<Tensor<1>>,
}

impl Inputs {
    fn new(x: [usize; 4], weight: [usize; 4], vectors: [usize; 2]) -> Self {
        let mut rng = NumpyRng::new(7);
        Self {
            x: parameter(x, &mut rng),
            weight: parameter(weight, &mut rng),
            first: parameter([vectors[0]], &mut rng),
            second: parameter([vectors[1]], &mut rng),
        }
    }
}

fn parameter<const D: usize>(shape: [usize; D], rng: &mut NumpyRng) -> Param<Tensor<D>> {
    let values = rng.randn_vec(shape.iter().product());
    Param::from_tensor(Tensor::from_data(TensorData::new(values, shape), &device()))
}

/// Asserts that the gradient of `sum(cos(i) y_i²)` is that of differences: the weights tell the entries apart.
fn assert_gradient<const D: usize>(
    operation: &str,
    inputs: Inputs,
    forward: impl Fn(&Inputs) -> Tensor<D>,
) {
    assert_gradient_within(TOLERANCE, operation, inputs, forward);
}

fn assert_gradient_within<const D: usize>(
    tolerance: f64,
    operation: &str,
    inputs: Inputs,
    forward: impl Fn(&Inputs) -> Tensor<D>,
) {
    let cost = |inputs: &Inputs| {
        let y = forward(inputs);
        let count = y.shape().num_elements();
        let weights: Vec<f64> = (0..count).map(|i| (i as f64).cos()).collect();
        let weights = Tensor::<1>::from_data(TensorData::new(weights, [count]), &y.device());
        (y.reshape([count]).square() * weights).sum()
    };
    let inputs = inputs.train();
    let report = GradientCheck::default().check_module(&inputs, cost).unwrap();
    assert!(
        report.passes(tolerance),
        "{operation}: {:.1e}, {:?}",
        report.difference,
        report.worst()
    );
}

#[test]
fn gradients_of_activations_are_those_of_differences() {
    for activation in [
        Activation::Tanh,
        Activation::Sigmoid,
        Activation::HardSigmoid { slope: 0.2, offset: 0.5 },
        Activation::Relu,
        Activation::LeakyRelu { slope: 0.1 },
        Activation::Gelu,
        Activation::Silu,
    ] {
        let inputs = Inputs::new([2, 3, 4, 5], [1, 1, 1, 1], [1, 1]);
        assert_gradient(&format!("{activation:?}"), inputs, |inputs| {
            activation.apply(inputs.x.val())
        });
    }
}

#[test]
fn gradients_of_linear_are_those_of_differences() {
    let inputs = Inputs::new([2, 3, 2, 5], [1, 1, 5, 4], [4, 1]);
    assert_gradient("linear", inputs, |inputs| {
        let weight = inputs.weight.val().reshape([5, 4]);
        ops::linear(inputs.x.val(), weight, Some(inputs.first.val()))
    });
}

#[test]
fn gradients_of_convolutions_are_those_of_differences() {
    let usual = Conv2dOptions { padding: [1, 0, 2, 1], ..Conv2dOptions::default() };
    for (x, weight, options) in [
        ([2, 3, 5, 4], [4, 3, 3, 2], usual),
        ([2, 4, 7, 6], [6, 2, 3, 3], Conv2dOptions { groups: 2, stride: [2, 1], ..usual }),
        ([2, 3, 6, 6], [6, 1, 2, 3], Conv2dOptions { groups: 3, dilation: [2, 1], ..usual }),
        ([3, 4, 3, 3], [5, 4, 1, 1], Conv2dOptions::default()),
    ] {
        let inputs = Inputs::new(x, weight, [weight[0], 1]);
        assert_gradient(&format!("convolution, {options:?}"), inputs, |inputs| {
            let bias = Some(inputs.first.val());
            ops::conv2d(inputs.x.val(), inputs.weight.val(), bias, &options)
        });
    }
}

#[test]
fn gradients_of_a_transposed_convolution_are_those_of_differences() {
    let options = ConvTranspose2dOptions {
        stride: [2, 3],
        padding: [1, 0],
        output_padding: [1, 0],
        groups: 2,
        ..ConvTranspose2dOptions::default()
    };
    let inputs = Inputs::new([2, 4, 3, 2], [4, 3, 3, 2], [6, 1]);
    assert_gradient("transposed convolution", inputs, |inputs| {
        let bias = Some(inputs.first.val());
        ops::conv_transpose2d(inputs.x.val(), inputs.weight.val(), bias, &options)
    });
}

#[test]
fn gradients_of_poolings_are_those_of_differences() {
    let options = Pool2dOptions { kernel: [3, 2], stride: [2, 1], padding: [1, 0, 1, 1] };
    let inputs = || Inputs::new([2, 3, 6, 5], [1, 1, 1, 1], [1, 1]);
    assert_gradient("largest", inputs(), |inputs| ops::max_pool2d(inputs.x.val(), &options));
    for counted in [true, false] {
        assert_gradient("mean", inputs(), |inputs| {
            ops::avg_pool2d(inputs.x.val(), &options, counted)
        });
    }
    assert_gradient("even windows", inputs(), |inputs| {
        ops::adaptive_avg_pool2d(inputs.x.val(), [4, 2])
    });
}

/// Over the edges, overlapping, on both images.
#[test]
fn gradients_of_regions_are_those_of_differences() {
    let inputs = || Inputs::new([2, 3, 6, 5], [1, 1, 1, 1], [1, 1]);
    let regions = [
        Region { image: 1, bounds: [-1.3, 0.4, 7.2, 9.1] },
        Region { image: 0, bounds: [2.2, 3.1, 14.0, 10.7] },
        Region { image: 1, bounds: [3.0, 2.0, 8.5, 12.5] },
    ];
    for (samples, aligned) in [(0, true), (0, false), (2, true), (1, false)] {
        let options = RoiAlignOptions { size: [3, 2], scale: 0.5, samples, aligned };
        assert_gradient_within(1e-7, &format!("{options:?}"), inputs(), |inputs| {
            ops::roi_align(inputs.x.val(), &regions, &options)
        });
    }
    let options = RoiPoolOptions { size: [3, 2], scale: 0.5 };
    assert_gradient_within(1e-7, "largest of regions", inputs(), |inputs| {
        ops::roi_pool(inputs.x.val(), &regions, &options)
    });
}

#[test]
fn gradients_of_batch_norm_are_those_of_differences() {
    let inputs = || Inputs::new([3, 4, 3, 2], [1, 1, 1, 1], [4, 4]);
    assert_gradient("batch norm", inputs(), |inputs| {
        ops::batch_norm(inputs.x.val(), inputs.first.val(), inputs.second.val(), 1e-3).0
    });
    let [mean, variance] = [[0.3, -0.2, 0.1, 0.5], [1.5, 0.4, 1.0, 2.0]];
    assert_gradient("batch norm with fixed statistics", inputs(), |inputs| {
        let device = inputs.x.device();
        let normalization = Normalization {
            gamma: inputs.first.val(),
            beta: inputs.second.val(),
            mean: Tensor::from_data(mean, &device),
            variance: Tensor::from_data(variance, &device),
            epsilon: 1e-3,
        };
        ops::batch_norm_fixed(inputs.x.val(), &normalization)
    });
}
