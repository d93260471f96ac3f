//! What the networks are made of besides Burn's modules: steps without parameters, and the convolution with
//! its batch normalisation.
//!
//! Every step here shows in a [`summary`](crate::summary).

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{
    BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Initializer, Linear, LinearConfig,
    LocalResponseNorm, PaddingConfig2d,
};
use burn::tensor::ops::PadMode;
use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{self, Activation};
use fireside_layers::{conv_norm, trace, zero_bias};

/// Applies an activation.
#[must_use]
pub fn activate<const D: usize>(activation: Activation, x: Tensor<D>) -> Tensor<D> {
    trace::step(activation.name(), activation.apply(x))
}

/// `max(0, x)`.
#[must_use]
pub fn relu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activate(Activation::Relu, x)
}

/// `min(max(0, x), 6)`.
#[must_use]
pub fn relu6<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activate(Activation::Relu6, x)
}

/// The hyperbolic tangent.
#[must_use]
pub fn tanh<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activate(Activation::Tanh, x)
}

/// `x sigmoid(x)`, also called swish.
#[must_use]
pub fn silu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activate(Activation::Silu, x)
}

/// `1 / (1 + e^-x)`.
#[must_use]
pub fn sigmoid<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    activate(Activation::Sigmoid, x)
}

/// The sum of two branches.
///
/// # Panics
/// When their shapes differ.
#[must_use]
pub fn add(x: Tensor<4>, y: Tensor<4>) -> Tensor<4> {
    assert!(
        x.dims() == y.dims(),
        "add: the branches are {:?} and {:?}, but one shape is wanted",
        x.dims(),
        y.dims()
    );
    trace::step("Add", x + y)
}

/// Every channel times its factor.
///
/// # Shapes
/// - `maps`: `[batch, channels, height, width]`
/// - `factors`: `[batch, channels, 1, 1]`
#[must_use]
pub fn multiply(maps: Tensor<4>, factors: Tensor<4>) -> Tensor<4> {
    trace::step("Multiply", maps * factors)
}

/// `factor x + offset`, which brings pixels into the range that a network wants.
#[must_use]
pub fn rescale(images: Tensor<4>, factor: f64, offset: f64) -> Tensor<4> {
    trace::step("Rescaling", images * factor + offset)
}

/// Branches side by side, their channels one after the other.
///
/// # Shapes
/// - `branches`: `[batch, channels of each, height, width]`
/// - output: `[batch, all channels, height, width]`
#[must_use]
pub fn concat(branches: Vec<Tensor<4>>) -> Tensor<4> {
    trace::step("Concatenate", Tensor::cat(branches, 1))
}

/// Zeros around the images: top, left, bottom, right.
#[must_use]
pub fn zero_pad(images: Tensor<4>, [top, left, bottom, right]: [usize; 4]) -> Tensor<4> {
    let padded = images.pad([(top, bottom), (left, right)], PadMode::Constant(0.0));
    trace::step("ZeroPad2d", padded)
}

/// As many zeros around the images as the windows of a stride need to see every pixel, the odd one at the bottom
/// and on the right.
#[must_use]
pub fn zero_pad_same(images: Tensor<4>, kernel: usize, stride: usize) -> Tensor<4> {
    let [_, _, height, width] = images.dims();
    let [top, bottom] = ops::same_padding(height, kernel, stride);
    let [left, right] = ops::same_padding(width, kernel, stride);
    zero_pad(images, [top, left, bottom, right])
}

/// Each image as one row, `[batch, channels * height * width]`, channel by channel.
#[must_use]
pub fn flatten(maps: Tensor<4>) -> Tensor<2> {
    trace::step("Flatten", maps.flatten(1, 3))
}

/// The mean of every channel, `[batch, channels]`.
#[must_use]
pub fn global_average_pool(maps: Tensor<4>) -> Tensor<2> {
    let [batch, channels, ..] = maps.dims();
    let pooled = ops::adaptive_avg_pool2d(maps, [1, 1]).reshape([batch, channels]);
    trace::step("GlobalAvgPool2d", pooled)
}

/// The mean of every channel as a map of one pixel, `[batch, channels, 1, 1]`.
#[must_use]
pub fn channel_means(maps: Tensor<4>) -> Tensor<4> {
    trace::step("GlobalAvgPool2d", ops::adaptive_avg_pool2d(maps, [1, 1]))
}

/// Features as maps of one pixel each, `[batch, features, 1, 1]`.
#[must_use]
pub fn as_maps(features: Tensor<2>) -> Tensor<4> {
    let [batch, channels] = features.dims();
    trace::step("Reshape", features.reshape([batch, channels, 1, 1]))
}

/// Zeros for entries drawn at random, in training.
#[must_use]
pub fn dropout<const D: usize>(dropout: &Dropout, x: Tensor<D>) -> Tensor<D> {
    trace::step("Dropout", dropout.forward(x))
}

/// Stochastic depth (Huang et al., 2016): zeros for the whole branch of images drawn at random, in training. The
/// branch of the others is divided by the share that is kept.
#[must_use]
pub fn stochastic_depth(dropout: &Dropout, branch: Tensor<4>) -> Tensor<4> {
    let (batch, device) = (branch.dims()[0], branch.device());
    let branch = match device.is_autodiff() {
        true => branch * dropout.forward(Tensor::ones([batch, 1, 1, 1], &device)),
        false => branch,
    };
    trace::step("StochasticDepth", branch)
}

/// Builds a dropout layer where there is something to drop.
pub(crate) fn dropout_of(rate: f64) -> Option<Dropout> {
    (rate > 0.0).then(|| DropoutConfig::new(rate).init())
}

/// Divides every value by what the neighbouring channels have at its place.
#[must_use]
pub fn local_response(norm: &LocalResponseNorm, maps: Tensor<4>) -> Tensor<4> {
    trace::step("LocalResponseNorm", norm.forward(maps))
}

/// Configuration of a [`ConvNorm`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct ConvNormConfig {
    /// Channels in and out.
    pub channels: [usize; 2],
    /// Rows and columns of the window.
    pub kernel: [usize; 2],
    /// Pixels from one place of the window to the next.
    #[config(default = "[1, 1]")]
    pub stride: [usize; 2],
    /// Zeros around the images.
    #[config(default = "PaddingConfig2d::Valid")]
    pub padding: PaddingConfig2d,
    /// Channels are divided into so many groups; as many as channels in is depthwise.
    #[config(default = 1)]
    pub groups: usize,
    /// Whether the convolution has a bias, which normalisation takes away again; the course's has.
    #[config(default = false)]
    pub bias: bool,
    /// Added to the variance.
    #[config(default = 1e-5)]
    pub epsilon: f64,
    /// The share of a new batch in the running statistics.
    #[config(default = 0.1)]
    pub momentum: f64,
}

/// A convolution and its batch normalisation.
#[derive(Module, Debug)]
pub struct ConvNorm {
    /// The convolution.
    pub conv: Conv2d,
    /// The normalisation of its channels.
    pub norm: BatchNorm,
}

impl ConvNormConfig {
    /// A window of `kernel` by `kernel` pixels, and as many zeros around as leave images of stride 1 as large
    /// as they are; those of an even window have one more at the bottom and on the right.
    pub fn square(channels: [usize; 2], kernel: usize) -> Self {
        let (before, after) = ((kernel - 1) / 2, kernel / 2);
        Self::new(channels, [kernel; 2])
            .with_padding(PaddingConfig2d::Explicit(before, before, after, after))
    }

    /// No zeros around the images: the window stays inside.
    pub fn without_padding(self) -> Self {
        self.with_padding(PaddingConfig2d::Valid)
    }

    /// As many zeros as the windows need to see every pixel, the odd one at the bottom and on the right; how many
    /// depends on the images.
    pub fn with_same_padding(self) -> Self {
        self.with_padding(PaddingConfig2d::Same)
    }

    /// Builds both: weights of He's normal distribution by outputs, biases 0, scales 1, shifts 0.
    pub fn init(&self, device: &Device) -> ConvNorm {
        let norm = BatchNormConfig::new(self.channels[1])
            .with_epsilon(self.epsilon)
            .with_momentum(self.momentum)
            .init(device);
        let conv = Conv2dConfig::new(self.channels, self.kernel)
            .with_stride(self.stride)
            .with_padding(self.padding.clone())
            .with_groups(self.groups)
            .with_bias(self.bias);
        ConvNorm { conv: he_conv(conv, device), norm }
    }
}

impl ConvNorm {
    /// Convolves and normalises.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        conv_norm(&self.conv, &self.norm, None, images)
    }

    /// Convolves, normalises and activates.
    pub fn forward_with(&self, activation: Activation, images: Tensor<4>) -> Tensor<4> {
        conv_norm(&self.conv, &self.norm, Some(activation), images)
    }
}

/// Builds a convolution with weights of He's normal distribution, of variance `2 / (outputs * window)`, and
/// bias 0 (He et al., 2015, the backward case).
pub(crate) fn he_conv(config: Conv2dConfig, device: &Device) -> Conv2d {
    let he = Initializer::KaimingNormal { gain: std::f64::consts::SQRT_2, fan_out_only: true };
    let [_, outputs] = config.channels;
    let has_bias = config.bias;
    let mut conv = config.with_initializer(he).init(device);
    conv.bias = has_bias.then(|| zero_bias(outputs, device));
    conv
}

/// Builds a layer before a ReLU with weights of He's normal distribution, of variance `2 / inputs`, and bias 0.
pub(crate) fn he_linear(inputs: usize, outputs: usize, device: &Device) -> Linear {
    let he = Initializer::KaimingNormal { gain: std::f64::consts::SQRT_2, fan_out_only: false };
    let mut linear = LinearConfig::new(inputs, outputs).with_initializer(he).init(device);
    linear.bias = Some(zero_bias(outputs, device));
    linear
}
