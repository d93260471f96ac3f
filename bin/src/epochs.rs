//! One training by epochs within a run: resumed where it stopped, watched while it goes, kept when it ends.

use std::fs;
use std::ops::ControlFlow;

use burn::module::{Module, ModuleDisplay};
use fireside_training::files::write_whole;
use fireside_training::supervised::{
    self, Curve, Ending, EpochPoint, Examples, Moment, Supervised, SupervisedError, Task,
};

use crate::run::{Run, Voice};
use crate::stage::export;
use crate::{Failure, interrupt};

/// A training in a run. Its name is its folder below the run's, where `model.bpk` goes and, below `epochs`,
/// the checkpoints.
#[derive(Debug)]
pub struct EpochStage<'a> {
    run: &'a mut Run,
    name: String,
    identity: String,
    /// Epochs from one line to the next; none: no lines.
    interval: Option<usize>,
    dashboard: bool,
}

impl Run {
    /// Opens a training by epochs. `identity` names architecture and sizes: a checkpoint of another is
    /// refused.
    pub fn epoch_stage(&mut self, name: &str, identity: &str) -> EpochStage<'_> {
        let (name, identity) = (name.to_string(), identity.to_string());
        EpochStage { run: self, name, identity, interval: Some(10), dashboard: false }
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
        if let Some(folder) = &folder {
            let checkpoints = folder.join("epochs");
            training = match self.run.resumes() {
                true => training.resuming(&checkpoints, &self.identity),
                false => training.keeping(&checkpoints, &self.identity),
            };
        }
        if self.dashboard {
            training = training.with_dashboard();
        }
        let trained = match training.run(model, task, train, held_out, self.watch(epochs)) {
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
        if let Some(folder) = &folder {
            let path = folder.join("model.bpk");
            let bytes = trained.model.clone().into_record().into_bytes();
            let bytes = bytes.map_err(|error| Failure::Run(error.to_string()))?;
            fs::create_dir_all(folder)
                .and_then(|()| write_whole(&path, &bytes))
                .map_err(|error| Failure::unwritable(&path, &error))?;
            if self.run.exports() {
                export(folder, &trained.model)?;
            }
        }
        Ok((trained.model, trained.curve))
    }

    /// The observer: it prints, moves the bar and heeds Ctrl-C.
    fn watch(
        &self,
        epochs: usize,
    ) -> impl FnMut(Moment) -> ControlFlow<()> + Send + use<> + 'static {
        let voice = if self.dashboard { Voice::SILENT } else { self.run.voice() };
        let bar = voice.progress_bar(&self.name, epochs);
        let (name, interval) = (self.name.clone(), self.interval);
        let mut announced = false;
        move |moment| {
            match moment {
                Moment::Batch { epoch, .. } if !announced => {
                    announced = true;
                    if epoch > 1 {
                        voice.say(&format!("{name}: continuing after epoch {}.", epoch - 1));
                    }
                }
                Moment::Batch { .. } => (),
                Moment::Epoch(point) => {
                    bar.set_position(point.epoch as u64);
                    bar.set_message(format!("loss {:.6}", point.train.loss));
                    let last = point.epoch == epochs;
                    if interval.is_some_and(|i| last || (point.epoch - 1).is_multiple_of(i)) {
                        bar.suspend(|| voice.say(&line(&point)));
                    }
                    if last {
                        bar.finish_and_clear();
                    }
                }
            }
            match interrupt::requested() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }
}

/// As the course prints it, but for its counting of epochs from 0.
fn line(point: &EpochPoint) -> String {
    format!(
        "Epoch {}: cost {:.6}, train accuracy {:.4}, test accuracy {:.4}",
        point.epoch, point.train.loss, point.train.accuracy, point.held_out.accuracy
    )
}
