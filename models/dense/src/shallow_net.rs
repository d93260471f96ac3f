//! A network with one hidden layer (course 1, week 3).
//!
//! Layers: `num_features -> hidden (tanh) -> num_outputs (logits)`.

use burn::config::Config;
use burn::module::Module;
use burn::nn::activation::{Activation, ActivationConfig};
use burn::nn::{Initializer, Linear};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;

use crate::deep_net::linear_with_zero_bias;
use crate::steps::Layer;
use crate::{ConfigError, check_sizes};

/// Configuration of [`ShallowNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct ShallowNetConfig {
    /// Numbers that describe one example.
    pub num_features: usize,
    /// Units of the hidden layer.
    pub hidden: usize,
    /// Logits for each example; one is enough for two classes.
    #[config(default = 1)]
    pub num_outputs: usize,
    /// Activation of the hidden layer.
    #[config(default = "ActivationConfig::Tanh")]
    pub activation: ActivationConfig,
    /// How the weights start; biases start at zero. Small, because a wide tanh saturates.
    #[config(default = "Initializer::Normal{mean: 0.0, std: 0.01}")]
    pub initializer: Initializer,
}

/// A network with one hidden layer.
#[derive(Module, Debug)]
pub struct ShallowNet {
    hidden: Linear,
    activation: Activation,
    output: Linear,
}

impl ShallowNetConfig {
    /// Builds the network.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0.
    pub fn init(&self, device: &Device) -> Result<ShallowNet, ConfigError> {
        check_sizes(&[self.num_features, self.hidden, self.num_outputs])?;
        let linear = |inputs, outputs| {
            linear_with_zero_bias(inputs, outputs, self.initializer.clone(), device)
        };
        Ok(ShallowNet {
            hidden: linear(self.num_features, self.hidden),
            activation: self.activation.init(device),
            output: linear(self.hidden, self.num_outputs),
        })
    }
}

impl ShallowNet {
    /// Builds the tanh network of the course from parameters found by hand.
    pub fn from_layers([hidden, output]: &[Layer; 2]) -> Self {
        Self {
            hidden: hidden.to_linear(),
            activation: ActivationConfig::Tanh.init(&hidden.weight.device()),
            output: output.to_linear(),
        }
    }

    /// Returns the parameters for the by-hand functions.
    #[must_use]
    pub fn layers(&self) -> [Layer; 2] {
        [&self.hidden, &self.output].map(Layer::from_linear)
    }

    /// Returns logits.
    ///
    /// # Shapes
    /// - `features`: `[batch, num_features]`
    /// - output: `[batch, num_outputs]`
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let hidden = self.activation.apply(self.hidden.apply(features)); // [batch, hidden]
        self.output.apply(hidden)
    }
}
