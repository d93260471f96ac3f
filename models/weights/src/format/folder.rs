//! A folder of arrays, one `.csv` or `.npy` file each.

use std::fs;
use std::path::{Path, PathBuf};

use super::{numpy, stem, table};
use crate::limits::{Budget, Limits, contents};
use crate::{Library, Tensors, WeightsError};

pub fn read(folder: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let unreadable = |error| WeightsError::unreadable(folder, error);
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if matches!(ending(&path), "csv" | "npy") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(WeightsError::UnknownFormat { path: folder.to_path_buf() });
    }
    let mut total = Budget::new(folder, u64::MAX, limits);
    let mut arrays = Vec::new();
    for path in &paths {
        let contents = contents(path, limits)?;
        let mut budget = Budget::new(path, contents.len() as u64, limits);
        let array = match ending(path) {
            "csv" => table::array(path, &contents, &mut budget)?,
            _ => numpy::array(path, stem(path), &contents, &mut budget)?,
        };
        total.spend(&array.name, &array.shape, size_of::<f64>())?;
        arrays.push(array);
    }
    match paths.iter().any(|path| ending(path) == "csv") {
        true => Ok(Tensors { library: Library::OpenFace, arrays }),
        false => Ok(numpy::tensors(arrays)),
    }
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}
