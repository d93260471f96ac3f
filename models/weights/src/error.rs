//! Why weights could not be read, fitted into a model, or written.

use std::io;
use std::path::{Path, PathBuf};

use crate::Report;

/// Why weights could not be read, fitted into a model, or written. Every message names the file or the
/// parameter, and what was expected of it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// The file system refused.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// The file, or what it says to hold, is larger than is read.
    #[error("{what} of {} is {bytes} bytes: more than {limit} are not read", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The file itself, or the array or arrays that are too large.
        what: String,
        /// Their length.
        bytes: u64,
        /// The largest length read.
        limit: u64,
    },
    /// The file holds more arrays than are read.
    #[error("{} holds more than {limit} arrays", path.display())]
    TooMany {
        /// The file or folder.
        path: PathBuf,
        /// The largest number read.
        limit: usize,
    },
    /// The file is not of its format, or it is damaged.
    #[error("{} is not a whole {format} file: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The format it should have.
        format: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Neither contents nor name tell the format.
    #[error(
        "{} is of no known format: Keras (.h5, .keras), PyTorch (.pt, .pth), .safetensors, .npy, .npz, .csv, \
         .bpk or a folder of .csv and .npy files is wanted",
        path.display()
    )]
    UnknownFormat {
        /// The file or folder.
        path: PathBuf,
    },
    /// A pickle asks for code to be run, or for an object other than numbers, names and tensors.
    #[error(
        "{} calls {callable}: weights alone are read from a pickle, and nothing in it is executed",
        path.display()
    )]
    Code {
        /// The file.
        path: PathBuf,
        /// The function or class that the file names.
        callable: String,
    },
    /// An array holds something other than numbers.
    #[error("{name} in {} holds {found}: real numbers or integers are wanted", path.display())]
    NotNumbers {
        /// The file.
        path: PathBuf,
        /// The array.
        name: String,
        /// The type of its values.
        found: String,
    },
    /// A pair of a table of names cannot be understood.
    #[error("{template:?} is no template of names: {reason}")]
    Template {
        /// Our or their side of the pair.
        template: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The arrays are not those of the model.
    #[error("the weights are not those of this model: {0}")]
    Differs(Box<Report>),
    /// Several places in the file hold the model.
    #[error(
        "the file holds this model {} times, each under another beginning of its names: {}",
        places.len(), places.join(", ")
    )]
    Ambiguous {
        /// What the names begin with.
        places: Vec<String>,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl WeightsError {
    pub(crate) fn unreadable(path: &Path, source: io::Error) -> Self {
        Self::Unreadable { path: path.to_path_buf(), source }
    }

    pub(crate) fn malformed(path: &Path, format: &'static str, reason: impl ToString) -> Self {
        Self::Malformed { path: path.to_path_buf(), format, reason: reason.to_string() }
    }
}
