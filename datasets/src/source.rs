//! Where data comes from: the course's own files in a folder of the user's, or a generator here.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use fireside_strategy::text::{line_ends, without_mark};

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

/// The text of a file, without a byte order mark, its lines ended by `\n`.
///
/// # Errors
/// When it is not UTF-8; the line is named.
pub(crate) fn text_of<'a>(
    path: &Path,
    format: &'static str,
    contents: &'a [u8],
) -> Result<Cow<'a, str>, DataError> {
    let contents =
        without_mark(contents).map_err(|error| DataError::malformed(path, format, error))?;
    let text = std::str::from_utf8(contents).map_err(|error| {
        let line = 1 + line_ends(&contents[..error.valid_up_to()]);
        DataError::malformed(path, format, format!("line {line} is not UTF-8"))
    })?;
    Ok(match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => Cow::Borrowed(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_the_same_with_any_mark_and_line_ends() {
        for contents in ["a\n\nb\n", "\u{feff}a\r\n\r\nb\r\n", "a\r\rb\r", "\u{feff}a\r\n\nb\r"] {
            assert_eq!(text_of(Path::new("t"), "text", contents.as_bytes()).unwrap(), "a\n\nb\n");
        }
        let error = |contents| text_of(Path::new("t"), "text", contents).unwrap_err().to_string();
        assert_eq!(error(b"a\r\nb\r\xff"), "t is not a whole text file: line 3 is not UTF-8");
        let utf_16 = error(b"\xff\xfea\0");
        assert!(
            utf_16.starts_with("t is not a whole text file: it is UTF-16: save it as UTF-8"),
            "{utf_16}"
        );
    }
}
