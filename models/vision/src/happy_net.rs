//! The network of the assignment on the Happy House, faces that smile or do not (course 4, week 1).
//!
//! | layer | output | parameters |
//! | --- | --- | --- |
//! | zeros around, 3 on every side | `[3, 70, 70]` | |
//! | convolution 7x7 | `[32, 64, 64]` | 4,736 |
//! | batch normalisation, ReLU | `[32, 64, 64]` | 64 |
//! | max pooling 2x2 | `[32, 32, 32]` | |
//! | fully connected | `[1]` | 32,769 |
//!
//! 37,569 parameters.

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;
use fireside_layers::{Layer as _, zero_bias};

use crate::blocks::{ConvNorm, ConvNormConfig, flatten, zero_pad};
use crate::edition::in_colour;
use crate::{Classifier, ConfigError, Pixels, Renames};

/// What Keras calls the layers when they are the first of their kind.
const KERAS: Renames =
    &[("conv.conv", "conv2d"), ("conv.norm", "batch_normalization"), ("head", "dense@32")];

/// Configuration of [`HappyNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct HappyNetConfig {
    /// Logits: one, of "smiles", in the assignment.
    #[config(default = 1)]
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Channels of the convolution.
    #[config(default = 32)]
    pub filters: usize,
    /// Rows and columns of the images.
    #[config(default = "[64, 64]")]
    pub image: [usize; 2],
}

/// The network on the Happy House. Its images have values of 0 to 1.
#[derive(Module, Debug)]
pub struct HappyNet {
    conv: ConvNorm,
    pool: MaxPool2d,
    head: Linear,
}

impl HappyNetConfig {
    /// Builds the network: the convolution with weights of He's normal distribution, the last layer with weights
    /// of Xavier's uniform one, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no logit, channel or filter, or the images are too small to pool.
    pub fn init(&self, device: &Device) -> Result<HappyNet, ConfigError> {
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("filters", self.filters),
        ])?;
        let [height, width] = self.image;
        if height.min(width) < 2 {
            return Err(ConfigError::TooSmall { height, width, least: 2 });
        }
        let conv = ConvNormConfig::new([self.channels, self.filters], [7, 7])
            .with_bias(true)
            .with_epsilon(1e-3)
            .with_momentum(0.01);
        let head = LinearConfig::new(self.filters * (height / 2) * (width / 2), self.num_classes);
        let mut head = head.with_initializer(Initializer::XavierUniform { gain: 1.0 }).init(device);
        head.bias = Some(zero_bias(self.num_classes, device));
        Ok(HappyNet {
            conv: conv.init(device),
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
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

impl Classifier for HappyNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.conv.forward_with(Activation::Relu, zero_pad(images, [3; 4]));
        self.pool.apply(x) // [batch, 32, height / 2, width / 2]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(flatten(features))
    }
}
