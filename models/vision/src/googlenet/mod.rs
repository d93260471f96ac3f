//! GoogLeNet (Szegedy et al., 2014, "Going deeper with convolutions"; course 4, week 2).
//!
//! Stem: convolution 7x7, stride 2, 64 channels; max pooling; convolution 1x1 to 64 and 3x3 to 192; max pooling.
//! Then nine [inception modules](Inception), with max pooling after the second and the seventh:
//!
//! | module | 1x1 | before 3x3 | 3x3 | before 5x5 | 5x5 | after pooling | output for 224x224 |
//! | --- | --- | --- | --- | --- | --- | --- | --- |
//! | 3a | 64 | 96 | 128 | 16 | 32 | 32 | `[256, 28, 28]` |
//! | 3b | 128 | 128 | 192 | 32 | 96 | 64 | `[480, 28, 28]` |
//! | 4a | 192 | 96 | 208 | 16 | 48 | 64 | `[512, 14, 14]` |
//! | 4b | 160 | 112 | 224 | 24 | 64 | 64 | `[512, 14, 14]` |
//! | 4c | 128 | 128 | 256 | 24 | 64 | 64 | `[512, 14, 14]` |
//! | 4d | 112 | 144 | 288 | 32 | 64 | 64 | `[528, 14, 14]` |
//! | 4e | 256 | 160 | 320 | 32 | 128 | 128 | `[832, 14, 14]` |
//! | 5a | 256 | 160 | 320 | 32 | 128 | 128 | `[832, 7, 7]` |
//! | 5b | 384 | 192 | 384 | 48 | 128 | 128 | `[1024, 7, 7]` |
//!
//! Head: mean of every channel, dropout, one fully connected layer. In training two auxiliary heads see the maps
//! after 4a and 4d.
//!
//! Two editions are around:
//!
//! | | [`Edition::Paper`] | [`Edition::Torchvision`] |
//! | --- | --- | --- |
//! | in the stem | local response normalisation | |
//! | convolutions | with bias | batch normalisation, no bias |
//! | the 5x5 window | 5x5 | 3x3 |
//! | the last max pooling | 3x3 | 2x2 |
//! | dropout | 0.4 | 0.2 |
//!
//! torchvision's weights came from elsewhere, so that torchvision brings the pixels of its other networks to -1 to 1
//! for this one. Where the paper's auxiliary heads average windows of 5x5 pixels, stride 3,
//! both here divide the maps into 4x4, as torchvision does, so that images may have any size. The paper gives no
//! constants for the local response normalisation in its stem; they are those of AlexNet.

mod names;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{AdaptiveAvgPool2d, AdaptiveAvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig, LocalResponseNorm};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::alexnet::paper_response;
use crate::blocks::{dropout, flatten, global_average_pool, he_linear, local_response, relu};
use crate::conv_relu::{ConvRelu, Normalization};
use crate::edition::in_colour;
use crate::inception::{BranchConfig, Inception, InceptionConfig, Pooling, conv};
use crate::pixels::SYMMETRIC;
use crate::{Classifier, ConfigError, Edition, Pixels, Renames, TrainingLogits};

/// Channels of the modules: 1x1, before 3x3, 3x3, before 5x5, 5x5, after the pooling.
const STAGE3: [[usize; 6]; 2] = [[64, 96, 128, 16, 32, 32], [128, 128, 192, 32, 96, 64]];
const STAGE4: [[usize; 6]; 5] = [
    [192, 96, 208, 16, 48, 64],
    [160, 112, 224, 24, 64, 64],
    [128, 128, 256, 24, 64, 64],
    [112, 144, 288, 32, 64, 64],
    [256, 160, 320, 32, 128, 128],
];
const STAGE5: [[usize; 6]; 2] = [[256, 160, 320, 32, 128, 128], [384, 192, 384, 48, 128, 128]];
/// The modules of the fourth stage whose output an auxiliary head sees.
const AUXILIARY: [usize; 2] = [0, 3];

/// Configuration of [`GoogLeNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct GoogLeNetConfig {
    /// Number of output classes.
    pub num_classes: usize,
    /// Whose GoogLeNet it is: of the paper, or torchvision's.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// Whether it has the auxiliary heads.
    #[config(default = false)]
    pub auxiliary: bool,
}

/// GoogLeNet. Its images have any size from 15x15 pixels, of [`Edition::Paper`] from 31x31; 224x224 in the paper.
#[derive(Module, Debug)]
pub struct GoogLeNet {
    conv1: ConvRelu,
    conv2: ConvRelu,
    conv3: ConvRelu,
    response: Option<LocalResponseNorm>,
    pool: MaxPool2d,
    stage3: Vec<Inception>,
    stage4: Vec<Inception>,
    last_pool: MaxPool2d,
    stage5: Vec<Inception>,
    auxiliary: Vec<AuxiliaryHead>,
    dropout: Dropout,
    head: Linear,
}

#[derive(Module, Debug)]
struct AuxiliaryHead {
    places: AdaptiveAvgPool2d,
    conv: ConvRelu,
    fc1: Linear,
    dropout: Dropout,
    fc2: Linear,
}

impl GoogLeNetConfig {
    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<GoogLeNet, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        self.edition.check(&[Edition::Paper, Edition::Torchvision])?;
        let is_paper = self.edition == Edition::Paper;
        let normalization = self.normalization();
        let mut inputs = 192;
        let mut modules = |channels: &[[usize; 6]]| {
            let mut modules = Vec::new();
            for channels in channels {
                let config = self.module(inputs, *channels);
                inputs = config.outputs();
                modules.push(config.init(device)?);
            }
            Ok::<_, ConfigError>(modules)
        };
        let (stage3, stage4, stage5) = (modules(&STAGE3)?, modules(&STAGE4)?, modules(&STAGE5)?);
        let heads = AUXILIARY.into_iter().filter(|_| self.auxiliary).map(|module| {
            let [one, _, three, _, five, pooled] = STAGE4[module];
            self.auxiliary_head(one + three + five + pooled, device)
        });
        let pool = MaxPool2dConfig::new([3, 3]).with_strides([2, 2]).with_ceil_mode(true);
        let last_pool = match is_paper {
            true => pool.clone(),
            false => MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).with_ceil_mode(true),
        };
        let conv1 = conv([self.channels, 64], [7, 7], false, normalization).with_stride([2, 2]);
        Ok(GoogLeNet {
            conv1: conv1.init(device),
            conv2: conv([64, 64], [1, 1], false, normalization).init(device),
            conv3: conv([64, 192], [3, 3], false, normalization).init(device),
            response: is_paper.then(paper_response),
            pool: pool.init(),
            stage3,
            stage4,
            last_pool: last_pool.init(),
            stage5,
            auxiliary: heads.collect(),
            dropout: DropoutConfig::new(if is_paper { 0.4 } else { 0.2 }).init(),
            head: LinearConfig::new(inputs, self.num_classes).init(device),
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
    /// As [`GoogLeNetConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        in_colour(self.channels, SYMMETRIC)
    }

    fn normalization(&self) -> Normalization {
        match self.edition {
            Edition::Paper => Normalization::None,
            _ => Normalization::Batch,
        }
    }

    fn module(
        &self,
        inputs: usize,
        [one, before_three, three, before_five, five, pooled]: [usize; 6],
    ) -> InceptionConfig {
        let large = match self.edition {
            Edition::Paper => [5, 5],
            _ => [3, 3],
        };
        let branches = vec![
            BranchConfig::new(vec![(one, [1, 1])]),
            BranchConfig::new(vec![(before_three, [1, 1]), (three, [3, 3])]),
            BranchConfig::new(vec![(before_five, [1, 1]), (five, large)]),
            BranchConfig::new(vec![(pooled, [1, 1])]).with_pooling(Pooling::Max),
        ];
        InceptionConfig::new(inputs, branches).with_normalization(self.normalization())
    }

    fn auxiliary_head(&self, inputs: usize, device: &Device) -> AuxiliaryHead {
        AuxiliaryHead {
            places: AdaptiveAvgPool2dConfig::new([4, 4]).init(),
            conv: conv([inputs, 128], [1, 1], false, self.normalization()).init(device),
            fc1: he_linear(128 * 4 * 4, 1024, device),
            dropout: DropoutConfig::new(0.7).init(),
            fc2: LinearConfig::new(1024, self.num_classes).init(device),
        }
    }
}

impl GoogLeNet {
    /// Returns the logits of the head and of the auxiliary heads, if there are any. The paper adds 0.3 times
    /// the loss of each of these to that of the head.
    ///
    /// # Shapes
    /// - `images`: `[batch, channels, height, width]`
    /// - output: `[batch, num_classes]` each
    pub fn forward_with_auxiliary(&self, images: Tensor<4>) -> TrainingLogits {
        let (features, half_way) = self.see(images);
        let heads = self.auxiliary.iter().zip(half_way);
        let auxiliary = heads.map(|(head, maps)| head.forward(maps)).collect();
        TrainingLogits { main: self.logits(features), auxiliary }
    }

    /// The features, and the maps that the auxiliary heads see.
    fn see(&self, images: Tensor<4>) -> (Tensor<4>, Vec<Tensor<4>>) {
        let x = self.respond(self.pool.apply(self.conv1.forward(images))); // [batch, 64, height / 4, width / 4]
        let x = self.respond(self.conv3.forward(self.conv2.forward(x)));
        let x = self.pool.apply(x); // [batch, 192, height / 8, width / 8]
        let x = self.stage3.iter().fold(x, |x, module| module.forward(x));
        let mut x = self.pool.apply(x); // [batch, 480, height / 16, width / 16]
        let mut half_way = Vec::new();
        for (index, module) in self.stage4.iter().enumerate() {
            x = module.forward(x);
            if AUXILIARY.contains(&index) {
                half_way.push(x.clone());
            }
        }
        let x = self.last_pool.apply(x); // [batch, 832, height / 32, width / 32]
        (self.stage5.iter().fold(x, |x, module| module.forward(x)), half_way)
    }

    fn respond(&self, maps: Tensor<4>) -> Tensor<4> {
        match &self.response {
            Some(response) => local_response(response, maps),
            None => maps,
        }
    }
}

impl AuxiliaryHead {
    fn forward(&self, maps: Tensor<4>) -> Tensor<2> {
        let x = self.conv.forward(self.places.apply(maps)); // [batch, 128, 4, 4]
        let x = relu(self.fc1.apply(flatten(x)));
        self.fc2.apply(dropout(&self.dropout, x))
    }
}

impl Classifier for GoogLeNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        self.see(images).0 // [batch, 1024, height / 32, width / 32]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(dropout(&self.dropout, global_average_pool(features)))
    }
}
