//! Why a trained model could not be had, or could not answer.

use std::io;
use std::path::{Path, PathBuf};

use fireside_datasets::DataError;
use fireside_layers::ConfigError;

use crate::RecipeError;

/// Why a trained model could not be had, or could not answer, in one sentence.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainedError {
    /// The folder holds no model.
    #[error("{} holds no trained model: there is no {} in it", folder.display(), super::CARD_FILE)]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// The file system refused.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// A file is not what it should be.
    #[error("{} does not describe a model that can be used: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file was written by a later version.
    #[error("{} is of format {found}: this version reads format {known}", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The one that is read.
        known: u32,
    },
    /// The file of the weights, or of word vectors, is not the one that the model was described with.
    #[error("{} is not the file that the model was described with: {reason}", path.display())]
    OtherFile {
        /// The file.
        path: PathBuf,
        /// What differs.
        reason: String,
    },
    /// The description claims more than the weights can hold.
    #[error("{} claims {claimed} numbers, which {bytes} bytes of weights cannot hold", path.display())]
    Claimed {
        /// The description.
        path: PathBuf,
        /// The numbers that a model as described has at least.
        claimed: u128,
        /// Length of the file of its weights.
        bytes: u64,
    },
    /// The weights are those of another architecture.
    #[error("{} holds the weights of another model than {} says: {reason}", path.display(), super::CARD_FILE)]
    OtherModel {
        /// The file of the weights.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },
    /// Architecture and task do not go together.
    #[error("a model of {architecture} does not {task}")]
    Unfit {
        /// The architecture.
        architecture: &'static str,
        /// What it is said to do.
        task: &'static str,
    },
    /// It was asked for something else than it gives.
    #[error("{given} is nothing to ask this model: it takes {takes}")]
    OtherQuestion {
        /// What it was given.
        given: String,
        /// What it takes.
        takes: String,
    },
    /// What it was asked has no answer.
    #[error("{0}")]
    Question(String),
    /// A configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A picture, or word vectors.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The device.
    #[error("the device failed: {0}")]
    Device(#[from] burn::tensor::ExecutionError),
}

impl TrainedError {
    /// Whether the device or a recipe failed, and not what was given.
    #[must_use]
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Device(_) | Self::Recipe(RecipeError::Run(_) | RecipeError::Device(_)))
    }

    pub(super) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_path_buf(), source }
    }

    pub(super) fn malformed(path: &Path, reason: impl ToString) -> Self {
        Self::Malformed { path: path.to_path_buf(), reason: reason.to_string() }
    }

    pub(super) fn other_model(path: &Path, reason: impl ToString) -> Self {
        // Burn's lists of what is missing can be as long as the network is deep.
        const MOST: usize = 300;
        let reason: String = reason.to_string().chars().take(MOST).collect();
        Self::OtherModel { path: path.to_path_buf(), reason }
    }
}
