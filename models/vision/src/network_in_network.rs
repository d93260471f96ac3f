//! Network in Network (Lin, Chen and Yan, 2013, "Network in network"; course 4, week 2).
//!
//! A convolution whose every window is seen by a small network of fully connected layers in place of one layer:
//! a window followed by two convolutions 1x1, each with a ReLU. Three or four such blocks, with max pooling 3x3,
//! stride 2, and dropout between them. The last block has as many channels as classes, and the mean of a channel
//! is the logit of its class, without a fully connected layer.
//!
//! | network | blocks | parameters |
//! | --- | --- | --- |
//! | [`cifar10`](NetworkInNetworkConfig::cifar10) | 5x5: 192, 160, 96; 5x5: 192, 192, 192; 3x3: 192, 192, classes | 966,986 for 10 |
//! | [`imagenet`](NetworkInNetworkConfig::imagenet) | 11x11, stride 4: 96, 96, 96; 5x5: 256, 256, 256; 3x3: 384, 384, 384; 3x3: 1024, 1024, classes | 7,595,176 for 1000 |
//!
//! The widths are those of the authors' own models for Caffe, as the paper names none. These have a ReLU on the
//! class maps, too, which is left out here: logits may be negative.

use burn::config::Config;
use burn::module::Module;
use burn::nn::Dropout;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::{check_not_zero, check_share};

use crate::blocks::{dropout, dropout_of, global_average_pool, he_conv};
use crate::conv_relu::{ConvRelu, ConvReluConfig};
use crate::{Classifier, ConfigError};

/// Configuration of a block: a convolution and those of 1x1 after it.
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct MlpConvConfig {
    /// Rows and columns of the window.
    pub kernel: usize,
    /// Channels after each convolution.
    pub filters: Vec<usize>,
    /// Pixels from one place of the window to the next.
    #[config(default = 1)]
    pub stride: usize,
    /// Whether zeros around the images leave them as large as they are.
    #[config(default = true)]
    pub is_padded: bool,
}

/// Configuration of [`NetworkInNetwork`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct NetworkInNetworkConfig {
    /// The blocks; the last without the channels of the classes.
    pub blocks: Vec<MlpConvConfig>,
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// The share that is dropped after each pooling.
    #[config(default = 0.5)]
    pub dropout: f64,
}

/// Network in Network.
#[derive(Module, Debug)]
pub struct NetworkInNetwork {
    blocks: Vec<Vec<ConvRelu>>,
    pool: MaxPool2d,
    dropout: Option<Dropout>,
    head: Conv2d,
}

impl NetworkInNetworkConfig {
    /// For images of 32x32 pixels; any size from 4x4.
    pub fn cifar10(num_classes: usize) -> Self {
        let blocks = vec![
            MlpConvConfig::new(5, vec![192, 160, 96]),
            MlpConvConfig::new(5, vec![192, 192, 192]),
            MlpConvConfig::new(3, vec![192, 192]),
        ];
        Self::new(blocks, num_classes)
    }

    /// For images of 224x224 pixels; any size from 39x39.
    pub fn imagenet(num_classes: usize) -> Self {
        let blocks = vec![
            MlpConvConfig::new(11, vec![96, 96, 96]).with_stride(4).with_is_padded(false),
            MlpConvConfig::new(5, vec![256, 256, 256]),
            MlpConvConfig::new(3, vec![384, 384, 384]),
            MlpConvConfig::new(3, vec![1024, 1024]),
        ];
        Self::new(blocks, num_classes)
    }

    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, the share to drop is not below 1, or a padded window has an even side.
    pub fn init(&self, device: &Device) -> Result<NetworkInNetwork, ConfigError> {
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("blocks", self.blocks.len()),
        ])?;
        check_share("dropout", self.dropout)?;
        let mut inputs = self.channels;
        let mut blocks = Vec::new();
        for block in &self.blocks {
            blocks.push(block.init(inputs, device)?);
            inputs = block.filters.last().copied().unwrap_or(inputs);
        }
        // Rounded up, so that every pooling halves the height and width, as the paper says.
        let pool = MaxPool2dConfig::new([3, 3]).with_strides([2, 2]).with_ceil_mode(true);
        Ok(NetworkInNetwork {
            blocks,
            pool: pool.init(),
            dropout: dropout_of(self.dropout),
            head: he_conv(Conv2dConfig::new([inputs, self.num_classes], [1, 1]), device),
        })
    }
}

impl MlpConvConfig {
    fn init(&self, mut inputs: usize, device: &Device) -> Result<Vec<ConvRelu>, ConfigError> {
        check_not_zero([
            ("kernel", self.kernel),
            ("stride", self.stride),
            ("filters", self.filters.iter().copied().min().unwrap_or(0)),
        ])?;
        if self.is_padded && self.kernel.is_multiple_of(2) {
            return Err(ConfigError::Setting {
                name: "kernel",
                expected: "an odd number for a padded window".to_string(),
                found: self.kernel.to_string(),
            });
        }
        let mut convs = Vec::new();
        for (index, &outputs) in self.filters.iter().enumerate() {
            let channels = [inputs, outputs];
            let conv = match index {
                0 if self.is_padded => ConvReluConfig::same(channels, [self.kernel; 2]),
                0 => ConvReluConfig::new(channels, [self.kernel; 2]),
                _ => ConvReluConfig::new(channels, [1, 1]),
            };
            let stride = if index == 0 { self.stride } else { 1 };
            convs.push(conv.with_stride([stride; 2]).init(device));
            inputs = outputs;
        }
        Ok(convs)
    }
}

impl Classifier for NetworkInNetwork {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let mut x = images;
        for (index, block) in self.blocks.iter().enumerate() {
            if index > 0 {
                x = self.pool.apply(x);
                if let Some(layer) = &self.dropout {
                    x = dropout(layer, x);
                }
            }
            x = block.iter().fold(x, |x, conv| conv.forward(x));
        }
        x
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        global_average_pool(self.head.apply(features)) // from [batch, num_classes, height, width]
    }
}
