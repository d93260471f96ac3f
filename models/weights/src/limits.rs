//! How much of a file that nobody has looked at may be taken into memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::WeightsError;

/// No compression that is read here gives more bytes for one.
const MAX_EXPANSION: u64 = 1032;

/// A byte that is not compressed becomes an f32 at the most.
const MAX_WIDENING: u64 = 4;

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

pub(crate) fn check_length(path: &Path, bytes: u64, limits: &Limits) -> Result<(), WeightsError> {
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
        Self::times(path, length, MAX_EXPANSION, limits)
    }

    /// For a file of `length` bytes that is not compressed.
    pub fn plain(path: &'a Path, length: u64, limits: &'a Limits) -> Self {
        Self::times(path, length, MAX_WIDENING, limits)
    }

    fn times(path: &'a Path, length: u64, times: u64, limits: &'a Limits) -> Self {
        let bytes = length.saturating_mul(times).min(limits.value_bytes);
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
