//! One run of a program: what it says, what it writes, what it found.

mod checkpoints;
mod files;
mod meter;
mod voice;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use fireside_recipes::trained::Card;
use fireside_report::text;
use fireside_training::history::History;
use fireside_training::supervised::Curve;
use serde_json::{Map, Value, json};

pub(crate) use self::meter::{Dial, Meter};
pub(crate) use self::voice::Voice;
use crate::options::Common;
use crate::run_folder::RunFolder;
use crate::values::InputPath;
use crate::{Failure, interrupt, print};

/// Examples of a dry run: every step is taken, and on any device in seconds.
pub(crate) const FEW: usize = 4;

/// What a run is begun with.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    /// The program.
    pub(crate) assignment: &'static str,
    /// Where to write, and how loudly.
    pub(crate) common: &'a Common,
    /// What decides the figures, an object.
    pub(crate) settings: Value,
    /// What it is trained on: size and SHA-256 of each file.
    pub(crate) data: Map<String, Value>,
    /// The name of the backend.
    pub(crate) device: &'a str,
}

/// A run in progress. Made after all input was checked, so that wrong input leaves nothing behind.
#[derive(Debug)]
pub struct Run {
    assignment: &'static str,
    /// Absent in a dry run.
    folder: Option<RunFolder>,
    resumes: bool,
    voice: Voice,
    export: bool,
    keep: bool,
    dry_run: bool,
    identity: Map<String, Value>,
    /// Whether it was said that there is nothing to continue from, or there was something.
    begun: Arc<AtomicBool>,
    results: Map<String, Value>,
    histories: Vec<(String, History)>,
    curves: Vec<(String, Curve)>,
    pictures: Vec<PathBuf>,
    began: Instant,
    cards: Vec<(String, Card)>,
    /// What people call the models of its stages.
    called: Vec<(String, String)>,
}

impl Run {
    /// Creates the run's folder with its `config.json`, or opens the one to resume. No other process works in it
    /// until the run is over.
    ///
    /// # Errors
    /// When the folder cannot be written, holds another run, or another process works in it.
    pub(crate) fn begin(start: Start<'_>) -> Result<Self, Failure> {
        let Start { assignment, common, settings, data, device } = start;
        let folder = match (&common.resume, &common.out) {
            _ if common.dry_run => None,
            (Some(resumed), _) => Some(RunFolder::resume(resumed)?),
            (None, Some(out)) => Some(RunFolder::create(out, common.overwrite)?),
            (None, None) => Some(RunFolder::fresh(assignment)?),
        };
        let identity = identity(assignment, &settings, &data);
        let run = Self {
            assignment,
            folder,
            identity,
            resumes: common.resume.is_some(),
            voice: Voice::of(common),
            export: common.export,
            keep: common.keep,
            dry_run: common.dry_run,
            begun: Arc::default(),
            results: Map::new(),
            histories: Vec::new(),
            curves: Vec::new(),
            pictures: Vec::new(),
            began: Instant::now(),
            cards: Vec::new(),
            called: Vec::new(),
        };
        interrupt::listen();
        let config = json!({
            "assignment": assignment,
            "version": env!("CARGO_PKG_VERSION"),
            "device": device,
            "settings": settings,
            "data": data,
        });
        run.write_config(&config)?;
        run.say(&format!("Computing on {device}."));
        Ok(run)
    }

    /// What the checkpoints of this run belong to, the model of each training apart.
    pub fn identity(&self) -> &Map<String, Value> {
        &self.identity
    }

    /// Returns `iterations`, or 2 in a dry run.
    pub fn iterations(&self, iterations: usize) -> usize {
        if self.dry_run { iterations.min(2) } else { iterations }
    }

    /// Returns `count` examples, or few in a dry run.
    pub fn examples(&self, count: usize) -> usize {
        if self.dry_run { count.min(FEW) } else { count }
    }

    /// Prints a line, unless `--quiet` or `--json`.
    pub fn say(&self, line: &str) {
        self.voice.say(line);
    }

    /// Adds a figure to `metrics.json` and to what `--json` prints, in snake case.
    pub fn result(&mut self, name: &str, value: impl Into<Value>) {
        self.results.insert(snake_case(name), value.into());
    }

    /// Writes `metrics.json`, `metrics.csv` of trainings by iterations and `epochs.csv` of those by epochs,
    /// and says where everything is.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn finish(mut self) -> Result<(), Failure> {
        let results = std::mem::take(&mut self.results);
        self.complete_cards(&results)?;
        let results = Value::Object(results);
        self.write_json("metrics.json", &results)?;
        self.write_costs()?;
        self.write_curves()?;
        for picture in &self.pictures {
            self.say(&format!("Drew {}", picture.display()));
        }
        match self.folder() {
            Some(folder) => self.say(&format!("Everything is in {}", folder.display())),
            None => self.say("A dry run: nothing was written."),
        }
        if self.voice == Voice::Json {
            let report = json!({
                "assignment": self.assignment,
                "folder": self.folder().map(shown),
                "pictures": self.pictures.iter().map(|path| shown(path)).collect::<Vec<_>>(),
                "results": results,
            });
            print::json(&report);
        }
        Ok(())
    }

    /// Ctrl-C, or what else asks for it, ended a training: how far it came, such as `3 of 9 epochs`, and how to resume.
    pub fn stopped(&self, stage: &str, done: &str) -> Failure {
        let how = match self.folder() {
            Some(folder) => format!("continue with --resume {}", folder.display()),
            None => "a dry run keeps nothing".to_string(),
        };
        Failure::stopped(format!("stopped in {stage} after {done}; {how}"))
    }

    /// The folder of the run, absent in a dry run.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(RunFolder::path)
    }

    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// What describes the models trained so far, by stage.
    pub(crate) fn cards_mut(&mut self) -> &mut Vec<(String, Card)> {
        &mut self.cards
    }

    /// Keeps what people call the model of a stage.
    pub(crate) fn call(&mut self, stage: &str, called: &str) {
        self.called.push((stage.to_string(), called.to_string()));
    }

    /// What people call the model of a stage, where that was said.
    pub(crate) fn called(&self, stage: &str) -> Option<&str> {
        let found = self.called.iter().rev().find(|(name, _)| name == stage);
        found.map(|(_, called)| called.as_str())
    }

    /// Whether it continues an earlier run.
    pub fn resumes(&self) -> bool {
        self.resumes
    }

    /// Whether a training that is over keeps its last checkpoint.
    pub(crate) fn keeps_states(&self) -> bool {
        self.keep
    }

    pub(crate) fn exports(&self) -> bool {
        self.export
    }

    pub(crate) fn speaks(&self) -> bool {
        self.voice == Voice::Speaks
    }

    /// What prints for this run, on its own.
    pub(crate) fn voice(&self) -> Voice {
        self.voice
    }

    /// Adds the costs of a training to `metrics.csv`.
    pub fn record(&mut self, stage: &str, history: History) {
        self.histories.push((stage.to_string(), history));
    }

    pub(crate) fn record_curve(&mut self, stage: &str, curve: &Curve) {
        self.curves.push((stage.to_string(), curve.clone()));
    }
}

/// Assignment, settings and data. Where the data lie is of no matter.
fn identity(assignment: &str, settings: &Value, data: &Map<String, Value>) -> Map<String, Value> {
    let settings = settings.as_object().into_iter().flatten();
    let settings = settings.filter(|(_, value)| !InputPath::is(value));
    let settings: Map<_, _> = settings.map(|(name, value)| (name.clone(), value.clone())).collect();
    Map::from_iter([
        ("assignment".to_string(), assignment.into()),
        ("settings".to_string(), settings.into()),
        ("data".to_string(), data.clone().into()),
    ])
}

/// A path in JSON, which holds UTF-8 alone.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// `train error, plain-20` is `train_error_plain_20`.
pub(crate) fn snake_case(name: &str) -> String {
    text::key(name)
}
