//! The thin residual and plain networks for small pictures (He et al., 2015, section 4.2).
//!
//! A convolution 3x3 to 16 channels, then three stages of `(depth - 2) / 6` [blocks](Block) of two 3x3
//! convolutions with 16, 32 and 64 channels, the second and third stage at half the height and width of the
//! one before. Head: mean of every channel, one fully connected layer. On these the paper shows that a plain
//! network of 56 layers learns worse than one of 20, and a residual one better.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;

use super::block::{Block, BlockConfig, Shortcut};
use crate::blocks::{ConvNorm, ConvNormConfig, global_average_pool};
use crate::{Classifier, ConfigError};

/// Channels of the stages.
const WIDTHS: [usize; 3] = [16, 32, 64];

/// Configuration of [`SmallResNet`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct SmallResNetConfig {
    /// Layers with weights: 20, 32, 44, 56, 110 in the paper, 6n + 2.
    pub depth: usize,
    /// Number of output classes.
    pub num_classes: usize,
    /// Channels of the images.
    #[config(default = 3)]
    pub channels: usize,
    /// What leads around the blocks; the paper has zeros here.
    #[config(default = "Shortcut::Zeros")]
    pub shortcut: Shortcut,
}

/// A thin residual or plain network.
#[derive(Module, Debug)]
pub struct SmallResNet {
    stem: ConvNorm,
    stages: Vec<Vec<Block>>,
    head: Linear,
}

impl SmallResNetConfig {
    /// Builds the network: weights of He's normal distribution.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0 or the depth is not 6n + 2.
    pub fn init(&self, device: &Device) -> Result<SmallResNet, ConfigError> {
        check_not_zero([("num_classes", self.num_classes), ("channels", self.channels)])?;
        if self.depth < 8 || self.depth % 6 != 2 {
            return Err(ConfigError::Setting {
                name: "depth",
                expected: "8, 14, 20, or any 6n + 2".to_string(),
                found: self.depth.to_string(),
            });
        }
        let mut inputs = WIDTHS[0];
        let mut stages = Vec::new();
        for (stage, width) in WIDTHS.into_iter().enumerate() {
            let mut blocks = Vec::new();
            for block in 0..self.depth / 6 {
                let stride = if stage > 0 && block == 0 { 2 } else { 1 };
                let config = BlockConfig::basic(inputs, width).with_stride(stride);
                blocks.push(config.with_shortcut(self.shortcut).init(device)?);
                inputs = width;
            }
            stages.push(blocks);
        }
        Ok(SmallResNet {
            stem: ConvNormConfig::square([self.channels, WIDTHS[0]], 3).init(device),
            stages,
            head: LinearConfig::new(WIDTHS[2], self.num_classes).init(device),
        })
    }
}

impl Classifier for SmallResNet {
    fn features(&self, images: Tensor<4>) -> Tensor<4> {
        let x = self.stem.forward_with(Activation::Relu, images); // [batch, 16, height, width]
        self.stages.iter().flatten().fold(x, |x, block| block.forward(x)) // [batch, 64, height / 4, width / 4]
    }

    fn logits(&self, features: Tensor<4>) -> Tensor<2> {
        self.head.apply(global_average_pool(features))
    }
}
