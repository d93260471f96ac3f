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

fn torch_options(case: &Case) -> Result<Conv2dOptions, Problem> {
    Ok(Conv2dOptions {
        stride: [case.count("stride")?; 2],
        padding: [case.count("padding")?; 4],
        dilation: [case.count("dilation")?; 2],
        groups: case.count("groups")?,
    })
}

fn torch_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, weight) = (case.tensor("x", device)?, case.tensor("W", device)?);
    let bias = Some(case.tensor("b", device)?);
    Ok(result("y", ops::conv2d(x, weight, bias, &torch_options(case)?)))
}

/// The gradients of `sum(y * dy)`, `y` the `forward` of x, W and b.
fn gradients(
    case: &Case,
    device: &Device,
    forward: impl Fn(Tensor<4>, Tensor<4>, Tensor<1>) -> Tensor<4>,
) -> Result<Outputs, Problem> {
    let device = device.clone().autodiff();
    let x = case.tensor::<4>("x", &device)?.require_grad();
    let weight = case.tensor::<4>("W", &device)?.require_grad();
    let bias = case.tensor::<1>("b", &device)?.require_grad();
    let y = forward(x.clone(), weight.clone(), bias.clone());
    let gradients = (y * case.tensor("dy", &device)?).sum().backward();
    let missing = || "no gradient".to_string();
    Ok([
        ("dx".to_string(), as_is(x.grad(&gradients).ok_or_else(missing)?)),
        ("dW".to_string(), as_is(weight.grad(&gradients).ok_or_else(missing)?)),
        ("db".to_string(), as_is(bias.grad(&gradients).ok_or_else(missing)?)),
    ]
    .into())
}

fn torch_conv2d_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let options = torch_options(case)?;
    gradients(case, device, |x, weight, bias| ops::conv2d(x, weight, Some(bias), &options))
}

fn torch_transposed_options(case: &Case) -> Result<ConvTranspose2dOptions, Problem> {
    Ok(ConvTranspose2dOptions {
        stride: [case.count("stride")?; 2],
        padding: [case.count("padding")?; 2],
        output_padding: [case.count("output_padding")?; 2],
        dilation: [1, 1],
        groups: case.count("groups")?,
    })
}

fn torch_conv_transpose2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let (x, weight) = (case.tensor("x", device)?, case.tensor("W", device)?);
    let bias = Some(case.tensor("b", device)?);
    Ok(result("y", ops::conv_transpose2d(x, weight, bias, &torch_transposed_options(case)?)))
}

fn torch_conv_transpose2d_backward(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let options = torch_transposed_options(case)?;
    gradients(case, device, |x, weight, bias| {
        ops::conv_transpose2d(x, weight, Some(bias), &options)
    })
}

fn torch_conv1d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let options = Conv1dOptions {
        stride: case.count("stride")?,
        padding: [case.count("padding")?; 2],
        dilation: case.count("dilation")?,
        groups: 1,
    };
    let (x, weight) = (case.tensor("x", device)?, case.tensor("W", device)?);
    Ok(result("y", ops::conv1d(x, weight, Some(case.tensor("b", device)?), &options)))
}

fn torch_pooling(case: &Case) -> Result<Pool2dOptions, Problem> {
    Ok(Pool2dOptions {
        kernel: [case.count("kernel")?; 2],
        stride: [case.count("stride")?; 2],
        padding: [case.count("padding")?; 4],
    })
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
    let counted = case.count("count_include_pad")? == 1;
    Ok(result("y", ops::avg_pool2d(case.tensor("x", device)?, &torch_pooling(case)?, counted)))
}

fn images(case: &Case, device: &Device) -> Result<Tensor<4>, Problem> {
    case.channels_first("x", device)
}

fn keras_result(images: Tensor<4>) -> Outputs {
    [("y".to_string(), channels_last(images))].into()
}

/// Zeros around an image, as the case's `padding` says: top, left, bottom, right.
fn keras_padding(
    case: &Case,
    [height, width]: [usize; 2],
    window: [usize; 2],
) -> Result<[usize; 4], Problem> {
    let stride = case.count("stride")?;
    match case.text("padding")? {
        "valid" => Ok([0; 4]),
        "same" => {
            let [top, bottom] = same_padding(height, window[0], stride);
            let [left, right] = same_padding(width, window[1], stride);
            Ok([top, left, bottom, right])
        }
        other => Err(format!("padding is {other}")),
    }
}

fn keras_options(case: &Case, x: &Tensor<4>, kernel: [usize; 2]) -> Result<Conv2dOptions, Problem> {
    let [_, _, height, width] = x.dims();
    let dilation = case.count("dilation").unwrap_or(1);
    let window = kernel.map(|entries| dilation * (entries - 1) + 1);
    Ok(Conv2dOptions {
        stride: [case.count("stride")?; 2],
        padding: keras_padding(case, [height, width], window)?,
        dilation: [dilation; 2],
        groups: 1,
    })
}

fn keras_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = images(case, device)?;
    let weight = case.tensor::<4>("W", device)?.permute([3, 2, 0, 1]);
    let [_, _, height, width] = weight.dims();
    let options = keras_options(case, &x, [height, width])?;
    Ok(keras_result(ops::conv2d(x, weight, Some(case.tensor("b", device)?), &options)))
}

/// Keras cuts what a kernel larger than the stride spreads beyond `in * stride`, the odd pixel below and to the
/// right, and fills up with zeros what a smaller one leaves.
fn keras_conv2d_transpose(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = images(case, device)?;
    let weight = case.tensor::<4>("W", device)?.permute([3, 2, 0, 1]);
    let [_, _, height, width] = x.dims();
    let ([_, _, kernel, _], stride) = (weight.dims(), case.count("stride")?);
    let options = ConvTranspose2dOptions { stride: [stride; 2], ..Default::default() };
    let bias = case.tensor::<1>("b", device)?;
    let y = ops::conv_transpose2d(x, weight, Some(bias), &options);
    if case.text("padding")? == "valid" {
        return Ok(keras_result(y));
    }
    let cut = kernel.saturating_sub(stride) / 2;
    let rows = cut..cut + height * stride;
    let columns = cut..cut + width * stride;
    Ok(keras_result(y.slice([0..x_batch(case)?, 0..channels(case)?, rows, columns])))
}

fn x_batch(case: &Case) -> Result<usize, Problem> {
    Ok(case.array("x")?.0[0])
}

fn channels(case: &Case) -> Result<usize, Problem> {
    Ok(case.array("b")?.0[0])
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
    let bias = Some(case.tensor("b", device)?);
    Ok(keras_result(depthwise(case, "W", bias, device)?))
}

fn keras_separable_conv2d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = depthwise(case, "depthwise_W", None, device)?;
    let weight = case.tensor::<4>("pointwise_W", device)?.permute([3, 2, 0, 1]);
    let bias = Some(case.tensor("b", device)?);
    Ok(keras_result(ops::conv2d(x, weight, bias, &Conv2dOptions::default())))
}

fn keras_conv1d(case: &Case, device: &Device) -> Result<Outputs, Problem> {
    let x = case.tensor::<3>("x", device)?.swap_dims(1, 2);
    let weight = case.tensor::<3>("W", device)?.permute([2, 1, 0]);
    let (time, kernel, stride) = (x.dims()[2], weight.dims()[2], case.count("stride")?);
    let padding = match case.text("padding")? {
        "valid" => [0, 0],
        "same" => same_padding(time, kernel, stride),
        "causal" => [kernel - 1, 0],
        other => return Err(format!("padding is {other}")),
    };
    let options = Conv1dOptions { stride, padding, ..Default::default() };
    let y = ops::conv1d(x, weight, Some(case.tensor("b", device)?), &options);
    Ok(result("y", y.swap_dims(1, 2)))
}

fn keras_pooling(case: &Case, x: &Tensor<4>) -> Result<Pool2dOptions, Problem> {
    let [_, _, height, width] = x.dims();
    let kernel = [case.count("pool_size")?; 2];
    let padding = keras_padding(case, [height, width], kernel)?;
    Ok(Pool2dOptions { kernel, stride: [case.count("stride")?; 2], padding })
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
