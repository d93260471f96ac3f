//! The folder of a run: its own alone, from the moment it is there.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use fireside_report::{CONFIG_FILE, LOCK_FILE};

use crate::Failure;

/// A run's folder, locked against other processes for as long as this value lives.
#[derive(Debug)]
pub(crate) struct RunFolder {
    path: PathBuf,
    /// Absent where the file system has no locks.
    lock: Option<File>,
}

impl RunFolder {
    /// `runs/<assignment>/<time>`, with a number behind it when that second already has a run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn fresh(assignment: &str) -> Result<Self, Failure> {
        let runs = Path::new("runs").join(assignment);
        fs::create_dir_all(&runs).map_err(|error| Failure::unwritable(&runs, &error))?;
        let time = jiff::Zoned::now().strftime("%Y%m%d-%H%M%S").to_string();
        let mut number = 1;
        loop {
            let name = if number == 1 { time.clone() } else { format!("{time}-{number}") };
            let folder = runs.join(name);
            // It fails where there is one, so that of several processes each gets its own.
            match fs::create_dir(&folder) {
                Ok(()) => return Self::locked(folder, "--out"),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(Failure::unwritable(&folder, &error)),
            }
        }
    }

    /// The folder that `--out` names. A run in it is deleted first if that is wanted.
    ///
    /// # Errors
    /// When it cannot be written, or holds a run.
    pub(crate) fn create(out: &Path, overwrite: bool) -> Result<Self, Failure> {
        if out.is_file() {
            let out = out.display();
            return Err(Failure::Input(format!("--out {out}: it is a file: give a folder")));
        }
        fs::create_dir_all(out).map_err(|error| useless("--out", out, &error))?;
        let folder = Self::locked(out.to_path_buf(), "--out")?;
        if !out.join(CONFIG_FILE).exists() {
            return Ok(folder);
        }
        if !overwrite {
            let out = out.display();
            return Err(Failure::Input(format!(
                "--out {out}: it holds a run already; continue it with --resume {out}, delete it with \
                 --overwrite, or give another folder"
            )));
        }
        folder.empty().map_err(|error| useless("--out", out, &error))?;
        Ok(folder)
    }

    /// The folder that `--resume` names.
    ///
    /// # Errors
    /// When it cannot be written, or another process works in it.
    pub(crate) fn resume(folder: &Path) -> Result<Self, Failure> {
        if folder.is_file() {
            return Err(Failure::Input(format!(
                "--resume {}: it is a file: give the folder of the run",
                folder.display()
            )));
        }
        Self::locked(folder.to_path_buf(), "--resume")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn locked(path: PathBuf, flag: &str) -> Result<Self, Failure> {
        let file = path.join(LOCK_FILE);
        let lock = File::create(&file).map_err(|error| useless(flag, &path, &error))?;
        let lock = match lock.try_lock() {
            Ok(()) => Some(lock),
            Err(TryLockError::Error(_)) => None,
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::Input(format!(
                    "{flag} {}: another process works in it; wait until it is done",
                    path.display()
                )));
            }
        };
        Ok(Self { path, lock })
    }

    fn empty(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => fs::remove_dir_all(entry.path())?,
                false if entry.file_name() == LOCK_FILE => (),
                false => fs::remove_file(entry.path())?,
            }
        }
        Ok(())
    }
}

/// A folder that a flag names and that no run can be in.
fn useless(flag: &str, path: &Path, error: &io::Error) -> Failure {
    let path = path.display();
    let advice = match flag {
        "--resume" => "make it so, or resume a copy of it",
        _ => "give another folder with --out",
    };
    Failure::Input(format!("{flag} {path}: it cannot be written ({error}); {advice}"))
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        // While it is still locked: whoever opens it now waits for nobody, and finds it gone or makes its own.
        let _ = fs::remove_file(self.path.join(LOCK_FILE));
        self.lock = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_serves_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = RunFolder::create(folder.path(), false).unwrap();
        let refused = RunFolder::resume(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("another process works in it"), "{refused}");
        drop(first);
        RunFolder::resume(folder.path()).unwrap();
    }

    #[test]
    fn a_run_is_deleted_only_if_that_is_wanted_and_then_whole() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(CONFIG_FILE), "{}").unwrap();
        fs::create_dir(folder.path().join("model")).unwrap();
        fs::write(folder.path().join("model/model.bpk"), "").unwrap();
        let refused = RunFolder::create(folder.path(), false).unwrap_err();
        assert!(refused.to_string().contains("--overwrite"), "{refused}");
        assert!(folder.path().join("model/model.bpk").exists());
        drop(RunFolder::create(folder.path(), true).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
