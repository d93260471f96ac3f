//! Softmax regression: logistic regression for any number of classes (course 2, week 3).
//!
//! `P(y = c | x) = exp(z_c) / Σ_k exp(z_k)` with `z = x W + b`. Between any two classes the boundary is a
//! straight line; with two classes it is logistic regression on `z_1 - z_0`. The cost is convex, so zeros are
//! a fair start.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;

use crate::steps::Layer;
use crate::{ConfigError, check_sizes};

/// Configuration of [`SoftmaxRegression`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct SoftmaxRegressionConfig {
    /// Numbers that describe one example.
    pub num_features: usize,
    /// Classes to tell apart.
    pub num_classes: usize,
}

/// Softmax regression.
#[derive(Module, Debug)]
pub struct SoftmaxRegression {
    linear: Linear,
}

impl SoftmaxRegressionConfig {
    /// Builds the model with zero weights.
    ///
    /// # Errors
    /// [`ConfigError`] when there are no features or no classes.
    pub fn init(&self, device: &Device) -> Result<SoftmaxRegression, ConfigError> {
        check_sizes(&[self.num_features, self.num_classes])?;
        let linear = LinearConfig::new(self.num_features, self.num_classes);
        Ok(SoftmaxRegression { linear: linear.with_initializer(Initializer::Zeros).init(device) })
    }
}

impl SoftmaxRegression {
    /// Builds the model from parameters found by hand.
    pub fn from_layer(layer: &Layer) -> Self {
        Self { linear: layer.to_linear() }
    }

    /// Returns the parameters for the by-hand functions.
    pub fn layer(&self) -> Layer {
        Layer::from_linear(&self.linear)
    }

    /// Returns class logits.
    ///
    /// # Shapes
    /// - `features`: `[batch, num_features]`
    /// - output: `[batch, num_classes]`
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        self.linear.apply(features)
    }
}
