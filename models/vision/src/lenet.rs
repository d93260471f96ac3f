//! LeNet-5 (LeCun et al., 1998, "Gradient-based learning applied to document recognition"; course 4, week 2).
//!
//! | layer | output | parameters |
//! | --- | --- | --- |
//! | convolution 5x5, tanh | `[6, 28, 28]` | 156 |
//! | average pooling 2x2 | `[6, 14, 14]` | |
//! | convolution 5x5, tanh | `[16, 10, 10]` | 2,416 |
//! | average pooling 2x2 | `[16, 5, 5]` | |
//! | fully connected, tanh | `[120]` | 48,120 |
//! | fully connected, tanh | `[84]` | 10,164 |
//! | fully connected | `[10]` | 850 |
//!
//! 61,706 parameters, the "60 thousand" of the lecture; the notes print 6000.
//!
//! Two things differ from the paper, as they do in the lecture: the pooling has no coefficients, and every map
//! of the second convolution sees all six of the first (the paper connects them by a table, to 1,516). The last
//! layer is a linear one for a softmax, where the paper has radial basis functions.

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig};
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::check_not_zero;
use fireside_layers::{Layer as _, zero_bias};

use crate::blocks::{flatten, tanh};
use crate::{Classifier, ConfigError};

/// Configuration of [`LeNet5`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct LeNet5Config {
    /// Number of output classes.
    #[config(default = 10)]
    pub num_classes: usize,
    /// Channels of the images; 1 in the paper.
    #[config(default = 1)]
    pub channels: usize,
    /// Channels of the two convolutions; the lecture's table of sizes has 8 and 16.
    #[config(default = "[6, 16]")]
    pub filters: [usize; 2],
}

/// LeNet-5. Its images have 32x32 pixels; their values are about 0 on the mean and 1 in variance.
#[derive(Module, Debug)]
pub struct LeNet5 {
    conv1: Conv2d,
    conv2: Conv2d,
    pool: AvgPool2d,
    fc1: Linear,
    fc2: Linear,
    fc3: Linear,
}

impl LeNet5Config {
    /// Builds the network: weights of Xavier's uniform distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when there is no class, no channel or no filter.
    pub fn init(&self, device: &Device) -> Result<LeNet5, ConfigError> {
        let [first, second] = self.filters;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("filters", first.min(second)),
        ])?;
        let xavier = Initializer::XavierUniform { gain: 1.0 };
        let conv = |channels: [usize; 2]| {
            let config = Conv2dConfig::new(channels, [5, 5]).with_initializer(xavier.clone());
            let mut conv = config.init(device);
            conv.bias = Some(zero_bias(channels[1], device));
            conv
        };
        let linear = |inputs, outputs| {
            let config = LinearConfig::new(inputs, outputs).with_initializer(xavier.clone());
            let mut linear = config.init(device);
            linear.bias = Some(zero_bias(outputs, device));
            linear
        };
        Ok(LeNet5 {
            conv1: conv([self.channels, first]),
            conv2: conv([first, second]),
            pool: AvgPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            fc1: linear(second * 5 * 5, 120),
            fc2: linear(120, 84),
            fc3: linear(84, self.num_classes),
        })
    }
}

impl Classifier for LeNet5 {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.pool.apply(tanh(self.conv1.apply(images))); // [batch, 6, 14, 14]
        self.pool.apply(tanh(self.conv2.apply(x))) // [batch, 16, 5, 5]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = tanh(self.fc1.apply(flatten(features)));
        let x = tanh(self.fc2.apply(x));
        self.fc3.apply(x)
    }
}
