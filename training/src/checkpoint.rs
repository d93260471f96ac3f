//! A model part-way through its training, on disk: a folder with its parameters and its progress.
//!
//! ```text
//! model.bpk        the parameters, in Burn's own format
//! optimizer.bpk    the optimiser's averages, if it keeps any
//! progress.json    which model it is, iterations done, costs so far, SHA-256 of the others
//! ```
//!
//! `progress.json` says of which `format` it is; without a word on it, it is of format 1, which had other checksums
//! and is read as well.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::checksum::Checksum;
use crate::files::write_whole;
use crate::history::History;

const MODEL_FILE: &str = "model.bpk";
const OPTIMIZER_FILE: &str = "optimizer.bpk";
const PROGRESS_FILE: &str = "progress.json";
/// How `progress.json` is written; what was written before is read.
pub(crate) const FORMAT: u32 = 2;
/// No checkpoint of the course comes near; a larger file is not one of ours.
const MAX_FILE_BYTES: u64 = 4 << 30;

/// How far a model's training has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Architecture and sizes, such as `DeepNet 12288-20-7-5-1 Relu`; a checkpoint loads only into the
    /// same.
    pub model: String,
    /// Updates done.
    pub completed: usize,
    /// Costs so far.
    pub history: History,
}

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
    /// The checkpoint belongs to another model.
    #[error("{} holds {found}, not {expected}", path.display())]
    OtherModel {
        /// The checkpoint's folder.
        path: PathBuf,
        /// The model it was asked for.
        expected: String,
        /// The model it holds.
        found: String,
    },
}

/// Returns whether `folder` holds a checkpoint.
pub fn exists(folder: &Path) -> bool {
    folder.join(PROGRESS_FILE).exists()
}

/// What `progress.json` holds.
#[derive(Serialize, Deserialize)]
struct Saved {
    #[serde(default)]
    format: u32,
    #[serde(flatten)]
    progress: Progress,
    /// Checksum of the `model.bpk` that belongs to it.
    model_checksum: Checksum,
    /// Checksum of the `optimizer.bpk` that belongs to it, if one does.
    #[serde(default)]
    optimizer_checksum: Option<Checksum>,
}

/// Writes model and progress into `folder`, in the place of an earlier checkpoint there; other files in it
/// stay.
///
/// Each file is whole or the earlier one, and [`load`] notices if they are not of the same moment.
///
/// # Errors
/// When the file system refuses or the model's parameters cannot be read from their device.
pub fn save<M: Module>(
    folder: &Path,
    model: &M,
    optimizer: Option<&ModuleOptimizer>,
    progress: &Progress,
) -> Result<(), CheckpointError> {
    fs::create_dir_all(folder).map_err(|source| io_error(folder, source))?;
    let model_file = folder.join(MODEL_FILE);
    let parameters = model.clone().into_record().into_bytes();
    let parameters = parameters.map_err(|error| malformed(&model_file, error))?;
    write_whole(&model_file, &parameters).map_err(|source| io_error(&model_file, source))?;

    let mut optimizer_checksum = None;
    if let Some(optimizer) = optimizer {
        let file = folder.join(OPTIMIZER_FILE);
        let state = optimizer.into_bytes().map_err(|error| malformed(&file, error))?;
        write_whole(&file, &state).map_err(|source| io_error(&file, source))?;
        optimizer_checksum = Some(Checksum::of(&state));
    }

    let progress_file = folder.join(PROGRESS_FILE);
    let (progress, model_checksum) = (progress.clone(), Checksum::of(&parameters));
    let saved = Saved { format: FORMAT, progress, model_checksum, optimizer_checksum };
    let text = serde_json::to_vec_pretty(&saved).map_err(|error| malformed(folder, error))?;
    write_whole(&progress_file, &text).map_err(|source| io_error(&progress_file, source))
}

/// Reads the checkpoint of `folder` into `model`, which supplies the architecture and the device.
///
/// # Errors
/// When a file is missing or damaged, or when `expected` (see [`Progress::model`]) or a shape differs.
pub fn load<M: Module>(
    folder: &Path,
    model: M,
    expected: &str,
) -> Result<(M, Progress), CheckpointError> {
    let saved = read_progress(folder, expected)?;
    let model_file = folder.join(MODEL_FILE);
    let bytes = read_checked(&model_file, &saved.model_checksum)?;
    let model = ModuleRecord::from_bytes(Bytes::from_bytes_vec(bytes))
        .and_then(|record| model.try_load_record(record.cast_to_module_dtype()))
        .map_err(|error| malformed(&model_file, error))?;
    Ok((model, saved.progress))
}

/// Reads the averages of the checkpoint's optimiser into `optimizer`, which supplies the kind and the
/// settings.
///
/// # Errors
/// As for [`load`], and when the checkpoint was saved without an optimiser.
pub fn load_optimizer(
    folder: &Path,
    optimizer: ModuleOptimizer,
    expected: &str,
) -> Result<ModuleOptimizer, CheckpointError> {
    let saved = read_progress(folder, expected)?;
    let file = folder.join(OPTIMIZER_FILE);
    let known = saved.optimizer_checksum;
    let known = known.ok_or_else(|| malformed(&file, "it was saved without an optimiser"))?;
    let bytes = read_checked(&file, &known)?;
    optimizer.from_bytes(Bytes::from_bytes_vec(bytes)).map_err(|error| malformed(&file, error))
}

fn read_progress(folder: &Path, expected: &str) -> Result<Saved, CheckpointError> {
    let progress_file = folder.join(PROGRESS_FILE);
    let saved: Saved = read_json(&progress_file)?;
    match saved.progress.model == expected {
        true => Ok(saved),
        false => Err(CheckpointError::OtherModel {
            path: folder.to_path_buf(),
            expected: expected.to_string(),
            found: saved.progress.model,
        }),
    }
}

/// Reads a `progress.json` of this format or an earlier one.
pub(crate) fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, CheckpointError> {
    #[derive(Deserialize)]
    struct Head {
        #[serde(default)]
        format: u32,
    }
    let text = read_bounded(path)?;
    let head: Head = serde_json::from_slice(&text).map_err(|error| malformed(path, error))?;
    if head.format > FORMAT {
        let found = head.format;
        return Err(malformed(path, format!("it is of format {found}, later than {FORMAT}")));
    }
    serde_json::from_slice(&text).map_err(|error| malformed(path, error))
}

fn read_checked(path: &Path, known: &Checksum) -> Result<Vec<u8>, CheckpointError> {
    let bytes = read_bounded(path)?;
    match known.fits(&bytes) {
        true => Ok(bytes),
        false => Err(malformed(path, "it is not the one that progress.json was saved with")),
    }
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
