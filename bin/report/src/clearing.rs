//! Clearing runs away: which may go, and deleting them.
//!
//! Only a folder whose `config.json` is one that a run writes is ever deleted, and only if it lies below the folder
//! that was looked through, holds nothing hidden and no other run, is not where the user stands, and is not still
//! being written.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::{SignedDuration, Unit};

use crate::listing::tame;
use crate::record::{CONFIG_FILE, is_of_a_run};
use crate::{ReportError, RunRecord, State, files, text};

/// The file whose lock a run holds while it works in its folder; one that was killed leaves it.
const LOCK_FILE: &str = ".lock";
/// A run that is not finished and was written to within this time may still go on. Checkpoints come more often.
const STILL_GOING: Duration = Duration::from_secs(600);

/// Which runs are to go: those that all of this holds for.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// Started more than so many days ago.
    pub older_than: Option<u32>,
    /// Not among the newest so many of their assignment.
    pub keep: Option<usize>,
    /// Of one of these names: an assignment, `ASSIGNMENT/RUN`, or a run's folder; any if there are none.
    pub names: Vec<String>,
}

/// What would be deleted, and what would not, though it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Runs to delete.
    pub delete: Vec<Doomed>,
    /// Runs that stay, each with the reason.
    pub left: Vec<(PathBuf, String)>,
}

/// A run to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doomed {
    /// Its folder.
    pub folder: PathBuf,
    /// What that frees, in bytes.
    pub bytes: u64,
}

impl Plan {
    /// What the plan frees, in bytes.
    pub fn bytes(&self) -> u64 {
        self.delete.iter().map(|doomed| doomed.bytes).sum()
    }

    /// The plan as lines: a run each, what stays and why, and the sum.
    pub fn told(&self) -> String {
        let mut lines: Vec<String> = Vec::new();
        for Doomed { folder, bytes } in &self.delete {
            lines.push(format!("{}  {}", tame(&folder.to_string_lossy()), text::bytes(*bytes)));
        }
        for (folder, reason) in &self.left {
            lines.push(format!("{} stays: {reason}", tame(&folder.to_string_lossy())));
        }
        let (runs, bytes) = (text::counted(self.delete.len(), "run"), text::bytes(self.bytes()));
        lines.push(format!("{runs} to delete, {bytes}"));
        lines.join("\n")
    }
}

/// Plans to delete runs found below `root`; `now` is the time by which they are old.
///
/// # Errors
/// When a name is no run's.
pub fn plan(
    root: &Path,
    records: &[RunRecord],
    wish: &Wish,
    now: DateTime,
) -> Result<Plan, ReportError> {
    for name in &wish.names {
        if !records.iter().any(|record| goes_by(record, name)) {
            return Err(ReportError::UnknownRun { name: name.clone() });
        }
    }
    let mut plan = Plan::default();
    for record in records {
        let is_named = wish.names.iter().any(|name| goes_by(record, name));
        let is_wanted = (wish.names.is_empty() || is_named)
            && wish.older_than.is_none_or(|days| is_older(record, days, now))
            && wish.keep.is_none_or(|newest| newer_than(record, records) >= newest);
        if !is_wanted {
            continue;
        }
        let folder = record.folder.clone();
        match why_it_stays(root, record) {
            None => plan.delete.push(Doomed { folder, bytes: record.size() }),
            Some(reason) => plan.left.push((folder, reason)),
        }
    }
    Ok(plan)
}

/// Deletes a run's folder, its `config.json` last, so that what is interrupted can be begun again.
///
/// # Errors
/// When the folder is no run any more, or something in it cannot be deleted.
pub fn delete(doomed: &Doomed) -> Result<(), ReportError> {
    let path = &doomed.folder;
    let failed = |reason| ReportError::Undeletable { path: path.clone(), reason };
    if !is_run(path) {
        return Err(failed(std::io::Error::other("it is no run any more")));
    }
    for entry in fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name() == CONFIG_FILE {
            continue;
        }
        // A link goes, what it points to stays.
        match entry.file_type().map_err(failed)?.is_dir() {
            true => fs::remove_dir_all(entry.path()),
            false => fs::remove_file(entry.path()),
        }
        .map_err(failed)?;
    }
    fs::remove_file(path.join(CONFIG_FILE)).map_err(failed)?;
    fs::remove_dir(path).map_err(failed)
}

fn goes_by(record: &RunRecord, name: &str) -> bool {
    let label = format!("{}/{}", record.assignment, record.name);
    let same_folder = || match (fs::canonicalize(name), fs::canonicalize(&record.folder)) {
        (Ok(named), Ok(folder)) => named == folder,
        _ => false,
    };
    name == record.assignment || name == label || same_folder()
}

fn is_older(record: &RunRecord, days: u32, now: DateTime) -> bool {
    record.started.is_some_and(|started| {
        let age = now.since((Unit::Second, started)).ok();
        let age = age.and_then(|age| SignedDuration::try_from(age).ok());
        age.is_some_and(|age| age > SignedDuration::from_hours(24 * i64::from(days)))
    })
}

/// How many runs of the same assignment were started after this one.
fn newer_than(record: &RunRecord, records: &[RunRecord]) -> usize {
    let key = |record: &RunRecord| (record.started, record.name.clone());
    let same = records.iter().filter(|other| other.assignment == record.assignment);
    same.filter(|other| key(other) > key(record)).count()
}

/// Whether a run holds the lock of its folder.
fn is_locked(folder: &Path) -> bool {
    let lock = fs::File::open(folder.join(LOCK_FILE));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

fn why_it_stays(root: &Path, record: &RunRecord) -> Option<String> {
    let folder = fs::canonicalize(&record.folder).ok()?;
    let is_below = |root: PathBuf| folder.starts_with(&root) && folder != root;
    let stands_in = std::env::current_dir().and_then(fs::canonicalize);
    if !record.is_ours || !is_run(&folder) {
        return Some(format!("its {CONFIG_FILE} is none that a run writes"));
    }
    if !fs::canonicalize(root).is_ok_and(is_below) {
        return Some("it is not below the folder of runs".to_string());
    }
    if stands_in.is_ok_and(|here| here.starts_with(&folder)) {
        return Some("you stand in it".to_string());
    }
    if is_locked(&folder) {
        return Some("it goes on".to_string());
    }
    let mut entries = fs::read_dir(&folder).into_iter().flatten().flatten();
    let is_hidden =
        |name: &str| name != LOCK_FILE && name.split('/').any(|part| part.starts_with('.'));
    let is_hidden_folder = |entry: fs::DirEntry| {
        entry.file_name().to_string_lossy().starts_with('.')
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
    };
    if record.files.iter().any(|file| is_hidden(&file.name)) || entries.any(is_hidden_folder) {
        return Some("it holds hidden files, which no run leaves".to_string());
    }
    let inner = format!("/{CONFIG_FILE}");
    if record.files.iter().any(|file| file.name.ends_with(&inner)) {
        return Some("it holds another run".to_string());
    }
    match record.state != State::Finished && is_fresh(record) {
        true => Some("it is not finished and was written to within ten minutes".to_string()),
        false => None,
    }
}

fn is_fresh(record: &RunRecord) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let latest = record.files.iter().filter_map(|file| changed(&file.path)).max();
    let age = latest.map(|latest| SystemTime::now().duration_since(latest).unwrap_or_default());
    age.is_some_and(|age| age < STILL_GOING)
}

/// Whether a folder, and no link to one, holds a `config.json` of ours.
fn is_run(folder: &Path) -> bool {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|data| data.is_dir());
    let config = files::read_object(&folder.join(CONFIG_FILE)).ok().flatten();
    is_folder && config.is_some_and(|config| is_of_a_run(&config))
}
