//! What every format shares: which one a file has, and how much of it may be taken into memory.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use crate::format::{burnpack, folder, hdf5, numpy, pytorch, safetensors, table, zip};
use crate::{Tensors, WeightsError};

/// No compression that is read here gives more bytes for one.
const MAX_EXPANSION: u64 = 1032;

/// How much is read from a file that nobody has looked at.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest file, in bytes.
    pub file_bytes: u64,
    /// All numbers of a file together, in bytes.
    pub value_bytes: u64,
    /// The number of its arrays.
    pub arrays: usize,
}

impl Default for Limits {
    /// 2 GiB and 20,000 arrays: VGG-19, the largest network of course 4, has 0.6 GB and 38.
    fn default() -> Self {
        Self { file_bytes: 2 << 30, value_bytes: 2 << 30, arrays: 20_000 }
    }
}

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

/// The whole file.
pub(crate) fn contents(path: &Path, limits: &Limits) -> Result<Vec<u8>, WeightsError> {
    let read = || -> io::Result<Vec<u8>> {
        let mut contents = Vec::new();
        File::open(path)?.take(limits.file_bytes.saturating_add(1)).read_to_end(&mut contents)?;
        Ok(contents)
    };
    let contents = read().map_err(|error| WeightsError::unreadable(path, error))?;
    check_length(path, contents.len() as u64, limits)?; // it may have grown
    Ok(contents)
}

fn check_length(path: &Path, bytes: u64, limits: &Limits) -> Result<(), WeightsError> {
    if bytes <= limits.file_bytes {
        return Ok(());
    }
    let what = "the whole".to_string();
    Err(WeightsError::TooLarge { path: path.to_path_buf(), what, bytes, limit: limits.file_bytes })
}

/// What a file may still take of memory.
pub(crate) struct Budget<'a> {
    path: &'a Path,
    limits: &'a Limits,
    bytes: u64,
    left: u64,
    arrays_left: usize,
}

impl<'a> Budget<'a> {
    /// For a file of `length` bytes: no more than it could hold compressed.
    pub fn new(path: &'a Path, length: u64, limits: &'a Limits) -> Self {
        let bytes = length.saturating_mul(MAX_EXPANSION).min(limits.value_bytes);
        Self { path, limits, bytes, left: bytes, arrays_left: limits.arrays }
    }

    /// What all arrays together may have.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Counts an array, and returns the number of its values.
    pub fn spend(
        &mut self,
        name: &str,
        shape: &[usize],
        bytes_each: usize,
    ) -> Result<usize, WeightsError> {
        self.arrays_left = self.arrays_left.checked_sub(1).ok_or_else(|| self.too_many())?;
        let count = shape.iter().try_fold(1_usize, |count, &extent| count.checked_mul(extent));
        // As values of f32 they have at least 4 bytes.
        let bytes = count.and_then(|count| (count as u64).checked_mul(bytes_each.max(4) as u64));
        let bytes = bytes.unwrap_or(u64::MAX);
        match (count, self.left.checked_sub(bytes)) {
            (Some(count), Some(left)) => {
                self.left = left;
                Ok(count)
            }
            _ => Err(WeightsError::TooLarge {
                path: self.path.to_path_buf(),
                what: format!("{name} {shape:?}"),
                bytes,
                limit: self.left,
            }),
        }
    }

    pub fn too_many(&self) -> WeightsError {
        WeightsError::TooMany { path: self.path.to_path_buf(), limit: self.limits.arrays }
    }
}
