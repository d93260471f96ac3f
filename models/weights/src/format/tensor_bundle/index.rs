//! The index of a checkpoint: where it lies, and what it lists.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::entry::{Entry, Header};
use super::{FORMAT, sorted_table};
use crate::limits::{Limits, contents};
use crate::{WeightsError, disguise};

/// One of 20,000 variables with long names has 3 MB.
const MAX_BYTES: u64 = 64 << 20;

/// What the index of a SavedModel or of a checkpoint of TensorFlow 2 lists: variables, and what else belongs to these,
/// in the order of their keys. The data files are not needed.
///
/// # Errors
/// As [`read`](crate::read()).
pub fn entries(path: &Path) -> Result<Vec<Entry>, WeightsError> {
    Ok(Index::read(&locate(path)?, &Limits::default())?.entries)
}

/// The index, understood.
pub struct Index {
    /// How many data files there are.
    pub shards: u64,
    pub entries: Vec<Entry>,
}

impl Index {
    pub fn read(path: &Path, limits: &Limits) -> Result<Self, WeightsError> {
        disguise::head(path)?;
        let file_bytes = limits.file_bytes.min(MAX_BYTES);
        let contents = contents(path, &Limits { file_bytes, ..limits.clone() })?;
        let (mut header, mut entries) = (None, Vec::new());
        let mut are_too_many = false;
        let read = sorted_table::for_each(&contents, |key, value| {
            let name = key.escape_ascii();
            if key.is_empty() {
                header = Header::parse(value);
                return Ok(());
            }
            if entries.len() >= limits.arrays {
                are_too_many = true;
                return Err(String::new());
            }
            let key = std::str::from_utf8(key).map_err(|_| format!("{name} is no name"))?;
            let entry = Entry::parse(key, value).map_err(|reason| format!("{name} {reason}"))?;
            entries.push(entry);
            Ok(())
        });
        let malformed = |reason: String| WeightsError::malformed(path, FORMAT, reason);
        if are_too_many {
            return Err(WeightsError::TooMany { path: path.to_path_buf(), limit: limits.arrays });
        }
        read.map_err(malformed)?;
        let header = header
            .ok_or_else(|| malformed("it does not say how many data files there are".into()))?;
        if header.is_big_endian {
            return Err(malformed("its numbers are big-endian, which are not read".to_string()));
        }
        let index = Self { shards: header.shards, entries };
        index.check_places().map_err(malformed)?;
        Ok(index)
    }

    /// For each data file in use where its last entry ends, and which that is.
    pub fn ends(&self) -> BTreeMap<u64, (u64, &Entry)> {
        let mut ends: BTreeMap<u64, (u64, &Entry)> = BTreeMap::new();
        for entry in &self.entries {
            let end = entry.offset.saturating_add(entry.bytes);
            let last = ends.entry(entry.shard).or_insert((end, entry));
            if last.0 < end {
                *last = (end, entry);
            }
        }
        ends
    }

    /// Checks that every entry lies in a data file that there is, and that no two lie in one place.
    fn check_places(&self) -> Result<(), String> {
        let mut entries: Vec<&Entry> = self.entries.iter().collect();
        entries.sort_by_key(|entry| (entry.shard, entry.offset, entry.bytes));
        for entry in &entries {
            let Entry { key, shard, offset, bytes, .. } = entry;
            if *shard >= self.shards {
                return Err(format!("{key} lies in data file {shard} of {}", self.shards));
            }
            if offset.checked_add(*bytes).is_none() {
                return Err(format!("{key} has {bytes} bytes at {offset}"));
            }
        }
        for pair in entries.windows(2) {
            if let [first, second] = pair
                && first.shard == second.shard
                && first.offset + first.bytes > second.offset
            {
                return Err(format!("{} and {} lie in one place", first.key, second.key));
            }
        }
        Ok(())
    }
}

/// Whether a folder is a SavedModel or holds a checkpoint.
pub fn is_bundle(folder: &Path) -> bool {
    folder.join("saved_model.pb").is_file()
        || folder.join("variables").is_dir()
        || !indices(folder).is_empty()
}

/// Where the index is of what the user has named.
pub fn locate(path: &Path) -> Result<PathBuf, WeightsError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if path.is_dir() {
        let saved_model = path.join("variables/variables.index");
        let found = indices(path);
        return match found.as_slice() {
            _ if saved_model.is_file() => Ok(saved_model),
            [one] => Ok(one.clone()),
            [] => {
                let (path, files) = (path.join("saved_model.pb"), vec![(saved_model, None)]);
                Err(WeightsError::Absent { path, files })
            }
            several => {
                let names: Vec<String> =
                    several.iter().map(|path| path.display().to_string()).collect();
                let reason =
                    format!("it holds several checkpoints, name one: {}", names.join(", "));
                Err(WeightsError::malformed(path, FORMAT, reason))
            }
        };
    }
    match (ending, path.parent()) {
        ("pb", Some(folder)) => match folder.as_os_str().is_empty() {
            true => locate(Path::new(".")),
            false => locate(folder),
        },
        (ending, _) if ending.starts_with("data-") => Ok(path.with_extension("index")),
        ("index", _) => Ok(path.to_path_buf()),
        _ => Ok(with_index(path)),
    }
}

/// `ckpt-1.index` of `ckpt-1`.
pub fn with_index(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(".index");
    name.into()
}

/// The indices in a folder, in the order of their names.
fn indices(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "index") && path.is_file())
        .collect();
    found.sort();
    found
}
