//! One record for each run, whatever state its folder is in.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::DateTime;
use jiff::{Timestamp, tz::TimeZone};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::curve::{self, Curve};
use crate::entry::{Datum, Entry, entries};
use crate::files::{self, RunFile};
use crate::{ReportError, text};

/// The file that makes a folder a run.
pub const CONFIG_FILE: &str = "config.json";
/// The picture of its data that a run begins with.
pub const DATA_FILE: &str = "data.png";
const METRICS_FILE: &str = "metrics.json";
/// How deep runs are looked for, and in how many folders.
const DEEPEST: usize = 5;
const MOST_FOLDERS: usize = 20_000;
const LONGEST_NAME: usize = 120;
const LONGEST_CALLED: usize = 60;

/// How far a run came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It went to its end.
    Finished,
    /// It was stopped before its end.
    Stopped,
    /// A process works in its folder.
    Running,
    /// Files of it cannot be read.
    Damaged,
}

impl State {
    /// In one word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Finished => "finished",
            Self::Stopped => "stopped",
            Self::Running => "running",
            Self::Damaged => "damaged",
        }
    }
}

/// What a run left.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Its folder.
    pub folder: PathBuf,
    /// The assignment it is a run of, or the name of the folder above where that cannot be read.
    pub assignment: String,
    /// The name of its folder, most often the time it was started.
    pub name: String,
    /// When it was started: by its name, or else by its oldest file.
    pub started: Option<DateTime>,
    /// How far it came.
    pub state: State,
    /// What cannot be read of it, a sentence each.
    pub problems: Vec<String>,
    /// Whether its `config.json` is one that a run of ours writes.
    pub is_ours: bool,
    /// The version of the program.
    pub version: Option<String>,
    /// Where it computed.
    pub device: Option<String>,
    /// What it was started with.
    pub settings: Vec<Entry>,
    /// What it found.
    pub figures: Vec<Entry>,
    /// How its trainings went.
    pub curves: Vec<Curve>,
    /// The trained models: the name of the training, and what its `model.json` says.
    pub models: Vec<(String, Vec<Entry>)>,
    /// What people call them, by the name of the training; nothing of those that are called alike.
    pub called: Vec<(String, String)>,
    /// All files it left.
    pub files: Vec<RunFile>,
}

impl RunRecord {
    /// Reads a run's folder. What cannot be read becomes a sentence in `problems`.
    pub fn read(folder: &Path) -> Self {
        let (files, mut problems) = files::walk(folder);
        let config = match files::read_object(&folder.join(CONFIG_FILE)) {
            Ok(Some(config)) => config,
            Ok(None) => {
                problems.push(format!("It has no {CONFIG_FILE}."));
                Map::new()
            }
            Err(reason) => {
                problems.push(format!("{CONFIG_FILE} {reason}."));
                Map::new()
            }
        };
        let field = |name: &str| {
            let value = config.get(name).and_then(Value::as_str);
            value.map(|value| text::bounded(value, LONGEST_NAME))
        };
        let is_ours = is_of_a_run(&config);
        if !config.is_empty() && !is_ours {
            problems.push(format!("{CONFIG_FILE} names no assignment with its settings."));
        }
        let metrics = files::read_object(&folder.join(METRICS_FILE));
        let is_finished = matches!(metrics, Ok(Some(_)));
        let figures = match metrics {
            Ok(metrics) => metrics.map(|metrics| entries(&metrics)).unwrap_or_default(),
            Err(reason) => {
                problems.push(format!("{METRICS_FILE} {reason}."));
                Vec::new()
            }
        };
        let (mut curves, wrong) = curve::read(folder);
        problems.extend(wrong);
        let models = models(&files, &mut problems);
        let called = called(&models);
        for curve in &mut curves {
            if let Some((_, words)) = called.iter().find(|(stage, _)| *stage == curve.stage) {
                curve.stage.clone_from(words);
            }
        }
        let name = folder_name(folder);
        let state = match (problems.is_empty(), is_finished) {
            (false, _) => State::Damaged,
            (true, true) => State::Finished,
            (true, false) if is_locked(folder) => State::Running,
            (true, false) => State::Stopped,
        };
        let above = folder.parent().map(folder_name);
        Self {
            assignment: field("assignment").or(above).unwrap_or_default(),
            started: time_in(&name).or_else(|| oldest(&files)),
            state,
            problems,
            is_ours,
            version: field("version"),
            device: field("device"),
            settings: config.get("settings").map(settings).unwrap_or_default(),
            figures,
            curves,
            models,
            called,
            files,
            name,
            folder: folder.to_path_buf(),
        }
    }

    /// What it takes on the disk, in bytes.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// Its figures that are numbers, those first that people ask for first.
    pub fn main_figures(&self) -> Vec<(&str, f64)> {
        const FIRST: [&str; 9] =
            ["accuracy", "f1", "map_50", "map", "analogies", "error", "forward_ms", "loss", "cost"];
        let place = |name: &str| FIRST.iter().position(|word| name.contains(word));
        let rank = |name: &str| place(name).unwrap_or(FIRST.len());
        let numbers = self.figures.iter().filter_map(|entry| match entry.value {
            Datum::Number(value) => Some((entry.name.as_str(), value)),
            Datum::Text(_) => None,
        });
        let mut numbers: Vec<_> = numbers.collect();
        // Of equal rank the shorter name is the more general one: `accuracy` before `accuracy_hidden-50`.
        numbers.sort_by_key(|(name, _)| (rank(name), name.matches(['_', '-', ' ', '.']).count()));
        numbers
    }

    /// What one of its figures is called in words: behind them, in place of its key, what people call a model.
    pub fn in_words(&self, figure: &str) -> String {
        let (whole, padded) = (text::words(figure), format!("_{figure}_"));
        let key = |(stage, called): &(String, String)| (text::key(stage), called.clone());
        let mut models: Vec<(String, String)> = self.called.iter().map(key).collect();
        // `fast_r_cnn` before `r_cnn`, which is in it.
        models.sort_by_key(|(key, _)| std::cmp::Reverse(key.len()));
        for (key, called) in models {
            let Some((before, behind)) = padded.split_once(&format!("_{key}_")) else { continue };
            if key.is_empty() || whole.contains(&called) {
                continue;
            }
            let rest = text::words(format!("{before}_{behind}").trim_matches('_'));
            return if rest.is_empty() { called } else { format!("{rest} ({called})") };
        }
        whole
    }

    /// What people call one of its models, with its key behind, by which it is asked.
    pub fn model_in_words(&self, stage: &str) -> String {
        match self.called.iter().find(|(key, called)| key == stage && called != stage) {
            Some((_, called)) => format!("{called} ({stage})"),
            None => stage.to_string(),
        }
    }

    /// Assignment and folder, which tell it from others.
    pub fn label(&self) -> String {
        format!("{}/{}", self.assignment, self.name)
    }
}

/// The file whose lock a run holds while it works in its folder; one that was killed leaves it.
pub const LOCK_FILE: &str = ".lock";

/// Whether a run holds the lock of its folder.
pub(crate) fn is_locked(folder: &Path) -> bool {
    let lock = fs::File::open(folder.join(LOCK_FILE));
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

/// Reads every run in and below these folders, each once, sorted by assignment and time.
///
/// # Errors
/// When one of the folders cannot be read or holds no run.
pub fn read_all(roots: &[PathBuf]) -> Result<Vec<RunRecord>, ReportError> {
    let mut folders = BTreeSet::new();
    for root in roots {
        let unreadable = |reason| ReportError::Unreadable { path: root.clone(), reason };
        let root = fs::canonicalize(root).map_err(unreadable)?;
        fs::read_dir(&root).map_err(unreadable)?;
        let before = folders.len();
        let mut visited = 0;
        let had = folders.clone();
        find(&root, 0, &mut visited, &mut folders);
        let found_again = had.iter().any(|folder: &PathBuf| folder.starts_with(&root));
        if folders.len() == before && !found_again {
            return Err(ReportError::NoRuns { path: root });
        }
    }
    let here = std::env::current_dir().and_then(fs::canonicalize).ok();
    let mut records: Vec<RunRecord> = folders
        .iter()
        .map(|folder| {
            let shown = here.as_ref().and_then(|here| folder.strip_prefix(here).ok());
            let shown = shown.filter(|path| !path.as_os_str().is_empty());
            RunRecord { folder: shown.unwrap_or(folder).to_path_buf(), ..RunRecord::read(folder) }
        })
        .collect();
    records.sort_by_cached_key(|record| {
        (record.assignment.clone(), record.started, record.folder.clone())
    });
    Ok(records)
}

fn find(folder: &Path, depth: usize, visited: &mut usize, found: &mut BTreeSet<PathBuf>) {
    *visited += 1;
    if *visited > MOST_FOLDERS {
        return;
    }
    let is_there = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    // A run that was killed at its very beginning has a time for a name and nothing else.
    if is_there(CONFIG_FILE) || is_there(METRICS_FILE) || time_in(&folder_name(folder)).is_some() {
        found.insert(folder.to_path_buf());
        return;
    }
    if depth == DEEPEST {
        return;
    }
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !is_hidden && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            find(&entry.path(), depth + 1, visited, found);
        }
    }
}

/// Whether an object is what a run writes into its `config.json`.
pub(crate) fn is_of_a_run(config: &Map<String, Value>) -> bool {
    config.get("assignment").is_some_and(Value::is_string)
        && config.get("settings").is_some_and(|given| given.is_object() || given.is_array())
}

/// Settings are an object, or a list of several.
fn settings(given: &Value) -> Vec<Entry> {
    match given {
        Value::Object(settings) => entries(settings),
        Value::Array(groups) => {
            groups.iter().filter_map(Value::as_object).flat_map(entries).collect()
        }
        _ => Vec::new(),
    }
}

/// What stands in `model.json` beside each trained model.
fn models(files: &[RunFile], problems: &mut Vec<String>) -> Vec<(String, Vec<Entry>)> {
    let names = files.iter().filter_map(|file| {
        let (folder, name) = file.name.rsplit_once('/').unwrap_or(("", &file.name));
        (name == "model.bpk" || name == "model.json").then_some(folder)
    });
    let folders: BTreeSet<&str> = names.collect();
    let mut models = Vec::new();
    for folder in folders.into_iter().take(100) {
        let name = if folder.is_empty() { "model.json" } else { &format!("{folder}/model.json") };
        let described = files.iter().find(|file| file.name == name);
        let about = match described.map(|file| files::read_object(&file.path)) {
            Some(Ok(Some(object))) => entries(&object),
            Some(Err(reason)) => {
                problems.push(format!("{} {reason}.", text::bounded(name, LONGEST_NAME)));
                Vec::new()
            }
            None | Some(Ok(None)) => Vec::new(),
        };
        models.push((text::bounded(folder, LONGEST_NAME), about));
    }
    models
}

/// What the models are called by their `model.json`, as far as that tells one from the others.
fn called(models: &[(String, Vec<Entry>)]) -> Vec<(String, String)> {
    let of = |(stage, about): &(String, Vec<Entry>)| {
        let entry = about.iter().find(|entry| entry.name == "called")?;
        match &entry.value {
            Datum::Text(words) if !words.trim().is_empty() => {
                Some((stage.clone(), text::bounded(words.trim(), LONGEST_CALLED)))
            }
            _ => None,
        }
    };
    let all: Vec<(String, String)> = models.iter().filter_map(of).collect();
    let is_alone = |words: &String| all.iter().filter(|(_, other)| other == words).count() == 1;
    all.iter().filter(|(_, words)| is_alone(words)).cloned().collect()
}

fn folder_name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str()).to_string_lossy();
    text::bounded(&name, LONGEST_NAME)
}

/// The time in a name such as `20261129-011608`, whatever follows it.
fn time_in(name: &str) -> Option<DateTime> {
    let stamp = name.get(..15)?;
    match stamp.bytes().enumerate().all(|(at, c)| (c == b'-') == (at == 8) && c != b' ') {
        true => DateTime::strptime("%Y%m%d-%H%M%S", stamp).ok(),
        false => None,
    }
}

fn oldest(files: &[RunFile]) -> Option<DateTime> {
    let changed = |file: &RunFile| fs::metadata(&file.path).ok()?.modified().ok();
    let time = Timestamp::try_from(files.iter().filter_map(changed).min()?).ok()?;
    Some(time.to_zoned(TimeZone::system()).datetime())
}
