//! A lesson: a network, what describes it, and how it is to learn.

use burn::lr_scheduler::composed::ComposedLrSchedulerConfig;
use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::lr_scheduler::linear::LinearLrSchedulerConfig;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::Module;
use burn::optim::AdamWConfig;
use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::{Curve, Supervised, SupervisedConfig, Task};
use fireside_vision::Classifier;

use crate::RecipeError;
use crate::classify;
use crate::picture_set::ImageBatch;
use crate::trained::Card;

/// A network that is to learn from batches of `B`.
pub struct Lesson<M: Module, B> {
    /// What its training is called.
    pub stage: String,
    /// What describes the trained network.
    pub card: Card,
    /// The network with its first weights.
    pub net: M,
    /// How it learns.
    pub training: Supervised,
    /// How it answers a batch, and how well.
    pub answer: Task<M, B>,
}

/// What a lesson comes to.
#[derive(Debug, Clone)]
pub struct Learnt<M> {
    /// The trained network.
    pub net: M,
    /// What describes it.
    pub card: Card,
    /// How it got on, epoch by epoch.
    pub curve: Curve,
}

/// How long, how fast and on how many pictures at a time a network learns: by Adam with decoupled weight decay, at a
/// rate that falls along a cosine to nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pace {
    /// Times through the pictures.
    pub epochs: usize,
    /// Pictures in a mini-batch.
    pub batch_size: usize,
    /// Learning rate at the start.
    pub rate: f64,
    /// Share of a weight that it loses in an update, in units of the learning rate.
    pub weight_decay: f64,
    /// Seed of the first weights, and of the order and the changes of the pictures.
    pub seed: u32,
}

impl Pace {
    /// A training at this pace on so many pictures.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn training(self, pictures: usize) -> Result<Supervised, RecipeError> {
        let cosine = self.cosine(pictures).init().map_err(|_| wrong_rate(self.rate))?;
        Ok(self.supervised(self.optimizer(), cosine))
    }

    /// The same at a rate that first rises evenly from next to nothing, over a share of the updates of 0 to 1: a rate at
    /// which a network learns fast may be too high for its first weights.
    ///
    /// # Errors
    /// As [`Pace::training`].
    pub fn warmed_up(self, pictures: usize, share: f64) -> Result<Supervised, RecipeError> {
        let rise = (share * self.updates(pictures) as f64) as usize;
        Ok(self.supervised(self.optimizer(), self.rising(pictures, rise)?))
    }

    /// The learning rate of every update: it rises evenly over so many, and falls along a cosine to a thousandth.
    ///
    /// # Errors
    /// As [`Pace::training`].
    pub(crate) fn rising(
        &self,
        pictures: usize,
        updates: usize,
    ) -> Result<ModuleLrScheduler, RecipeError> {
        let rise = updates.max(1);
        let rise = LinearLrSchedulerConfig::new(1.0 / rise as f64, 1.0, rise);
        let schedule = ComposedLrSchedulerConfig::new().linear(rise).cosine(self.cosine(pictures));
        schedule.init().map_err(|_| wrong_rate(self.rate))
    }

    fn updates(&self, pictures: usize) -> usize {
        self.epochs * pictures.div_ceil(self.batch_size.max(1))
    }

    fn cosine(&self, pictures: usize) -> CosineAnnealingLrSchedulerConfig {
        CosineAnnealingLrSchedulerConfig::new(self.rate, self.updates(pictures).max(1))
            .with_min_lr(self.rate / 1000.0)
    }

    /// Adam with decoupled weight decay.
    pub(crate) fn optimizer(&self) -> AdamWConfig {
        AdamWConfig::new().with_weight_decay(self.weight_decay as f32)
    }

    /// A training by this optimiser and these rates.
    pub(crate) fn supervised(
        self,
        optimizer: AdamWConfig,
        schedule: impl Into<ModuleLrScheduler>,
    ) -> Supervised {
        let Self { epochs, batch_size, seed, .. } = self;
        let config = SupervisedConfig::new(epochs).with_batch_size(batch_size).with_seed(seed);
        Supervised::new(config, optimizer.init(), schedule)
    }
}

fn wrong_rate(rate: f64) -> RecipeError {
    RecipeError::Input(format!("the learning rate is {rate}: it must be above 0 and at most 1"))
}

impl<M: Classifier> Lesson<M, ImageBatch> {
    /// A network that learns to sort so many pictures into classes, from the weights that it has.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn of_pictures(
        stage: &str,
        card: Card,
        net: M,
        pace: Pace,
        pictures: usize,
    ) -> Result<Self, RecipeError> {
        let (stage, training) = (stage.to_string(), pace.training(pictures)?);
        Ok(Self { stage, card, net, training, answer: classify::answer })
    }

    /// The same from first weights of He's rule, drawn from NumPy's numbers for the seed of its pace; its dropout is
    /// seeded too.
    #[must_use]
    pub fn from_scratch(self, device: &Device) -> Self {
        let seed = self.training.config().seed;
        device.seed(u64::from(seed));
        let net = initialize(self.net, Initializer::He, &mut NumpyRng::new(seed));
        Self { net, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_rises_over_its_share_of_the_updates_and_falls_to_nothing() {
        let pace = Pace { epochs: 2, batch_size: 10, rate: 0.5, weight_decay: 0.0, seed: 1 };
        let mut schedule = pace.rising(495, 10).unwrap(); // of 100 updates
        let rates: Vec<f64> = (0..100).map(|_| schedule.step().base()).collect();
        assert!((rates[0] - 0.05).abs() < 1e-3, "{rates:?}");
        assert!(rates[..10].windows(2).all(|pair| pair[0] < pair[1]), "{rates:?}");
        assert!(rates[10..].windows(2).all(|pair| pair[0] > pair[1]), "{rates:?}");
        assert!(rates[10] > 0.48 && rates[99] < 0.002, "{rates:?}");
        assert!(Pace { rate: 2.0, ..pace }.warmed_up(10, 0.1).is_err());
    }
}
