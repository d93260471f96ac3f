//! A plain convolutional network of today's making, for small pictures and few examples (course 4, week 1).
//!
//! Stages of a convolution 3x3, batch normalisation, ReLU and max pooling 2x2; head: mean of every channel,
//! dropout, one fully connected layer. What the lectures call the typical pattern, height and width falling
//! and channels growing, with the normalisation of course 2 that the assignment's ConvNet does without.

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;

use crate::blocks::{ConvNorm, ConvNormConfig, global_average_pool};
use crate::{Classifier, ConfigError};

/// Configuration of [`ConvNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct ConvNetConfig {
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of each stage. Images of `2^stages` pixels are the smallest.
    #[config(default = "vec![32, 64, 128, 256]")]
    pub widths: Vec<usize>,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Share of the features that dropout takes away in training.
    #[config(default = 0.3)]
    pub dropout: f64,
}

/// A plain convolutional network.
#[derive(Module, Debug)]
pub struct ConvNet {
    stages: Vec<ConvNorm>,
    pool: MaxPool2d,
    dropout: Dropout,
    head: Linear,
}

impl ConvNetConfig {
    /// Builds the network: weights of He's normal distribution.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or the dropout is not in 0..1.
    pub fn init(&self, device: &Device) -> Result<ConvNet, ConfigError> {
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("widths", self.widths.iter().copied().min().unwrap_or(0)),
        ])?;
        if !(0.0..1.0).contains(&self.dropout) {
            return Err(ConfigError::Setting {
                name: "dropout",
                expected: "a share of 0 or more and below 1".to_string(),
                found: self.dropout.to_string(),
            });
        }
        let mut inputs = self.channels;
        let mut stages = Vec::new();
        for &width in &self.widths {
            stages.push(ConvNormConfig::square([inputs, width], 3).init(device));
            inputs = width;
        }
        Ok(ConvNet {
            stages,
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            dropout: DropoutConfig::new(self.dropout).init(),
            head: LinearConfig::new(inputs, self.num_classes).init(device),
        })
    }
}

impl Classifier for ConvNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.stages.iter().fold(images, |x, stage| {
            self.pool.apply(stage.forward_with(Activation::Relu, x)) // half the height and width
        })
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(self.dropout.forward(global_average_pool(features)))
    }
}
