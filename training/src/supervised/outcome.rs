//! What a training tells on the way, how it ends, and why it did not.

use crate::checkpoint::{CheckpointError, Pace};

use super::curve::{Curve, EpochPoint};

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
    /// The checkpoint is of a training in other batches, or of other examples.
    #[error(
        "the checkpoint is {0} examples into an epoch, where no batch ends: it was trained in other batches"
    )]
    OtherBatches(usize),
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
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Moment {
    /// The training begins, or goes on where a checkpoint says.
    Begin {
        /// The epoch that is to be learnt, counted from 1.
        epoch: usize,
        /// Examples of it that are done already.
        examples: usize,
        /// Why later checkpoints were passed over.
        passed_over: Vec<String>,
    },
    /// A batch is about to be learnt. To break now ends the training before it, and loses nothing where checkpoints
    /// are kept.
    Batch {
        /// The epoch, counted from 1.
        epoch: usize,
        /// Examples of this epoch that are done.
        examples: usize,
    },
    /// An epoch is over. To break now loses nothing.
    Epoch(EpochPoint),
    /// A checkpoint was written, at this pace.
    Kept(Pace),
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
