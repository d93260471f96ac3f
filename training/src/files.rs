//! Files that are either whole or absent.

use std::io::{self, Write};
use std::path::Path;

use burn_pack::{AtomicFile, Error};

/// Writes `contents` under a temporary name beside `path`, waits until the disk has them, and renames, so that
/// neither a reader nor a machine that loses its power ever sees half a file. Two that write the same file at
/// once do not mix: the later one stays.
///
/// # Errors
/// When `path` names no file, its folder cannot be written or the disk is full; nothing is left behind
/// then.
pub fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let (unfinished, mut file) = AtomicFile::create(path).map_err(plain)?;
    file.write_all(contents)?;
    file.sync_all()?; // a disk that writes late says so to the handle alone that was written through
    drop(file);
    unfinished.commit().map_err(plain)
}

fn plain(error: Error) -> io::Error {
    match error {
        Error::IoError(reason) => io::Error::other(reason),
        other => io::Error::other(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn writers_of_one_file_at_once_leave_one_of_theirs_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        std::thread::scope(|scope| {
            for writer in 0..4_u8 {
                let path = &path;
                scope.spawn(move || {
                    (0..20).for_each(|_| write_whole(path, &[writer; 100_000]).unwrap());
                });
            }
        });
        let found = fs::read(&path).unwrap();
        assert_eq!(found, [found[0]; 100_000]);
        assert_eq!(names(folder.path()), ["model.bpk"]);
    }

    #[test]
    fn what_cannot_be_written_leaves_the_earlier_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("taken")).unwrap();
        write_whole(&folder.path().join("taken"), b"text").unwrap_err();
        assert_eq!(names(folder.path()), ["taken"]);
        write_whole(&folder.path().join("no folder/file"), b"text").unwrap_err();
        write_whole(Path::new("/"), b"text").unwrap_err();
    }
}
