//! Twins of the convolutions.

use burn::tensor::Tensor;
use burn::tensor::module;
use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, PadMode};

use crate::ops::{Conv2dOptions, ConvTranspose2dOptions};

/// Twin of [`ops::conv2d`](crate::ops::conv2d).
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    let [top, left, bottom, right] = options.padding;
    let (x, padding) = if (top, left) == (bottom, right) {
        (x, [top, left])
    } else {
        (x.pad((left, right, top, bottom), PadMode::Constant(0.0)), [0, 0])
    };
    let options = ConvOptions::new(options.stride, padding, options.dilation, options.groups);
    module::conv2d(x, weight, bias, options)
}

/// Twin of [`ops::conv_transpose2d`](crate::ops::conv_transpose2d).
pub fn conv_transpose2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &ConvTranspose2dOptions,
) -> Tensor<4> {
    let options = ConvTransposeOptions::new(
        options.stride,
        options.padding,
        options.output_padding,
        options.dilation,
        options.groups,
    );
    module::conv_transpose2d(x, weight, bias, options)
}
