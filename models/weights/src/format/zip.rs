//! Zip archives: a PyTorch checkpoint, a whole model of Keras 3 (`.keras`), or NumPy arrays (`.npz`).

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use zip::ZipArchive;

use super::{hdf5, numpy, pytorch};
use crate::limits::{Budget, Limits};
use crate::{Tensors, WeightsError};

const FORMAT: &str = "zip";

/// The weights within a `.keras` file.
const KERAS_ENTRY: &str = "model.weights.h5";

pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let file = File::open(path).map_err(|error| WeightsError::unreadable(path, error))?;
    let malformed = |error| WeightsError::malformed(path, FORMAT, error);
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(malformed)?;
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(|name| name.to_string()))
        .collect::<Result<_, _>>()
        .map_err(malformed)?;
    if names.iter().any(|name| name == "data.pkl" || name.ends_with("/data.pkl")) {
        return pytorch::read(path, limits);
    }
    if names.iter().any(|name| name == KERAS_ENTRY) {
        return hdf5::read(path, entry(&mut archive, path, KERAS_ENTRY, limits)?, limits);
    }
    if names.is_empty() || !names.iter().all(|name| name.ends_with(".npy")) {
        return Err(WeightsError::UnknownFormat { path: path.to_path_buf() });
    }
    let length = path.metadata().map_err(|error| WeightsError::unreadable(path, error))?.len();
    let mut budget = Budget::new(path, length, limits);
    let mut arrays = Vec::new();
    for name in &names {
        let contents = entry(&mut archive, path, name, limits)?;
        let name = name.trim_end_matches(".npy").to_string();
        arrays.push(numpy::array(path, name, &contents, &mut budget)?);
    }
    Ok(numpy::tensors(arrays))
}

/// The contents of an entry: as they come, whatever length it declares.
fn entry(
    archive: &mut ZipArchive<BufReader<File>>,
    path: &Path,
    name: &str,
    limits: &Limits,
) -> Result<Vec<u8>, WeightsError> {
    let limit = limits.value_bytes;
    let entry =
        archive.by_name(name).map_err(|error| WeightsError::malformed(path, FORMAT, error))?;
    let too_large = |bytes| {
        let what = name.to_string();
        WeightsError::TooLarge { path: path.to_path_buf(), what, bytes, limit }
    };
    if entry.size() > limit {
        return Err(too_large(entry.size()));
    }
    let mut contents = Vec::new();
    let mut stream = entry.take(limit.saturating_add(1));
    stream
        .read_to_end(&mut contents)
        .map_err(|error| WeightsError::malformed(path, FORMAT, error))?;
    match contents.len() as u64 > limit {
        true => Err(too_large(contents.len() as u64)),
        false => Ok(contents),
    }
}
