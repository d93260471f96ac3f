//! Residual networks (He et al., 2015, "Deep residual learning for image recognition"; course 4, week 2).
//!
//! Stem: convolution 7x7, stride 2, 64 channels; max pooling 3x3, stride 2. Then four stages of
//! [blocks](block::Block), each stage with twice the channels of the one before at half the height and width:
//!
//! | network | blocks of the stages | block |
//! | --- | --- | --- |
//! | 18 | 2, 2, 2, 2 | two 3x3 |
//! | 34 | 3, 4, 6, 3 | two 3x3 |
//! | 50 | 3, 4, 6, 3 | 1x1, 3x3, 1x1 to four times the channels |
//! | 101 | 3, 4, 23, 3 | the same |
//! | 152 | 3, 8, 36, 3 | the same |
//!
//! Head: mean of every channel, one fully connected layer. [`small`] has the thin networks of the paper for
//! pictures of 32x32 pixels. Three editions of the same networks are around, whose weights do not fit each
//! other:
//!
//! | | stride in | bias | epsilon | pooling in the stem | head | pixels |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | [`Edition::Torchvision`] | the 3x3 | no | 1e-5 | padded | mean of a channel | about 0 on the mean, 1 in variance |
//! | [`Edition::Keras`] | the first 1x1, as in the paper | yes | 1.001e-5 | padded | mean of a channel | 0 to 255, blue first, less the mean |
//! | [`Edition::Course`] | the first 1x1 | yes | 1e-3 | not padded | means of 2x2 pixels | 0 to 1 |
//!
//! The last is that of the assignment, for images of 64x64.

pub mod block;
mod names;
pub mod small;

use burn::config::Config;
use burn::module::Module;
use burn::nn::pool::{AvgPool2d, AvgPool2dConfig, MaxPool2d, MaxPool2dConfig};
use burn::nn::{Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;

use self::block::{Block, BlockConfig, Shortcut};
use crate::blocks::{ConvNorm, ConvNormConfig, flatten, global_average_pool, zero_pad};
use crate::edition::{in_colour, unpublished};
use crate::pixels::{CAFFE, STANDARD};
use crate::{Classifier, ConfigError, Edition, Pixels, Renames};

const EDITIONS: [Edition; 3] = [Edition::Torchvision, Edition::Keras, Edition::Course];
/// Channels of the first stage.
const WIDTH: usize = 64;

/// What a block consists of.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Two convolutions 3x3.
    Basic,
    /// 1x1 to fewer channels, 3x3, and 1x1 to four times as many.
    Bottleneck,
}

/// Configuration of [`ResNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct ResNetConfig {
    /// Blocks of each stage.
    pub blocks: [usize; 4],
    /// What they consist of.
    pub kind: BlockKind,
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// What leads around the blocks.
    #[config(default = "Shortcut::Projection")]
    pub shortcut: Shortcut,
    /// Whose ResNet it is: torchvision's, Keras's or that of the assignment.
    #[config(default = "Edition::Torchvision")]
    pub edition: Edition,
    /// Rows and columns of the images; they matter to the head of [`Edition::Course`] alone.
    #[config(default = "[64, 64]")]
    pub image: [usize; 2],
}

/// A residual network. Its images have any size from 32x32 pixels; 224x224 in the paper.
#[derive(Module, Debug)]
pub struct ResNet {
    stem: ConvNorm,
    pool: MaxPool2d,
    stages: Vec<Vec<Block>>,
    head_pool: Option<AvgPool2d>,
    head: Linear,
    pads_pool: bool,
}

impl ResNetConfig {
    /// 18 layers.
    pub fn resnet18(num_classes: usize) -> Self {
        Self::new([2, 2, 2, 2], BlockKind::Basic, num_classes)
    }

    /// 34 layers.
    pub fn resnet34(num_classes: usize) -> Self {
        Self::new([3, 4, 6, 3], BlockKind::Basic, num_classes)
    }

    /// 50 layers.
    pub fn resnet50(num_classes: usize) -> Self {
        Self::new([3, 4, 6, 3], BlockKind::Bottleneck, num_classes)
    }

    /// 101 layers.
    pub fn resnet101(num_classes: usize) -> Self {
        Self::new([3, 4, 23, 3], BlockKind::Bottleneck, num_classes)
    }

    /// 152 layers.
    pub fn resnet152(num_classes: usize) -> Self {
        Self::new([3, 8, 36, 3], BlockKind::Bottleneck, num_classes)
    }

    /// Builds the network: weights of He's normal distribution, biases 0.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0, the images are too small for the head, or there is no such edition.
    pub fn init(&self, device: &Device) -> Result<ResNet, ConfigError> {
        let [first, second, third, fourth] = self.blocks;
        check_not_zero([
            ("num_classes", self.num_classes),
            ("channels", self.channels),
            ("blocks of a stage", first.min(second).min(third).min(fourth)),
        ])?;
        self.edition.check(&EDITIONS)?;
        let stem = ConvNormConfig::new([self.channels, WIDTH], [7, 7])
            .with_stride([2, 2])
            .with_bias(self.bias())
            .with_epsilon(self.epsilon());
        let pool = MaxPool2dConfig::new([3, 3]).with_strides([2, 2]);
        let pool = match self.edition {
            Edition::Torchvision => pool.with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1)),
            _ => pool,
        };
        let mut inputs = WIDTH;
        let mut stages = Vec::new();
        for (stage, &blocks) in self.blocks.iter().enumerate() {
            let mut built = Vec::new();
            for block in 0..blocks {
                let stride = if stage > 0 && block == 0 { 2 } else { 1 };
                let config = self.block(inputs, WIDTH << stage, stride);
                inputs = config.outputs();
                built.push(config.init(device)?);
            }
            stages.push(built);
        }
        let (head_pool, places) = self.head()?;
        Ok(ResNet {
            stem: stem.init(device),
            pool: pool.init(),
            stages,
            head_pool,
            head: LinearConfig::new(inputs * places, self.num_classes).init(device),
            pads_pool: self.edition == Edition::Keras,
        })
    }

    /// What the library of the edition calls the layers.
    ///
    /// # Errors
    /// [`ConfigError::Unpublished`] when nobody has published weights for such a network.
    pub fn renames(&self) -> Result<Renames, ConfigError> {
        let is_deep = self.kind == BlockKind::Bottleneck;
        match self.edition {
            _ if self.shortcut != Shortcut::Projection => {
                unpublished("shortcut", format!("{:?}", self.shortcut), "Projection")
            }
            Edition::Torchvision => Ok(names::TORCHVISION),
            Edition::Keras | Edition::Course if !is_deep => {
                unpublished("the edition of shallow blocks", self.edition.name(), "torchvision")
            }
            Edition::Keras => Ok(names::KERAS),
            Edition::Course if self.blocks == [3, 4, 6, 3] => Ok(names::COURSE),
            Edition::Course => unpublished(
                "the edition of others than ResNet-50",
                "course",
                "torchvision or keras",
            ),
            other => other.unpublished(&EDITIONS),
        }
    }

    /// What pixels the published weights want.
    ///
    /// # Errors
    /// As [`ResNetConfig::renames`], and when the images have not 3 channels.
    pub fn pixels(&self) -> Result<Pixels, ConfigError> {
        self.renames()?;
        let pixels = match self.edition {
            Edition::Keras => CAFFE,
            Edition::Course => Pixels::PLAIN,
            _ => STANDARD,
        };
        in_colour(self.channels, pixels)
    }

    fn block(&self, inputs: usize, width: usize, stride: usize) -> BlockConfig {
        let config = match self.kind {
            BlockKind::Basic => BlockConfig::basic(inputs, width),
            BlockKind::Bottleneck => BlockConfig::bottleneck(inputs, [width, width, 4 * width], 3),
        };
        let strided = match (self.kind, self.edition) {
            (BlockKind::Bottleneck, Edition::Torchvision) => 1,
            _ => 0,
        };
        config
            .with_stride(stride)
            .with_strided(strided)
            .with_shortcut(self.shortcut)
            .with_bias(self.bias())
            .with_epsilon(self.epsilon())
    }

    /// The pooling before the last layer, where it is not over whole channels, and the means that it leaves of
    /// each.
    fn head(&self) -> Result<(Option<AvgPool2d>, usize), ConfigError> {
        if self.edition != Edition::Course {
            return Ok((None, 1));
        }
        let [height, width] = self.image;
        // Stem and pooling, then a stride in three stages; the pooling has no padding.
        let left = |pixels: usize| {
            let pooled = (pixels.div_ceil(2).checked_sub(3)? / 2) + 1;
            Some(pooled.div_ceil(2).div_ceil(2).div_ceil(2) / 2)
        };
        match (left(height), left(width)) {
            (Some(rows @ 1..), Some(columns @ 1..)) => {
                let pool = AvgPool2dConfig::new([2, 2]).with_strides([2, 2]).init();
                Ok((Some(pool), rows * columns))
            }
            _ => Err(ConfigError::TooSmall { height, width, least: 37 }),
        }
    }

    fn bias(&self) -> bool {
        self.edition != Edition::Torchvision
    }

    fn epsilon(&self) -> f64 {
        match self.edition {
            Edition::Keras => 1.001e-5,
            Edition::Course => 1e-3,
            _ => 1e-5,
        }
    }
}

impl Classifier for ResNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = zero_pad(images, [3; 4]);
        let x = self.stem.forward_with(Activation::Relu, x); // [batch, 64, height / 2, width / 2]
        let x = if self.pads_pool { zero_pad(x, [1; 4]) } else { x };
        let x = self.pool.apply(x); // [batch, 64, height / 4, width / 4]
        let blocks = self.stages.iter().flatten();
        blocks.fold(x, |x, block| block.forward(x)) // [batch, 512 or 2048, height / 32, width / 32]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        let pooled = match &self.head_pool {
            Some(pool) => flatten(pool.apply(features)),
            None => global_average_pool(features),
        };
        self.head.apply(pooled)
    }
}
