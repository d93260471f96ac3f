//! Which format a file has, and its arrays.

use std::fs;
use std::path::{Path, PathBuf};

use crate::format::{
    burnpack, darknet, folder, hdf5, numpy, pytorch, safetensors, table, tensor_bundle, tfjs, zip,
};
use crate::limits::{check_length, contents};
use crate::{Limits, Tensors, WeightsError, disguise};

/// Reads the arrays of a file or of a folder of files; contents and name tell its format.
///
/// | format | names of the arrays |
/// | --- | --- |
/// | Keras HDF5 (`.h5`), whole models too | `layer/variable`, without `:0` |
/// | Keras 3 (`.weights.h5`, `.keras`) | the same: layers by the names they have in the model |
/// | TensorFlow's SavedModel (its folder or `saved_model.pb`), checkpoints (`ckpt-1.index`) | [`tensor_bundle`] |
/// | TensorFlow.js (`.._weights_manifest.json`, `model.json`) | as in the manifest |
/// | PyTorch (`.pt`, `.pth`), zipped and older | those of the state dictionary, without `state_dict.`, `module.` |
/// | Darknet (`.weights`), with the `.cfg` of the same name beside it | [`darknet::read`] |
/// | `.safetensors`, `.npz`, Burn's `.bpk` | as in the file |
/// | `.npy`, `.csv`, and folders of these | the file's name without its ending |
///
/// A `.csv`, `.npy`, `.h5`, `.safetensors` or `.bpk` may also lie in a `.zip`. The whole file is taken into memory, and
/// then its numbers; of Darknet, TensorFlow and TensorFlow.js the numbers alone.
///
/// # Errors
/// When the file cannot be read, is of no known format, is damaged, holds something other than numbers, or
/// exceeds the limits; when it is a pointer of Git LFS or a web page in place of the weights. What a file declares is
/// checked against its length before memory is taken, and nothing in a pickle is executed: one that asks for it is an
/// error.
pub fn read(path: &Path, limits: &Limits) -> Result<Tensors, WeightsError> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(_) if tensor_bundle::with_index(path).is_file() => {
            return tensor_bundle::read(path, limits);
        }
        Err(error) => return Err(WeightsError::unreadable(path, error)),
    };
    if metadata.is_dir() {
        return match tensor_bundle::is_bundle(path) {
            true => tensor_bundle::read(path, limits),
            false => folder::read(path, limits),
        };
    }
    let format = format(path)?;
    if matches!(format, Format::TensorBundle) {
        return tensor_bundle::read(path, limits); // whose lengths are checked there
    }
    check_length(path, metadata.len(), limits)?;
    match format {
        Format::PyTorch => pytorch::read(path, limits),
        Format::Zip => zip::read(path, limits),
        Format::Darknet => darknet::read(path, &cfg_beside(path)?, limits),
        Format::TensorBundle => tensor_bundle::read(path, limits),
        Format::TensorFlowJs => tfjs::read(path, limits),
        whole => read_contents(whole, path, contents(path, limits)?, limits),
    }
}

/// What a zip archive holds of one file, whose name within it is told.
pub fn read_entry(
    path: &Path,
    name: &str,
    contents: Vec<u8>,
    limits: &Limits,
) -> Result<Tensors, WeightsError> {
    disguise::check(path, &contents)?;
    read_contents(format_of(path, &contents, Path::new(name))?, path, contents, limits)
}

/// Reads a file of which all contents are at hand.
fn read_contents(
    format: Format,
    path: &Path,
    contents: Vec<u8>,
    limits: &Limits,
) -> Result<Tensors, WeightsError> {
    match format {
        Format::Hdf5 => hdf5::read(path, contents, limits),
        Format::Safetensors => safetensors::read(path, &contents, limits),
        Format::Burnpack => burnpack::read(path, contents, limits),
        Format::Numpy => numpy::read(path, &contents, limits),
        Format::Table => table::read(path, &contents, limits),
        // These are read from where they lie.
        Format::Zip
        | Format::PyTorch
        | Format::Darknet
        | Format::TensorBundle
        | Format::TensorFlowJs => {
            let reason = "what it holds is read when it is unpacked, and not from within it";
            Err(WeightsError::malformed(path, "zip", reason))
        }
    }
}

/// The description of a network of Darknet, which has the name of the weights.
fn cfg_beside(weights: &Path) -> Result<PathBuf, WeightsError> {
    let cfg = weights.with_extension("cfg");
    match cfg.is_file() {
        true => Ok(cfg),
        false => Err(WeightsError::NoCfg { path: weights.to_path_buf(), cfg }),
    }
}

#[derive(Clone, Copy)]
enum Format {
    Hdf5,
    Zip,
    Numpy,
    Burnpack,
    Safetensors,
    PyTorch,
    Darknet,
    TensorBundle,
    TensorFlowJs,
    Table,
}

fn format(path: &Path) -> Result<Format, WeightsError> {
    format_of(path, &disguise::head(path)?, path)
}

/// The format of what begins with `head` and has this name.
fn format_of(path: &Path, head: &[u8], name: &Path) -> Result<Format, WeightsError> {
    let ending = name.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    Ok(match (head, ending.to_ascii_lowercase().as_str()) {
        ([0x89, b'H', b'D', b'F', ..], _) => Format::Hdf5,
        ([b'P', b'K', 3, 4, ..], _) => Format::Zip,
        // These have no mark of their own, and may begin with any.
        (_, "weights") => Format::Darknet,
        (_, "index" | "pb") => Format::TensorBundle,
        (_, "json") => Format::TensorFlowJs,
        (_, ending) if ending.starts_with("data-0") => Format::TensorBundle,
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
