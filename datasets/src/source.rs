//! Where data comes from: the course's own files in a folder of the user's, or a generator here.

use std::fmt;
use std::fs::File;
use std::io::Read;
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

/// Reads a file whole, unless it is longer than `limit` bytes; not more than that is ever held.
///
/// # Errors
/// When the file cannot be read or is longer.
pub(crate) fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, DataError> {
    let unreadable = |source| DataError::unreadable(path, source);
    let too_large = |bytes| DataError::TooLarge { path: path.to_path_buf(), bytes, limit };
    let file = File::open(path).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    if bytes > limit {
        return Err(too_large(bytes));
    }
    let mut contents = Vec::with_capacity(bytes as usize);
    // It may have grown since, and devices have no length at all.
    file.take(limit + 1).read_to_end(&mut contents).map_err(unreadable)?;
    match contents.len() as u64 {
        bytes if bytes > limit => Err(too_large(bytes)),
        _ => Ok(contents),
    }
}

/// The text of a file, without a byte order mark.
///
/// # Errors
/// When it is not UTF-8; the line is named.
pub(crate) fn text_of<'a>(
    path: &Path,
    format: &'static str,
    contents: &'a [u8],
) -> Result<&'a str, DataError> {
    let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
    std::str::from_utf8(contents).map_err(|error| {
        let line =
            1 + contents[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        DataError::malformed(path, format, format!("line {line} is not UTF-8"))
    })
}
