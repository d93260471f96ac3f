//! Convolution and pooling of the usual libraries.
//!
//! Keras's images are channels last, and its kernels `[height, width, inputs, outputs]`.

use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{
    self, Conv1dOptions, Conv2dOptions, ConvTranspose2dOptions, Pool2dOptions, same_padding,
};
use fireside_tests::case::{Case, Outputs, Problem, as_is, channels_last};
use fireside_tests::compare::FUNCTION;

use crate::Handlers;

pub const HANDLERS: Handlers = &[
    ("torch_conv2d", FUNCTION, torch_conv2d),
    ("torch_conv2d_backward", FUNCTION, torch_conv2d_backward),
    ("torch_conv_transpose2d", FUNCTION, torch_conv_transpose2d),
    ("torch_conv_transpose2d_backward", FUNCTION, torch_conv_transpose2d_backward),
    ("torch_conv1d", FUNCTION, torch_conv1d),
    ("torch_max_pool2d", FUNCTION, torch_max_pool2d),
    ("torch_max_pool2d_backward", FUNCTION, torch_max_pool2d_backward),
    ("torch_avg_pool2d", FUNCTION, torch_avg_pool2d),
    ("keras_conv2d", FUNCTION, keras_conv2d),
    ("keras_conv2d_transpose", FUNCTION, keras_conv2d_transpose),
    ("keras_depthwise_conv2d", FUNCTION, keras_depthwise_conv2d),
    ("keras_separable_conv2d", FUNCTION, keras_separable_conv2d),
    ("keras_conv1d", FUNCTION, keras_conv1d),
    ("keras_max_pool2d", FUNCTION, keras_max_pool2d),
    ("keras_avg_pool2d", FUNCTION, keras_avg_pool2d),
    ("keras_global_avg_pool2d", FUNCTION, keras_global_avg_pool2d),
];

fn result<const D: usize>(name: &str, tensor: Tensor<D>) -> Outputs {
    [(name.to_string(), as_is(tensor))].into()
}

/// Rows of padding above and below, columns left and right.
fn torch_padding(case: &Case) -> Result<[usize; 4], Problem> {
    let [rows, columns] = case.pair_or("padding", [0; 2])?;
    Ok([rows, columns, rows, columns])
}

fn torch_options(case: &Case) -> Result<Conv2dOptions, Problem> {
    Ok(Conv2dOptions {
        stride: case.pair_or("stride", [1; 2])?,
        padding: torch_padding(case)?,
        dilation: case.pair_or("dilation", [1; 2])?,
        groups: case.count_or("groups", 1)?,
    })
}

fn torch_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, weight) = (case.tensor("x", device)?, case.tensor("W", device)?);
    let bias = case.optional("b", device)?;
    Ok(result("y", ops::conv2d(x, weight, bias, &torch_options(case)?)))
}

/// The gradients of `sum(y * dy)`, `y` the `forward` of x, W and, where the case has it, b.
fn gradients(
    case: &Case,
    device: &Device,
    forward: impl Fn(Tensor<4>, Tensor<4>, Option<Tensor<1>>) -> Tensor<4>,
) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let x = case.tensor::<4>("x", &device)?.require_grad();
    let weight = case.tensor::<4>("W", &device)?.require_grad();
    let bias = case.optional::<1>("b", &device)?.map(Tensor::require_grad);
    let y = forward(x.clone(), weight.clone(), bias.clone());
    let gradients = (y * case.tensor("dy", &device)?).sum().backward();
    let missing = || "no gradient".to_string();
    let mut outputs: Outputs = [
        ("dx".to_string(), as_is(x.grad(&gradients).ok_or_else(missing)?)),
        ("dW".to_string(), as_is(weight.grad(&gradients).ok_or_else(missing)?)),
    ]
    .into();
    if let Some(bias) = bias {
        outputs.extend(result("db", bias.grad(&gradients).ok_or_else(missing)?));
    }
    Ok(outputs)
}

fn torch_conv2d_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let options = torch_options(case)?;
    gradients(case, device, |x, weight, bias| ops::conv2d(x, weight, bias, &options))
}

fn torch_transposed_options(case: &Case) -> Result<ConvTranspose2dOptions, Problem> {
    Ok(ConvTranspose2dOptions {
        stride: case.pair_or("stride", [1; 2])?,
        padding: case.pair_or("padding", [0; 2])?,
        output_padding: case.pair_or("output_padding", [0; 2])?,
        dilation: case.pair_or("dilation", [1; 2])?,
        groups: case.count_or("groups", 1)?,
    })
}

fn torch_conv_transpose2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, weight) = (case.tensor("x", device)?, case.tensor("W", device)?);
    let bias = case.optional("b", device)?;
    Ok(result("y", ops::conv_transpose2d(x, weight, bias, &torch_transposed_options(case)?)))
}

fn torch_conv_transpose2d_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let options = torch_transposed_options(case)?;
    gradients(case, device, |x, weight, bias| ops::conv_transpose2d(x, weight, bias, &options))
}

fn torch_conv1d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let options = Conv1dOptions {
        stride: case.count_or("stride", 1)?,
        padding: [case.count_or("padding", 0)?; 2],
        dilation: case.count_or("dilation", 1)?,
        groups: case.count_or("groups", 1)?,
    };
    let (x, weight) = (case.tensor("x", device)?, case.tensor("W", device)?);
    Ok(result("y", ops::conv1d(x, weight, case.optional("b", device)?, &options)))
}

/// The windows lie side by side where a case gives no stride.
fn torch_pooling(case: &Case) -> Result<Pool2dOptions, Problem> {
    let kernel = case.pair_or("kernel", [1; 2])?;
    let stride = case.pair_or("stride", kernel)?;
    Ok(Pool2dOptions { kernel, stride, padding: torch_padding(case)? })
}

fn torch_max_pool2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    Ok(result("y", ops::max_pool2d(case.tensor("x", device)?, &torch_pooling(case)?)))
}

fn torch_max_pool2d_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let x = case.tensor::<4>("x", &device)?.require_grad();
    let y = ops::max_pool2d(x.clone(), &torch_pooling(case)?);
    let gradients = (y * case.tensor("dy", &device)?).sum().backward();
    Ok(result("dx", x.grad(&gradients).ok_or("no gradient")?))
}

fn torch_avg_pool2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let counted = case.count_or("count_include_pad", 1)? == 1;
    Ok(result("y", ops::avg_pool2d(case.tensor("x", device)?, &torch_pooling(case)?, counted)))
}

fn images(case: &Case, device: &Device) -> Result<Tensor<4>, Problem> {
    case.channels_first("x", device)
}

fn keras_result(images: Tensor<4>) -> Outputs {
    [("y".to_string(), channels_last(images))].into()
}

fn keras_padding_name(case: &Case) -> Result<&str, Problem> {
    if case.has("padding") { case.text("padding") } else { Ok("valid") }
}

/// Zeros around an image, as the case's `padding` says: top, left, bottom, right.
fn keras_padding(
    case: &Case,
    [height, width]: [usize; 2],
    window: [usize; 2],
    stride: [usize; 2],
) -> Result<[usize; 4], Problem> {
    match keras_padding_name(case)? {
        "valid" => Ok([0; 4]),
        "same" => {
            let [top, bottom] = same_padding(height, window[0], stride[0]);
            let [left, right] = same_padding(width, window[1], stride[1]);
            Ok([top, left, bottom, right])
        }
        other => Err(format!("padding is {other}")),
    }
}

/// The pixels that kernels spread over, given their entries.
fn windows(kernel: [usize; 2], dilation: [usize; 2]) -> [usize; 2] {
    [0, 1].map(|axis| dilation[axis] * kernel[axis].saturating_sub(1) + 1)
}

fn keras_options(case: &Case, x: &Tensor<4>, kernel: [usize; 2]) -> Result<Conv2dOptions, Problem> {
    let [_, _, height, width] = x.dims();
    let (stride, dilation) = (case.pair_or("stride", [1; 2])?, case.pair_or("dilation", [1; 2])?);
    Ok(Conv2dOptions {
        stride,
        padding: keras_padding(case, [height, width], windows(kernel, dilation), stride)?,
        dilation,
        groups: 1,
    })
}

/// The groups are those by which the images have more channels than the kernels.
fn keras_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = images(case, device)?;
    let weight = case.tensor::<4>("W", device)?.permute([3, 2, 0, 1]);
    let [_, inputs, height, width] = weight.dims();
    let groups = x.dims()[1] / inputs.max(1);
    let options = Conv2dOptions { groups, ..keras_options(case, &x, [height, width])? };
    Ok(keras_result(ops::conv2d(x, weight, case.optional("b", device)?, &options)))
}

/// Keras fills up with zeros what a kernel smaller than the stride leaves of `in * stride`. With `same` it cuts what a
/// larger one spreads beyond, the odd pixel below and to the right.
fn keras_conv2d_transpose(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = images(case, device)?;
    let weight = case.tensor::<4>("W", device)?.permute([3, 2, 0, 1]);
    let ([_, _, height, width], [_, _, rows, columns]) = (x.dims(), weight.dims());
    let (stride, dilation) = (case.pair_or("stride", [1; 2])?, case.pair_or("dilation", [1; 2])?);
    let window = windows([rows, columns], dilation);
    let output_padding = [0, 1].map(|axis| stride[axis].saturating_sub(window[axis]));
    let options = ConvTranspose2dOptions { stride, output_padding, dilation, ..Default::default() };
    let y = ops::conv_transpose2d(x, weight, case.optional("b", device)?, &options);
    match keras_padding_name(case)? {
        "valid" => Ok(keras_result(y)),
        "same" => {
            let cut = [0, 1].map(|axis| window[axis].saturating_sub(stride[axis]) / 2);
            let y = y.narrow(2, cut[0], height * stride[0]);
            Ok(keras_result(y.narrow(3, cut[1], width * stride[1])))
        }
        other => Err(format!("padding is {other}")),
    }
}

/// Kernels `[height, width, inputs, multiplier]` as one group for each input.
fn depthwise_weight(case: &Case, name: &str, device: &Device) -> Result<Tensor<4>, Problem> {
    let weight = case.tensor::<4>(name, device)?;
    let [height, width, inputs, multiplier] = weight.dims();
    Ok(weight.permute([2, 3, 0, 1]).reshape([inputs * multiplier, 1, height, width]))
}

fn depthwise(
    case: &Case,
    name: &str,
    bias: Option<Tensor<1>>,
    device: &Device,
) -> Result<Tensor<4>, Problem> {
    let (x, weight) = (images(case, device)?, depthwise_weight(case, name, device)?);
    let [_, _, height, width] = weight.dims();
    let groups = x.dims()[1];
    let options = Conv2dOptions { groups, ..keras_options(case, &x, [height, width])? };
    Ok(ops::conv2d(x, weight, bias, &options))
}

fn keras_depthwise_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let bias = case.optional("b", device)?;
    Ok(keras_result(depthwise(case, "W", bias, device)?))
}

fn keras_separable_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = depthwise(case, "depthwise_W", None, device)?;
    let weight = case.tensor::<4>("pointwise_W", device)?.permute([3, 2, 0, 1]);
    let bias = case.optional("b", device)?;
    Ok(keras_result(ops::conv2d(x, weight, bias, &Conv2dOptions::default())))
}

fn keras_conv1d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.tensor::<3>("x", device)?.swap_dims(1, 2);
    let weight = case.tensor::<3>("W", device)?.permute([2, 1, 0]);
    let ([_, channels, time], [_, inputs, kernel]) = (x.dims(), weight.dims());
    let (stride, dilation) = (case.count_or("stride", 1)?, case.count_or("dilation", 1)?);
    let window = dilation * kernel.saturating_sub(1) + 1;
    let padding = match keras_padding_name(case)? {
        "valid" => [0, 0],
        "same" => same_padding(time, window, stride),
        "causal" => [window - 1, 0],
        other => return Err(format!("padding is {other}")),
    };
    let options = Conv1dOptions { stride, padding, dilation, groups: channels / inputs.max(1) };
    let y = ops::conv1d(x, weight, case.optional("b", device)?, &options);
    Ok(result("y", y.swap_dims(1, 2)))
}

fn keras_pooling(case: &Case, x: &Tensor<4>) -> Result<Pool2dOptions, Problem> {
    let [_, _, height, width] = x.dims();
    let kernel = case.pair_or("pool_size", [2; 2])?;
    let stride = case.pair_or("stride", kernel)?;
    let padding = keras_padding(case, [height, width], kernel, stride)?;
    Ok(Pool2dOptions { kernel, stride, padding })
}

fn keras_max_pool2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = images(case, device)?;
    let options = keras_pooling(case, &x)?;
    Ok(keras_result(ops::max_pool2d(x, &options)))
}

fn keras_avg_pool2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = images(case, device)?;
    let options = keras_pooling(case, &x)?;
    Ok(keras_result(ops::avg_pool2d(x, &options, false)))
}

fn keras_global_avg_pool2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let means = ops::adaptive_avg_pool2d(images(case, device)?, [1, 1]);
    Ok(result("y", means.flatten::<2>(1, 3)))
}
