//! The L-layer network with batch normalisation before each activation (course 2, week 3).
//!
//! Layers: `sizes[0] -> linear, batch norm, ReLU -> ... -> sizes[L] (logits)`. The hidden layers have no bias:
//! normalisation would take it away again, and the shift `β` is there for it.
//!
//! In training (on an autodiff device) a mini-batch is normalised by its own mean and variance, and the
//! running averages move towards these; elsewhere the averages are used, so that a single example can be
//! asked about. By hand: [`crate::steps::batch_norm`].

use burn::config::Config;
use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::{Layer as _, ops};

use crate::deep_net::linear_with_zero_bias;
use crate::{ConfigError, check_sizes};

/// Configuration of [`NormalizedNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct NormalizedNetConfig {
    /// Units of each layer, the input first and the logits last.
    pub layer_sizes: Vec<usize>,
}

/// A ReLU network of any depth, normalised in every hidden layer.
#[derive(Module, Debug)]
pub struct NormalizedNet {
    hidden: Vec<NormalizedLayer>,
    output: Linear,
}

#[derive(Module, Debug)]
struct NormalizedLayer {
    linear: Linear,
    norm: BatchNorm,
}

impl NormalizedNetConfig {
    /// Builds the network: weights normal with variance `2/inputs`, scales 1, shifts 0, and Burn's settings
    /// of batch norm (ε 1e-5, a tenth of each mini-batch into the running averages).
    ///
    /// # Errors
    /// [`ConfigError`] when there is no layer or one of size 0.
    pub fn init(&self, device: &Device) -> Result<NormalizedNet, ConfigError> {
        check_sizes(&self.layer_sizes)?;
        let he =
            |inputs: usize| Initializer::Normal { mean: 0.0, std: (2.0 / inputs as f64).sqrt() };
        let last = self.layer_sizes.len() - 1;
        let hidden = self.layer_sizes[..last].windows(2).map(|sizes| NormalizedLayer {
            linear: LinearConfig::new(sizes[0], sizes[1])
                .with_bias(false)
                .with_initializer(he(sizes[0]))
                .init(device),
            norm: BatchNormConfig::new(sizes[1]).init(device),
        });
        let (inputs, outputs) = (self.layer_sizes[last - 1], self.layer_sizes[last]);
        let output = linear_with_zero_bias(inputs, outputs, he(inputs), device);
        Ok(NormalizedNet { hidden: hidden.collect(), output })
    }
}

impl NormalizedNet {
    /// Returns logits.
    ///
    /// # Shapes
    /// - `features`: `[batch, layer_sizes[0]]`
    /// - output: `[batch, layer_sizes[L]]`
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let hidden = self.hidden.iter().fold(features, |x, layer| {
            ops::relu(layer.norm.apply(layer.linear.apply(x))) // [batch, units of this layer]
        });
        self.output.apply(hidden)
    }
}
