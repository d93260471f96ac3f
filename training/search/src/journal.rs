//! What a search has tried, on disk: an interrupted search goes on from there.
//!
//! A text of JSON lines. The first names the search (space, sampling, seed, direction); every other is one
//! [`Record`], written at once when its trial ended. A line counts once its line break is there, so
//! a write that was cut off costs one trial and nothing else.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::trial::Record;

/// What the first line of every journal says it is.
const KIND: &str = "hyperparameter search";
const VERSION: u32 = 1;
/// The largest search there can be writes less; a larger file is none of ours.
const MAX_BYTES: u64 = 256 << 20;

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What the system reported.
        source: io::Error,
    },
    /// Another search writes it at this moment.
    #[error("{} is being written by another search", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
    },
    /// A line is not what a search writes.
    #[error("{} is not the journal of a search: line {line}: {reason}", path.display())]
    Malformed {
        /// The journal.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// It was begun by a search with other settings, whose trials are not these.
    #[error("{} was begun by another search: its {differs} differs", path.display())]
    OtherSearch {
        /// The journal.
        path: PathBuf,
        /// The settings that differ, by name.
        differs: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Header {
    journal: String,
    version: u32,
    settings: serde_json::Value,
}

/// The records of a search, in a file or in memory alone.
#[derive(Debug)]
pub struct Journal {
    file: Option<(PathBuf, File)>,
    records: Vec<Record>,
    dropped: bool,
}

impl Journal {
    /// Returns an empty journal that no file keeps.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { file: None, records: Vec::new(), dropped: false }
    }

    /// Opens the journal at `path` for the search with these settings, or begins it.
    ///
    /// A last line without its line break is dropped from the file. The file is locked against other
    /// searches as long as the journal lives.
    ///
    /// # Errors
    /// [`JournalError`] when the file cannot be read or written, is not a journal, belongs to a search with
    /// other settings, or is in use.
    pub fn open(path: &Path, settings: &impl Serialize) -> Result<Self, JournalError> {
        let failed = |source| JournalError::Io { path: path.to_path_buf(), source };
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::InUse { path: path.to_path_buf() },
            TryLockError::Error(source) => failed(source),
        })?;
        let length = file.metadata().map_err(failed)?.len();
        if length > MAX_BYTES {
            return Err(malformed(path, 1, format!("the file is {length} bytes long")));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;

        let settings = serde_json::to_value(settings).map_err(|error| failed(error.into()))?;
        let header = Header { journal: KIND.to_string(), version: VERSION, settings };
        let mut first = serde_json::to_vec(&header).map_err(|error| failed(error.into()))?;
        first.push(b'\n');

        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |last| last + 1);
        let (lines, torn) = bytes.split_at(whole);
        if lines.is_empty() && !first.starts_with(torn) {
            return Err(malformed(path, 1, "it does not begin a search"));
        }
        let records = read_records(path, lines, &header)?;
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        if lines.is_empty() {
            file.write_all(&first).map_err(failed)?;
        }
        let dropped = !torn.is_empty() && !lines.is_empty();
        Ok(Self { file: Some((path.to_path_buf(), file)), records, dropped })
    }

    /// Returns the records in the order in which their trials ended.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Whether the file ended in half a record, which was dropped: its trial is run again.
    #[must_use]
    pub fn dropped_torn_line(&self) -> bool {
        self.dropped
    }

    /// Returns the record of a trial at a budget.
    pub(crate) fn find(&self, number: usize, budget: u64) -> Option<&Record> {
        self.records.iter().find(|record| (record.number, record.budget) == (number, budget))
    }

    /// Writes a record through to the file.
    pub(crate) fn append(&mut self, record: Record) -> Result<(), JournalError> {
        if let Some((path, file)) = &mut self.file {
            let written =
                serde_json::to_vec(&record).map_err(io::Error::from).and_then(|mut line| {
                    line.push(b'\n');
                    file.write_all(&line).and_then(|()| file.flush())
                });
            written.map_err(|source| JournalError::Io { path: path.clone(), source })?;
        }
        self.records.push(record);
        Ok(())
    }

    /// Reports that the search would not have written the record at `index`.
    pub(crate) fn refuse(&self, index: usize, reason: &str) -> JournalError {
        let path = self.file.as_ref().map_or(Path::new("the journal"), |(path, _)| path);
        malformed(path, index + 2, reason) // line 1 is the header
    }
}

fn read_records(path: &Path, lines: &[u8], expected: &Header) -> Result<Vec<Record>, JournalError> {
    let mut records: Vec<Record> = Vec::new();
    for (index, line) in lines.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let wrong = |reason: String| malformed(path, index + 1, reason);
        if index == 0 {
            // An editor may have put a byte order mark there.
            let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            let found: Header =
                serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
            check_header(path, &found, expected)?;
            continue;
        }
        let record: Record =
            serde_json::from_slice(line).map_err(|error| wrong(error.to_string()))?;
        records.push(record);
    }
    Ok(records)
}

fn check_header(path: &Path, found: &Header, expected: &Header) -> Result<(), JournalError> {
    if found.journal != expected.journal || found.version != expected.version {
        let what = format!("it begins a {:?} of version {}", found.journal, found.version);
        return Err(malformed(path, 1, what));
    }
    if found.settings == expected.settings {
        return Ok(());
    }
    let differs = match (&found.settings, &expected.settings) {
        (serde_json::Value::Object(found), serde_json::Value::Object(expected)) => {
            let names =
                expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key)));
            let differing = names.filter(|name| found.get(*name) != expected.get(*name));
            differing.map(String::as_str).collect::<Vec<_>>().join(", ")
        }
        _ => "settings".to_string(),
    };
    Err(JournalError::OtherSearch { path: path.to_path_buf(), differs })
}

fn malformed(path: &Path, line: usize, reason: impl Into<String>) -> JournalError {
    JournalError::Malformed { path: path.to_path_buf(), line, reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Point, Status};
    use std::fs;

    #[derive(Serialize)]
    struct Settings {
        seed: u32,
        direction: &'static str,
    }

    const SETTINGS: Settings = Settings { seed: 1, direction: "up" };

    fn record(number: usize) -> Record {
        let status = Status::Done { score: 0.1 + number as f64 };
        Record { number, budget: 3, point: Point::default(), status, seconds: 0.25 }
    }

    /// A journal of two records, on disk.
    fn begun() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let mut journal = Journal::open(&path, &SETTINGS).unwrap();
        journal.append(record(1)).unwrap();
        journal.append(record(0)).unwrap();
        (folder, path)
    }

    #[test]
    fn records_come_back_in_the_order_they_were_written() {
        let (_folder, path) = begun();
        let journal = Journal::open(&path, &SETTINGS).unwrap();
        assert_eq!(journal.records(), [record(1), record(0)]);
        assert!(!journal.dropped_torn_line());
        assert_eq!(journal.find(0, 3), Some(&record(0)));
        assert_eq!(journal.find(0, 4), None);
    }

    #[test]
    fn file_cut_at_any_byte_keeps_its_whole_lines_and_goes_on() {
        let (_folder, path) = begun();
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let breaks = whole[..length].iter().filter(|&&byte| byte == b'\n').count();
            let mut journal = Journal::open(&path, &SETTINGS).unwrap();
            assert_eq!(journal.records().len(), breaks.saturating_sub(1), "{length}");
            let torn = length > 0 && whole[length - 1] != b'\n';
            assert_eq!(journal.dropped_torn_line(), torn && breaks > 0, "{length}");
            for lost in [1, 0].into_iter().skip(breaks.saturating_sub(1)) {
                journal.append(record(lost)).unwrap();
            }
            drop(journal);
            assert_eq!(fs::read(&path).unwrap(), whole, "{length}");
        }
    }

    #[test]
    fn journal_that_an_editor_saved_is_read() {
        let (_folder, path) = begun();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
        let journal = Journal::open(&path, &SETTINGS).unwrap();
        assert_eq!(journal.records(), [record(1), record(0)]);
    }

    #[test]
    fn journal_of_other_settings_is_refused_with_their_names_and_left_alone() {
        let (_folder, path) = begun();
        let before = fs::read(&path).unwrap();
        for (settings, differs) in [
            (Settings { seed: 2, ..SETTINGS }, "seed"),
            (Settings { direction: "down", ..SETTINGS }, "direction"),
            (Settings { seed: 2, direction: "down" }, "direction, seed"),
        ] {
            let error = Journal::open(&path, &settings).unwrap_err().to_string();
            assert!(error.ends_with(&format!("its {differs} differs")), "{error}");
        }
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn file_of_another_kind_is_refused_with_its_line_and_left_alone() {
        let (_folder, path) = begun();
        let header = fs::read_to_string(&path).unwrap().lines().next().unwrap().to_string();
        for (contents, line) in [
            ("my thesis".to_string(), 1),
            ("my thesis\n".to_string(), 1),
            ("{}\n".to_string(), 1),
            (header.replace("\"version\":1", "\"version\":2") + "\n", 1),
            (format!("{header}\n\n"), 2),
            (format!("{header}\n{{\"number\":1}}\n"), 2),
            (format!("{header}\n\u{0}\n"), 2),
        ] {
            fs::write(&path, &contents).unwrap();
            let error = Journal::open(&path, &SETTINGS).unwrap_err();
            assert!(
                matches!(&error, JournalError::Malformed { line: found, .. } if *found == line),
                "{contents}: {error}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
        }
    }

    #[test]
    fn journal_in_use_is_refused() {
        let (_folder, path) = begun();
        let _journal = Journal::open(&path, &SETTINGS).unwrap();
        let error = Journal::open(&path, &SETTINGS).unwrap_err();
        assert!(matches!(error, JournalError::InUse { .. }), "{error}");
    }

    #[test]
    fn folder_in_its_place_is_an_error_that_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let error = Journal::open(folder.path(), &SETTINGS).unwrap_err().to_string();
        assert!(error.contains(&folder.path().display().to_string()), "{error}");
    }
}
