//! Inception-ResNet-v2 (Szegedy et al., 2016, "Inception-v4, Inception-ResNet and the impact of residual
//! connections on learning"; course 4, week 2), as `keras.applications` has it: inception modules around which
//! shortcuts lead, `a = relu(x + scale F(x))`.
//!
//! The stem is that of [Inception-v3](crate::inception_v3). After it:
//!
//! | modules | windows of the branches | scale | output for 299x299 |
//! | --- | --- | --- | --- |
//! | 1 | 1x1; 5x5; 3x3 twice; mean | | `[320, 35, 35]` |
//! | 10 residual | 1x1; 3x3; 3x3 twice | 0.17 | `[320, 35, 35]` |
//! | 1 | 3x3; 3x3 twice; max, all to half the size | | `[1088, 17, 17]` |
//! | 20 residual | 1x1; 1x7 and 7x1 | 0.1 | `[1088, 17, 17]` |
//! | 1 | 3x3; 3x3; 3x3 twice; max, all to half the size | | `[2080, 8, 8]` |
//! | 10 residual | 1x1; 1x3 and 3x1 | 0.2, of the last 1 | `[2080, 8, 8]` |
//! | a convolution 1x1 | | | `[1536, 8, 8]` |
//!
//! The last residual module has no ReLU. Head: mean of every channel, one fully connected layer. 55,873,736
//! parameters with the running statistics. The paper's stem has branches of its own, and its modules are
//! narrower in places; its authors' published weights are those of this network.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::config::{check_not_zero, check_share};
use fireside_layers::{Layer as _, trace};

use crate::blocks::{dropout, dropout_of, global_average_pool, he_conv, relu};
use crate::conv_relu::{ConvRelu, Normalization};
use crate::edition::{in_colour, unpublished};
use crate::inception::{BranchConfig, Inception, InceptionConfig, Pooling, conv};
use crate::inception_v3::{see_stem, stem};
use crate::pixels::SYMMETRIC;
use crate::{Classifier, ConfigError, Pixels, Renames};

/// Residual modules of the published network.
const BLOCKS: [usize; 3] = [10, 20, 10];
/// Keras's batch normalisation here has no scales.
const NORMALIZATION: Normalization = Normalization::Shift;

/// Configuration of [`InceptionResNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct InceptionResNetConfig {
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Residual modules on maps of 35x35, 17x17 and 8x8; the last of those of 8x8 has a scale of 1 and no ReLU.
    #[config(default = "BLOCKS")]
    pub blocks: [usize; 3],
    /// The share of the features that is dropped before the last layer; 0.2 in the paper, none in Keras.
    #[config(default = 0.0)]
    pub dropout: f64,
}

/// Inception-ResNet-v2. Its images have any size from 75x75 pixels, 299x299 in the paper, and values of -1 to 1.
#[derive(Module, Debug)]
pub struct InceptionResNet {
    stem: Vec<ConvRelu>,
    pool: MaxPool2d,
    mixed_5b: Inception,
    block35: Vec<ResidualInception>,
    mixed_6a: Inception,
    block17: Vec<ResidualInception>,
    mixed_7a: Inception,
    block8: Vec<ResidualInception>,
    conv_7b: ConvRelu,
    dropout: Option<Dropout>,
    head: Linear,
}

/// An inception module around which a shortcut leads.
#[derive(Module, Debug)]
struct ResidualInception {
    seen: Inception,
    up: Conv2d,
    scale: f64,
    is_last: bool,
}

impl InceptionResNetConfig {
    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or the share to drop is not below 1.
    pub fn init(&self, device: &Device) -> Result<InceptionResNet, ConfigError> {
        let [at_35, at_17, at_8] = self.blocks;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("blocks", at_35.min(at_17).min(at_8)),
        ])?;
        check_share("dropout", self.dropout)?;
        let module = |inputs, branches| {
            InceptionConfig::new(inputs, branches).with_normalization(NORMALIZATION).init(device)
        };
        let block = |inputs, branches: Vec<BranchConfig>, scale, is_last| {
            let config = InceptionConfig::new(inputs, branches).with_normalization(NORMALIZATION);
            let up = Conv2dConfig::new([config.outputs(), inputs], [1, 1]);
            let (seen, up) = (config.init(device)?, he_conv(up, device));
            Ok::<_, ConfigError>(ResidualInception { seen, up, scale, is_last })
        };
        let block35 = (0..at_35).map(|_| block(320, block35(), 0.17, false));
        let block17 = (0..at_17).map(|_| block(1088, block17(), 0.1, false));
        let block8 = (1..=at_8).map(|number| {
            let is_last = number == at_8;
            block(2080, block8(), if is_last { 1.0 } else { 0.2 }, is_last)
        });
        Ok(InceptionResNet {
            stem: stem(self.channels, NORMALIZATION, device),
            pool: MaxPool2dConfig::new([3, 3]).with_strides([2, 2]).init(),
            mixed_5b: module(192, mixed_5b())?,
            block35: block35.collect::<Result<_, _>>()?,
            mixed_6a: module(320, mixed_6a())?,
            block17: block17.collect::<Result<_, _>>()?,
            mixed_7a: module(1088, mixed_7a())?,
            block8: block8.collect::<Result<_, _>>()?,
            conv_7b: conv([2080, 1536], [1, 1], false, NORMALIZATION).init(device),
            dropout: dropout_of(self.dropout),
            head: LinearConfig::new(1536, self.num_classes).init(device),
        })
    }

    /// What Keras calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        match self.blocks {
            BLOCKS => Ok(names::KERAS),
            other => unpublished("blocks", format!("{other:?}"), "[10, 20, 10]"),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`InceptionResNetConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        in_colour(self.channels, SYMMETRIC)
    }
}

fn mixed_5b() -> Vec<BranchConfig> {
    vec![
        BranchConfig::new(vec![(96, [1, 1])]),
        BranchConfig::new(vec![(48, [1, 1]), (64, [5, 5])]),
        BranchConfig::new(vec![(64, [1, 1]), (96, [3, 3]), (96, [3, 3])]),
        BranchConfig::new(vec![(64, [1, 1])]).with_pooling(Pooling::MeanInside),
    ]
}

fn block35() -> Vec<BranchConfig> {
    vec![
        BranchConfig::new(vec![(32, [1, 1])]),
        BranchConfig::new(vec![(32, [1, 1]), (32, [3, 3])]),
        BranchConfig::new(vec![(32, [1, 1]), (48, [3, 3]), (64, [3, 3])]),
    ]
}

fn mixed_6a() -> Vec<BranchConfig> {
    vec![
        BranchConfig::new(vec![(384, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![(256, [1, 1]), (256, [3, 3]), (384, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![]).with_pooling(Pooling::Max).with_halves(true),
    ]
}

fn block17() -> Vec<BranchConfig> {
    vec![
        BranchConfig::new(vec![(192, [1, 1])]),
        BranchConfig::new(vec![(128, [1, 1]), (160, [1, 7]), (192, [7, 1])]),
    ]
}

fn mixed_7a() -> Vec<BranchConfig> {
    vec![
        BranchConfig::new(vec![(256, [1, 1]), (384, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![(256, [1, 1]), (288, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![(256, [1, 1]), (288, [3, 3]), (320, [3, 3])]).with_halves(true),
        BranchConfig::new(vec![]).with_pooling(Pooling::Max).with_halves(true),
    ]
}

fn block8() -> Vec<BranchConfig> {
    vec![
        BranchConfig::new(vec![(192, [1, 1])]),
        BranchConfig::new(vec![(192, [1, 1]), (224, [1, 3]), (256, [3, 1])]),
    ]
}

impl ResidualInception {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let residual = self.up.apply(self.seen.forward(input.clone()));
        let x = trace::step("ScaledAdd", input + residual * self.scale);
        if self.is_last { x } else { relu(x) }
    }
}

impl Classifier for InceptionResNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let through = |blocks: &[ResidualInception], x| {
            blocks.iter().fold(x, |x, block: &ResidualInception| block.forward(x))
        };
        let x = see_stem(&self.stem, &self.pool, images); // [batch, 192, 35, 35] of 299x299
        let x = through(&self.block35, self.mixed_5b.forward(x)); // [batch, 320, 35, 35]
        let x = through(&self.block17, self.mixed_6a.forward(x)); // [batch, 1088, 17, 17]
        let x = through(&self.block8, self.mixed_7a.forward(x)); // [batch, 2080, 8, 8]
        self.conv_7b.forward(x) // [batch, 1536, 8, 8]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let x = global_average_pool(features);
        self.head.apply(match &self.dropout {
            Some(layer) => dropout(layer, x),
            None => x,
        })
    }
}
