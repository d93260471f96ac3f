//! One training by epochs within a run: resumed where it stopped, watched while it goes, kept when it ends.

use std::ops::ControlFlow;

use burn::module::{Module, ModuleDisplay};
use fireside_training::checkpoint::Shelf;
use fireside_training::supervised::{
    self, Curve, Ending, EpochPoint, Examples, Moment, Supervised, SupervisedError, Task,
};

use serde::Serialize;

use crate::run::{Run, Voice};
use crate::stage::export;
use crate::{Failure, interrupt};

/// A training in a run. Its name is its folder below the run's, where its checkpoints go, below `epochs`, and in the
/// end `model.bpk` and `progress.json`.
#[derive(Debug)]
pub struct EpochStage<'a> {
    run: &'a mut Run,
    name: String,
    /// None in a dry run.
    shelf: Option<Shelf>,
    /// Epochs from one line to the next; none: no lines.
    interval: Option<usize>,
    dashboard: bool,
    keeps_states: bool,
}

impl Run {
    /// Opens a training by epochs. `model` is its configuration, or a tuple of several: with the run's settings it
    /// says what a checkpoint belongs to, and one of another is refused.
    ///
    /// # Errors
    /// When the configuration has no form in JSON.
    pub fn epoch_stage(
        &mut self,
        name: &str,
        model: &(impl Serialize + ?Sized),
    ) -> Result<EpochStage<'_>, Failure> {
        let shelf = self.shelf(name, supervised::EPOCHS, model)?;
        let (name, interval) = (name.to_string(), Some(10));
        let (dashboard, keeps_states) = (false, self.keeps_states());
        Ok(EpochStage { run: self, name, shelf, interval, dashboard, keeps_states })
    }
}

impl EpochStage<'_> {
    /// Prints no line for every tenth epoch.
    pub fn quietly(mut self) -> Self {
        self.interval = None;
        self
    }

    /// Shows the dashboard if it is asked for and there is a terminal, instead of lines.
    pub fn with_dashboard(mut self, wanted: bool) -> Self {
        self.dashboard = wanted && self.run.speaks() && supervised::has_dashboard();
        self
    }

    /// Trains a model: from the start, or from where a resumed run stopped.
    ///
    /// # Errors
    /// When the settings cannot work, the training diverges (its curve up to there is in `epochs.csv` then), a
    /// checkpoint cannot be read or written, or Ctrl-C
    /// ended it early: the message says how to resume.
    pub fn train<M, D>(
        self,
        training: Supervised,
        model: M,
        task: Task<M, D::Batch>,
        train: &D,
        held_out: &D,
    ) -> Result<(M, Curve), Failure>
    where
        M: Module + ModuleDisplay + 'static,
        D: Examples,
    {
        let epochs = self.run.iterations(training.config().epochs);
        let mut training = training.with_epochs(epochs);
        let folder = self.run.folder().map(|folder| folder.join(&self.name));
        let watch = self.watch(epochs, train.count());
        if let Some(shelf) = self.shelf {
            training = training.on(shelf, self.run.resumes());
        }
        if !self.keeps_states {
            training = training.leaving_the_model_alone();
        }
        if self.dashboard {
            training = training.with_dashboard();
        }
        let trained = match training.run(model, task, train, held_out, watch) {
            Ok(trained) => trained,
            Err(error) => {
                if let SupervisedError::Diverged { curve, .. } = &error {
                    self.run.record_curve(&self.name, curve);
                    self.run.write_curves()?;
                }
                return Err(error.into());
            }
        };

        self.run.record_curve(&self.name, &trained.curve);
        if trained.ending == Ending::BrokenOff {
            let done = trained.curve.epochs();
            return Err(self.run.stopped(&self.name, &format!("{done} of {epochs} epochs")));
        }
        if let Some(folder) = folder.filter(|_| self.run.exports()) {
            export(&folder, &trained.model)?;
        }
        Ok((trained.model, trained.curve))
    }

    /// The observer: it prints, moves the bar and heeds Ctrl-C. An epoch has so many examples.
    fn watch(
        &self,
        epochs: usize,
        count: usize,
    ) -> impl FnMut(Moment) -> ControlFlow<()> + Send + use<> + 'static {
        let voice = if self.dashboard { Voice::Silent } else { self.run.voice() };
        let meter = voice.meter(&self.name, "epochs", epochs);
        let (name, interval) = (self.name.clone(), self.interval);
        let (beginning, mut said) = (self.run.beginning(), false);
        let position = move |epoch: usize, examples: usize| {
            (epoch - 1) as f64 + examples as f64 / count.max(1) as f64
        };
        move |moment| {
            let dial = meter.dial(); // the meter goes for as long as this is asked
            match moment {
                Moment::Begin { epoch, examples, passed_over } => {
                    for reason in passed_over {
                        voice.say(&format!("{name}: passed over: {reason}."));
                    }
                    let done = epoch - 1;
                    beginning(
                        &name,
                        match (done, examples) {
                            (0, 0) => None,
                            (_, 0) => Some(format!("epoch {done}")),
                            _ => Some(format!("epoch {done} and {examples} examples of the next")),
                        },
                    );
                    dial.starts_at(position(epoch, examples));
                }
                Moment::Batch { epoch, examples } => dial.at(position(epoch, examples)),
                Moment::Kept(pace) => {
                    if let Some(line) = pace.rarity().filter(|_| !said) {
                        said = true;
                        voice.say(&line);
                    }
                }
                Moment::Epoch(point) => {
                    dial.at(point.epoch as f64);
                    dial.note(format!("cost {:.6}", point.train.loss));
                    let last = point.epoch == epochs;
                    if interval.is_some_and(|i| last || (point.epoch - 1).is_multiple_of(i)) {
                        voice.say(&line(&point));
                    }
                }
                _ => (),
            }
            interrupt::heed()
        }
    }
}

/// As the course prints it, but that it counts epochs from 0 and gives shares in place of percentages.
fn line(point: &EpochPoint) -> String {
    let [train, test] = [point.train.accuracy, point.held_out.accuracy].map(|share| 100.0 * share);
    format!(
        "Epoch {}: cost {:.6}, train accuracy {train:.2} %, test accuracy {test:.2} %",
        point.epoch, point.train.loss
    )
}
