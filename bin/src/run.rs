//! One run of a program: what it says, what it writes, what it found.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fireside_recipes::trained::Card;
use fireside_report::CONFIG_FILE;
use fireside_training::checkpoint::{Identity, Pace, Shelf};
use fireside_training::files::write_whole;
use fireside_training::history::History;
use fireside_training::supervised::Curve;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::options::Common;
use crate::run_folder::RunFolder;
use crate::values::InputPath;
use crate::{Failure, interrupt};

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
    json: bool,
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
            voice: Voice { speaks: !common.json && !common.quiet },
            json: common.json,
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
        };
        interrupt::listen();
        let config = json!({
            "assignment": assignment,
            "version": env!("CARGO_PKG_VERSION"),
            "device": device,
            "settings": settings,
            "data": data,
        });
        run.write_json(CONFIG_FILE, &config)?;
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

    /// Returns `count` examples, or 16 in a dry run.
    pub fn examples(&self, count: usize) -> usize {
        if self.dry_run { count.min(16) } else { count }
    }

    /// Prints a line, unless `--quiet` or `--json`.
    pub fn say(&self, line: &str) {
        self.voice.say(line);
    }

    /// Adds a figure to `metrics.json` and to what `--json` prints, in snake case.
    pub fn result(&mut self, name: &str, value: impl Into<Value>) {
        self.results.insert(snake_case(name), value.into());
    }

    /// Writes a picture into the run's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn picture(&mut self, name: &str, png: &[u8]) -> Result<(), Failure> {
        if let Some(path) = self.write(name, png)? {
            self.pictures.push(path);
        }
        Ok(())
    }

    /// Writes a file that is no picture into the run's folder.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(&self, name: &str, contents: &[u8]) -> Result<(), Failure> {
        self.write(name, contents).map(|_| ())
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
        if self.json {
            let report = json!({
                "assignment": self.assignment,
                "folder": self.folder().map(shown),
                "pictures": self.pictures.iter().map(|path| shown(path)).collect::<Vec<_>>(),
                "results": results,
            });
            write_report(&report)?;
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

    /// A place for the checkpoints of a training, those on the way in the folder `below` it; none in a dry run.
    ///
    /// # Errors
    /// When the configuration of the model has no form in JSON, or the environment wants an impossible pace.
    pub fn shelf(
        &self,
        name: &str,
        below: &str,
        model: &(impl Serialize + ?Sized),
    ) -> Result<Option<Shelf>, Failure> {
        let Some(folder) = self.folder() else {
            return Ok(None);
        };
        let identity = Identity::new(self.identity.clone()).with("model", model);
        let identity = identity.map_err(|error| Failure::Run(format!("{name}: {error}")))?;
        Ok(Some(Shelf::new(&folder.join(name), below, identity).at(pace()?)))
    }

    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// What describes the models trained so far, by stage.
    pub(crate) fn cards_mut(&mut self) -> &mut Vec<(String, Card)> {
        &mut self.cards
    }

    /// Says where a training goes on, or for the first one of a resumed run that it begins anew. To be called by
    /// each, once.
    pub fn beginning(&self) -> impl Fn(&str, Option<String>) + Send + use<> {
        let (begun, resumes, voice) = (self.begun.clone(), self.resumes, self.voice);
        move |name, continues| {
            let is_first = !begun.swap(true, Ordering::Relaxed);
            match continues {
                Some(after) => voice.say(&format!("{name}: continuing after {after}.")),
                None if resumes && is_first => {
                    voice.say(&format!("{name}: nothing to continue from: it begins anew."));
                }
                None => (),
            }
        }
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
        self.voice.speaks
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

    pub(crate) fn write_costs(&self) -> Result<(), Failure> {
        let rows = self.histories.iter().flat_map(|(stage, history)| {
            let points = history.points.iter();
            points.map(move |point| (stage, point.iteration, point.cost))
        });
        self.write_table("metrics.csv", &["stage", "iteration", "cost"], rows)
    }

    pub(crate) fn write_curves(&self) -> Result<(), Failure> {
        let header = [
            "stage",
            "epoch",
            "learning_rate",
            "train_loss",
            "train_accuracy",
            "validation_loss",
            "validation_accuracy",
        ];
        let rows = self.curves.iter().flat_map(|(stage, curve)| {
            curve.points.iter().map(move |point| {
                let (train, held_out) = (point.train, point.held_out);
                let figures = (train.loss, train.accuracy, held_out.loss, held_out.accuracy);
                (stage, point.epoch, point.learning_rate, figures)
            })
        });
        self.write_table("epochs.csv", &header, rows)
    }

    /// Writes no file where there are no rows.
    fn write_table<R: Serialize>(
        &self,
        name: &str,
        header: &[&str],
        rows: impl Iterator<Item = R>,
    ) -> Result<(), Failure> {
        let mut rows = rows.peekable();
        if rows.peek().is_none() {
            return Ok(());
        }
        let mut table = csv::Writer::from_writer(Vec::new());
        let written =
            table.write_record(header).and_then(|()| rows.try_for_each(|row| table.serialize(row)));
        let text = written
            .map_err(|error| error.to_string())
            .and_then(|()| table.into_inner().map_err(|error| error.to_string()))
            .map_err(Failure::Run)?;
        self.write(name, &text).map(|_| ())
    }

    fn write_json(&self, name: &str, value: &Value) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(value).map_err(|e| Failure::Run(e.to_string()))?;
        self.write(name, &text).map(|_| ())
    }

    fn write(&self, name: &str, contents: &[u8]) -> Result<Option<PathBuf>, Failure> {
        let Some(folder) = self.folder() else {
            return Ok(None);
        };
        let path = folder.join(name);
        write_whole(&path, contents).map_err(|error| Failure::unwritable(&path, &error))?;
        Ok(Some(path))
    }
}

/// How often to write checkpoints: as seldom as they are dear, or as the environment says.
fn pace() -> Result<Pace, Failure> {
    const NAME: &str = "FIRESIDE_CHECKPOINT_SECONDS";
    let Ok(text) = std::env::var(NAME) else {
        return Ok(Pace::default());
    };
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let wrong = || Failure::Input(format!("{NAME} is {text}: it must be a number of seconds"));
    seconds.map(Pace::every).ok_or_else(wrong)
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

/// What prints: nothing with `--quiet` or `--json`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Voice {
    speaks: bool,
}

impl Voice {
    pub(crate) const SILENT: Self = Self { speaks: false };
    pub(crate) const ALOUD: Self = Self { speaks: true };

    pub(crate) fn say(self, line: &str) {
        if self.speaks {
            let _ = writeln!(std::io::stdout(), "{line}"); // a closed pipe is no failure
        }
    }

    /// A bar of `length` steps while a terminal watches.
    pub(crate) fn progress_bar(self, name: &str, length: usize) -> ProgressBar {
        if !(self.speaks && std::io::stdout().is_terminal()) {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(length as u64).with_prefix(name.to_string());
        match ProgressStyle::with_template("{prefix} {bar:40} {pos}/{len} {msg} {eta} left") {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }
    }
}

/// Prints what another program is to read.
///
/// # Errors
/// When it cannot be written: who asked for it would miss it.
pub(crate) fn write_report(report: &Value) -> Result<(), Failure> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{report}")
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::Run(format!("the report cannot be written: {error}")))
}

/// A path in JSON, which holds UTF-8 alone.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// `plain-20, train error` is `plain_20_train_error`.
fn snake_case(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}
