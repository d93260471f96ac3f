//! AlexNet (Krizhevsky, Sutskever and Hinton, 2012, "ImageNet classification with deep convolutional neural
//! networks"; course 4, week 2).
//!
//! | layer | [`Edition::Paper`] | [`Edition::Torchvision`] | output for 227x227 |
//! | --- | --- | --- | --- |
//! | convolution 11x11, stride 4 | 96 | 64, padded | `[96, 55, 55]` |
//! | max pooling 3x3, stride 2 | | | `[96, 27, 27]` |
//! | convolution 5x5 | 256, in 2 groups | 192 | `[256, 27, 27]` |
//! | max pooling 3x3, stride 2 | | | `[256, 13, 13]` |
//! | convolution 3x3 | 384 | 384 | `[384, 13, 13]` |
//! | convolution 3x3 | 384, in 2 groups | 256 | `[384, 13, 13]` |
//! | convolution 3x3 | 256, in 2 groups | 256 | `[256, 13, 13]` |
//! | max pooling 3x3, stride 2 | | | `[256, 6, 6]` |
//! | fully connected, dropout before | 4096 | 4096 | `[4096]` |
//! | fully connected, dropout before | 4096 | 4096 | `[4096]` |
//! | fully connected | classes | classes | `[classes]` |
//!
//! A ReLU follows every layer but the last, local response normalisation the first two in the paper. The two
//! groups are the two graphics cards of the time, which met in the third convolution alone. [`Edition::Lecture`] is
//! the paper's without groups and without local response normalisation; torchvision's has the channels of
//! Krizhevsky, 2014, "One weird trick for parallelizing convolutional neural networks".
//!
//! The paper speaks of images of 224x224, of which its windows see 227x227, as in the lecture. Images of other
//! sizes are averaged to 6x6 before the first fully connected layer, as torchvision does; of 227x227 this
//! changes nothing. Weights are drawn by He, where the paper has a deviation of 0.01 and biases of 1.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{
    Dropout, Linear, LinearConfig, LocalResponseNorm, LocalResponseNormConfig, PaddingConfig2d,
};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::{check_not_zero, check_share};

use crate::blocks::{dropout, dropout_of, flatten, he_linear, local_response, relu};
use crate::conv_relu::{ConvRelu, ConvReluConfig};
use crate::edition::in_colour;
use crate::pixels::STANDARD;
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

/// Rows and columns of the maps that the first fully connected layer sees.
const PLACES: usize = 6;
/// Units of the fully connected layers.
const UNITS: usize = 4096;

const EDITIONS: [Edition; 3] = [Edition::Paper, Edition::Lecture, Edition::Torchvision];

/// Configuration of [`AlexNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct AlexNetConfig {
    /// Number of output classes.
    pub num_classes: usize,
    /// Whose AlexNet it is: of the paper, of the lectures, or torchvision's.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// The share that is dropped before each of the fully connected layers but the last.
    #[config(default = 0.5)]
    pub dropout: f64,
}

/// AlexNet. Its images have any size from 67x67 pixels, of [`Edition::Torchvision`] from 63x63.
#[derive(Module, Debug)]
pub struct AlexNet {
    convs: Vec<ConvRelu>,
    response: Option<LocalResponseNorm>,
    pool: MaxPool2d,
    places: AdaptiveAvgPool2d,
    dropout: Option<Dropout>,
    fc1: Linear,
    fc2: Linear,
    head: Linear,
}

impl AlexNetConfig {
    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, the share to drop is not below 1, or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<AlexNet, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        check_share("dropout", self.dropout)?;
        self.edition.check(&EDITIONS)?;
        let is_trick = self.edition == Edition::Torchvision;
        let is_paper = self.edition == Edition::Paper;
        let filters = if is_trick { [64, 192, 384, 256, 256] } else { [96, 256, 384, 384, 256] };
        let groups = if is_paper { [1, 2, 1, 2, 2] } else { [1; 5] };
        let mut inputs = self.channels;
        let mut convs = Vec::new();
        for (index, outputs) in filters.into_iter().enumerate() {
            let channels = [inputs, outputs];
            let conv = match index {
                0 if is_trick => ConvReluConfig::new(channels, [11, 11])
                    .with_stride([4, 4])
                    .with_padding(PaddingConfig2d::Explicit(2, 2, 2, 2)),
                0 => ConvReluConfig::new(channels, [11, 11]).with_stride([4, 4]),
                1 => ConvReluConfig::same(channels, [5, 5]),
                _ => ConvReluConfig::same(channels, [3, 3]),
            };
            convs.push(conv.with_groups(groups[index]).init(device));
            inputs = outputs;
        }
        Ok(AlexNet {
            convs,
            response: is_paper.then(paper_response),
            pool: MaxPool2dConfig::new([3, 3]).with_strides([2, 2]).init(),
            places: AdaptiveAvgPool2dConfig::new([PLACES; 2]).init(),
            dropout: dropout_of(self.dropout),
            fc1: he_linear(inputs * PLACES * PLACES, UNITS, device),
            fc2: he_linear(UNITS, UNITS, device),
            head: LinearConfig::new(UNITS, self.num_classes).init(device),
        })
    }

    /// What the library of the edition calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self.edition {
            Edition::Torchvision => Ok(names::TORCHVISION),
            other => other.unpublished(&[Edition::Torchvision]),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`AlexNetConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        in_colour(self.channels, STANDARD)
    }
}

/// `x / (2 + 1e-4 sum)^0.75`, over the squares of 5 neighbouring channels. Burn takes their mean instead of the
/// sum, so that its alpha is 5 times that of the paper.
pub(crate) fn paper_response() -> LocalResponseNorm {
    LocalResponseNormConfig::new(5).with_k(2.0).with_alpha(5.0 * 1e-4).with_beta(0.75).init()
}

impl AlexNet {
    fn drop(&self, x: Tensor<2>) -> Tensor<2> {
        match &self.dropout {
            Some(layer) => dropout(layer, x),
            None => x,
        }
    }
}

impl Classifier for AlexNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let mut x = images;
        for (index, conv) in self.convs.iter().enumerate() {
            x = conv.forward(x);
            if let (Some(response), 0 | 1) = (&self.response, index) {
                x = local_response(response, x);
            }
            if matches!(index, 0 | 1 | 4) {
                x = self.pool.apply(x);
            }
        }
        x // [batch, 256, 6, 6] of 227x227
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = flatten(self.places.apply(features));
        let x = relu(self.fc1.apply(self.drop(x)));
        let x = relu(self.fc2.apply(self.drop(x)));
        self.head.apply(x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `x_c / (2 + 1e-4 sum)^0.75` over channels `c - 2` to `c + 2`, large enough that the sum matters.
    #[test]
    fn local_response_is_that_of_the_paper() {
        let values: [f64; 7] = [100.0, -50.0, 200.0, 10.0, 0.0, 150.0, -300.0];
        let maps = Tensor::<1>::from_data(values, &Device::flex()).reshape([1, 7, 1, 1]);
        let found: Vec<f64> = paper_response().forward(maps).into_data().iter().collect();
        for (channel, found) in found.into_iter().enumerate() {
            let seen = &values[channel.saturating_sub(2)..(channel + 3).min(7)];
            let sum: f64 = seen.iter().map(|value| value * value).sum();
            let expected = values[channel] / (2.0 + 1e-4 * sum).powf(0.75);
            assert!((found - expected).abs() < 1e-5 * 300.0, "{found}, expected {expected}");
        }
    }
}
