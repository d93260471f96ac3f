//! Files of a run, read with bounds. Links are not followed: what a run left lies in its folder.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::text;

/// How deep a run's folder is looked through, and how many files of it are counted.
const DEEPEST: usize = 6;
const MOST_FILES: usize = 20_000;
/// JSON that is larger is none of ours.
const LARGEST_JSON: u64 = 8 << 20;

/// A file that a run left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its path below the run's folder, with `/` between the parts.
    pub name: String,
    /// In bytes.
    pub size: u64,
}

impl RunFile {
    /// Whether the name ends so, in capitals or not.
    pub fn has_ending(&self, ending: &str) -> bool {
        self.path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending))
    }

    /// Whether it lies in the run's folder itself.
    pub fn is_at_the_top(&self) -> bool {
        !self.name.contains('/')
    }
}

/// Every file below a run's folder, in the order of their names, and what could not be read.
pub(crate) fn walk(folder: &Path) -> (Vec<RunFile>, Vec<String>) {
    let (mut files, mut problems) = (Vec::new(), Vec::new());
    collect(folder, "", 0, &mut files, &mut problems);
    files.sort_by(|one, other| one.name.cmp(&other.name));
    (files, problems)
}

fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    files: &mut Vec<RunFile>,
    problems: &mut Vec<String>,
) {
    let shown = if prefix.is_empty() { "the folder" } else { prefix.trim_end_matches('/') };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return problems.push(format!("{shown} cannot be read ({error}).")),
    };
    for entry in entries.flatten() {
        if files.len() >= MOST_FILES {
            let most = text::count(MOST_FILES as u64);
            if problems.last().is_none_or(|last| !last.starts_with("It holds more")) {
                problems.push(format!("It holds more than {most} files: the rest is not counted."));
            }
            return;
        }
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.metadata() {
            Ok(data) if data.is_file() => {
                files.push(RunFile { path: entry.path(), name, size: data.len() });
            }
            Ok(data) if data.is_dir() && depth < DEEPEST => {
                collect(&entry.path(), &format!("{name}/"), depth + 1, files, problems);
            }
            _ => {}
        }
    }
}

/// What a file holds; no link, nothing but a file, and not above `largest` bytes.
pub(crate) fn read(path: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let mut contents = Vec::new();
    open(path)
        .and_then(|file| file.take(largest + 1).read_to_end(&mut contents))
        .map_err(|error| format!("cannot be read ({error})"))?;
    match contents.len() as u64 > largest {
        true => Err(format!("is larger than {}", text::bytes(largest))),
        false => Ok(contents),
    }
}

/// Opens a file; no link, and nothing but a file, so that nobody waits for what never comes.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path)? {
        data if data.is_file() => File::open(path),
        _ => Err(io::Error::other("it is no file")),
    }
}

/// The object in a JSON file; nothing where there is no such file.
pub(crate) fn read_object(path: &Path) -> Result<Option<serde_json::Map<String, Value>>, String> {
    if fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
        return Ok(None);
    }
    let contents = read(path, LARGEST_JSON)?;
    if contents.is_empty() {
        return Err("is empty".to_string());
    }
    match serde_json::from_slice(&contents) {
        Ok(Value::Object(object)) => Ok(Some(object)),
        Ok(_) => Err("holds no JSON object".to_string()),
        Err(error) => Err(format!("is no whole JSON ({error})")),
    }
}
