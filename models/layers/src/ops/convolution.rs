//! Convolution, which is cross-correlation as in every library (course 4, week 1), and its transpose.

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::{
    Activation, Conv1dOptions, Conv2dOptions, ConvTranspose2dOptions, Normalization,
};

/// Zeros before and after an axis of `pixels` under which a window of `window` pixels, moved by `stride`, has
/// `pixels / stride` places, rounded up: "same" padding. The odd one comes after, as in Keras.
///
/// A dilated kernel of `f` spans a window of `dilation (f - 1) + 1`.
#[must_use]
pub fn same_padding(pixels: usize, window: usize, stride: usize) -> [usize; 2] {
    let places = pixels.div_ceil(stride);
    let total = (places.saturating_sub(1) * stride + window).saturating_sub(pixels);
    [total / 2, total - total / 2]
}

/// Two-dimensional convolution.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - `weight`: `[outputs, channels / groups, kernel_height, kernel_width]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs, out_height, out_width]`, by [`Conv2dOptions::output_size`]
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    check("conv2d", x.dims(), weight.dims(), bias.as_ref(), options);
    fused::conv2d(x, weight, bias, options)
}

/// One-dimensional convolution: [`conv2d`] of an image of one row.
///
/// # Shapes
/// - `x`: `[batch, channels, time]`
/// - `weight`: `[outputs, channels / groups, kernel]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs, out_time]`
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv1d(
    x: Tensor<3>,
    weight: Tensor<3>,
    bias: Option<Tensor<1>>,
    options: &Conv1dOptions,
) -> Tensor<3> {
    let options = Conv2dOptions {
        stride: [1, options.stride],
        padding: [0, options.padding[0], 0, options.padding[1]],
        dilation: [1, options.dilation],
        groups: options.groups,
    };
    conv2d(x.unsqueeze_dim(2), weight.unsqueeze_dim(2), bias, &options).squeeze_dim(2)
}

/// Transposed convolution: what takes the gradient of a [`conv2d`] back to its images, run forward.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - `weight`: `[channels, outputs / groups, kernel_height, kernel_width]`
/// - `bias`: `[outputs]`
/// - output: `[batch, outputs, out_height, out_width]`, by [`ConvTranspose2dOptions::output_size`]
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv_transpose2d(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    options: &ConvTranspose2dOptions,
) -> Tensor<4> {
    let (x_shape, shape) = (x.dims(), weight.dims());
    let ConvTranspose2dOptions { groups, .. } = *options;
    assert!(
        groups > 0 && x_shape[1] == shape[0] && x_shape[1].is_multiple_of(groups),
        "conv_transpose2d: x is {x_shape:?} and the weight {shape:?}, of {groups} groups, but the channels of the \
         one are the first axis of the other and a multiple of the groups"
    );
    check_bias("conv_transpose2d", shape, shape[1] * groups, bias.as_ref());
    assert!(
        options.output_size([x_shape[2], x_shape[3]], [shape[2], shape[3]]).is_some(),
        "conv_transpose2d: nothing is left of {x_shape:?} under a weight of {shape:?} and {options:?}"
    );
    fused::conv_transpose2d(x, weight, bias, options)
}

/// [`conv2d`], batch normalisation with fixed statistics and perhaps an activation, in one pass: for evaluation.
///
/// On a device that records gradients it is the three operations one after the other.
///
/// # Shapes
/// As [`conv2d`]; the statistics are `[outputs]`.
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv2d_normalized(
    x: Tensor<4>,
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    normalization: &Normalization,
    activation: Option<Activation>,
    options: &Conv2dOptions,
) -> Tensor<4> {
    check("conv2d_normalized", x.dims(), weight.dims(), bias.as_ref(), options);
    let Normalization { gamma, beta, mean, variance, .. } = normalization;
    for statistic in [gamma, beta, mean, variance] {
        assert!(
            statistic.dims() == [weight.dims()[0]],
            "conv2d_normalized: the weight is {:?} and a statistic {:?}, but one value for each output is wanted",
            weight.dims(),
            statistic.dims()
        );
    }
    fused::conv2d_normalized(x, weight, bias, normalization, activation, options)
}

fn check(
    operation: &str,
    x: [usize; 4],
    weight: [usize; 4],
    bias: Option<&Tensor<1>>,
    options: &Conv2dOptions,
) {
    let groups = options.groups;
    assert!(
        groups > 0 && x[1] == weight[1] * groups && weight[0].is_multiple_of(groups),
        "{operation}: x is {x:?} and the weight {weight:?}, of {groups} groups, but the channels of the one are the \
         second axis of the other times the groups, and the outputs a multiple of them"
    );
    check_bias(operation, weight, weight[0], bias);
    assert!(
        options.stride.iter().all(|stride| *stride > 0)
            && options.output_size([x[2], x[3]], [weight[2], weight[3]]).is_some(),
        "{operation}: a weight of {weight:?} does not fit x of {x:?} under {options:?}"
    );
}

fn check_bias(operation: &str, weight: [usize; 4], outputs: usize, bias: Option<&Tensor<1>>) {
    if let Some(bias) = bias {
        assert!(
            bias.dims() == [outputs],
            "{operation}: the weight is {weight:?} and the bias {:?}, but one bias for each output is wanted",
            bias.dims()
        );
    }
}
