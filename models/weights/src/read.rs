//! Which format a file has, and its arrays.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use crate::format::{burnpack, folder, hdf5, numpy, pytorch, safetensors, table, zip};
use crate::limits::{check_length, contents};
use crate::{Limits, Tensors, WeightsError};

/// Reads the arrays of a file or of a folder of files; contents and name tell its format.
///
/// | format | names of the arrays |
/// | --- | --- |
/// | Keras HDF5 (`.h5`), whole models too | `layer/variable`, without `:0` |
/// | Keras 3 (`.weights.h5`, `.keras`) | the same: layers by the names they have in the model |
/// | PyTorch (`.pt`, `.pth`), zipped and older | those of the state dictionary, without `state_dict.`, `module.` |
/// | `.safetensors`, `.npz`, Burn's `.bpk` | as in the file |
/// | `.npy`, `.csv`, and folders of these | the file's name without its ending |
///
/// The whole file is taken into memory, and then its numbers.
///
/// # Errors
/// When the file cannot be read, is of no known format, is damaged, holds something other than numbers, or
/// exceeds the limits. What a file declares is checked against its length before memory is taken, and
/// nothing in a pickle is executed: one that asks for it is an error.
pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let metadata = fs::metadata(path).map_err(|error| WeightsError::unreadable(path, error))?;
    if metadata.is_dir() {
        return folder::read(path, limits);
    }
    check_length(path, metadata.len(), limits)?;
    match format(path)? {
        Format::PyTorch => pytorch::read(path, limits),
        Format::Zip => zip::read(path, limits),
        Format::Hdf5 => hdf5::read(path, contents(path, limits)?, limits),
        Format::Safetensors => safetensors::read(path, &contents(path, limits)?, limits),
        Format::Burnpack => burnpack::read(path, contents(path, limits)?, limits),
        Format::Numpy => numpy::read(path, &contents(path, limits)?, limits),
        Format::Table => table::read(path, &contents(path, limits)?, limits),
    }
}

enum Format {
    Hdf5,
    Zip,
    Numpy,
    Burnpack,
    Safetensors,
    PyTorch,
    Table,
}

fn format(path: &Path) -> Result<Format, WeightsError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(16).read_to_end(&mut head))
        .map_err(|error| WeightsError::unreadable(path, error))?;
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Ok(match (head.as_slice(), ending.to_ascii_lowercase().as_str()) {
        ([0x89, b'H', b'D', b'F', ..], _) => Format::Hdf5,
        ([b'P', b'K', 3, 4, ..], _) => Format::Zip,
        ([0x93, b'N', b'U', b'M', b'P', b'Y', ..], _) => Format::Numpy,
        ([b'N', b'R', b'U', b'B', ..], _) => Format::Burnpack,
        ([_, _, _, _, _, _, _, _, b'{', ..], _) => Format::Safetensors,
        ([0x80, ..], _) => Format::PyTorch, // a pickle
        (_, "h5" | "hdf5") => Format::Hdf5,
        (_, "keras" | "npz") => Format::Zip,
        (_, "npy") => Format::Numpy,
        (_, "bpk") => Format::Burnpack,
        (_, "safetensors") => Format::Safetensors,
        (_, "pt" | "pth" | "tar") => Format::PyTorch,
        (_, "csv") => Format::Table,
        _ => return Err(WeightsError::UnknownFormat { path: path.to_path_buf() }),
    })
}
