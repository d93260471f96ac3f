//! Squeeze and excitation (Hu et al., 2017): every channel is weighted by what all of them hold on the mean.
//!
//! `y_c = x_c sigmoid(W2 silu(W1 mean(x) + b1) + b2)_c`, with fewer outputs of `W1` than there are channels. The
//! paper has a ReLU between the two; the SiLU is EfficientNet's.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::blocks::{as_maps, global_average_pool, he_conv, multiply, sigmoid, silu};

/// Configuration of a [`SqueezeExcite`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct SqueezeExciteConfig {
    /// Channels of the maps.
    pub channels: usize,
    /// Outputs of the first of the two layers.
    pub squeezed: usize,
}

/// Two 1x1 convolutions on the means of the channels. As convolutions, not as fully connected layers, the usual
/// libraries keep them.
#[derive(Module, Debug)]
pub struct SqueezeExcite {
    reduce: Conv2d,
    expand: Conv2d,
}

impl SqueezeExciteConfig {
    /// Builds both layers: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0.
    pub fn init(&self, device: &Device) -> Result<SqueezeExcite, ConfigError> {
        check_not_zero([("channels", self.channels), ("squeezed", self.squeezed)])?;
        let conv = |channels| he_conv(Conv2dConfig::new(channels, [1, 1]), device);
        Ok(SqueezeExcite {
            reduce: conv([self.channels, self.squeezed]),
            expand: conv([self.squeezed, self.channels]),
        })
    }
}

impl SqueezeExcite {
    /// Weights the channels.
    ///
    /// # Shapes
    /// - `maps`: `[batch, channels, height, width]`
    /// - output: the same
    pub fn forward(&self, maps: Tensor<4>) -> Tensor<4> {
        let means = as_maps(global_average_pool(maps.clone())); // [batch, channels, 1, 1]
        let squeezed = silu(self.reduce.apply(means)); // [batch, squeezed, 1, 1]
        multiply(maps, sigmoid(self.expand.apply(squeezed)))
    }
}
