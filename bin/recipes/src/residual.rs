//! Plain and residual networks of the same depth, side by side.

use burn::tensor::{Device, Tensor};
use fireside_layers::ops::{self, Pool2dOptions};
use fireside_training::supervised::{Score, Supervised, SupervisedConfig};
use fireside_vision::Classifier as _;
use fireside_vision::resnet::block::Shortcut;
use fireside_vision::resnet::small::{SmallResNet, SmallResNetConfig};

use crate::RecipeError;
use crate::classify::{self, ImageBatch};
use crate::trained::{Architecture, Card, Pictures, Reading, Task};

/// A network of the comparison.
#[derive(Debug, Clone, Copy)]
pub struct Contestant {
    /// Layers with weights.
    pub depth: usize,
    /// Whether shortcuts lead around its blocks.
    pub is_residual: bool,
}

impl Contestant {
    /// Plain and residual networks of each depth, the plain ones first.
    pub fn of_depths(depths: &[usize]) -> Vec<Self> {
        let of = |is_residual| depths.iter().map(move |&depth| Self { depth, is_residual });
        of(false).chain(of(true)).collect()
    }

    /// What its figures and its folder are called.
    pub fn name(self) -> String {
        let kind = if self.is_residual { "residual" } else { "plain" };
        format!("{kind}-{}", self.depth)
    }

    /// What people call it.
    pub fn called(self) -> String {
        let kind = if self.is_residual { "residual" } else { "plain" };
        format!("{kind}, {} layers", self.depth)
    }

    fn config(self, num_classes: usize) -> SmallResNetConfig {
        let shortcut = if self.is_residual { Shortcut::Zeros } else { Shortcut::None };
        SmallResNetConfig::new(self.depth, num_classes).with_shortcut(shortcut)
    }

    /// Builds its network.
    ///
    /// # Errors
    /// When the depth is not 6n + 2.
    pub fn build(self, num_classes: usize, device: &Device) -> Result<SmallResNet, RecipeError> {
        Ok(self.config(num_classes).init(device)?)
    }

    /// What describes the trained network, which sees pictures of 64x64 at half their height and width.
    pub fn card(self, classes: &[&str]) -> Card {
        let architecture = Architecture::SmallResNet(self.config(classes.len()));
        let pictures = Pictures::new([64; 2], Reading::one_of(classes)).shrunk(2);
        Card::new(architecture, Task::Pictures(pictures))
    }

    /// Its network with the first weights of the seed, and a training without weight decay on `examples` pictures.
    ///
    /// # Errors
    /// When the depth is not 6n + 2, or the learning rate is not in 0..=1.
    pub fn begin(
        self,
        config: SupervisedConfig,
        examples: usize,
        learning_rate: f64,
        num_classes: usize,
        device: &Device,
    ) -> Result<(SmallResNet, Supervised), RecipeError> {
        let net = self.build(num_classes, device)?;
        let net = classify::draw_weights(net, config.seed, device);
        Ok((net, classify::training(config, examples, learning_rate, 0.0)?))
    }
}

/// One class of several, of pictures shrunk to half their height and width: the networks are made for 32x32.
pub fn answer_on_halves(net: &SmallResNet, (images, labels): ImageBatch) -> Score {
    let halves: Tensor<4> = ops::avg_pool2d(images, &Pool2dOptions::square(2), true);
    Score::of_classes(net.forward(halves), labels)
}
