//! The ConvNet of the assignment on SIGNS, hands that show 0 to 5 fingers (course 4, week 1).
//!
//! | layer | output | parameters |
//! | --- | --- | --- |
//! | convolution 4x4, ReLU | `[8, 64, 64]` | 392 |
//! | max pooling 8x8 | `[8, 8, 8]` | |
//! | convolution 2x2, ReLU | `[16, 8, 8]` | 528 |
//! | max pooling 4x4 | `[16, 2, 2]` | |
//! | fully connected | `[6]` | 390 |
//!
//! 1,310 parameters. All windows are "same": zeros around the images keep the windows of a stride from missing
//! pixels, and the odd one lies at the bottom and on the right.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::{Layer as _, zero_bias};

use crate::blocks::{flatten, relu};
use crate::edition::in_colour;
use crate::{Classifier, ConfigError, Pixels, Renames};

/// What Keras calls the layers when they are the first of their kind.
const KERAS: Renames = &[("conv1", "conv2d"), ("conv2", "conv2d_1"), ("head", "dense@16")];

/// Configuration of [`SignsNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct SignsNetConfig {
    /// Number of output classes.
    #[config(default = 6)]
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Rows and columns of the images.
    #[config(default = "[64, 64]")]
    pub image: [usize; 2],
}

/// The ConvNet on SIGNS. Its images have values of 0 to 1.
#[derive(Module, Debug)]
pub struct SignsNet {
    conv1: Conv2d,
    pool1: MaxPool2d,
    conv2: Conv2d,
    pool2: MaxPool2d,
    head: Linear,
}

impl SignsNetConfig {
    /// Builds the network: weights of Xavier's uniform distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no class, channel or pixel.
    pub fn init(&self, device: &Device) -> Result<SignsNet, ConfigError> {
        let [height, width] = self.image;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("image", height.min(width)),
        ])?;
        let xavier = Initializer::XavierUniform { gain: 1.0 };
        let conv = |channels: [usize; 2], kernel| {
            let config = Conv2dConfig::new(channels, [kernel; 2])
                .with_padding(PaddingConfig2d::Same)
                .with_initializer(xavier.clone());
            let mut conv = config.init(device);
            conv.bias = Some(zero_bias(channels[1], device));
            conv
        };
        let pool = |kernel| {
            let config = MaxPool2dConfig::new([kernel; 2]).with_strides([kernel; 2]);
            config.with_padding(PaddingConfig2d::Same).init()
        };
        let [rows, columns] = self.image.map(|pixels| pixels.div_ceil(8).div_ceil(4));
        let head = LinearConfig::new(16 * rows * columns, self.num_classes);
        let mut head = head.with_initializer(xavier.clone()).init(device);
        head.bias = Some(zero_bias(self.num_classes, device));
        Ok(SignsNet {
            conv1: conv([self.channels, 8], 4),
            pool1: pool(8),
            conv2: conv([8, 16], 2),
            pool2: pool(4),
            head,
        })
    }

    /// What the course calls the layers.
    ///
    /// # Errors
    /// None: the configurations of all networks say it in one way.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        Ok(KERAS)
    }

    /// What pixels the course's weights want.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        in_colour(self.channels, Pixels::PLAIN)
    }
}

impl Classifier for SignsNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.pool1.apply(relu(self.conv1.apply(images))); // [batch, 8, height / 8, width / 8]
        self.pool2.apply(relu(self.conv2.apply(x))) // [batch, 16, height / 32, width / 32]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(flatten(features))
    }
}
