//! The course's HDF5 files: pictures, labels, class names as text. Pixels and labels are whole numbers, of any type
//! that holds them: 8 to 64 bits, with a sign or without, in either order of bytes, booleans, and reals.
//!
//! Read through [`hdf5_reader`]. A file is taken into memory whole, so that one that changes while it is
//! read cannot harm, and no data set takes more memory than its file could fill.

use std::path::{Path, PathBuf};

use hdf5_reader::{Dataset, Datatype, OpenOptions};

use crate::DataError;
use crate::pictures::Pictures;
use crate::source::read_file;
use crate::whole_numbers::Kind;

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

    /// Reads pictures: whole numbers of 0 to 255, of four axes.
    ///
    /// # Errors
    /// When the data set is missing, damaged, empty, of another rank or type, or a number is no pixel.
    pub fn pictures(&self, name: &str) -> Result<Pictures, DataError> {
        let expected = "an array of whole numbers [count, height, width, channels]";
        let dataset = self.dataset(name)?;
        let shape: Option<Vec<usize>> = dataset
            .shape()
            .iter()
            .map(|&size| usize::try_from(size).ok().filter(|&size| size > 0))
            .collect();
        let shape = shape.and_then(|sizes| <[usize; 4]>::try_from(sizes).ok());
        let (Some(shape), Some(kind)) = (shape, Kind::of(dataset.dtype())) else {
            return Err(self.unexpected(name, expected, &dataset));
        };
        let bytes = dataset.read_native_bytes().map_err(|error| self.malformed(error))?;
        let no_pixel = |(index, value): (usize, String)| DataError::Unexpected {
            path: self.path.clone(),
            name: name.to_string(),
            expected: "a whole number of 0 to 255".to_string(),
            found: format!("{value} at {index}"),
        };
        let pixels = match kind {
            Kind::Unsigned(1) => bytes,
            _ => kind.numbers(bytes, u8::MAX.into()).map_err(no_pixel)?,
        };
        match pixels.len() == shape.iter().product::<usize>() {
            true => Ok(Pictures { shape, pixels }),
            false => Err(self.unexpected(name, expected, &dataset)),
        }
    }

    /// Reads labels: whole numbers each below `num_classes`, in a row or a column of any number of axes.
    ///
    /// # Errors
    /// When the data set is missing, damaged, of another shape or type, or a label names no class.
    pub fn labels(&self, name: &str, num_classes: usize) -> Result<Vec<usize>, DataError> {
        let dataset = self.dataset(name)?;
        let is_list =
            dataset.ndim() > 0 && dataset.shape().iter().filter(|&&size| size != 1).count() <= 1;
        let kind = Kind::of(dataset.dtype()).filter(|_| is_list);
        let Some(kind) = kind else {
            return Err(self.unexpected(name, "a list of whole numbers", &dataset));
        };
        let bytes = dataset.read_native_bytes().map_err(|error| self.malformed(error))?;
        let largest = (num_classes as u64).saturating_sub(1);
        kind.numbers(bytes, largest).map_err(|(index, value)| DataError::Label {
            path: self.path.clone(),
            name: name.to_string(),
            index,
            value,
            num_classes,
        })
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
        Datatype::Enum { base, .. } => format!("names for {}", describe(base)),
        _ => "values of a compound or other type".to_string(),
    }
}
