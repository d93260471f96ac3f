use burn::module::Module;
use burn::nn::conv::{Conv1d, Conv2d, ConvTranspose2d};
use burn::nn::pool::{AdaptiveAvgPool2d, AvgPool2d, MaxPool2d};
use burn::nn::{PaddingConfig1d, PaddingConfig2d};
use burn::tensor::Tensor;

use super::Layer;
use super::normalization::{ChannelNorm, fixed};
use crate::ops::{
    self, Activation, Conv1dOptions, Conv2dOptions, ConvTranspose2dOptions, Pool2dOptions,
};
use crate::trace::{self, Step};

impl Layer<Tensor<4>> for Conv2d {
    type Output = Tensor<4>;

    fn apply(&self, input: Tensor<4>) -> Tensor<4> {
        let options = options(self, input.dims());
        let bias = self.bias.as_ref().map(|bias| bias.val());
        let output = ops::conv2d(input, self.weight.val(), bias, &options);
        trace::note(|| step(self, &output));
        output
    }
}

fn step(conv: &Conv2d, output: &Tensor<4>) -> Step {
    let [outputs, channels, ..] = conv.weight.dims();
    let depthwise = channels == 1 && conv.groups == outputs && outputs > 1;
    let kind = if depthwise { "DepthwiseConv2d" } else { "Conv2d" };
    let [batch, _, height, width] = output.dims();
    let multiply_adds = conv.weight.shape().num_elements() * batch * height * width;
    Step {
        parameter: Some(conv.weight.id),
        num_parameters: conv.num_params(),
        multiply_adds: multiply_adds as u64,
        ..Step::new(kind, output)
    }
}

fn options(conv: &Conv2d, [_, _, height, width]: [usize; 4]) -> Conv2dOptions {
    Conv2dOptions {
        stride: conv.stride,
        padding: padding(&conv.padding, [height, width], conv.kernel_size, conv.stride),
        dilation: conv.dilation,
        groups: conv.groups,
    }
}

/// Zeros around an image: top, left, bottom, right. Burn's "same" does not count the dilation.
fn padding(
    padding: &PaddingConfig2d,
    [height, width]: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
) -> [usize; 4] {
    match *padding {
        PaddingConfig2d::Valid => [0; 4],
        PaddingConfig2d::Explicit(top, left, bottom, right) => [top, left, bottom, right],
        PaddingConfig2d::Same => {
            let [top, bottom] = ops::same_padding(height, kernel[0], stride[0]);
            let [left, right] = ops::same_padding(width, kernel[1], stride[1]);
            [top, left, bottom, right]
        }
    }
}

/// Convolution, batch normalisation and perhaps an activation: in one pass where `norm` normalises with its
/// running statistics and no gradient is recorded, one after the other where not.
///
/// # Shapes
/// - `input`: `[batch, channels, height, width]`
/// - output: `[batch, outputs, out_height, out_width]`
#[must_use]
pub fn conv_norm(
    conv: &Conv2d,
    norm: &impl ChannelNorm,
    activation: Option<Activation>,
    input: Tensor<4>,
) -> Tensor<4> {
    // The images may be plain tensors where the parameters are not.
    if input.device().is_autodiff() || conv.weight.val().device().is_autodiff() {
        let normalized = norm.apply(conv.apply(input));
        return match activation {
            Some(activation) => trace::step(activation.name(), activation.apply(normalized)),
            None => normalized,
        };
    }
    let options = options(conv, input.dims());
    let bias = conv.bias.as_ref().map(|bias| bias.val());
    let normalization = fixed(&norm.as_batch_norm(), &input.device());
    let output = ops::conv2d_normalized(
        input,
        conv.weight.val(),
        bias,
        &normalization,
        activation,
        &options,
    );
    trace::note(|| step(conv, &output));
    trace::note(|| norm.step(&output));
    if let Some(activation) = activation {
        trace::note(|| Step::new(activation.name(), &output));
    }
    output
}

impl Layer<Tensor<3>> for Conv1d {
    type Output = Tensor<3>;

    fn apply(&self, input: Tensor<3>) -> Tensor<3> {
        let padding = match &self.padding {
            PaddingConfig1d::Valid => [0, 0],
            PaddingConfig1d::Explicit(left, right) => [*left, *right],
            PaddingConfig1d::Same => {
                ops::same_padding(input.dims()[2], self.kernel_size, self.stride)
            }
        };
        let options = Conv1dOptions {
            stride: self.stride,
            padding,
            dilation: self.dilation,
            groups: self.groups,
        };
        let bias = self.bias.as_ref().map(|bias| bias.val());
        let output = ops::conv1d(input, self.weight.val(), bias, &options);
        trace::note(|| {
            let [batch, _, places] = output.dims();
            Step {
                parameter: Some(self.weight.id),
                num_parameters: self.num_params(),
                multiply_adds: (self.weight.shape().num_elements() * batch * places) as u64,
                ..Step::new("Conv1d", &output)
            }
        });
        output
    }
}

impl Layer<Tensor<4>> for ConvTranspose2d {
    type Output = Tensor<4>;

    fn apply(&self, input: Tensor<4>) -> Tensor<4> {
        let options = ConvTranspose2dOptions {
            stride: self.stride,
            padding: self.padding,
            output_padding: self.padding_out,
            dilation: self.dilation,
            groups: self.groups,
        };
        let bias = self.bias.as_ref().map(|bias| bias.val());
        let [batch, _, height, width] = input.dims();
        let output = ops::conv_transpose2d(input, self.weight.val(), bias, &options);
        trace::note(|| Step {
            parameter: Some(self.weight.id),
            num_parameters: self.num_params(),
            // Every pixel of the input meets every weight of its channel.
            multiply_adds: (self.weight.shape().num_elements() * batch * height * width) as u64,
            ..Step::new("ConvTranspose2d", &output)
        });
        output
    }
}

impl Layer<Tensor<4>> for MaxPool2d {
    type Output = Tensor<4>;

    fn apply(&self, input: Tensor<4>) -> Tensor<4> {
        if self.ceil_mode || self.dilation != [1, 1] {
            return trace::step("MaxPool2d", self.forward(input));
        }
        let [_, _, height, width] = input.dims();
        let padding = padding(&self.padding, [height, width], self.kernel_size, self.stride);
        let options = Pool2dOptions { kernel: self.kernel_size, stride: self.stride, padding };
        trace::step("MaxPool2d", ops::max_pool2d(input, &options))
    }
}

impl Layer<Tensor<4>> for AvgPool2d {
    type Output = Tensor<4>;

    fn apply(&self, input: Tensor<4>) -> Tensor<4> {
        if self.ceil_mode {
            return trace::step("AvgPool2d", self.forward(input));
        }
        let [_, _, height, width] = input.dims();
        let padding = padding(&self.padding, [height, width], self.kernel_size, self.stride);
        let options = Pool2dOptions { kernel: self.kernel_size, stride: self.stride, padding };
        trace::step("AvgPool2d", ops::avg_pool2d(input, &options, self.count_include_pad))
    }
}

impl Layer<Tensor<4>> for AdaptiveAvgPool2d {
    type Output = Tensor<4>;

    fn apply(&self, input: Tensor<4>) -> Tensor<4> {
        trace::step("AdaptiveAvgPool2d", ops::adaptive_avg_pool2d(input, self.output_size))
    }
}
