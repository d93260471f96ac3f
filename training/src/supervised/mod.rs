//! Training by epochs of shuffled mini-batches, on Burn's own learner.
//!
//! [`descent`](crate::descent) is course 1's loop: the whole training set in every update. Here an epoch goes
//! through the training set batch by batch, in a new order each time, with any of Burn's optimisers and
//! learning-rate schedules, and then judges a set held out of it (course 2, week 2). The loop, the metrics and
//! the dashboard are those of [`burn::train::SupervisedTraining`]; the model stays a plain module, and a
//! [`Task`] says how it answers a batch and what that costs.
//!
//! - **Metrics**: the loss and the share of right answers of both sets, epoch by epoch, in a [`Curve`].
//! - **Checkpoints**: the parameters, the optimiser's state and the schedule's, in a folder: every half minute, and at
//!   the end of an epoch where that costs next to nothing.
//! - **Resume**: a training broken off between any two batches and resumed ends with the same parameters and the same
//!   curve, bit for bit.
//! - **Early stopping**: with [`patience`](SupervisedConfig::patience), and the parameters of the best epoch.
//! - **Dashboard**: Burn's, with the feature `tui`. Nothing is printed otherwise.
//!
//! ```
//! use burn::nn::{Linear, LinearConfig};
//! use burn::optim::AdamConfig;
//! use burn::tensor::{Device, Int, Tensor};
//! use fireside_training::supervised::{Score, Supervised, SupervisedConfig};
//! use std::ops::ControlFlow;
//!
//! let device = Device::flex();
//! let x = Tensor::<2>::from_data([[0.0, 1.0], [1.0, 0.0], [0.1, 0.9], [0.8, 0.1]], &device);
//! let labels = Tensor::<1, Int>::from_data([0, 1, 0, 1], &device);
//! let examples = (x, labels);
//!
//! let config = SupervisedConfig::new(30).with_batch_size(2);
//! let trained = Supervised::new(config, AdamConfig::new().init(), 0.1).run(
//!     LinearConfig::new(2, 2).init(&device),
//!     |model: &Linear, (x, labels)| Score::of_classes(model.forward(x), labels),
//!     &examples, // to train on
//!     &examples, // to judge by
//!     |_| ControlFlow::Continue(()),
//! )?;
//! assert_eq!(trained.curve.last().unwrap().held_out.accuracy, 1.0);
//! # Ok::<(), fireside_training::supervised::SupervisedError>(())
//! ```

mod batches;
mod curve;
mod examples;
mod learnable;
mod ledger;
mod outcome;
mod score;
mod silent;
mod start;
mod steps;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, Mutex};

use burn::config::Config;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::{Module, ModuleDisplay, ModuleVisitor, Param};
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use burn::train::metric::LearningRateMetric;
use burn::train::{Interrupter, Learner, SupervisedTraining, TrainingStrategy};

pub use curve::{Curve, EpochPoint, Figures};
pub use examples::{BatchMaker, Examples};
pub use learnable::Task;
pub use outcome::{Ending, Moment, SupervisedError, Trained};
pub use score::{NO_LABEL, Score};
pub use silent::has_dashboard;

use crate::checkpoint::{CheckpointError, Identity, Pace, Shelf, malformed};
use batches::{Batches, Shuffle};
use learnable::Learnable;
use ledger::{Clerk, Ledger, Progress, Tally};
use score::{EpochMean, SharedSum};
use silent::renderer;
use start::{Start, is_over};
use steps::Steps;

/// How long to train, and on how much at a time.
#[derive(Config, Debug, PartialEq)]
pub struct SupervisedConfig {
    /// Times through the training set, those of a resumed run included.
    pub epochs: usize,
    /// Examples in a mini-batch; the last of an epoch may be smaller.
    #[config(default = 32)]
    pub batch_size: usize,
    /// Seed of the order of the examples: epoch `e`, counted from 1, is shuffled as NumPy would with the
    /// seed `seed + e`.
    #[config(default = 0)]
    pub seed: u32,
    /// Epochs without a smaller held-out loss after which to stop. With it, the model returned is that of
    /// the best epoch; without, that of the last.
    #[config(default = "None")]
    pub patience: Option<usize>,
}

/// A training by epochs.
#[derive(Clone)]
pub struct Supervised {
    config: SupervisedConfig,
    optimizer: ModuleOptimizer,
    schedule: ModuleLrScheduler,
    shelf: Option<Shelf>,
    resumes: bool,
    keeps_states: bool,
    dashboard: bool,
}

/// Below the folder of a training, its checkpoints on the way.
pub const EPOCHS: &str = "epochs";

impl Supervised {
    /// Prepares a training. `schedule` is a learning rate or a schedule of Burn's, which it asks once for each
    /// update.
    pub fn new(
        config: SupervisedConfig,
        optimizer: impl Into<ModuleOptimizer>,
        schedule: impl Into<ModuleLrScheduler>,
    ) -> Self {
        let (optimizer, schedule) = (optimizer.into(), schedule.into());
        Self {
            config,
            optimizer,
            schedule,
            shelf: None,
            resumes: false,
            keeps_states: true,
            dashboard: false,
        }
    }

    /// Keeps checkpoints in `folder`, as [`Shelf`] lays them out, and in the end the model with its curve.
    ///
    /// `identity` says what they belong to; one of another training is refused when it is resumed.
    #[must_use]
    pub fn keeping(mut self, folder: &Path, identity: &Identity) -> Self {
        self.shelf = Some(Shelf::new(folder, EPOCHS, identity.clone()));
        self
    }

    /// Keeps checkpoints as [`keeping`](Self::keeping) does, and goes on after the last one that is there and whole;
    /// from the start where there is none.
    ///
    /// Configuration, optimiser, schedule and examples have to be those of the training that was broken off;
    /// more epochs may be asked for.
    #[must_use]
    pub fn resuming(self, folder: &Path, identity: &Identity) -> Self {
        Self { resumes: true, ..self.keeping(folder, identity) }
    }

    /// Keeps checkpoints on a shelf, and goes on after the last one that is there if it `resumes`.
    #[must_use]
    pub fn on(mut self, shelf: Shelf, resumes: bool) -> Self {
        self.shelf = Some(shelf);
        Self { resumes, ..self }
    }

    /// Writes checkpoints at this pace.
    #[must_use]
    pub fn at(mut self, pace: Pace) -> Self {
        self.shelf = self.shelf.map(|shelf| shelf.at(pace));
        self
    }

    /// Leaves the model and its curve alone when the training is over, and no state to train it longer from.
    #[must_use]
    pub fn leaving_the_model_alone(mut self) -> Self {
        self.keeps_states = false;
        self
    }

    /// The configuration.
    pub fn config(&self) -> &SupervisedConfig {
        &self.config
    }

    /// Changes the number of epochs.
    #[must_use]
    pub fn with_epochs(mut self, epochs: usize) -> Self {
        self.config.epochs = epochs;
        self
    }

    /// Shows Burn's dashboard while it trains, where [`has_dashboard`]; nothing otherwise.
    #[must_use]
    pub fn with_dashboard(mut self) -> Self {
        self.dashboard = true;
        self
    }

    /// Trains `model` on the device that it and the examples are on.
    ///
    /// The same seeds give the same parameters, bit for bit, wherever the device's sums have one order.
    /// Frozen parameters stay as they are.
    ///
    /// # Errors
    /// [`SupervisedError`] for settings that cannot work, a checkpoint that cannot be used, a loss that is not
    /// finite (looked at after each epoch; the error holds the curve so far), or a failing device.
    pub fn run<M, D>(
        self,
        model: M,
        task: Task<M, D::Batch>,
        train: &D,
        held_out: &D,
        observe: impl FnMut(Moment) -> ControlFlow<()> + Send + 'static,
    ) -> Result<Trained<M>, SupervisedError>
    where
        M: Module + ModuleDisplay + 'static,
        D: Examples,
    {
        self.check(train.count(), held_out.count())?;
        let Self { config, optimizer, schedule, shelf, resumes, keeps_states, dashboard } = self;
        let model = model.train();
        if !can_be_trained(&model) {
            return Err(SupervisedError::NothingToTrain);
        }
        let devices = model.devices();
        let mut start =
            Start { model, optimizer, schedule, progress: Progress::default(), best: None };
        let mut ledger = Ledger {
            curve: Curve::default(),
            epochs: config.epochs,
            patience: config.patience,
            shelf,
            keeps_states,
            sums: Default::default(),
            best: None,
            observe: Box::new(observe),
            broken_off: false,
            error: None,
        };
        let mut passed_over = Vec::new();
        if let Some(shelf) = ledger.shelf.as_mut().filter(|_| resumes) {
            let mut found = shelf.find::<Progress>()?;
            if let Some(checkpoint) = found.checkpoint.take_if(|found| found.is_final) {
                let curve = &checkpoint.progress.curve;
                if is_over(curve, &config) {
                    return start.finished(checkpoint, &config);
                }
                found = shelf.find_on_the_way()?;
                if found.checkpoint.is_none() {
                    let reason = "it was finished and kept without what it takes to go on longer";
                    return Err(malformed(&checkpoint.path, reason).into());
                }
            }
            passed_over.extend(found.passed_over.iter().map(CheckpointError::to_string));
            if let Some(checkpoint) = found.checkpoint {
                start = start.resumed(checkpoint)?;
            }
        }
        let Start { model, optimizer, schedule, progress, best } = start;
        let Progress { curve, examples, sums } = progress;
        let done = curve.epochs();
        if examples % config.batch_size != 0 || examples >= train.count() {
            return Err(SupervisedError::OtherBatches(examples));
        }
        let over = is_over(&curve, &config);
        (ledger.curve, ledger.best) = (curve, best);
        ledger.sums = sums.map(SharedSum::of);
        if over {
            return ledger.finish(model);
        }
        ledger.tell(Moment::Begin { epoch: done + 1, examples, passed_over });
        if let Some(shelf) = &mut ledger.shelf {
            shelf.begin();
        }

        let sums = ledger.sums.clone();
        let clerk = Clerk(Arc::new(Mutex::new(ledger)));
        let interrupter = Interrupter::new();
        let batches = |examples: &D| Batches {
            examples: examples.clone(),
            range: 0..examples.count(),
            batch_size: config.batch_size,
            shuffle: None,
        };
        let (begun, of_next) = (done.into(), examples.into());
        let shuffle = Shuffle { seed: config.seed, devices, begun, done: of_next };
        let to_train_on = Batches { shuffle: Some(shuffle), ..batches(train) };
        let learnable = Learnable { model, task };
        let states = Mutex::new(Some((optimizer.clone(), schedule.clone())));
        let steps = Arc::new(Steps { states, clerk: clerk.clone() });

        // No directory: with loggers of our own, Burn writes nothing itself.
        let [losses, right] = sums;
        let training =
            SupervisedTraining::new("", Arc::new(to_train_on), Arc::new(batches(held_out)))
                .num_epochs(config.epochs)
                .metric_train_numeric(EpochMean::of_loss(losses))
                .metric_valid_numeric(EpochMean::of_loss(SharedSum::default()))
                .metric_train_numeric(EpochMean::of_right_answers(right))
                .metric_valid_numeric(EpochMean::of_right_answers(SharedSum::default()))
                .metric_train_numeric(LearningRateMetric::new())
                .with_metric_logger(Tally::default())
                .with_application_logger(None)
                .renderer(renderer(dashboard, &interrupter, done))
                .with_interrupter(interrupter)
                .with_training_strategy(TrainingStrategy::Custom(steps))
                .checkpoint(done);
        let result = training.launch(Learner::new(learnable, optimizer, schedule));
        let (learnable, failed, interrupted) = (result.model, result.error, result.interrupted);
        drop(result.renderer); // gives the terminal back

        let mut ledger = clerk.ledger();
        if let Some(error) = ledger.error.take() {
            return Err(error);
        }
        if let Some(failed) = failed {
            let epoch = ledger.curve.epochs() + 1;
            return Err(SupervisedError::Learner { epoch, reason: failed.to_string() });
        }
        ledger.broken_off |= interrupted.is_some();
        ledger.finish(learnable.model)
    }

    fn check(&self, train: usize, held_out: usize) -> Result<(), SupervisedError> {
        if self.config.batch_size == 0 {
            return Err(SupervisedError::BatchSize);
        }
        if self.config.patience == Some(0) {
            return Err(SupervisedError::Patience);
        }
        for (set, count) in [("training", train), ("held-out", held_out)] {
            if count == 0 {
                return Err(SupervisedError::EmptySet(set));
            }
        }
        let first = self.schedule.clone().step().base();
        if !(first.is_finite() && first > 0.0) {
            return Err(SupervisedError::LearningRate(first));
        }
        Ok(())
    }
}

/// Whether any parameter has a gradient.
fn can_be_trained<M: Module>(model: &M) -> bool {
    struct Finder(bool);
    impl ModuleVisitor for Finder {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            self.0 |= param.val().is_require_grad();
        }
    }
    let mut finder = Finder(false);
    model.visit(&mut finder);
    finder.0
}

#[cfg(test)]
mod tests;
