//! The course's HDF5 files: pictures as bytes, labels as integers, class names as text.
//!
//! Read through [`hdf5_reader`]. A file is taken into memory whole, so that one that changes while it is
//! read cannot harm, and no data set takes more memory than its file could fill.

use std::path::{Path, PathBuf};

use hdf5_reader::{Dataset, Datatype, OpenOptions};

use crate::DataError;
use crate::pictures::Pictures;
use crate::source::read_file;

/// The largest file that is read; the course's own are below 6 MiB.
pub const MAX_FILE_BYTES: u64 = 256 << 20;

/// No compression of HDF5's own gives more bytes for one; a data set that claims more is not whole.
const MAX_EXPANSION: usize = 1032;

const FORMAT: &str = "HDF5";

/// An open HDF5 file.
pub struct Hdf5File {
    path: PathBuf,
    file: hdf5_reader::Hdf5File,
}

impl Hdf5File {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or is no HDF5 file.
    pub fn open(path: &Path) -> Result<Self, DataError> {
        Self::from_bytes(path, read_file(path, MAX_FILE_BYTES)?)
    }

    /// Opens the contents of a file; `path` only names it in errors.
    ///
    /// # Errors
    /// When the contents are no HDF5 file.
    pub fn from_bytes(path: &Path, contents: Vec<u8>) -> Result<Self, DataError> {
        let largest = contents.len().saturating_mul(MAX_EXPANSION).min(MAX_FILE_BYTES as usize);
        let options = OpenOptions {
            max_read_bytes: largest,
            max_chunk_bytes: largest,
            ..OpenOptions::default()
        };
        let file = hdf5_reader::Hdf5File::from_vec_with_options(contents, options)
            .map_err(|error| DataError::malformed(path, FORMAT, error))?;
        Ok(Self { path: path.to_path_buf(), file })
    }

    /// Reads pictures: bytes of four axes.
    ///
    /// # Errors
    /// When the data set is missing, damaged, empty, or of another rank or type.
    pub fn pictures(&self, name: &str) -> Result<Pictures, DataError> {
        let expected = "an array of bytes [count, height, width, channels]";
        let dataset = self.dataset(name)?;
        let shape: Option<Vec<usize>> = dataset
            .shape()
            .iter()
            .map(|&size| usize::try_from(size).ok().filter(|&size| size > 0))
            .collect();
        let shape = shape.and_then(|sizes| <[usize; 4]>::try_from(sizes).ok());
        let is_bytes =
            matches!(dataset.dtype(), Datatype::FixedPoint { size: 1, signed: false, .. });
        let (Some(shape), true) = (shape, is_bytes) else {
            return Err(self.unexpected(name, expected, &dataset));
        };
        let pixels = dataset.read_native_bytes().map_err(|error| self.malformed(error))?;
        Ok(Pictures { shape, pixels })
    }

    /// Reads labels: whole numbers of one axis, each below `num_classes`.
    ///
    /// # Errors
    /// When the data set is missing, damaged, of another rank or type, or a label names no class.
    pub fn labels(&self, name: &str, num_classes: usize) -> Result<Vec<usize>, DataError> {
        let dataset = self.dataset(name)?;
        let is_i64 = matches!(dataset.dtype(), Datatype::FixedPoint { size: 8, signed: true, .. });
        if dataset.ndim() != 1 || !is_i64 {
            return Err(self.unexpected(name, "a list of 64-bit integers", &dataset));
        }
        let bytes = dataset.read_native_bytes().map_err(|error| self.malformed(error))?;
        let (values, _) = bytes.as_chunks();
        let checked = values.iter().enumerate().map(|(index, &bytes)| {
            let value = i64::from_ne_bytes(bytes);
            let label = usize::try_from(value).ok().filter(|&label| label < num_classes);
            label.ok_or_else(|| DataError::Label {
                path: self.path.clone(),
                name: name.to_string(),
                index,
                value,
                num_classes,
            })
        });
        checked.collect()
    }

    /// Reads a list of texts, such as class names.
    ///
    /// # Errors
    /// When the data set is missing, damaged, or no list of texts.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, DataError> {
        let dataset = self.dataset(name)?;
        if dataset.ndim() != 1 || !matches!(dataset.dtype(), Datatype::String { .. }) {
            return Err(self.unexpected(name, "a list of texts", &dataset));
        }
        dataset.read_strings().map_err(|error| self.malformed(error))
    }

    fn dataset(&self, name: &str) -> Result<Dataset, DataError> {
        let root = self.file.root_group().map_err(|error| self.malformed(error))?;
        let (_, names) = root.member_names().map_err(|error| self.malformed(error))?;
        if !names.iter().any(|found| found == name) {
            return Err(DataError::NoDataset { path: self.path.clone(), name: name.to_string() });
        }
        self.file.dataset(name).map_err(|error| self.malformed(error))
    }

    fn unexpected(&self, name: &str, expected: &str, dataset: &Dataset) -> DataError {
        DataError::Unexpected {
            path: self.path.clone(),
            name: name.to_string(),
            expected: expected.to_string(),
            found: format!("{} of shape {:?}", describe(dataset.dtype()), dataset.shape()),
        }
    }

    fn malformed(&self, error: hdf5_reader::error::Error) -> DataError {
        DataError::malformed(&self.path, FORMAT, error)
    }
}

fn describe(datatype: &Datatype) -> String {
    match datatype {
        Datatype::FixedPoint { size, signed, .. } => {
            let kind = if *signed { "integers" } else { "unsigned integers" };
            format!("{}-bit {kind}", u32::from(*size) * 8)
        }
        Datatype::FloatingPoint { size, .. } => format!("{}-bit reals", u32::from(*size) * 8),
        Datatype::String { .. } => "texts".to_string(),
        _ => "values of a compound or other type".to_string(),
    }
}
