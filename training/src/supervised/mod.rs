//! Training by epochs of shuffled mini-batches, on Burn's own learner.
//!
//! [`descent`](crate::descent) is course 1's loop: the whole training set in every update. Here an epoch goes
//! through the training set batch by batch, in a new order each time, with any of Burn's optimisers and
//! learning-rate schedules, and then judges a set held out of it (course 2, week 2). The loop, the metrics and
//! the dashboard are those of [`burn::train::SupervisedTraining`]; the model stays a plain module, and a
//! [`Task`] says how it answers a batch and what that costs.
//!
//! - **Metrics**: the loss and the share of right answers of both sets, epoch by epoch, in a [`Curve`].
//! - **Checkpoints**: the parameters, the optimiser's state and the schedule's, after every epoch, in a folder.
//! - **Resume**: a training broken off and resumed ends with the same parameters, bit for bit.
//! - **Early stopping**: with [`patience`](SupervisedConfig::patience), and the parameters of the best epoch.
//! - **Dashboard**: Burn's, in the terminal, with the feature `tui`. Nothing is printed otherwise, and nothing
//!   is written outside the folder of the checkpoints.
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
mod score;
mod shelf;
mod silent;

use std::io::IsTerminal;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use burn::config::Config;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::{Module, ModuleDisplay, ModuleVisitor, Param};
use burn::optim::{ModuleOptimizer, OptimizerRecord};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Tensor;
use burn::train::metric::LearningRateMetric;
use burn::train::renderer::MetricsRenderer;
use burn::train::{Interrupter, Learner, SupervisedTraining};

pub use curve::{Curve, EpochPoint, Figures};
pub use examples::{BatchMaker, Examples};
pub use learnable::Task;
pub use score::{NO_LABEL, Score};

use crate::checkpoint::{CheckpointError, malformed};
use batches::{Batches, Shuffle};
use learnable::Learnable;
use ledger::{Clerk, Ledger, Tally};
use score::EpochMean;
use shelf::{Keeper, MODEL, OPTIMIZER, SCHEDULE, Shelf};
use silent::Silent;

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

/// Why a training did not start or did not finish.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SupervisedError {
    /// A batch needs an example.
    #[error("the batch size is 0: it must be at least 1")]
    BatchSize,
    /// Patience of 0 epochs would stop every training at its first.
    #[error("the patience is 0 epochs: it must be at least 1")]
    Patience,
    /// The schedule begins with something else than a positive number.
    #[error("the learning rate is {0}: it must be a number above 0")]
    LearningRate(f64),
    /// A set has no examples.
    #[error("the {0} set is empty: it needs at least one example")]
    EmptySet(&'static str),
    /// Every parameter is frozen, or there is none.
    #[error("no parameter of the model can be trained: unfreeze at least one layer")]
    NothingToTrain,
    /// The loss left the real numbers.
    #[error(
        "the loss is {loss} in epoch {epoch} with a learning rate of {learning_rate}: \
         try a smaller learning rate, or clip the gradients"
    )]
    Diverged {
        /// The epoch in which it was noticed, counted from 1.
        epoch: usize,
        /// The loss found there.
        loss: f64,
        /// Learning rate of the last update of that epoch.
        learning_rate: f64,
        /// The epochs before.
        curve: Curve,
    },
    /// A checkpoint cannot be written or read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// Burn's learner gave up: the device or the disk failed.
    #[error("the training failed in epoch {epoch}: {reason}")]
    Learner {
        /// The epoch, counted from 1.
        epoch: usize,
        /// What it reported.
        reason: String,
    },
}

/// What an observer learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Moment {
    /// A batch is about to be learnt. To break now ends the training after that batch: what this epoch
    /// learnt is lost, and a resumed run begins it anew.
    Batch {
        /// The epoch, counted from 1.
        epoch: usize,
        /// Examples of this epoch that are done.
        examples: usize,
    },
    /// An epoch is over and its checkpoint on the way. To break now loses nothing.
    Epoch(EpochPoint),
}

/// How a training ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done.
    Complete,
    /// The held-out loss had not become smaller for too long.
    Stalled,
    /// The observer, or the user at the dashboard, broke it off.
    BrokenOff,
}

/// A training that ended.
#[derive(Debug)]
pub struct Trained<M> {
    /// The model, without autodiff: that of the best epoch if there was patience to find one, else as the
    /// last update left it.
    pub model: M,
    /// Its epochs.
    pub curve: Curve,
    /// Why it ended.
    pub ending: Ending,
}

/// Where checkpoints are.
#[derive(Debug, Clone)]
struct Keeping {
    folder: PathBuf,
    identity: String,
    resumes: bool,
}

/// A training by epochs.
#[derive(Clone)]
pub struct Supervised {
    config: SupervisedConfig,
    optimizer: ModuleOptimizer,
    schedule: ModuleLrScheduler,
    keeping: Option<Keeping>,
    dashboard: bool,
}

impl Supervised {
    /// Prepares a training. `schedule` is a learning rate or a schedule of Burn's, which it asks once for each
    /// update.
    pub fn new(
        config: SupervisedConfig,
        optimizer: impl Into<ModuleOptimizer>,
        schedule: impl Into<ModuleLrScheduler>,
    ) -> Self {
        let (optimizer, schedule) = (optimizer.into(), schedule.into());
        Self { config, optimizer, schedule, keeping: None, dashboard: false }
    }

    /// Keeps the last epochs (and the best, with patience) in `folder`: the files `model-7.bpk`,
    /// `optimizer-7.bpk` and `schedule-7.bpk` of epoch 7, and `progress.json` with the curve.
    ///
    /// `identity` names architecture and sizes, such as `DeepNet [12288, 25, 12, 6]`.
    #[must_use]
    pub fn keeping(mut self, folder: &Path, identity: &str) -> Self {
        let (folder, identity) = (folder.to_path_buf(), identity.to_string());
        self.keeping = Some(Keeping { folder, identity, resumes: false });
        self
    }

    /// Keeps the last epochs as [`keeping`](Self::keeping) does, and goes on after the last one that is there;
    /// from the start where there is none.
    ///
    /// Configuration, optimiser, schedule and examples have to be those of the training that was broken off;
    /// more epochs may be asked for.
    #[must_use]
    pub fn resuming(self, folder: &Path, identity: &str) -> Self {
        let mut training = self.keeping(folder, identity);
        training.keeping.iter_mut().for_each(|keeping| keeping.resumes = true);
        training
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
        let Self { config, optimizer, schedule, keeping, dashboard } = self;
        let model = model.train();
        if !can_be_trained(&model) {
            return Err(SupervisedError::NothingToTrain);
        }
        let devices = model.devices();
        let mut learnable = Learnable { model, task };

        let (shelf, mut curve) = open_shelf(keeping, config.patience.is_some())?;
        let mut done = 0;
        if let Some(shelf) = shelf.as_ref().filter(|_| curve.epochs() > 0) {
            done = shelf.last_whole(curve.epochs()).unwrap_or(0);
            curve.points.truncate(done);
            if done > 0 {
                learnable = load(learnable, shelf, done)?;
                check_states(shelf, done)?;
            }
        }
        let is_over = |curve: &Curve| {
            curve.epochs() >= config.epochs
                || config.patience.is_some_and(|patience| curve.has_stalled(patience))
        };
        if is_over(&curve) {
            let curve_ended = ending(&curve, &config);
            return finish(learnable, shelf.as_deref(), curve, curve_ended, config.patience);
        }

        let interrupter = Interrupter::new();
        let clerk = Clerk(Arc::new(Mutex::new(Ledger {
            kept: shelf.as_ref().map_or(Vec::new(), |shelf| shelf.epochs(done)),
            curve,
            patience: config.patience,
            shelf: shelf.clone(),
            interrupter: interrupter.clone(),
            observe: Box::new(observe),
            broken_off: false,
            error: None,
        })));
        let batches = |examples: &D| Batches {
            examples: examples.clone(),
            range: 0..examples.count(),
            batch_size: config.batch_size,
            shuffle: None,
            pulse: None,
        };
        let pulse = clerk.clone();
        let to_train_on = Batches {
            shuffle: Some(Shuffle { seed: config.seed, devices, begun: done.into() }),
            pulse: Some(Arc::new(move |examples| pulse.on_batch(examples))),
            ..batches(train)
        };

        // No directory: with loggers and checkpointers of our own, Burn writes nothing itself.
        let mut training =
            SupervisedTraining::new("", Arc::new(to_train_on), Arc::new(batches(held_out)))
                .num_epochs(config.epochs)
                .metrics((EpochMean::of_loss(), EpochMean::of_right_answers()))
                .metric_train_numeric(LearningRateMetric::new())
                .with_metric_logger(Tally::default())
                .with_application_logger(None)
                .renderer(renderer(dashboard, &interrupter, done))
                .with_interrupter(interrupter.clone())
                .with_checkpointing_strategy(clerk.clone())
                .early_stopping(clerk.clone());
        if let Some(shelf) = &shelf {
            let keeper = |kind| Keeper { shelf: shelf.clone(), kind };
            training = training.with_custom_checkpointers(
                keeper(MODEL),
                keeper(OPTIMIZER),
                keeper(SCHEDULE),
            );
        }
        if done > 0 {
            training = training.checkpoint(done);
        }
        let result = training.launch(Learner::new(learnable, optimizer, schedule));
        let (learnable, failed, interrupted) = (result.model, result.error, result.interrupted);
        drop(result.renderer); // gives the terminal back

        let mut ledger = clerk.ledger();
        let curve = std::mem::take(&mut ledger.curve);
        if let Some(error) = ledger.error.take() {
            return Err(error);
        }
        if let Some(failed) = failed {
            let epoch = curve.epochs() + 1;
            return Err(SupervisedError::Learner { epoch, reason: failed.to_string() });
        }
        if let Some(shelf) = &shelf {
            shelf.write_progress(&curve)?; // now that the last epoch is stored as well
        }
        let ending = match ledger.broken_off || interrupted.is_some() {
            true => Ending::BrokenOff,
            false => ending(&curve, &config),
        };
        finish(learnable, shelf.as_deref(), curve, ending, config.patience)
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

/// The place for checkpoints, if any are kept, and the curve that a resumed training left there.
fn open_shelf(
    keeping: Option<Keeping>,
    wants_best: bool,
) -> Result<(Option<Arc<Shelf>>, Curve), SupervisedError> {
    let (shelf, curve) = match keeping {
        None if !wants_best => return Ok((None, Curve::default())),
        None => (Shelf::in_memory(), Curve::default()),
        Some(Keeping { folder, identity, resumes: true }) => Shelf::open(folder, identity)?,
        Some(Keeping { folder, identity, resumes: false }) => {
            (Shelf::create(folder, identity)?, Curve::default())
        }
    };
    Ok((Some(Arc::new(shelf)), curve))
}

fn load<M: Module, T>(
    learnable: Learnable<M, T>,
    shelf: &Shelf,
    epoch: usize,
) -> Result<Learnable<M, T>, SupervisedError>
where
    Learnable<M, T>: Module,
{
    let record = ModuleRecord::from_bytes(shelf.get(MODEL, epoch)?);
    let loaded = record.and_then(|record| learnable.try_load_record(record));
    loaded.map_err(|error| unreadable(MODEL, epoch, &error).into())
}

/// Reads what Burn's learner is going to read: where it cannot, it panics.
fn check_states(shelf: &Shelf, epoch: usize) -> Result<(), SupervisedError> {
    OptimizerRecord::from_bytes(shelf.get(OPTIMIZER, epoch)?)
        .map_err(|error| unreadable(OPTIMIZER, epoch, &error))?;
    burn::lr_scheduler::LrSchedulerRecord::from_bytes(shelf.get(SCHEDULE, epoch)?)
        .map_err(|error| unreadable(SCHEDULE, epoch, &error))?;
    Ok(())
}

fn unreadable(kind: &str, epoch: usize, error: &RecordError) -> CheckpointError {
    malformed(Path::new(&shelf::file_name(kind, epoch)), error)
}

fn ending(curve: &Curve, config: &SupervisedConfig) -> Ending {
    match config.patience {
        Some(patience) if curve.epochs() < config.epochs && curve.has_stalled(patience) => {
            Ending::Stalled
        }
        _ => Ending::Complete,
    }
}

/// Returns the model, of the best epoch where that is wanted.
fn finish<M: Module, T>(
    mut learnable: Learnable<M, T>,
    shelf: Option<&Shelf>,
    curve: Curve,
    ending: Ending,
    patience: Option<usize>,
) -> Result<Trained<M>, SupervisedError>
where
    Learnable<M, T>: Module,
{
    let best = curve.best().filter(|_| patience.is_some() && ending != Ending::BrokenOff);
    if let (Some(best), Some(shelf)) = (best, shelf) {
        learnable = load(learnable, shelf, best.epoch)?;
    }
    Ok(Trained { model: learnable.model.valid(), curve, ending })
}

/// Whether a dashboard can be shown: standard output is a terminal, and this crate was built with the feature
/// `tui`.
pub fn has_dashboard() -> bool {
    cfg!(feature = "tui") && std::io::stdout().is_terminal()
}

fn renderer(dashboard: bool, interrupter: &Interrupter, done: usize) -> Box<dyn MetricsRenderer> {
    #[cfg(feature = "tui")]
    if dashboard && has_dashboard() {
        use burn::train::renderer::tui::TuiMetricsRendererWrapper;
        return Box::new(TuiMetricsRendererWrapper::new(interrupter.clone(), Some(done)));
    }
    let _ = (dashboard, interrupter, done);
    Box::new(Silent)
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
