//! A convolution and its ReLU, with or without batch normalisation between them.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use fireside_layers::ops::Activation;
use fireside_layers::{Layer as _, ShiftNorm, conv_norm};

use crate::blocks::{he_conv, relu};

/// What lies between a convolution and its ReLU.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Normalization {
    /// Nothing.
    None,
    /// Batch normalisation.
    Batch,
    /// Batch normalisation that does not scale, as in some networks of Keras.
    Shift,
}

/// Configuration of a [`ConvRelu`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct ConvReluConfig {
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
    /// Channels are divided into so many groups.
    #[config(default = 1)]
    pub groups: usize,
    /// Whether the convolution has a bias.
    #[config(default = true)]
    pub bias: bool,
    /// What lies between.
    #[config(default = "Normalization::None")]
    pub normalization: Normalization,
    /// Added to the variance.
    #[config(default = 1e-5)]
    pub epsilon: f64,
    /// The share of a new batch in the running statistics.
    #[config(default = 0.1)]
    pub momentum: f64,
}

/// A convolution and its ReLU.
#[derive(Module, Debug)]
pub struct ConvRelu {
    conv: Conv2d,
    norm: Option<BatchNorm>,
    shift: Option<ShiftNorm>,
}

impl ConvReluConfig {
    /// A window of odd sides, and as many zeros around as leave images of stride 1 as large as they are.
    pub fn same(channels: [usize; 2], kernel: [usize; 2]) -> Self {
        let [rows, columns] = kernel.map(|side| side / 2);
        Self::new(channels, kernel)
            .with_padding(PaddingConfig2d::Explicit(rows, columns, rows, columns))
    }

    /// No zeros around the images: the window stays inside.
    pub fn without_padding(self) -> Self {
        self.with_padding(PaddingConfig2d::Valid)
    }

    /// Builds it: weights of He's normal distribution by outputs, biases 0, scales 1, shifts 0.
    pub fn init(&self, device: &Device) -> ConvRelu {
        let conv = Conv2dConfig::new(self.channels, self.kernel)
            .with_stride(self.stride)
            .with_padding(self.padding.clone())
            .with_groups(self.groups)
            .with_bias(self.bias);
        let norm = || {
            BatchNormConfig::new(self.channels[1])
                .with_epsilon(self.epsilon)
                .with_momentum(self.momentum)
                .init(device)
        };
        ConvRelu {
            conv: he_conv(conv, device),
            norm: (self.normalization == Normalization::Batch).then(norm),
            shift: (self.normalization == Normalization::Shift).then(|| ShiftNorm::from(norm())),
        }
    }
}

impl ConvRelu {
    /// Convolves, normalises and cuts off what is negative.
    pub fn forward(&self, images: Tensor<4>) -> Tensor<4> {
        let activation = Some(Activation::Relu);
        match (&self.norm, &self.shift) {
            (Some(norm), _) => conv_norm(&self.conv, norm, activation, images),
            (None, Some(norm)) => conv_norm(&self.conv, norm, activation, images),
            (None, None) => relu(self.conv.apply(images)),
        }
    }
}
