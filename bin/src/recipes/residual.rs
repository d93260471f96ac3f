//! Plain and residual networks of the same depth, side by side.

use burn::tensor::{Device, Tensor};
use fireside_datasets::image_examples::ImageExamples;
use fireside_layers::ops::{self, Pool2dOptions};
use fireside_training::supervised::{Score, SupervisedConfig};
use fireside_vision::Classifier as _;
use fireside_vision::resnet::block::Shortcut;
use fireside_vision::resnet::small::{SmallResNet, SmallResNetConfig};

use crate::Failure;
use crate::plot::Series;
use crate::recipes::classify::{self, ImageBatch};
use crate::run::Run;

/// How the networks of a comparison are trained.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Times through the training pictures.
    pub epochs: usize,
    /// Pictures in a mini-batch.
    pub batch_size: usize,
    /// Learning rate at the start.
    pub learning_rate: f64,
    /// Seed of the weights and the order of the pictures.
    pub seed: u32,
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
    pub fn of_depths(depths: &[usize]) -> Vec<Self> {
        let of = |is_residual| depths.iter().map(move |&depth| Self { depth, is_residual });
        of(false).chain(of(true)).collect()
    }

    /// What it is called.
    pub fn name(self) -> String {
        let kind = if self.is_residual { "residual" } else { "plain" };
        format!("{kind}-{}", self.depth)
    }

    /// Builds its network.
    ///
    /// # Errors
    /// When the depth is not 6n + 2.
    pub fn build(self, num_classes: usize, device: &Device) -> Result<SmallResNet, Failure> {
        let shortcut = if self.is_residual { Shortcut::Zeros } else { Shortcut::None };
        let config = SmallResNetConfig::new(self.depth, num_classes).with_shortcut(shortcut);
        Ok(config.init(device)?)
    }

    /// Trains it on pictures of half the height and width, and returns its training error in percent over the
    /// epochs.
    ///
    /// # Errors
    /// When the settings cannot work or the device fails.
    pub fn train(
        self,
        run: &mut Run,
        [train, test]: [&ImageExamples; 2],
        num_classes: usize,
        pace: Pace,
        device: &Device,
    ) -> Result<Series, Failure> {
        let name = self.name();
        let net = self.build(num_classes, device)?;
        let net = classify::draw_weights(net, pace.seed, device);
        let config = SupervisedConfig::new(pace.epochs).with_batch_size(pace.batch_size);
        let config = config.with_seed(pace.seed);
        let count = train.source().labels().len();
        let training = classify::training(config, count, pace.learning_rate, 0.0)?;
        let stage = run.epoch_stage(&name, &("SmallResNet", &name, num_classes))?.quietly();
        let (_, curve) = stage.train(
            training,
            net,
            answer_on_halves,
            &classify::batches(train),
            &classify::batches(test),
        )?;
        let percent = |share: f64| 100.0 * (1.0 - share);
        if let Some(last) = curve.last() {
            let (learnt, tested) = (percent(last.train.accuracy), percent(last.held_out.accuracy));
            run.say(&format!("{name:>12} {learnt:>14.2} {tested:>14.2}"));
            run.result(&format!("{name}_train_error"), learnt);
            run.result(&format!("{name}_test_error"), tested);
        }
        Ok(Series::of_epochs(name, &curve, |point| percent(point.train.accuracy)))
    }
}

/// One class of several, of pictures shrunk to half their height and width: the networks are made for 32x32.
fn answer_on_halves(net: &SmallResNet, (images, labels): ImageBatch) -> Score {
    let halves: Tensor<4> = ops::avg_pool2d(images, &Pool2dOptions::square(2), true);
    Score::of_classes(net.forward(halves), labels)
}
