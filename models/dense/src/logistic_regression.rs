//! Logistic regression: one linear layer whose output is the log-odds of the label (course 1, week 2).
//!
//! `P(y = 1 | x) = σ(x w + b)`. The cost is convex, so zeros are a fair start.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;

use crate::steps::Layer;
use crate::{ConfigError, check_sizes};

/// Configuration of [`LogisticRegression`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct LogisticRegressionConfig {
    /// Numbers that describe one example.
    pub num_features: usize,
}

/// Logistic regression.
#[derive(Module, Debug)]
pub struct LogisticRegression {
    linear: Linear,
}

impl LogisticRegressionConfig {
    /// Builds the model with zero weights.
    ///
    /// # Errors
    /// [`ConfigError`] when there are no features.
    pub fn init(&self, device: &Device) -> Result<LogisticRegression, ConfigError> {
        check_sizes(&[self.num_features, 1])?;
        let linear = LinearConfig::new(self.num_features, 1).with_initializer(Initializer::Zeros);
        Ok(LogisticRegression { linear: linear.init(device) })
    }
}

impl LogisticRegression {
    /// Builds the model from parameters found by hand.
    pub fn from_layer(layer: &Layer) -> Self {
        Self { linear: layer.to_linear() }
    }

    /// Returns the parameters for the by-hand functions.
    pub fn layer(&self) -> Layer {
        Layer::from_linear(&self.linear)
    }

    /// Returns the log-odds of label 1.
    ///
    /// # Shapes
    /// - `features`: `[batch, num_features]`
    /// - output: `[batch, 1]`
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        self.linear.apply(features)
    }
}
