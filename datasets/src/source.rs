//! Where data comes from: the course's own files in a folder of the user's, or a generator here.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::DataError;

/// The source of one assignment's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Made by a generator of this crate.
    Embedded,
    /// Read from the course's files in this folder.
    Real(PathBuf),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded => write!(f, "embedded data, made by a generator"),
            Self::Real(folder) => write!(f, "the course's files in {}", folder.display()),
        }
    }
}

/// Returns the first of `names` that is a file in `folder` or in `folder/topic`.
///
/// # Errors
/// [`DataError::Missing`] with the names and both folders.
pub fn find(folder: &Path, topic: &str, names: &[&str]) -> Result<PathBuf, DataError> {
    let folders = vec![folder.to_path_buf(), folder.join(topic)];
    let candidates =
        folders.iter().flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    let found = candidates.into_iter().find(|path| path.is_file());
    found.ok_or_else(|| DataError::Missing {
        names: names.iter().map(ToString::to_string).collect(),
        folders: folders.clone(),
    })
}
