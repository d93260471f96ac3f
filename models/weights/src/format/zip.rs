//! Zip archives: a PyTorch checkpoint, a whole model of Keras 3 (`.keras`), NumPy arrays (`.npz`), or a file of weights
//! as it was packed to be sent (`conv1_w.csv.zip`, `yolo.h5.zip`).

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use zip::ZipArchive;

use super::{hdf5, numpy, pytorch, stem, table};
use crate::limits::{Budget, Limits};
use crate::read::read_entry;
use crate::{Array, Library, Tensors, WeightsError, disguise};

const FORMAT: &str = "zip";

/// The weights within a `.keras` file.
const KERAS_ENTRY: &str = "model.weights.h5";

pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let mut archive = open(path)?;
    let names = names(path, &archive)?;
    if names.iter().any(|name| name == "data.pkl" || name.ends_with("/data.pkl")) {
        return pytorch::read(path, limits);
    }
    if names.iter().any(|name| name == KERAS_ENTRY) {
        return hdf5::read(path, entry(&mut archive, path, KERAS_ENTRY, limits)?, limits);
    }
    match names.as_slice() {
        [] => Err(WeightsError::UnknownFormat { path: path.to_path_buf() }),
        names if names.iter().all(|name| is_array(name)) => {
            let arrays = entries(path, &mut archive, names, limits)?;
            match names.iter().any(|name| name.ends_with(".csv")) {
                true => Ok(Tensors { library: Library::OpenFace, arrays }),
                false => Ok(numpy::tensors(arrays)),
            }
        }
        [one] => read_entry(path, one, entry(&mut archive, path, one, limits)?, limits),
        _ => Err(WeightsError::UnknownFormat { path: path.to_path_buf() }),
    }
}

/// The arrays of an archive of `.csv` and `.npy` files.
pub fn arrays(path: &Path, limits: &Limits) -> Result<Vec<Array>, WeightsError> {
    let mut archive = open(path)?;
    let mut names = names(path, &archive)?;
    names.retain(|name| is_array(name));
    entries(path, &mut archive, &names, limits)
}

fn is_array(name: &str) -> bool {
    name.ends_with(".npy") || name.ends_with(".csv")
}

fn open(path: &Path) -> Result<ZipArchive<BufReader<File>>, WeightsError> {
    let file = File::open(path).map_err(|error| WeightsError::unreadable(path, error))?;
    ZipArchive::new(BufReader::new(file))
        .map_err(|error| WeightsError::malformed(path, FORMAT, error))
}

/// The files of an archive, without what a Mac adds.
fn names(path: &Path, archive: &ZipArchive<BufReader<File>>) -> Result<Vec<String>, WeightsError> {
    let mut names: Vec<String> = archive
        .file_names()
        .map(|name| name.map(|name| name.to_string()))
        .collect::<Result<_, _>>()
        .map_err(|error| WeightsError::malformed(path, FORMAT, error))?;
    names.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"));
    Ok(names)
}

fn entries(
    path: &Path,
    archive: &mut ZipArchive<BufReader<File>>,
    names: &[String],
    limits: &Limits,
) -> Result<Vec<Array>, WeightsError> {
    let length = path.metadata().map_err(|error| WeightsError::unreadable(path, error))?.len();
    let mut budget = Budget::new(path, length, limits);
    let mut arrays = Vec::new();
    for name in names {
        let contents = entry(archive, path, name, limits)?;
        disguise::check(path, &contents)?;
        arrays.push(match name.strip_suffix(".npy") {
            Some(name) => numpy::array(path, name.to_string(), &contents, &mut budget)?,
            None => table::array(path, stem(Path::new(name)), &contents, &mut budget)?,
        });
    }
    Ok(arrays)
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
