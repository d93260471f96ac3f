//! Why a program ended early, and the exit code that says so.

use std::path::Path;

use fireside_datasets::{DataError, SettingError, happy};
use fireside_layers::ConfigError;
use fireside_recipes::RecipeError;
use fireside_search::{JournalError, SearchError, SpaceError, TrialError, ZoomError};
use fireside_strategy::StrategyError;
use fireside_training::checkpoint::CheckpointError;
use fireside_training::descent::DescentError;
use fireside_training::gradient_check::GradientCheckError;
use fireside_training::optimizer::OptimizerError;
use fireside_training::regularizer::dropout::KeepProbError;
use fireside_training::schedule::ScheduleError;
use fireside_training::supervised::SupervisedError;
use fireside_training::transfer::UnknownLayer;
use serde::Serialize;

use crate::interrupt::{self, Signal};

/// Why a program ended early. Each is one sentence for standard error.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What the user gave is wrong: exit code 2.
    #[error("{0}")]
    Input(String),
    /// The run failed: exit code 1.
    #[error("{0}")]
    Run(String),
    /// A training left the real numbers.
    #[error("{0}")]
    Diverged(String),
    /// Someone asked the run to stop: exit code 130, 143 or 129.
    #[error("{how}")]
    Stopped {
        /// Who asked.
        signal: Signal,
        /// Where the run was, and how to go on.
        how: String,
    },
}

impl Failure {
    /// 2 for wrong input, 1 for a failed run, 130, 143 or 129 for one that was stopped.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Run(_) | Self::Diverged(_) => 1,
            Self::Stopped { signal, .. } => signal.exit_code(),
        }
    }

    /// The run was asked to stop.
    pub fn stopped(how: impl Into<String>) -> Self {
        // Who ends a dashboard means what Ctrl-C means.
        let signal = interrupt::received().unwrap_or(Signal::Interrupt);
        Self::Stopped { signal, how: how.into() }
    }

    /// Something of a run that goes on cannot be written, as on a disk that has become full.
    pub(crate) fn unkept(path: &Path, error: &dyn std::fmt::Display) -> Self {
        let folder = path.parent().unwrap_or(path).display();
        let path = path.display();
        Self::Run(format!(
            "{path} cannot be written ({error}): make room in {folder} and go on with --resume, which keeps what is \
             trained"
        ))
    }

    /// The run left the real numbers, or a learning rate cannot be, and these flags set learning rates.
    pub(crate) fn naming_rates(self, flags: &[String]) -> Self {
        let flags = flags.join(", ");
        match self {
            Self::Diverged(sentence) => Self::Diverged(naming(sentence, &flags)),
            Self::Input(sentence) if sentence.contains("learning rate") => {
                Self::Input(naming(sentence, &flags))
            }
            other => other,
        }
    }

    /// A file or folder that the user named cannot be written.
    pub(crate) fn unwritable(path: &Path, error: &dyn std::fmt::Display) -> Self {
        let path = path.display();
        Self::Input(format!(
            "{path} cannot be written ({error}): give a folder that can be with --out"
        ))
    }
}

/// A sentence, and the flags that help, unless it names one itself.
fn naming(sentence: String, flags: &str) -> String {
    match flags.is_empty() || sentence.contains("--") {
        true => sentence,
        false => format!("{sentence} ({flags})"),
    }
}

/// Those of some flags, joined by commas, that stand in the settings, or else `--data`: for [`Given::given_by`].
pub(crate) fn given(settings: &impl Serialize, flags: &str) -> String {
    let settings = serde_json::to_value(settings).unwrap_or_default();
    let is_given = |flag: &&str| !settings[flag.trim_start_matches("--")].is_null();
    let given: Vec<&str> = flags.split(", ").filter(is_given).collect();
    if given.is_empty() { "--data".to_string() } else { given.join(", ") }
}

/// What came of something that the user gave.
pub(crate) trait Given<T> {
    /// Names the flags by which it was given, where it is wrong and the sentence names none itself.
    fn given_by(self, flags: &str) -> Result<T, Failure>;
}

impl<T, E: Into<Failure>> Given<T> for Result<T, E> {
    fn given_by(self, flags: &str) -> Result<T, Failure> {
        self.map_err(|error| match error.into() {
            Failure::Input(sentence) => Failure::Input(naming(sentence, flags)),
            other => other,
        })
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Missing { ref names, .. } if names == happy::TRAIN_NAMES => {
                Self::Input(format!(
                    "{error}: give the folder of the course's files with --data; with {} alone, --share-out divides it",
                    happy::TEST_NAMES[0]
                ))
            }
            DataError::Missing { .. } => Self::Input(format!(
                "{error}: give the folder of the course's files with --data, or leave it out for embedded data"
            )),
            DataError::TooManyNumbers { words, .. } => {
                Self::Input(format!("{error}: read the first ones with --words {words}"))
            }
            _ => Self::Input(error.to_string()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Input(match error {
            ConfigError::TooSmall { .. } => format!("{error}: give a larger --side"),
            _ => error.to_string(),
        })
    }
}

impl From<fireside_sequence::emojify::EmojifyError> for Failure {
    fn from(error: fireside_sequence::emojify::EmojifyError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<fireside_sequence::word_vectors::bias::BiasError> for Failure {
    fn from(error: fireside_sequence::word_vectors::bias::BiasError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<fireside_sequence::word_vectors::map::MapError> for Failure {
    fn from(error: fireside_sequence::word_vectors::map::MapError) -> Self {
        Self::Run(error.to_string())
    }
}

impl From<fireside_weights::WeightsError> for Failure {
    fn from(error: fireside_weights::WeightsError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        match error {
            CheckpointError::Io { .. } => Self::Run(format!(
                "{error}: what was kept before is whole, continue from it with --resume"
            )),
            _ => Self::Input(format!(
                "{error}: give --resume the folder of an earlier run of this assignment"
            )),
        }
    }
}

impl From<DescentError> for Failure {
    fn from(error: DescentError) -> Self {
        match error {
            DescentError::LearningRate(_) | DescentError::CostInterval => {
                Self::Input(error.to_string())
            }
            DescentError::NotFinite { .. } => Self::Diverged(error.to_string()),
            _ => Self::Run(error.to_string()),
        }
    }
}

impl From<TrialError> for Failure {
    fn from(error: TrialError) -> Self {
        match error {
            TrialError::Diverged(reason) => Self::Diverged(reason),
            _ => Self::Run(error.to_string()),
        }
    }
}

impl From<SettingError> for Failure {
    fn from(error: SettingError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<SupervisedError> for Failure {
    fn from(error: SupervisedError) -> Self {
        match error {
            SupervisedError::Checkpoint(error) => error.into(),
            SupervisedError::Diverged { .. } => Self::Diverged(error.to_string()),
            SupervisedError::Learner { .. } => Self::Run(error.to_string()),
            _ => Self::Input(error.to_string()),
        }
    }
}

impl From<UnknownLayer> for Failure {
    fn from(error: UnknownLayer) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<burn::tensor::ExecutionError> for Failure {
    fn from(error: burn::tensor::ExecutionError) -> Self {
        Self::Run(format!("the device failed: {error}"))
    }
}

impl From<OptimizerError> for Failure {
    fn from(error: OptimizerError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<ScheduleError> for Failure {
    fn from(error: ScheduleError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<KeepProbError> for Failure {
    fn from(error: KeepProbError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<GradientCheckError> for Failure {
    fn from(error: GradientCheckError) -> Self {
        Self::Run(error.to_string())
    }
}

impl From<SpaceError> for Failure {
    fn from(error: SpaceError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<ZoomError> for Failure {
    fn from(error: ZoomError) -> Self {
        Self::Run(error.to_string())
    }
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Io { .. } => Self::Run(error.to_string()),
            _ => Self::Input(format!("{error}: give --resume the folder of one search, whole")),
        }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Journal(error) => error.into(),
            _ => Self::Input(error.to_string()),
        }
    }
}

impl From<StrategyError> for Failure {
    fn from(error: StrategyError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<RecipeError> for Failure {
    fn from(error: RecipeError) -> Self {
        match error {
            RecipeError::Input(sentence) => Self::Input(sentence),
            RecipeError::Run(sentence) => Self::Run(sentence),
            RecipeError::Diverged(sentence) => Self::Diverged(sentence),
            RecipeError::Checkpoint(error) => error.into(),
            RecipeError::Data(error) => error.into(),
            RecipeError::Setting(error) => error.into(),
            RecipeError::Config(error) => error.into(),
            RecipeError::Strategy(error) => error.into(),
            RecipeError::Weights(error) => error.into(),
            RecipeError::Descent(error) => error.into(),
            RecipeError::Supervised(error) => error.into(),
            RecipeError::Optimizer(error) => error.into(),
            RecipeError::Schedule(error) => error.into(),
            RecipeError::KeepProb(error) => error.into(),
            RecipeError::GradientCheck(error) => error.into(),
            RecipeError::Layer(error) => error.into(),
            RecipeError::Space(error) => error.into(),
            RecipeError::Search(error) => error.into(),
            RecipeError::Bias(error) => error.into(),
            RecipeError::Map(error) => error.into(),
            RecipeError::Emojify(error) => error.into(),
            RecipeError::Device(error) => error.into(),
            other => Self::Run(other.to_string()),
        }
    }
}
