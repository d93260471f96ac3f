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
//!
//! Two editions are around, of one architecture, whose weights want other pixels: [`Edition::Torchvision`] about 0 on
//! the mean and 1 in variance, [`Edition::Keras`], which has 16 and 19 layers without batch normalisation alone, 0 to
//! 255, blue first, less the mean. Keras drops nothing: `with_dropout(0.0)`.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::{check_not_zero, check_share};

use crate::blocks::{dropout, dropout_of, flatten, he_linear, relu};
use crate::conv_relu::{ConvRelu, ConvReluConfig, Normalization};
use crate::edition::{in_colour, unpublished};
use crate::pixels::{CAFFE, STANDARD};
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

const EDITIONS: [Edition; 2] = [Edition::Torchvision, Edition::Keras];
/// Channels of the stages.
const WIDTHS: [usize; 5] = [64, 128, 256, 512, 512];
/// Convolutions of each stage.
const VGG11: [usize; 5] = [1, 1, 2, 2, 2];
const VGG13: [usize; 5] = [2, 2, 2, 2, 2];
const VGG16: [usize; 5] = [2, 2, 3, 3, 3];
const VGG19: [usize; 5] = [2, 2, 4, 4, 4];
/// Units of the fully connected layers.
const UNITS: usize = 4096;

/// Configuration of [`Vgg`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct VggConfig {
    /// Convolutions of each stage.
    pub convs: [usize; 5],
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Whose VGG it is: torchvision's or Keras's.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
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
        Self::new(VGG11, num_classes)
    }

    /// 13 layers, the paper's B.
    pub fn vgg13(num_classes: usize) -> Self {
        Self::new(VGG13, num_classes)
    }

    /// 16 layers, the paper's D.
    pub fn vgg16(num_classes: usize) -> Self {
        Self::new(VGG16, num_classes)
    }

    /// 19 layers, the paper's E.
    pub fn vgg19(num_classes: usize) -> Self {
        Self::new(VGG19, num_classes)
    }

    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, the share to drop is not below 1, or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<Vgg, ConfigError> {
        let [rows, columns] = self.places;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("convolutions of a stage", self.convs.into_iter().min().unwrap_or(0)),
            ("places", rows.min(columns)),
        ])?;
        check_share("dropout", self.dropout)?;
        self.edition.check(&EDITIONS)?;
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

    /// What the library of the edition calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match (self.edition, self.convs, self.batch_norm) {
            (Edition::Torchvision, VGG11, false) => Ok(names::TORCHVISION_11),
            (Edition::Torchvision, VGG11, true) => Ok(names::TORCHVISION_11_BN),
            (Edition::Torchvision, VGG13, false) => Ok(names::TORCHVISION_13),
            (Edition::Torchvision, VGG13, true) => Ok(names::TORCHVISION_13_BN),
            (Edition::Torchvision, VGG16, false) => Ok(names::TORCHVISION_16),
            (Edition::Torchvision, VGG16, true) => Ok(names::TORCHVISION_16_BN),
            (Edition::Torchvision, VGG19, false) => Ok(names::TORCHVISION_19),
            (Edition::Torchvision, VGG19, true) => Ok(names::TORCHVISION_19_BN),
            (Edition::Keras, VGG16 | VGG19, false) => Ok(names::KERAS),
            (Edition::Keras, _, true) => {
                unpublished("batch_norm", true, "false, or of torchvision")
            }
            (Edition::Torchvision | Edition::Keras, convs, _) => unpublished(
                "convs",
                format!("{convs:?}"),
                "those of 11, 13, 16 and 19 layers, of Keras the last two",
            ),
            (other, ..) => other.unpublished(&EDITIONS),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`VggConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        let is_keras = self.edition == Edition::Keras;
        in_colour(self.channels, if is_keras { CAFFE } else { STANDARD })
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
