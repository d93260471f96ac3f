//! `apply` computes what Burn's `forward` does, in value and in the gradient of every parameter.

use burn::module::{Module, Param};
use burn::nn::conv::{Conv1dConfig, Conv2dConfig, ConvTranspose2dConfig};
use burn::nn::pool::{AdaptiveAvgPool2dConfig, AvgPool2dConfig, MaxPool2dConfig};
use burn::nn::{BatchNormConfig, LinearConfig, PaddingConfig1d, PaddingConfig2d};
use burn::tensor::{Device, Tensor, TensorData};
use fireside_layers::{Layer, ShiftNorm, conv_norm, ops};

use crate::compare::{Numbers, assert_close};

fn input<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let values = Numbers::new(51).vector(shape.iter().product());
    Tensor::from_data(TensorData::new(values, shape), device)
}

fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter().collect()
}

/// Values, and the gradient that reaches the input.
fn assert_same<const D: usize, const E: usize>(
    name: &str,
    shape: [usize; D],
    apply: impl Fn(Tensor<D>) -> Tensor<E>,
    forward: impl Fn(Tensor<D>) -> Tensor<E>,
) {
    let device = Device::flex().autodiff();
    let run = |function: &dyn Fn(Tensor<D>) -> Tensor<E>| {
        let x = input(shape, &device).require_grad();
        let y = function(x.clone());
        let gradients = y.clone().square().sum().backward();
        (list(y.inner()), x.grad(&gradients).map(list).unwrap_or_default())
    };
    let (found, expected) = (run(&apply), run(&forward));
    assert_close(&format!("{name}, output"), &found.0, &expected.0, 1e-5);
    assert_close(&format!("{name}, gradient"), &found.1, &expected.1, 1e-5);
}

#[test]
fn modules_of_burn_compute_the_same_by_apply_as_by_forward() {
    let device = Device::flex().autodiff();
    let linear = LinearConfig::new(5, 7).init(&device);
    assert_same("Linear", [2, 3, 5], |x| linear.apply(x), |x| linear.forward(x));
    for padding in
        [PaddingConfig2d::Same, PaddingConfig2d::Valid, PaddingConfig2d::Explicit(1, 2, 0, 1)]
    {
        let conv =
            Conv2dConfig::new([4, 6], [4, 3]).with_padding(padding).with_groups(2).init(&device);
        assert_same("Conv2d", [2, 4, 9, 8], |x| conv.apply(x), |x| conv.forward(x));
    }
    for padding in [PaddingConfig1d::Same, PaddingConfig1d::Valid, PaddingConfig1d::Explicit(2, 0)]
    {
        let conv = Conv1dConfig::new(4, 6, 3).with_padding(padding).init(&device);
        assert_same("Conv1d", [2, 4, 9], |x| conv.apply(x), |x| conv.forward(x));
    }
    let up = ConvTranspose2dConfig::new([4, 2], [3, 3])
        .with_stride([2, 2])
        .with_padding_out([1, 1])
        .init(&device);
    assert_same("ConvTranspose2d", [2, 4, 5, 4], |x| up.apply(x), |x| up.forward(x));
    let largest = MaxPool2dConfig::new([3, 3])
        .with_strides([2, 2])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .init();
    assert_same("MaxPool2d", [2, 3, 9, 8], |x| largest.apply(x), |x| largest.forward(x));
    let mean = AvgPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
    assert_same("AvgPool2d", [2, 3, 9, 8], |x| mean.apply(x), |x| mean.forward(x));
    let even = AdaptiveAvgPool2dConfig::new([2, 3]).init();
    assert_same("AdaptiveAvgPool2d", [2, 3, 9, 8], |x| even.apply(x), |x| even.forward(x));
}

#[test]
fn batch_norm_trains_and_evaluates_as_burn_s() {
    let device = Device::flex().autodiff();
    let (ours, burns) =
        (BatchNormConfig::new(3).init(&device), BatchNormConfig::new(3).init(&device));
    for _ in 0..3 {
        assert_same("BatchNorm", [4, 3, 5, 2], |x| ours.apply(x), |x| burns.forward(x));
    }
    let (ours, burns) = (ours.valid(), burns.valid());
    let x = input([4, 3, 5, 2], &Device::flex());
    assert_close("evaluation", &list(ours.apply(x.clone())), &list(burns.forward(x)), 1e-5);
}

#[test]
fn convolution_fused_with_norm_and_activation_equals_the_three_in_turn() {
    let device = Device::flex().autodiff();
    let conv = Conv2dConfig::new([3, 5], [3, 3]).with_padding(PaddingConfig2d::Same).init(&device);
    let norm = BatchNormConfig::new(5).init(&device);
    norm.apply(conv.apply(input([4, 3, 6, 6], &device))); // gives the running statistics a value
    let (conv, norm) = (conv.valid(), norm.valid());
    let x = input([2, 3, 9, 7], &Device::flex());
    let turn = norm.forward(conv.forward(x.clone()));
    for (activation, expected) in [
        (None, turn.clone()),
        (Some(ops::Activation::Relu), burn::tensor::activation::relu(turn.clone())),
        (Some(ops::Activation::Silu), burn::tensor::activation::silu(turn.clone())),
        (Some(ops::Activation::Tanh), turn.tanh()),
    ] {
        let found = conv_norm(&conv, &norm, activation, x.clone());
        assert_close(&format!("{activation:?}"), &list(found), &list(expected), 1e-5);
    }
}

/// The images of a batch are plain tensors, also where the parameters record gradients.
#[test]
fn convolution_and_norm_of_plain_images_train_where_the_parameters_do() {
    let device = Device::flex().autodiff();
    let conv = Conv2dConfig::new([3, 5], [3, 3]).init(&device);
    let norm = BatchNormConfig::new(5).init(&device);
    let images = input([4, 3, 6, 6], &Device::flex());
    let turn = norm.clone().forward(conv.forward(images.clone()));
    let found = conv_norm(&conv, &norm, None, images);
    assert_close("output", &list(found.clone()), &list(turn), 1e-5);
    let gradients = found.square().mean().backward();
    assert!(conv.weight.grad(&gradients).is_some());
}

#[test]
fn shift_norm_is_batch_norm_with_scales_of_one() {
    let conv = Conv2dConfig::new([3, 5], [3, 3]);
    for device in [Device::flex(), Device::flex().autodiff()] {
        let conv = conv.init(&device);
        let mut norm = BatchNormConfig::new(5).with_epsilon(1e-3).init(&device);
        norm.beta = Param::from_tensor(input([5], &device));
        norm.running_mean.update(input([5], &device));
        norm.running_var.update(input([5], &device).abs() + 0.5);
        let shift = ShiftNorm::from(norm.clone());
        assert_eq!(shift.num_params() + 5, norm.num_params());
        for activation in [None, Some(ops::Activation::Relu)] {
            let x = input([4, 3, 6, 6], &device);
            let expected = conv_norm(&conv, &norm, activation, x.clone());
            let found = conv_norm(&conv, &shift, activation, x);
            assert_close(&format!("{device:?}"), &list(found), &list(expected), 1e-6);
        }
    }
}
