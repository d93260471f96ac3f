//! Where the parameters and states of an epoch are kept: in files, or in memory when a run keeps nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::tensor::Bytes;
use burn::train::checkpoint::{Checkpoint, Checkpointer, CheckpointerError};
use serde::{Deserialize, Serialize};

use super::curve::Curve;
use crate::checkpoint::{CheckpointError, FORMAT, io_error, malformed, read_bounded, read_json};
use crate::checksum::Checksum;
use crate::files::write_whole;

/// What an epoch leaves.
pub(super) const KINDS: [&str; 3] = [MODEL, OPTIMIZER, SCHEDULE];
pub(super) const MODEL: &str = "model";
pub(super) const OPTIMIZER: &str = "optimizer";
pub(super) const SCHEDULE: &str = "schedule";

const PROGRESS_FILE: &str = "progress.json";

/// What `progress.json` holds.
#[derive(Debug, Serialize, Deserialize)]
struct Progress {
    #[serde(default)]
    format: u32,
    /// Architecture and sizes.
    model: String,
    curve: Curve,
    /// Of the epochs kept, by file name.
    checksums: BTreeMap<String, Checksum>,
}

/// A place for the records of epochs.
#[derive(Debug)]
pub(super) struct Shelf {
    /// None: in memory.
    folder: Option<PathBuf>,
    identity: String,
    records: Mutex<BTreeMap<String, Record>>,
}

#[derive(Debug)]
struct Record {
    checksum: Checksum,
    /// Absent where it lies in a file.
    bytes: Option<Vec<u8>>,
}

pub(super) fn file_name(kind: &str, epoch: usize) -> String {
    format!("{kind}-{epoch}.bpk")
}

impl Shelf {
    /// A shelf in memory.
    pub(super) fn in_memory() -> Self {
        Self { folder: None, identity: String::new(), records: Mutex::default() }
    }

    /// A shelf in a folder, which is made if it is not there.
    pub(super) fn create(folder: PathBuf, identity: String) -> Result<Self, CheckpointError> {
        fs::create_dir_all(&folder).map_err(|source| io_error(&folder, source))?;
        Ok(Self { folder: Some(folder), identity, records: Mutex::default() })
    }

    /// A shelf in a folder, with the curve and the records that an earlier training left there, if any.
    pub(super) fn open(
        folder: PathBuf,
        identity: String,
    ) -> Result<(Self, Curve), CheckpointError> {
        let shelf = Self::create(folder.clone(), identity)?;
        let path = folder.join(PROGRESS_FILE);
        if !path.exists() {
            return Ok((shelf, Curve::default()));
        }
        let progress: Progress = read_json(&path)?;
        if progress.model != shelf.identity {
            let (expected, found) = (shelf.identity, progress.model);
            return Err(CheckpointError::OtherModel { path: folder, expected, found });
        }
        let numbered = progress.curve.points.iter().map(|point| point.epoch);
        if !numbered.eq(1..=progress.curve.epochs()) {
            return Err(malformed(&path, "its epochs are not numbered from 1"));
        }
        let records = progress.checksums.into_iter();
        let records = records.map(|(name, checksum)| (name, Record { checksum, bytes: None }));
        let records = Mutex::new(records.collect());
        Ok((Self { records, ..shelf }, progress.curve))
    }

    /// The last of `epochs` epochs whose records are all here.
    pub(super) fn last_whole(&self, epochs: usize) -> Option<usize> {
        let records = self.records();
        let whole =
            |epoch: &usize| KINDS.iter().all(|kind| records.contains_key(&file_name(kind, *epoch)));
        (1..=epochs).rev().find(whole)
    }

    /// Epochs that something is kept of, in order.
    pub(super) fn epochs(&self, up_to: usize) -> Vec<usize> {
        let records = self.records();
        (1..=up_to).filter(|epoch| records.contains_key(&file_name(MODEL, *epoch))).collect()
    }

    /// Reads one record and checks that it is the one that was kept.
    pub(super) fn get(&self, kind: &str, epoch: usize) -> Result<Bytes, CheckpointError> {
        let name = file_name(kind, epoch);
        let path = self.folder.clone().unwrap_or_default().join(&name);
        let records = self.records();
        let record = records.get(&name).ok_or_else(|| malformed(&path, "it was not kept"))?;
        let bytes = match &record.bytes {
            Some(bytes) => bytes.clone(),
            None => read_bounded(&path)?,
        };
        if !record.checksum.fits(&bytes) {
            return Err(malformed(&path, "it is not the one that progress.json was saved with"));
        }
        Ok(Bytes::from_bytes_vec(bytes))
    }

    fn put(&self, kind: &str, epoch: usize, bytes: Vec<u8>) -> std::io::Result<()> {
        if self.folder.is_none() && kind != MODEL {
            return Ok(()); // memory is for the best weights alone: nothing resumes from it
        }
        let name = file_name(kind, epoch);
        let checksum = Checksum::of(&bytes);
        let bytes = match &self.folder {
            None => Some(bytes),
            Some(folder) => {
                write_whole(&folder.join(&name), &bytes)?;
                None
            }
        };
        self.records().insert(name, Record { checksum, bytes });
        Ok(())
    }

    fn remove(&self, kind: &str, epoch: usize) -> std::io::Result<()> {
        let name = file_name(kind, epoch);
        let known = self.records().remove(&name);
        match &self.folder {
            Some(folder) if known.is_some() => fs::remove_file(folder.join(name)),
            _ => Ok(()),
        }
    }

    /// Writes the curve down, with the records that are here by now.
    pub(super) fn write_progress(&self, curve: &Curve) -> Result<(), CheckpointError> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let records = self.records();
        let checksums =
            records.iter().map(|(name, record)| (name.clone(), record.checksum.clone()));
        let checksums = checksums.collect();
        drop(records);
        let (model, curve) = (self.identity.clone(), curve.clone());
        let progress = Progress { format: FORMAT, model, curve, checksums };
        let path = folder.join(PROGRESS_FILE);
        let text = serde_json::to_vec_pretty(&progress).map_err(|error| malformed(&path, error))?;
        write_whole(&path, &text).map_err(|source| io_error(&path, source))
    }

    fn records(&self) -> MutexGuard<'_, BTreeMap<String, Record>> {
        // A map is whole even if another thread died while it held the lock.
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What Burn's learner gives the records of one kind to. It does so on a thread of its own for each kind.
#[derive(Debug)]
pub(super) struct Keeper {
    pub(super) shelf: Arc<Shelf>,
    pub(super) kind: &'static str,
}

impl<R: Checkpoint> Checkpointer<R> for Keeper {
    fn save(&self, epoch: usize, record: R) -> Result<(), CheckpointerError> {
        let bytes = record.checkpoint_into_bytes().map_err(CheckpointerError::Record)?;
        self.shelf.put(self.kind, epoch, bytes.to_vec()).map_err(CheckpointerError::IOError)
    }

    fn delete(&self, epoch: usize) -> Result<(), CheckpointerError> {
        self.shelf.remove(self.kind, epoch).map_err(CheckpointerError::IOError)
    }

    fn restore(&self, epoch: usize) -> Result<R, CheckpointerError> {
        let bytes = self.shelf.get(self.kind, epoch);
        let bytes = bytes.map_err(|error| CheckpointerError::Unknown(error.to_string()))?;
        R::checkpoint_from_bytes(bytes).map_err(CheckpointerError::Record)
    }
}
