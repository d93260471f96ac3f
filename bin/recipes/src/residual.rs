//! Residual networks on hands: ResNet-50, and plain and residual networks of the same depth side by side.

use burn::tensor::{Device, Tensor};
use fireside_datasets::signs::CLASSES;
use fireside_layers::ops::{self, Pool2dOptions};
use fireside_training::supervised::Score;
use fireside_vision::resnet::block::Shortcut;
use fireside_vision::resnet::small::{SmallResNet, SmallResNetConfig};
use fireside_vision::resnet::{ResNet, ResNetConfig};
use fireside_vision::{Classifier as _, Edition};
use serde::{Deserialize, Serialize};

use crate::RecipeError;
use crate::fingers::IMAGE;
use crate::lesson::{Lesson, Pace};
use crate::picture_set::ImageBatch;
use crate::trained::{Architecture, Card, Pictures, Reading, Task};

/// What of the assignment to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Both.
    All,
    /// ResNet-50.
    Resnet50,
    /// Plain against residual networks.
    Comparison,
}

impl Part {
    /// All of them: what each is called, and what it means.
    pub const CHOICES: [(&'static str, &'static str, Self); 3] = [
        ("all", "Both", Self::All),
        ("resnet50", "ResNet-50", Self::Resnet50),
        ("comparison", "Plain against residual networks", Self::Comparison),
    ];
}

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
    ///
    /// # Errors
    /// When a depth is not 6n + 2.
    pub fn of_depths(depths: &[usize], device: &Device) -> Result<Vec<Self>, RecipeError> {
        let of = |is_residual| depths.iter().map(move |&depth| Self { depth, is_residual });
        let all: Vec<Self> = of(false).chain(of(true)).collect();
        for contestant in &all {
            contestant.config().init(device)?;
        }
        Ok(all)
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

    fn config(self) -> SmallResNetConfig {
        let shortcut = if self.is_residual { Shortcut::Zeros } else { Shortcut::None };
        SmallResNetConfig::new(self.depth, CLASSES.len()).with_shortcut(shortcut)
    }

    /// Its network learns so many pictures, which it sees at half their height and width.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn lesson(
        self,
        pace: Pace,
        pictures: usize,
        device: &Device,
    ) -> Result<Lesson<SmallResNet, ImageBatch>, RecipeError> {
        let [_, height, width] = IMAGE;
        let seen = Pictures::new([height, width], Reading::one_of(&CLASSES)).shrunk(2);
        let card = Card::new(Architecture::SmallResNet(self.config()), Task::Pictures(seen));
        let card = card.called(self.called());
        let net = self.config().init(device)?;
        let lesson = Lesson::of_pictures(&self.name(), card, net, pace, pictures)?;
        Ok(Lesson { answer: answer_on_halves, ..lesson.from_scratch(device) })
    }
}

/// The assignment's ResNet-50 learns so many pictures, from scratch.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn resnet50(
    pace: Pace,
    pictures: usize,
    device: &Device,
) -> Result<Lesson<ResNet, ImageBatch>, RecipeError> {
    let config = ResNetConfig::resnet50(CLASSES.len()).with_edition(Edition::Course);
    let net = config.init(device)?;
    let [_, height, width] = IMAGE;
    let card = Card::of_pictures(Architecture::ResNet(config), [height, width], &CLASSES);
    let card = card.as_main().called("ResNet-50");
    Ok(Lesson::of_pictures("resnet50", card, net, pace, pictures)?.from_scratch(device))
}

/// One class of several, of pictures shrunk to half their height and width: the networks are made for 32x32.
fn answer_on_halves(net: &SmallResNet, (images, labels): ImageBatch) -> Score {
    let halves: Tensor<4> = ops::avg_pool2d(images, &Pool2dOptions::square(2), true);
    Score::of_classes(net.forward(halves), labels)
}
