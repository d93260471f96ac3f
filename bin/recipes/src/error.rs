//! Why a recipe could not be prepared or carried out.

use fireside_datasets::{DataError, SettingError};
use fireside_layers::ConfigError;
use fireside_search::{SearchError, SpaceError, ZoomError};
use fireside_strategy::StrategyError;
use fireside_training::checkpoint::CheckpointError;
use fireside_training::descent::DescentError;
use fireside_training::gradient_check::GradientCheckError;
use fireside_training::optimizer::OptimizerError;
use fireside_training::regularizer::dropout::KeepProbError;
use fireside_training::schedule::ScheduleError;
use fireside_training::supervised::SupervisedError;
use fireside_training::transfer::UnknownLayer;
use fireside_weights::WeightsError;

/// Why a recipe could not be prepared or carried out, in one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// What was asked for does not fit the model or the data.
    #[error("{0}")]
    Input(String),
    /// It failed on the way.
    #[error("{0}")]
    Run(String),
    /// The numbers left the real ones.
    #[error("{0}")]
    Diverged(String),
    /// A checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A data set.
    #[error(transparent)]
    Data(#[from] DataError),
    /// What a generator or a change of pictures was asked for.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// A model's configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A division into sets.
    #[error(transparent)]
    Strategy(#[from] StrategyError),
    /// A file of weights.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// A training by iterations.
    #[error(transparent)]
    Descent(#[from] DescentError),
    /// A training by epochs.
    #[error(transparent)]
    Supervised(#[from] SupervisedError),
    /// An optimiser's settings.
    #[error(transparent)]
    Optimizer(#[from] OptimizerError),
    /// A schedule's settings.
    #[error(transparent)]
    Schedule(#[from] ScheduleError),
    /// A probability of keeping a unit.
    #[error(transparent)]
    KeepProb(#[from] KeepProbError),
    /// A comparison of gradients.
    #[error(transparent)]
    GradientCheck(#[from] GradientCheckError),
    /// Layers to freeze.
    #[error(transparent)]
    Layer(#[from] UnknownLayer),
    /// A space of hyperparameters.
    #[error(transparent)]
    Space(#[from] SpaceError),
    /// A search of hyperparameters.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A search around the best of another.
    #[error(transparent)]
    Zoom(#[from] ZoomError),
    /// An axis of word vectors.
    #[error(transparent)]
    Bias(#[from] fireside_sequence::word_vectors::bias::BiasError),
    /// A map of word vectors.
    #[error(transparent)]
    Map(#[from] fireside_sequence::word_vectors::map::MapError),
    /// Sentences for emoji.
    #[error(transparent)]
    Emojify(#[from] fireside_sequence::emojify::EmojifyError),
    /// The device.
    #[error("the device failed: {0}")]
    Device(#[from] burn::tensor::ExecutionError),
    /// A figure that the device was to hand over.
    #[error("the device failed: {0}")]
    Read(#[from] burn::tensor::TensorReadError),
}
