//! The L-layer network: any depth, any activation (course 1, week 4).
//!
//! Layers: `sizes[0] -> sizes[1] (activation) -> ... -> sizes[L] (logits)`.

use burn::config::Config;
use burn::module::Module;
use burn::nn::activation::{Activation, ActivationConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::{Layer as _, zero_bias};

use crate::steps::Layer;
use crate::{ConfigError, check_sizes};

/// Configuration of [`DeepNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct DeepNetConfig {
    /// Units of each layer, the input first and the logits last: `[12288, 20, 7, 5, 1]`.
    pub layer_sizes: Vec<usize>,
    /// Activation of every layer but the last.
    #[config(default = "ActivationConfig::Relu")]
    pub activation: ActivationConfig,
}

/// A network of any depth.
#[derive(Module, Debug)]
pub struct DeepNet {
    layers: Vec<Linear>,
    activation: Activation,
}

impl DeepNetConfig {
    /// Builds the network: weights are normal with variance `1/inputs`, as in the course's
    /// application, and biases zero.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no layer or one of size 0.
    pub fn init(&self, device: &Device) -> Result<DeepNet, ConfigError> {
        check_sizes(&self.layer_sizes)?;
        let layers = self.layer_sizes.windows(2).map(|sizes| {
            let initializer =
                Initializer::Normal { mean: 0.0, std: (sizes[0] as f64).sqrt().recip() };
            linear_with_zero_bias(sizes[0], sizes[1], initializer, device)
        });
        Ok(DeepNet { layers: layers.collect(), activation: self.activation.init(device) })
    }
}

impl DeepNet {
    /// Builds the ReLU network of the course from parameters found by hand.
    ///
    /// # Panics
    /// When there are no layers.
    pub fn from_layers(layers: &[Layer]) -> Self {
        assert!(!layers.is_empty(), "a network needs at least one layer");
        Self {
            layers: layers.iter().map(Layer::to_linear).collect(),
            activation: ActivationConfig::Relu.init(&layers[0].weight.device()),
        }
    }

    /// Returns the parameters for the by-hand functions.
    #[must_use]
    pub fn layers(&self) -> Vec<Layer> {
        self.layers.iter().map(Layer::from_linear).collect()
    }

    /// Returns the same network with another last layer: the head for a new task, of any number of outputs
    /// (transfer learning; course 3, week 2).
    ///
    /// # Errors
    /// [`ConfigError::OtherInputs`] when the head wants other activations than there are.
    pub fn with_head(mut self, head: Linear) -> Result<Self, ConfigError> {
        let last = self.layers.len() - 1;
        let units = |layer: &Linear| layer.weight.shape()[0];
        let (expected, found) = (units(&self.layers[last]), units(&head));
        if expected != found {
            return Err(ConfigError::OtherInputs { expected, found });
        }
        self.layers[last] = head;
        Ok(self)
    }

    /// Returns the last layer.
    #[must_use]
    pub fn head(&self) -> &Linear {
        &self.layers[self.layers.len() - 1]
    }

    /// Returns what the head sees: the activations of the last hidden layer, or the features themselves where
    /// there is none.
    ///
    /// # Shapes
    /// - `features`: `[batch, layer_sizes[0]]`
    /// - output: `[batch, layer_sizes[L - 1]]`
    pub fn activations(&self, features: Tensor<2>) -> Tensor<2> {
        self.hidden(features, &mut |_, hidden| hidden)
    }

    fn hidden(
        &self,
        features: Tensor<2>,
        alter: &mut impl FnMut(usize, Tensor<2>) -> Tensor<2>,
    ) -> Tensor<2> {
        let hidden = self.layers[..self.layers.len() - 1].iter().enumerate();
        hidden.fold(features, |x, (index, layer)| {
            alter(index, self.activation.apply(layer.apply(x))) // [batch, units of this layer]
        })
    }

    /// Returns logits.
    ///
    /// # Shapes
    /// - `features`: `[batch, layer_sizes[0]]`
    /// - output: `[batch, layer_sizes[L]]`
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        self.forward_with(features, |_, hidden| hidden)
    }

    /// Returns logits, with each hidden layer's output changed by `alter`, given its position from 0: dropout,
    /// for one.
    ///
    /// # Shapes
    /// - `features`: `[batch, layer_sizes[0]]`
    /// - output: `[batch, layer_sizes[L]]`
    pub fn forward_with(
        &self,
        features: Tensor<2>,
        mut alter: impl FnMut(usize, Tensor<2>) -> Tensor<2>,
    ) -> Tensor<2> {
        let hidden = self.hidden(features, &mut alter);
        self.head().apply(hidden)
    }
}

/// Burn's initialiser would draw the bias as well.
pub(crate) fn linear_with_zero_bias(
    inputs: usize,
    outputs: usize,
    initializer: Initializer,
    device: &Device,
) -> Linear {
    let mut linear = LinearConfig::new(inputs, outputs).with_initializer(initializer).init(device);
    linear.bias = Some(zero_bias(outputs, device));
    linear
}
