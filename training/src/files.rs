//! Files that are either whole or absent.

use std::fs;
use std::io;
use std::path::Path;

/// Writes `contents` under a temporary name beside `path` and renames it, so that a reader never
/// sees half a file.
///
/// # Errors
/// When `path` names no file, its folder cannot be written or the disk is full; nothing is left behind
/// then.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "the path names no file"))?;
    let unfinished = path.with_file_name(format!(".{}.unfinished", name.to_string_lossy()));
    let written = fs::write(&unfinished, contents).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        let _ = fs::remove_file(&unfinished); // the first error is the one to report
    }
    written
}
