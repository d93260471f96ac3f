//! Darknet-19 (Redmon & Farhadi, 2016, "YOLO9000: better, faster, stronger", table 6), the classifier that YOLOv2 is
//! built on.
//!
//! | convolutions, 3x3 and 1x1 in turn | before them |
//! | --- | --- |
//! | 32 | |
//! | 64 | max pooling 2x2 |
//! | 128, 64, 128 | max pooling 2x2 |
//! | 256, 128, 256 | max pooling 2x2 |
//! | 512, 256, 512, 256, 512 | max pooling 2x2 |
//! | 1024, 512, 1024, 512, 1024 | max pooling 2x2 |
//!
//! each with batch normalisation and leaky ReLU of slope 0.1. Head: convolution 1x1 with bias, mean of every channel.
//!
//! Two editions of this and the networks of [`crate::yolo`]: [`Edition::Paper`] is the authors' own, Darknet, which
//! divides by `sqrt(variance) + 1e-6`; [`Edition::Course`] is that of Keras, which divides by `sqrt(variance + 1e-3)`.
//! Weights of Darknet become those of the first by [`with_darknet_variances`].

use burn::config::Config;
use burn::module::{Module, ModuleMapper, Param};
use burn::nn::Initializer;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;
use fireside_layers::{Layer as _, zero_bias};

use crate::blocks::{ConvNorm, ConvNormConfig, channel_means, flatten};
use crate::edition::in_colour;
use crate::yolo::names::DARKNET_19;
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

/// The activation of all networks of Darknet.
pub(crate) const LEAKY: Activation = Activation::LeakyRelu { slope: 0.1 };
/// What is added to Darknet's standard deviation.
const DARKNET_EPSILON: f64 = 1e-6;

/// Channels of the convolutions.
const BODY: [usize; 18] =
    [32, 64, 128, 64, 128, 256, 128, 256, 512, 256, 512, 256, 512, 1024, 512, 1024, 512, 1024];
/// Those before which the maps are halved.
const HALVED_BEFORE: [usize; 5] = [1, 2, 5, 8, 13];
/// The last before the last halving.
const FINE: usize = 12;
/// Channels of the last convolution before the last halving, and of the last.
pub(crate) const BODY_CHANNELS: [usize; 2] = [512, 1024];

/// Configuration of [`Darknet19`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct Darknet19Config {
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Whose it is: of the paper or of the course.
    #[config(default = "Edition::Paper")]
    pub edition: Edition,
}

/// The convolutions of Darknet-19, without its head.
#[derive(Module, Debug)]
pub struct DarknetBody {
    convs: Vec<ConvNorm>,
    pool: MaxPool2d,
}

/// Darknet-19. Its images have any multiple of 32 pixels, 224x224 or 448x448 in the paper, and values of 0 to 1.
#[derive(Module, Debug)]
pub struct Darknet19 {
    body: DarknetBody,
    head: Conv2d,
}

impl Darknet19Config {
    /// Builds the network: weights of He's normal distribution, those of the head of Xavier's uniform one, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<Darknet19, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        Ok(Darknet19 {
            body: DarknetBody::new(self.channels, self.edition, device)?,
            head: linear_conv([BODY_CHANNELS[1], self.num_classes], device),
        })
    }

    /// What Darknet calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] for the course's edition: there is none of the classifier.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self.edition {
            Edition::Paper => Ok(DARKNET_19),
            other => other.unpublished(&[Edition::Paper]),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        in_colour(self.channels, Pixels::PLAIN)
    }
}

impl DarknetBody {
    pub(crate) fn new(
        channels: usize,
        edition: Edition,
        device: &Device,
    ) -> Result<Self, ConfigError> {
        edition.check(&[Edition::Paper, Edition::Course])?;
        let inputs = std::iter::once(channels).chain(BODY);
        let convs = inputs.zip(BODY).enumerate().map(|(place, (inputs, outputs))| {
            // Every stage begins and ends with 3x3.
            let start = HALVED_BEFORE.iter().rev().find(|start| **start <= place).unwrap_or(&0);
            let kernel = if (place - start).is_multiple_of(2) { 3 } else { 1 };
            dark_conv([inputs, outputs], kernel, edition).init(device)
        });
        Ok(Self { convs: convs.collect(), pool: halving() })
    }

    /// Returns what the convolutions see before the last halving and at the end.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`
    /// - output: `[batch, 512, height / 16, width / 16]` and `[batch, 1024, height / 32, width / 32]`
    #[must_use]
    pub fn forward(&self, images: Tensor<4>) -> [Tensor<4>; 2] {
        let run = |x: Tensor<4>, place: usize| {
            let x = if HALVED_BEFORE.contains(&place) { self.pool.apply(x) } else { x };
            self.convs[place].forward_with(LEAKY, x)
        };
        let fine = (0..=FINE).fold(images, run);
        let coarse = (FINE + 1..BODY.len()).fold(fine.clone(), run);
        [fine, coarse]
    }
}

impl Classifier for Darknet19 {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let [_, coarse] = self.body.forward(images);
        coarse // [batch, 1024, height / 32, width / 32]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        flatten(channel_means(self.head.apply(features)))
    }
}

/// A convolution of an edition, whose maps stay as large as they are.
pub(crate) fn dark_conv(channels: [usize; 2], kernel: usize, edition: Edition) -> ConvNormConfig {
    let epsilon = match edition {
        Edition::Course => 1e-3,
        _ => DARKNET_EPSILON * DARKNET_EPSILON,
    };
    ConvNormConfig::square(channels, kernel).with_epsilon(epsilon).with_momentum(0.01)
}

/// A convolution 1x1 with bias, weights of Xavier's uniform distribution.
pub(crate) fn linear_conv(channels: [usize; 2], device: &Device) -> Conv2d {
    let xavier = Initializer::XavierUniform { gain: 1.0 };
    let mut conv = Conv2dConfig::new(channels, [1, 1]).with_initializer(xavier).init(device);
    conv.bias = Some(zero_bias(channels[1], device));
    conv
}

/// Max pooling that halves the maps.
pub(crate) fn halving() -> MaxPool2d {
    MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init()
}

/// Turns the running variances `v` of Darknet, just loaded, into those with which batch normalisation computes what
/// Darknet does: `v + 2e-6 sqrt(v)`, so that with the edition's epsilon of 1e-12 under the root the divisor
/// `sqrt(v + 2e-6 sqrt(v) + 1e-12)` is Darknet's `sqrt(v) + 1e-6`.
#[must_use]
pub fn with_darknet_variances<M: Module>(model: M) -> M {
    model.map(&mut Variances { field: Vec::new() })
}

struct Variances {
    field: Vec<String>,
}

impl ModuleMapper for Variances {
    fn enter_module(&mut self, name: &str, _container_type: &str) {
        self.field.push(name.to_string());
    }

    fn exit_module(&mut self, _name: &str, _container_type: &str) {
        self.field.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.field.last().map(String::as_str) {
            Some("running_var") => param.map(|v| v.clone() + v.sqrt() * (2.0 * DARKNET_EPSILON)),
            _ => param,
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::module::RunningState;

    use super::*;

    /// What an edition makes of the number 0.02 with a running mean of 0.01 and these variances.
    fn normalized(edition: Edition, variances: [f64; 4]) -> Vec<f64> {
        let device = Device::flex();
        let mut block = dark_conv([1, 4], 1, edition).init(&device);
        block.conv.weight = block.conv.weight.map(|weight| weight.ones_like());
        let state = |values: [f64; 4]| RunningState::new(Tensor::<1>::from_data(values, &device));
        block.norm.running_mean = state([0.01; 4]);
        block.norm.running_var = state(variances);
        if edition == Edition::Paper {
            block = with_darknet_variances(block);
        }
        block.forward(Tensor::full([1, 1, 1, 1], 0.02, &device)).into_data().iter().collect()
    }

    /// By Darknet's `normalize_cpu` and by Keras's formula, at variances so small that they differ.
    #[test]
    fn editions_divide_by_what_their_libraries_divide_by() {
        let variances = [1e-2, 1e-6, 1e-8, 0.0];
        let darknet = normalized(Edition::Paper, variances);
        let keras = normalized(Edition::Course, variances);
        for (place, variance) in variances.into_iter().enumerate() {
            let expected = 0.01 / (variance.sqrt() + 1e-6);
            let apart = (darknet[place] / expected - 1.0).abs();
            assert!(apart < 1e-5, "{variance}: {} and {expected}", darknet[place]);
            let expected = 0.01 / (variance + 1e-3).sqrt();
            let apart = (keras[place] / expected - 1.0).abs();
            assert!(apart < 1e-5, "{variance}: {} and {expected}", keras[place]);
        }
    }
}
