//! Inception-v3 (Szegedy et al., 2015, "Rethinking the inception architecture for computer vision"; course 4,
//! week 2).
//!
//! Stem: convolutions 3x3, stride 2, to 32 channels, 3x3 to 32, 3x3 to 64; max pooling; 1x1 to 80, 3x3 to 192;
//! max pooling. Then eleven [inception modules](Inception) on maps of three sizes:
//!
//! | modules | windows of the branches | output for 299x299 |
//! | --- | --- | --- |
//! | 3 | 1x1; 5x5; 3x3 twice; mean | `[288, 35, 35]` |
//! | 1 | 3x3; 3x3 twice; max, all to half the size | `[768, 17, 17]` |
//! | 4 | 1x1; 1x7 and 7x1; the same twice; mean | `[768, 17, 17]` |
//! | 1 | 3x3; 1x7, 7x1 and 3x3; max, all to half the size | `[1280, 8, 8]` |
//! | 2 | 1x1; 1x3 beside 3x1; 3x3, then 1x3 beside 3x1; mean | `[2048, 8, 8]` |
//!
//! Two windows 3x3 see what one of 5x5 does, and 1x7 with 7x1 what one of 7x7 does, for fewer products. Head:
//! mean of every channel, dropout, one fully connected layer. In training an auxiliary head sees the maps of
//! 17x17. Two editions are around, whose weights do not fit each other:
//!
//! | | [`Edition::Torchvision`] | [`Edition::Keras`] |
//! | --- | --- | --- |
//! | batch normalisation | scales and shifts | shifts |
//! | zeros around the maps | count in a mean | do not |
//! | dropout | 0.5 | none: `with_dropout(0.0)` |
//!
//! The weights of both came from one place and want pixels of -1 to 1, to which torchvision brings those of its other
//! networks.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::{check_not_zero, check_share};

use crate::blocks::{dropout, dropout_of, global_average_pool};
use crate::conv_relu::{ConvRelu, Normalization};
use crate::edition::in_colour;
use crate::inception::{BranchConfig, Inception, InceptionConfig, Pooling, Window, conv};
use crate::pixels::SYMMETRIC;
use crate::{Classifier, ConfigError, Edition, Pixels, Renames, TrainingLogits};

const EDITIONS: [Edition; 2] = [Edition::Torchvision, Edition::Keras];

/// Configuration of [`InceptionV3`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct InceptionV3Config {
    /// Number of output classes.
    pub num_classes: usize,
    /// Whose Inception-v3 it is: torchvision's or Keras's.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// The share of the features that is dropped before the last layer.
    #[config(default = 0.5)]
    pub dropout: f64,
    /// Whether it has the auxiliary head.
    #[config(default = false)]
    pub auxiliary: bool,
}

/// Inception-v3. Its images have any size from 75x75 pixels, with the auxiliary head from 299x299, the size of
/// the paper, and values of -1 to 1.
#[derive(Module, Debug)]
pub struct InceptionV3 {
    stem: Vec<ConvRelu>,
    pool: MaxPool2d,
    at_35: Vec<Inception>,
    to_17: Inception,
    at_17: Vec<Inception>,
    to_8: Inception,
    at_8: Vec<Inception>,
    auxiliary: Option<AuxiliaryHead>,
    dropout: Option<Dropout>,
    head: Linear,
}

#[derive(Module, Debug)]
struct AuxiliaryHead {
    pool: AvgPool2d,
    conv0: ConvRelu,
    conv1: ConvRelu,
    fc: Linear,
}

impl InceptionV3Config {
    /// Builds the network: weights of He's normal distribution.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, the share to drop is not below 1, or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<InceptionV3, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        check_share("dropout", self.dropout)?;
        self.edition.check(&EDITIONS)?;
        let module =
            |config: InceptionConfig| config.with_normalization(self.normalization()).init(device);
        let at_35 = [(192, 32), (256, 64), (288, 64)]
            .map(|(inputs, pooled)| module(self.at_35(inputs, pooled)));
        let at_17 = [128, 160, 160, 192].map(|narrow| module(self.at_17(narrow)));
        let at_8 = [1280, 2048].map(|inputs| module(self.at_8(inputs)));
        Ok(InceptionV3 {
            stem: stem(self.channels, self.normalization(), device),
            pool: MaxPool2dConfig::new([3, 3]).with_strides([2, 2]).init(),
            at_35: at_35.into_iter().collect::<Result<_, _>>()?,
            to_17: module(to_17())?,
            at_17: at_17.into_iter().collect::<Result<_, _>>()?,
            to_8: module(to_8())?,
            at_8: at_8.into_iter().collect::<Result<_, _>>()?,
            auxiliary: self.auxiliary.then(|| self.auxiliary_head(device)),
            dropout: dropout_of(self.dropout),
            head: LinearConfig::new(2048, self.num_classes).init(device),
        })
    }

    /// What the library of the edition calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self.edition {
            Edition::Torchvision => Ok(names::TORCHVISION),
            Edition::Keras => Ok(names::KERAS),
            other => other.unpublished(&EDITIONS),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`InceptionV3Config::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        in_colour(self.channels, SYMMETRIC)
    }

    fn normalization(&self) -> Normalization {
        match self.edition {
            Edition::Keras => Normalization::Shift,
            _ => Normalization::Batch,
        }
    }

    fn after_mean(&self, outputs: usize) -> BranchConfig {
        let pooling = match self.edition {
            Edition::Keras => Pooling::MeanInside,
            _ => Pooling::Mean,
        };
        BranchConfig::new(vec![(outputs, [1, 1])]).with_pooling(pooling)
    }

    fn at_35(&self, inputs: usize, pooled: usize) -> InceptionConfig {
        let branches = vec![
            BranchConfig::new(vec![(64, [1, 1])]),
            BranchConfig::new(vec![(48, [1, 1]), (64, [5, 5])]),
            BranchConfig::new(vec![(64, [1, 1]), (96, [3, 3]), (96, [3, 3])]),
            self.after_mean(pooled),
        ];
        InceptionConfig::new(inputs, branches)
    }

    fn at_17(&self, narrow: usize) -> InceptionConfig {
        let branches = vec![
            BranchConfig::new(vec![(192, [1, 1])]),
            BranchConfig::new(vec![(narrow, [1, 1]), (narrow, [1, 7]), (192, [7, 1])]),
            BranchConfig::new(vec![
                (narrow, [1, 1]),
                (narrow, [7, 1]),
                (narrow, [1, 7]),
                (narrow, [7, 1]),
                (192, [1, 7]),
            ]),
            self.after_mean(192),
        ];
        InceptionConfig::new(768, branches)
    }

    fn at_8(&self, inputs: usize) -> InceptionConfig {
        const FORK: [Window; 2] = [(384, [1, 3]), (384, [3, 1])];
        let branches = vec![
            BranchConfig::new(vec![(320, [1, 1])]),
            BranchConfig::new(vec![(384, [1, 1])]).with_fork(FORK.to_vec()),
            BranchConfig::new(vec![(448, [1, 1]), (384, [3, 3])]).with_fork(FORK.to_vec()),
            self.after_mean(192),
        ];
        InceptionConfig::new(inputs, branches)
    }

    fn auxiliary_head(&self, device: &Device) -> AuxiliaryHead {
        let normalization = self.normalization();
        let conv1 = conv([128, 768], [5, 5], false, normalization);
        AuxiliaryHead {
            pool: AvgPool2dConfig::new([5, 5]).with_strides([3, 3]).init(),
            conv0: conv([768, 128], [1, 1], false, normalization).init(device),
            conv1: conv1.without_padding().init(device),
            fc: LinearConfig::new(768, self.num_classes).init(device),
        }
    }
}

/// The convolutions before the modules; a pooling follows the third and the fifth.
pub(crate) fn stem(
    channels: usize,
    normalization: Normalization,
    device: &Device,
) -> Vec<ConvRelu> {
    let convs = [
        conv([channels, 32], [3, 3], true, normalization),
        conv([32, 32], [3, 3], false, normalization).without_padding(),
        conv([32, 64], [3, 3], false, normalization),
        conv([64, 80], [1, 1], false, normalization),
        conv([80, 192], [3, 3], false, normalization).without_padding(),
    ];
    convs.map(|conv| conv.init(device)).into()
}

/// Runs the stem with its poolings.
pub(crate) fn see_stem(stem: &[ConvRelu], pool: &MaxPool2d, images: Tensor<4>) -> Tensor<4> {
    stem.iter().enumerate().fold(images, |x, (index, conv)| {
        let x = conv.forward(x);
        if matches!(index, 2 | 4) { pool.apply(x) } else { x }
    })
}

fn to_17() -> InceptionConfig {
    let branches = vec![
        BranchConfig::new(vec![(384, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![(64, [1, 1]), (96, [3, 3]), (96, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![]).with_pooling(Pooling::Max).with_halves(true),
    ];
    InceptionConfig::new(288, branches)
}

fn to_8() -> InceptionConfig {
    let branches = vec![
        BranchConfig::new(vec![(192, [1, 1]), (320, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![(192, [1, 1]), (192, [1, 7]), (192, [7, 1]), (192, [3, 3])])
            .with_halves(true),
        BranchConfig::new(vec![]).with_pooling(Pooling::Max).with_halves(true),
    ];
    InceptionConfig::new(768, branches)
}

impl InceptionV3 {
    /// Returns the logits of the head and of the auxiliary head, if there is one.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`
    /// - output: `[batch, num_classes]` each
    pub fn forward_with_auxiliary(&self, images: Tensor<4>) -> TrainingLogits {
        let maps = self.see_17(images);
        let auxiliary = self.auxiliary.iter().map(|head| head.forward(maps.clone())).collect();
        TrainingLogits { main: self.logits(self.see_8(maps)), auxiliary }
    }

    /// From images to maps of 17x17.
    fn see_17(&self, images: Tensor<4>) -> Tensor<4> {
        let x = see_stem(&self.stem, &self.pool, images); // [batch, 192, 35, 35] of 299x299
        let x = self.at_35.iter().fold(x, |x, module| module.forward(x)); // [batch, 288, 35, 35]
        let x = self.to_17.forward(x); // [batch, 768, 17, 17]
        self.at_17.iter().fold(x, |x, module| module.forward(x))
    }

    /// From those to maps of 8x8.
    fn see_8(&self, maps: Tensor<4>) -> Tensor<4> {
        let x = self.to_8.forward(maps); // [batch, 1280, 8, 8]
        self.at_8.iter().fold(x, |x, module| module.forward(x)) // [batch, 2048, 8, 8]
    }
}

impl AuxiliaryHead {
    fn forward(&self, maps: Tensor<4>) -> Tensor<2> {
        let x = self.conv0.forward(self.pool.apply(maps)); // [batch, 128, 5, 5]
        let x = self.conv1.forward(x); // [batch, 768, 1, 1]
        self.fc.apply(global_average_pool(x))
    }
}

impl Classifier for InceptionV3 {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.see_8(self.see_17(images)) // [batch, 2048, 8, 8] of 299x299
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = global_average_pool(features);
        self.head.apply(match &self.dropout {
            Some(layer) => dropout(layer, x),
            None => x,
        })
    }
}
