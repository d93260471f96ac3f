//! VGG (Simonyan and Zisserman, 2014, "Very deep convolutional networks for large-scale image recognition";
//! course 4, week 2).
//!
//! Five stages of convolutions 3x3, each with a ReLU, and max pooling 2x2, stride 2, which halves the height and
//! width while the channels double:
//!
//! | network | 64 | 128 | 256 | 512 | 512 | parameters |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | 11 | 1 | 1 | 2 | 2 | 2 | 132,863,336 |
//! | 13 | 2 | 2 | 2 | 2 | 2 | 133,047,848 |
//! | 16 | 2 | 2 | 3 | 3 | 3 | 138,357,544 |
//! | 19 | 2 | 2 | 4 | 4 | 4 | 143,667,240 |
//!
//! Head: fully connected layers of 4096, 4096 and as many units as classes, with dropout after the first two.
//!
//! Batch normalisation, which the paper does not have, lies between convolution and ReLU where wanted, as in
//! torchvision. Images of other sizes than 224x224 are averaged to 7x7 before the first fully connected layer,
//! as torchvision does; of 224x224 this changes nothing. Keras builds a network for each size instead, whose
//! first fully connected layer sees the [places](VggConfig::places) that are left of the images.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;

use crate::blocks::{dropout, dropout_of, flatten, he_linear, relu};
use crate::conv_relu::{ConvRelu, ConvReluConfig, Normalization};
use crate::error::{check_not_zero, check_rate};
use crate::{Classifier, ConfigError};

pub use names::{
    KERAS, TORCHVISION_11, TORCHVISION_11_BN, TORCHVISION_13, TORCHVISION_13_BN, TORCHVISION_16,
    TORCHVISION_16_BN, TORCHVISION_19, TORCHVISION_19_BN,
};

/// Channels of the stages.
const WIDTHS: [usize; 5] = [64, 128, 256, 512, 512];
/// Units of the fully connected layers.
const UNITS: usize = 4096;

/// Configuration of [`Vgg`].
#[derive(Config, Debug)]
pub struct VggConfig {
    /// Convolutions of each stage.
    pub convs: [usize; 5],
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Rows and columns of the maps that the first fully connected layer sees: a 32nd of those of the images in
    /// the paper.
    #[config(default = "[7, 7]")]
    pub places: [usize; 2],
    /// Whether the convolutions have batch normalisation.
    #[config(default = false)]
    pub batch_norm: bool,
    /// The share that is dropped after each of the fully connected layers but the last.
    #[config(default = 0.5)]
    pub dropout: f64,
}

/// VGG. Its images have any size from 32x32 pixels; 224x224 in the paper.
#[derive(Module, Debug)]
pub struct Vgg {
    stages: Vec<Vec<ConvRelu>>,
    pool: MaxPool2d,
    places: AdaptiveAvgPool2d,
    fc1: Linear,
    fc2: Linear,
    dropout: Option<Dropout>,
    head: Linear,
}

impl VggConfig {
    /// 11 layers, the paper's A.
    pub fn vgg11(num_classes: usize) -> Self {
        Self::new([1, 1, 2, 2, 2], num_classes)
    }

    /// 13 layers, the paper's B.
    pub fn vgg13(num_classes: usize) -> Self {
        Self::new([2, 2, 2, 2, 2], num_classes)
    }

    /// 16 layers, the paper's D.
    pub fn vgg16(num_classes: usize) -> Self {
        Self::new([2, 2, 3, 3, 3], num_classes)
    }

    /// 19 layers, the paper's E.
    pub fn vgg19(num_classes: usize) -> Self {
        Self::new([2, 2, 4, 4, 4], num_classes)
    }

    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or the share to drop is not below 1.
    pub fn init(&self, device: &Device) -> Result<Vgg, ConfigError> {
        let [rows, columns] = self.places;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("convolutions of a stage", self.convs.into_iter().min().unwrap_or(0)),
            ("places", rows.min(columns)),
        ])?;
        check_rate("dropout", self.dropout)?;
        let normalization =
            if self.batch_norm { Normalization::Batch } else { Normalization::None };
        let mut inputs = self.channels;
        let mut stages = Vec::new();
        for (convs, width) in self.convs.into_iter().zip(WIDTHS) {
            let mut stage = Vec::new();
            for _ in 0..convs {
                let conv = ConvReluConfig::same([inputs, width], [3, 3]);
                stage.push(conv.with_normalization(normalization).init(device));
                inputs = width;
            }
            stages.push(stage);
        }
        Ok(Vgg {
            stages,
            pool: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            places: AdaptiveAvgPool2dConfig::new(self.places).init(),
            fc1: he_linear(inputs * rows * columns, UNITS, device),
            fc2: he_linear(UNITS, UNITS, device),
            dropout: dropout_of(self.dropout),
            head: LinearConfig::new(UNITS, self.num_classes).init(device),
        })
    }
}

impl Vgg {
    fn drop(&self, x: Tensor<2>) -> Tensor<2> {
        match &self.dropout {
            Some(layer) => dropout(layer, x),
            None => x,
        }
    }
}

impl Classifier for Vgg {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.stages.iter().fold(images, |x, stage| {
            let x = stage.iter().fold(x, |x, conv| conv.forward(x));
            self.pool.apply(x) // half the height and width
        })
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = flatten(self.places.apply(features));
        let x = self.drop(relu(self.fc1.apply(x)));
        let x = self.drop(relu(self.fc2.apply(x)));
        self.head.apply(x)
    }
}
