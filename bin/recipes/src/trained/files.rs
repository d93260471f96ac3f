//! Files that a model needs, known by length and SHA-256.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::TrainedError;

/// No model of the course comes near; a larger file is not one of ours.
pub(super) const MAX_FILE_BYTES: u64 = 4 << 30;

/// A file, by its contents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownFile {
    /// Its name in the model's folder, or behind `../` in the run's; or its absolute path, where a file of the user's
    /// was read.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl KnownFile {
    /// Notes length and checksum of a file; `name` is how [`KnownFile::file`] calls it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(path: &Path, name: &str) -> Result<Self, TrainedError> {
        let (bytes, sha256) = digest(path).map_err(|e| TrainedError::unreadable(path, e))?;
        Ok(Self { file: name.to_string(), bytes, sha256 })
    }

    /// Where it lies, for a model in `folder`.
    ///
    /// # Errors
    /// When its name leads out of the run's folder.
    pub fn path(&self, folder: &Path) -> Result<PathBuf, TrainedError> {
        let name = Path::new(&self.file);
        let within = name.strip_prefix("..").unwrap_or(name);
        let mut parts = within.components();
        let is_name = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
        match name.is_absolute() || is_name {
            true => Ok(folder.join(name)),
            false => Err(TrainedError::malformed(
                &folder.join(super::CARD_FILE),
                format!("{:?} is no file of its run", self.file),
            )),
        }
    }

    /// Reads it, and checks that it is the same still.
    ///
    /// # Errors
    /// When it cannot be read, is huge, or is another.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>, TrainedError> {
        let unreadable = |error| TrainedError::unreadable(path, error);
        let file = File::open(path).map_err(unreadable)?;
        self.check_length(path, file.metadata().map_err(unreadable)?.len())?;
        let mut contents = Vec::new();
        file.take(self.bytes + 1).read_to_end(&mut contents).map_err(unreadable)?;
        self.check_length(path, contents.len() as u64)?; // it may have grown
        match hexadecimal(&Sha256::digest(&contents)) == self.sha256 {
            true => Ok(contents),
            false => Err(self.other(path, "its SHA-256 differs")),
        }
    }

    /// Checks that it is the same still, without holding it.
    ///
    /// # Errors
    /// As [`KnownFile::read`].
    pub fn check(&self, path: &Path) -> Result<(), TrainedError> {
        let length = path.metadata().map_err(|e| TrainedError::unreadable(path, e))?.len();
        self.check_length(path, length)?;
        let (_, sha256) = digest(path).map_err(|error| TrainedError::unreadable(path, error))?;
        match sha256 == self.sha256 {
            true => Ok(()),
            false => Err(self.other(path, "its SHA-256 differs")),
        }
    }

    fn check_length(&self, path: &Path, found: u64) -> Result<(), TrainedError> {
        match found {
            found if found > MAX_FILE_BYTES => {
                Err(self.other(path, &format!("{found} bytes are more than any model has")))
            }
            found if found != self.bytes => {
                Err(self.other(path, &format!("it has {found} bytes, not {}", self.bytes)))
            }
            _ => Ok(()),
        }
    }

    fn other(&self, path: &Path, reason: &str) -> TrainedError {
        TrainedError::OtherFile { path: path.to_path_buf(), reason: reason.to_string() }
    }
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut digest = Sha256::new();
    let bytes = io::copy(&mut file, &mut digest)?;
    Ok((bytes, hexadecimal(&digest.finalize())))
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(file: &str) -> KnownFile {
        KnownFile { file: file.to_string(), bytes: 3, sha256: String::new() }
    }

    #[test]
    fn names_lead_nowhere_but_into_the_run() {
        let folder = Path::new("/runs/a/net");
        assert_eq!(named("model.bpk").path(folder).unwrap(), folder.join("model.bpk"));
        assert_eq!(named("../v.txt").path(folder).unwrap(), folder.join("../v.txt"));
        for name in ["", ".", "..", "../..", "../../v.txt", "a/b", "../a/b", "../../a"] {
            assert!(named(name).path(folder).is_err(), "{name}");
        }
    }

    #[test]
    fn changed_and_cut_off_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.bpk");
        std::fs::write(&path, "abc").unwrap();
        let known = KnownFile::of(&path, "model.bpk").unwrap();
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(known.sha256, hex); // FIPS 180-2, B.1
        assert_eq!(known.read(&path).unwrap(), b"abc");
        known.check(&path).unwrap();
        for (contents, reason) in [("abd", "its SHA-256 differs"), ("ab", "it has 2 bytes, not 3")]
        {
            std::fs::write(&path, contents).unwrap();
            for refused in [known.read(&path).map(drop), known.check(&path)] {
                let refused = refused.unwrap_err().to_string();
                assert!(refused.ends_with(reason), "{refused}");
            }
        }
    }
}
