//! TensorFlow 2's variables: the folder of a SavedModel, or a checkpoint `ckpt-1.index` beside its
//! `ckpt-1.data-00000-of-00001`.
//!
//! The index is a table of LevelDB that says of every variable where in the data files its numbers lie, of which type
//! and shape they are, and what their checksum is. It is read here and not by a library: a database is too much for a
//! sorted list.

mod crc;
mod entry;
mod index;
mod sorted_table;

pub use entry::Entry;
pub use index::entries;
pub(crate) use index::{is_bundle, with_index};

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use crate::limits::{Budget, Limits, check_length};
use crate::{Array, Library, Tensors, WeightsError, disguise, stream};
use crc::Crc;
use index::{Index, locate};

const FORMAT: &str = "TensorFlow";

/// What follows the name of a variable in the key that Keras and `tf.train.Checkpoint` give it.
const VARIABLE: &str = "/.ATTRIBUTES/VARIABLE_VALUE";

/// The variables of a SavedModel, of a folder with one checkpoint, of its index, or of its name without an ending.
///
/// They keep their keys, without what all end with: `layer_with_weights-0/kernel`. What belongs to a training is left
/// alone. The axes are Keras's. The numbers are in memory once, and 64 KiB besides.
///
/// # Errors
/// [`WeightsError::Absent`] with the length of the data files that are missing; [`WeightsError::NotNumbers`] for texts
/// and complex numbers; [`WeightsError::Malformed`] when the index or a checksum is wrong, which names the variable;
/// otherwise as [`read`](crate::read()).
pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let index_path = locate(path)?;
    let index = Index::read(&index_path, limits)?;
    let mut wanted = Vec::new();
    for entry in &index.entries {
        if let Some(name) = variable(&entry.key) {
            wanted.push((name, entry));
        }
    }
    // Of one file after the other, and in each from its beginning to its end.
    wanted.sort_by_key(|(_, entry)| (entry.shard, entry.offset, entry.bytes));
    let length = lengths(&index_path, &index, limits)?;
    let mut budget = Budget::plain(&index_path, length, limits);
    let mut arrays = Vec::new();
    for of_one in wanted.chunk_by(|(_, a), (_, b)| a.shard == b.shard) {
        let Some((_, first)) = of_one.first() else { continue };
        let path = shard(&index_path, first.shard, index.shards);
        let file = File::open(&path).map_err(|error| WeightsError::unreadable(&path, error))?;
        let mut stream = BufReader::new(file);
        let mut place = 0;
        for (name, entry) in of_one {
            let unreadable = |error| WeightsError::unreadable(&path, error);
            let gap = i64::try_from(entry.offset - place).unwrap_or(i64::MAX); // they do not overlap
            stream.seek_relative(gap).map_err(unreadable)?;
            arrays.push(array(&path, &mut stream, &mut budget, name, entry)?);
            place = entry.offset + entry.bytes;
        }
    }
    Ok(Tensors { library: Library::Keras, arrays })
}

/// The name of a variable of the model; `None` for what is none or belongs to a training.
fn variable(key: &str) -> Option<&str> {
    let name = key.strip_suffix(VARIABLE).unwrap_or(key);
    let is_state = |part: &str| matches!(part, ".OPTIMIZER_SLOT" | "optimizer" | "keras_api");
    let is_count = matches!(name, "save_counter" | "_CHECKPOINTABLE_OBJECT_GRAPH");
    (!is_count && !name.split('/').any(is_state)).then_some(name)
}

/// Checks that the data files are there and long enough for what the index says, and returns their length together.
fn lengths(index_path: &Path, index: &Index, limits: &Limits) -> Result<u64, WeightsError> {
    let ends: Vec<(PathBuf, u64, &Entry)> = index
        .ends()
        .into_iter()
        .map(|(number, (end, entry))| (shard(index_path, number, index.shards), end, entry))
        .collect();
    let missing: Vec<(PathBuf, Option<u64>)> = ends
        .iter()
        .filter(|(path, ..)| !path.is_file())
        .map(|(path, end, _)| (path.clone(), Some(*end)))
        .collect();
    if !missing.is_empty() {
        return Err(WeightsError::Absent { path: index_path.to_path_buf(), files: missing });
    }
    disguise::check_files(ends.iter().map(|(path, ..)| path))?;
    let mut total = 0_u64;
    for (path, end, entry) in &ends {
        let length = fs::metadata(path).map_err(|e| WeightsError::unreadable(path, e))?.len();
        check_length(path, length, limits)?;
        if length < *end {
            let key = &entry.key;
            let reason =
                format!("it has {length} bytes, and {key} ends at {end}: as many are wanted");
            return Err(WeightsError::malformed(path, FORMAT, reason));
        }
        total = total.saturating_add(length);
    }
    Ok(total)
}

/// `variables.data-00000-of-00001`
fn shard(index_path: &Path, number: u64, of: u64) -> PathBuf {
    index_path.with_extension(format!("data-{number:05}-of-{of:05}"))
}

fn array(
    path: &Path,
    stream: &mut BufReader<File>,
    budget: &mut Budget,
    name: &str,
    entry: &Entry,
) -> Result<Array, WeightsError> {
    let malformed = |reason: String| WeightsError::malformed(path, FORMAT, reason);
    let dtype = entry.dtype().map_err(|found| super::not_numbers(path, name, found))?;
    let shape: Option<Vec<usize>> =
        entry.shape.iter().map(|&extent| usize::try_from(extent).ok()).collect();
    let shape = shape.ok_or_else(|| malformed(format!("{name} has no end")))?;
    let count = budget.spend(name, &shape, dtype.size())?;
    if count.checked_mul(dtype.size()).map(|bytes| bytes as u64) != Some(entry.bytes) {
        let reason = format!("{name} {shape:?} has {} bytes of {dtype:?}", entry.bytes);
        return Err(malformed(reason));
    }
    let mut crc = Crc::new();
    let values = stream::values(stream, dtype, count, |bytes| crc.add(bytes))
        .map_err(|error| malformed(format!("{name}: {error}")))?;
    match crc.masked() == entry.crc {
        true => Ok(Array { name: name.to_string(), shape, values }),
        false => {
            Err(malformed(format!("the numbers of {name} are damaged: their checksum differs")))
        }
    }
}
