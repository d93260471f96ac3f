//! What lies under the names of weights and is none: pointers of Git LFS and pages of the web.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::WeightsError;

/// A pointer is shorter, and the beginning of a page too.
const HEAD: u64 = 512;

const POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1";

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The first bytes of a file.
///
/// # Errors
/// When it cannot be read; [`WeightsError::Pointer`] and [`WeightsError::Page`] when it is one of these.
pub fn head(path: &Path) -> Result<Vec<u8>, WeightsError> {
    let mut head = Vec::new();
    File::open(path)
        .and_then(|file| file.take(HEAD).read_to_end(&mut head))
        .map_err(|error| WeightsError::unreadable(path, error))?;
    check(path, &head)?;
    Ok(head)
}

/// Looks at several files, and names all pointers among them at once.
///
/// # Errors
/// As [`head`].
pub fn check_files<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<(), WeightsError> {
    let mut pointers = Vec::new();
    for path in paths {
        match head(path) {
            Err(WeightsError::Pointer { files }) => pointers.extend(files),
            looked => drop(looked?),
        }
    }
    match pointers.is_empty() {
        true => Ok(()),
        false => Err(WeightsError::Pointer { files: pointers }),
    }
}

/// Looks at what a file begins with.
pub fn check(path: &Path, head: &[u8]) -> Result<(), WeightsError> {
    if let Some(bytes) = promised(head) {
        return Err(WeightsError::Pointer { files: vec![(path.to_path_buf(), bytes)] });
    }
    match is_page(head) {
        true => Err(WeightsError::Page { path: path.to_path_buf() }),
        false => Ok(()),
    }
}

/// The length that a pointer of Git LFS promises; `None` when it is no pointer.
fn promised(head: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(head.strip_prefix(POINTER)?).unwrap_or_default();
    let size = text.lines().find_map(|line| line.strip_prefix("size "));
    Some(size.and_then(|size| size.trim().parse().ok()).unwrap_or_default())
}

fn is_page(head: &[u8]) -> bool {
    let text = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head).trim_ascii_start();
    let begins = |with: &str| {
        text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    ["<!doctype html", "<html", "<head", "<!-- ", "<script"].into_iter().any(begins)
}
