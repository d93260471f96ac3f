//! A folder of arrays, one `.csv` or `.npy` file each, some of them perhaps still in a `.zip`.

use std::fs;
use std::path::{Path, PathBuf};

use super::{numpy, stem, table, zip};
use crate::limits::{Budget, Limits, contents};
use crate::{Library, Tensors, WeightsError, disguise};

pub fn read(folder: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let unreadable = |error| WeightsError::unreadable(folder, error);
    let mut paths: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if matches!(array_ending(&path), "csv" | "npy") && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    // What is there unpacked too is read from there.
    let plain: Vec<PathBuf> = paths.iter().filter(|path| !is_zip(path)).cloned().collect();
    paths.retain(|path| !is_zip(path) || !plain.contains(&path.with_extension("")));
    if paths.is_empty() {
        return Err(WeightsError::UnknownFormat { path: folder.to_path_buf() });
    }
    disguise::check_files(&paths)?;
    let mut total = Budget::new(folder, u64::MAX, limits);
    let mut arrays = Vec::new();
    for path in &paths {
        let read = match is_zip(path) {
            true => zip::arrays(path, limits)?,
            false => {
                let contents = contents(path, limits)?;
                let mut budget = Budget::new(path, contents.len() as u64, limits);
                vec![match array_ending(path) {
                    "csv" => table::array(path, stem(path), &contents, &mut budget)?,
                    _ => numpy::array(path, stem(path), &contents, &mut budget)?,
                }]
            }
        };
        for array in read {
            total.spend(&array.name, &array.shape, size_of::<f64>())?;
            arrays.push(array);
        }
    }
    match paths.iter().any(|path| array_ending(path) == "csv") {
        true => Ok(Tensors { library: Library::OpenFace, arrays }),
        false => Ok(numpy::tensors(arrays)),
    }
}

fn is_zip(path: &Path) -> bool {
    ending(path) == "zip"
}

/// The ending of an array's file, packed or not: that of `conv1_w.csv.zip` is `csv`.
fn array_ending(path: &Path) -> &str {
    match ending(path) {
        "zip" => path.file_stem().map(|stem| ending(Path::new(stem))).unwrap_or_default(),
        ending => ending,
    }
}

fn ending(path: &Path) -> &str {
    path.extension().and_then(|ending| ending.to_str()).unwrap_or_default()
}
