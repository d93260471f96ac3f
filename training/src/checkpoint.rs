//! A model part-way through its training, on disk.
//!
//! A [`Shelf`] holds the checkpoints of one training: each of them whole or passed over, the last two moments, and in
//! the end the model. A [`Pace`] says when to write the next. An [`Identity`] says what they belong to, so that nothing
//! goes on with the checkpoint of another network, seed or data set.
//!
//! `progress.json` says of which `format` it is. Before 3 it named its model by a phrase, which tells neither settings
//! nor data: those are refused.

mod identity;
mod pace;
mod shelf;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use identity::{Difference, Identity};
pub use pace::Pace;
pub use shelf::{Checkpoint, Found, MODEL, Place, Shelf};

/// The averages of an optimiser, among the files of a moment.
pub const OPTIMIZER: &str = "optimizer";
/// How `progress.json` is written.
pub(crate) const FORMAT: u32 = 3;
/// No checkpoint of the course comes near; a larger file is not one of ours.
const MAX_FILE_BYTES: u64 = 4 << 30;
/// Differences that a sentence names.
const NAMED: usize = 3;

/// Why a checkpoint could not be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// The file is not a checkpoint file, or a damaged one.
    #[error("{} is not a checkpoint that can be read: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The checkpoint is of another format.
    #[error("{} is of format {format}, not {FORMAT}: begin the run anew", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u32,
    },
    /// The checkpoint belongs to another run: another model, other settings, another seed or other data.
    #[error("{} holds the checkpoint of another run: {}", path.display(), listed(differences))]
    OtherRun {
        /// The checkpoint's folder.
        path: PathBuf,
        /// What is otherwise, at least one thing.
        differences: Vec<Difference>,
    },
}

fn listed(differences: &[Difference]) -> String {
    let named: Vec<String> = differences.iter().take(NAMED).map(Difference::to_string).collect();
    match differences.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{}, and {more} more", named.join(", ")),
    }
}

/// Returns the parameters of a model as a checkpoint holds them. Running statistics have the last batch in them, which
/// Burn adds to those of a model that learns not before they are asked for again.
///
/// # Errors
/// When they cannot be read from their device.
pub fn model_bytes<M: Module>(model: &M) -> Result<Vec<u8>, CheckpointError> {
    let bytes = model.valid().into_record().into_bytes();
    bytes.map(|bytes| bytes.to_vec()).map_err(|error| malformed(Path::new(MODEL), error))
}

/// Returns the averages of an optimiser as a checkpoint holds them.
///
/// # Errors
/// When they cannot be read from their device.
pub fn optimizer_bytes(optimizer: &ModuleOptimizer) -> Result<Vec<u8>, CheckpointError> {
    let bytes = optimizer.into_bytes();
    bytes.map(|bytes| bytes.to_vec()).map_err(|error| malformed(Path::new(OPTIMIZER), error))
}

impl<P> Checkpoint<P> {
    /// Reads the parameters into `model`, which supplies the architecture and the device.
    ///
    /// # Errors
    /// When they are not those of this architecture.
    pub fn load_model<M: Module>(&mut self, model: M) -> Result<M, CheckpointError> {
        self.load(MODEL, model)
    }

    /// As [`Checkpoint::load_model`], from another file of parameters that was saved with it.
    ///
    /// # Errors
    /// When there is none of that kind, or they are not those of this architecture.
    pub fn load<M: Module>(&mut self, kind: &str, model: M) -> Result<M, CheckpointError> {
        let bytes = Bytes::from_bytes_vec(self.take(kind)?);
        ModuleRecord::from_bytes(bytes)
            .and_then(|record| model.try_load_record(record.cast_to_module_dtype()))
            .map_err(|error| malformed(&self.path, format!("its {kind} does not fit: {error}")))
    }

    /// Reads the averages of an optimiser into `optimizer`, which supplies the kind and the settings.
    ///
    /// # Errors
    /// When it was saved without an optimiser, or with another.
    pub fn load_optimizer(
        &mut self,
        optimizer: ModuleOptimizer,
    ) -> Result<ModuleOptimizer, CheckpointError> {
        let bytes = Bytes::from_bytes_vec(self.take(OPTIMIZER)?);
        let loaded = optimizer.from_bytes(bytes);
        loaded.map_err(|error| {
            malformed(&self.path, format!("its {OPTIMIZER} does not fit: {error}"))
        })
    }
}

/// Reads a `progress.json` of this format.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, CheckpointError> {
    #[derive(Deserialize)]
    struct Head {
        format: Option<u32>,
        /// The phrase of the first formats, of which the very first did not say which it was.
        model: Option<serde_json::Value>,
    }
    let text = read_bounded(path)?;
    let head: Head = serde_json::from_slice(&text).map_err(|error| malformed(path, error))?;
    match head.format.or(head.model.map(|_| 1)) {
        Some(FORMAT) => (),
        Some(format) => {
            return Err(CheckpointError::OtherFormat { path: path.to_path_buf(), format });
        }
        None => return Err(malformed(path, "it does not say of which format it is")),
    }
    serde_json::from_slice(&text).map_err(|error| malformed(path, error))
}

pub(crate) fn read_bounded(path: &Path) -> Result<Vec<u8>, CheckpointError> {
    let length = fs::metadata(path).map_err(|source| io_error(path, source))?.len();
    if length > MAX_FILE_BYTES {
        return Err(malformed(path, format!("it is {length} bytes long")));
    }
    fs::read(path).map_err(|source| io_error(path, source))
}

pub(crate) fn io_error(path: &Path, source: io::Error) -> CheckpointError {
    CheckpointError::Io { path: path.to_path_buf(), source }
}

pub(crate) fn malformed(path: &Path, reason: impl ToString) -> CheckpointError {
    CheckpointError::Malformed { path: path.to_path_buf(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests;
