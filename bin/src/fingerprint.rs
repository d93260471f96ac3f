//! What a run's data are, told by their contents: a run goes on with the data that it began with, wherever they lie.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use fireside_datasets::source::find;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::Failure;
use crate::programs::files::{FileNames, Original};
use crate::run::{Dial, Voice};
use crate::values::InputPath;

const MEGABYTE: u64 = 1_000_000;

/// The size and SHA-256 of every file and folder that settings name, by the setting; of the folder `data` those of
/// the course's `files` that are there.
///
/// # Errors
/// When one cannot be read.
pub(crate) fn of(
    settings: &Value,
    files: &[FileNames],
    voice: Voice,
) -> Result<Map<String, Value>, Failure> {
    let mut found = Map::new();
    for (name, value) in settings.as_object().into_iter().flatten() {
        let Ok(path) = serde_json::from_value::<InputPath>(value.clone()) else { continue };
        if name == "data" {
            for file in files {
                if let Ok(path) = find(&path, file.topic, file.names) {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    found.insert(name.into_owned(), fingerprint(&path, voice)?);
                }
            }
        } else {
            found.insert(name.clone(), fingerprint(&path, voice)?);
        }
    }
    Ok(found)
}

/// Refuses data that are not those of the run in `folder`.
///
/// # Errors
/// When one differs: the sentence names it.
pub(crate) fn check(
    began_with: &Value,
    data: &Map<String, Value>,
    folder: &Path,
) -> Result<(), Failure> {
    let earlier = began_with.as_object().into_iter().flatten();
    let differs = |(name, value): &(&String, &Value)| data.get(*name) != Some(*value);
    match earlier.into_iter().find(differs) {
        None => Ok(()),
        Some((name, _)) => Err(Failure::Input(format!(
            "--resume {}: {name} is not what the run began with: give the same data, or begin a new run",
            folder.display()
        ))),
    }
}

/// Says whether a file is one of those that the course hands out.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn compare(
    path: &Path,
    originals: &[Original],
    voice: Voice,
) -> Result<String, Failure> {
    let found = fingerprint(path, voice)?;
    let same = |one: &&Original| found["bytes"] == one.bytes && found["sha256"] == one.sha256;
    let cut_off = |one: &&Original| found["bytes"].as_u64().is_some_and(|bytes| bytes < one.bytes);
    Ok(match originals {
        [] => format!("found, {} bytes; the course's own is not known", found["bytes"]),
        originals if originals.iter().any(|one| same(&one)) => {
            "the course's own, whole".to_string()
        }
        [only] if cut_off(&only) => {
            format!("not the course's own, or cut off: {} of {} bytes", found["bytes"], only.bytes)
        }
        _ => format!("another file than the course's: {} bytes", found["bytes"]),
    })
}

fn fingerprint(path: &Path, voice: Voice) -> Result<Value, Failure> {
    let unreadable =
        |error: io::Error| Failure::Input(format!("{} cannot be read ({error})", path.display()));
    let files = files_below(path).map_err(unreadable)?;
    let length = |file: &PathBuf| fs::metadata(file).map_or(0, |found| found.len());
    let total: u64 = files.iter().map(length).sum();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let meter = voice.meter(&format!("Reading {name}"), "MB", (total / MEGABYTE) as usize);
    let mut digest = Digested { digest: Sha256::new(), bytes: 0, dial: meter.dial() };
    for file in files {
        if file != path {
            let name = file.strip_prefix(path).unwrap_or(&file);
            digest.digest.update(name.as_os_str().as_encoded_bytes());
        }
        let mut file = File::open(file).map_err(unreadable)?;
        io::copy(&mut file, &mut digest).map_err(unreadable)?;
    }
    let Digested { digest, bytes, .. } = digest;
    let sha256: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(json!({"bytes": bytes, "sha256": sha256}))
}

/// What is read, digested and counted.
struct Digested {
    digest: Sha256,
    bytes: u64,
    dial: Dial,
}

impl Write for Digested {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.digest.update(part);
        self.bytes += part.len() as u64;
        self.dial.at((self.bytes / MEGABYTE) as f64);
        Ok(part.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The file itself, or all files of a folder and the folders in it, in the order of their names.
fn files_below(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort();
    let mut files = Vec::new();
    for entry in entries {
        // A link to a folder could lead back here.
        if entry.is_symlink() && entry.is_dir() {
            continue;
        }
        files.extend(files_below(&entry)?);
    }
    Ok(files)
}
