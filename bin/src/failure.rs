//! Why a program ended early, and the exit code that says so.

use std::path::Path;

use fireside_datasets::DataError;
use fireside_dense::ConfigError;
use fireside_training::checkpoint::CheckpointError;
use fireside_training::descent::DescentError;

/// Why a program ended early. Each is one sentence for standard error.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What the user gave is wrong: exit code 2.
    #[error("{0}")]
    Input(String),
    /// The run failed: exit code 1.
    #[error("{0}")]
    Run(String),
    /// Another program failed and has said why.
    #[error("a program ended with exit code {0}")]
    Reported(u8),
}

impl Failure {
    /// 2 for wrong input, 1 for a failed run.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 2,
            Self::Run(_) => 1,
            Self::Reported(code) => *code,
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

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Missing { .. } => Self::Input(format!(
                "{error}: give the folder of the course's files with --data, or leave it out for embedded data"
            )),
            _ => Self::Input(error.to_string()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<CheckpointError> for Failure {
    fn from(error: CheckpointError) -> Self {
        Self::Input(format!(
            "{error}: give --resume the folder of an earlier run of this assignment"
        ))
    }
}

impl From<DescentError> for Failure {
    fn from(error: DescentError) -> Self {
        match error {
            DescentError::LearningRate(_) | DescentError::CostInterval => {
                Self::Input(error.to_string())
            }
            DescentError::NotFinite { .. } | DescentError::Device { .. } => {
                Self::Run(error.to_string())
            }
        }
    }
}

impl From<burn::tensor::ExecutionError> for Failure {
    fn from(error: burn::tensor::ExecutionError) -> Self {
        Self::Run(format!("the device failed: {error}"))
    }
}
