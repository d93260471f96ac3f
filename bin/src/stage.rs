//! One training within a run: resumed where it stopped, watched while it goes, kept while it goes and when it ends.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use burn_store::{ModuleSnapshot, SafetensorsStore};
use fireside_training::checkpoint::{
    Checkpoint, CheckpointError, MODEL, OPTIMIZER, Place, Shelf, model_bytes, optimizer_bytes,
};
use fireside_training::descent::{
    self, Descent, DescentConfig, DescentError, Progress, Step, Update,
};
use fireside_training::history::History;
use fireside_training::minibatch::{EpochSettings, epoch_with_optimizer};
use fireside_training::optimizer::OptimizerConfig;
use indicatif::ProgressBar;
use serde::Serialize;

use crate::plot::{self, Series, Titles};
use crate::run::Run;
use crate::{Failure, interrupt};

/// How many times a progress bar moves at most.
const BAR_STEPS: usize = 200;
/// Below the folder of a training, its checkpoints on the way.
const ITERATIONS: &str = "iterations";

/// A training in a run. Its name is its folder below the run's, where its checkpoints go and in the end `model.bpk`
/// and `progress.json`.
#[derive(Debug)]
pub struct Stage<'a> {
    run: &'a mut Run,
    name: String,
    /// None in a dry run.
    shelf: Option<Shelf>,
    /// What there is to continue from, until it is taken.
    checkpoint: Option<Checkpoint<Progress>>,
    prints_costs: bool,
    keeps_states: bool,
    iterations: usize,
    cost_interval: usize,
    bar: ProgressBar,
}

impl Run {
    /// Opens a training. `model` is its configuration, or a tuple of several: with the run's settings it says what a
    /// checkpoint belongs to, and one of another is refused.
    ///
    /// # Errors
    /// When the configuration has no form in JSON.
    pub fn stage(
        &mut self,
        name: &str,
        model: &(impl Serialize + ?Sized),
    ) -> Result<Stage<'_>, Failure> {
        let shelf = self.shelf(name, ITERATIONS, model)?;
        let keeps_states = self.keeps_states();
        Ok(Stage {
            run: self,
            name: name.to_string(),
            shelf,
            checkpoint: None,
            prints_costs: false,
            keeps_states,
            iterations: 0,
            cost_interval: 1,
            bar: ProgressBar::hidden(),
        })
    }
}

impl Stage<'_> {
    /// Prints the costs as the course does while the training goes.
    pub fn printing_costs(mut self) -> Self {
        self.prints_costs = true;
        self
    }

    /// Returns the model and the descent to run: from the start, or from where a resumed run stopped.
    ///
    /// # Errors
    /// When the checkpoint to resume is of another run.
    pub fn begin<M: Module>(
        &mut self,
        model: M,
        config: DescentConfig,
    ) -> Result<(M, Descent), Failure> {
        let iterations = self.run.iterations(config.iterations);
        self.iterations = iterations;
        self.cost_interval = config.cost_interval;
        self.bar = self.run.voice().progress_bar(&self.name, iterations);
        let descent = Descent::new(DescentConfig { iterations, ..config });
        let Some(shelf) = self.shelf.as_mut().filter(|_| self.run.resumes()) else {
            return Ok((model, descent));
        };
        let found = shelf.find::<Progress>()?;
        for error in &found.passed_over {
            self.run.say(&format!("{}: passed over: {error}.", self.name));
        }
        let Some(mut checkpoint) = found.checkpoint else {
            self.run.beginning()(&self.name, None);
            return Ok((model, descent));
        };
        let model = checkpoint.load_model(model)?;
        let Progress { completed, part, .. } = checkpoint.progress;
        let within = match part {
            0 => String::new(),
            part => format!(" and {part} batches of the next"),
        };
        self.run.beginning()(&self.name, Some(format!("iteration {completed}{within}")));
        let descent = descent.resume(checkpoint.progress.clone());
        self.checkpoint = Some(checkpoint);
        Ok((model, descent))
    }

    /// As [`Stage::begin`], for an optimiser that keeps averages: they are resumed with the model.
    ///
    /// # Errors
    /// As [`Stage::begin`].
    pub fn begin_with<M: Module>(
        &mut self,
        model: M,
        optimizer: ModuleOptimizer,
        config: DescentConfig,
    ) -> Result<(M, ModuleOptimizer, Descent), Failure> {
        let (model, descent) = self.begin(model, config)?;
        let optimizer = match &mut self.checkpoint {
            Some(checkpoint) if !checkpoint.is_final => checkpoint.load_optimizer(optimizer)?,
            _ => optimizer,
        };
        Ok((model, optimizer, descent))
    }

    /// Trains by Adam and mini-batches, from the start or from where a resumed run stopped, and keeps the model: all
    /// of the above in one. `loss` returns the mean loss of the examples at these positions, below `count`.
    ///
    /// # Errors
    /// When the settings cannot work, the training diverges, something cannot be read or written, or Ctrl-C ended it
    /// early.
    pub fn by_adam<M: Module>(
        mut self,
        model: M,
        descent: DescentConfig,
        batches: &EpochSettings,
        count: usize,
        loss: impl Fn(&M, &[usize]) -> Tensor<1>,
    ) -> Result<(M, History), Failure> {
        let adam = OptimizerConfig::adam().init()?;
        let (model, optimizer, descent) = self.begin_with(model, adam, descent)?;
        let trained =
            self.descend_by_batches(descent, model.train(), optimizer, batches, count, loss)?;
        self.end(trained.map(|model| model.valid()))
    }

    /// Descends while the stage watches: it prints, moves the bar, writes checkpoints and heeds Ctrl-C.
    ///
    /// # Errors
    /// When the settings cannot work, the device fails, a checkpoint cannot be written, or the cost leaves the real
    /// numbers; the curve up to there is in the run's folder then.
    pub fn descend<M: Module>(
        &mut self,
        descent: Descent,
        model: M,
        update: impl FnMut(M, Update) -> (M, Option<Tensor<1>>),
    ) -> Result<descent::Run<M>, Failure> {
        self.descend_as(descent, model, Clone::clone, update)
    }

    /// As [`Stage::descend`], for parameters that are no module while they are trained by hand: `module` makes one of
    /// them, for the checkpoints.
    ///
    /// # Errors
    /// As [`Stage::descend`].
    pub fn descend_as<S, M: Module>(
        &mut self,
        descent: Descent,
        state: S,
        module: impl Fn(&S) -> M,
        update: impl FnMut(S, Update) -> (S, Option<Tensor<1>>),
    ) -> Result<descent::Run<S>, Failure> {
        let files = |state: &S| Ok(vec![(MODEL, model_bytes(&module(state))?)]);
        self.descend_keeping(descent, state, files, update)
    }

    /// As [`Stage::descend`], by mini-batches and an optimiser, which is kept too; a checkpoint may come between any
    /// two of them. `loss` returns the mean loss of the examples at these positions, below `count`.
    ///
    /// # Errors
    /// As [`Stage::descend`].
    pub fn descend_by_batches<M: Module>(
        &mut self,
        descent: Descent,
        model: M,
        optimizer: ModuleOptimizer,
        batches: &EpochSettings,
        count: usize,
        loss: impl Fn(&M, &[usize]) -> Tensor<1>,
    ) -> Result<descent::Run<M>, Failure> {
        let files = |(model, optimizer): &(M, ModuleOptimizer)| {
            Ok(vec![(MODEL, model_bytes(model)?), (OPTIMIZER, optimizer_bytes(optimizer)?)])
        };
        let descent = descent.in_parts(batches.batches(count));
        let update = epoch_with_optimizer(batches, count, loss);
        let trained = self.descend_keeping(descent, (model, optimizer), files, update)?;
        Ok(trained.map(|(model, _)| model))
    }

    fn descend_keeping<S>(
        &mut self,
        descent: Descent,
        state: S,
        files: impl Fn(&S) -> Result<Vec<(&'static str, Vec<u8>)>, CheckpointError>,
        update: impl FnMut(S, Update) -> (S, Option<Tensor<1>>),
    ) -> Result<descent::Run<S>, Failure> {
        let mut watch = self.watch();
        let (voice, keeps_states, iterations) =
            (self.run.voice(), self.keeps_states, self.iterations);
        let (mut said, mut failed) = (false, None);
        if let Some(shelf) = &mut self.shelf {
            shelf.begin();
        }
        let shelf = &mut self.shelf;
        let observe = |step: &Step<'_, S>| {
            let goes = watch(step);
            let over = step.completed == iterations;
            let Some(shelf) = shelf.as_mut() else {
                return goes;
            };
            let is_wanted = match over {
                true => keeps_states,
                false => goes.is_break() || shelf.is_due(),
            };
            if is_wanted {
                if let Err(failure) = keep(shelf, step, &files) {
                    failed = Some(failure);
                    return ControlFlow::Break(());
                }
                if let Some(line) = shelf.pace().rarity().filter(|_| !said) {
                    said = true;
                    voice.say(&line);
                }
            }
            goes
        };
        let ended = descent.run(state, update, observe);
        match (ended, failed) {
            (_, Some(failure)) => Err(failure),
            (Ok(trained), None) => Ok(trained),
            (Err(error), None) => {
                if let DescentError::NotFinite { history, .. } = &error {
                    self.leave_curve(history)?;
                }
                Err(error.into())
            }
        }
    }

    fn watch<M>(&self) -> impl FnMut(&Step<'_, M>) -> ControlFlow<()> + use<M> {
        let stride = self.iterations.div_ceil(BAR_STEPS).max(1);
        let (bar, voice) = (self.bar.clone(), self.run.voice());
        let (prints_costs, cost_interval) = (self.prints_costs, self.cost_interval);
        move |step| {
            if step.part == 0 && step.completed.is_multiple_of(stride) {
                bar.set_position(step.completed as u64);
            }
            if let Some(point) = step.cost {
                bar.set_message(format!("cost {:.6}", point.cost));
                // The last cost is recorded wherever it falls, but the course prints every 100th or so.
                if prints_costs && point.iteration.is_multiple_of(cost_interval) {
                    let line =
                        format!("Cost after iteration {}: {:.6}", point.iteration, point.cost);
                    bar.suspend(|| voice.say(&line));
                }
            }
            match interrupt::requested() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }
    }

    fn leave_curve(&mut self, history: &History) -> Result<(), Failure> {
        self.bar.finish_and_clear();
        self.run.record(&self.name, history.clone());
        self.run.write_costs()?;
        let title = &format!("{}: the cost before it diverged", self.name);
        let titles = Titles { title, x: "iteration", y: "cost" };
        let curve = plot::lines(titles, &[Series::of_costs("cost", history)])?;
        self.run.picture(&format!("costs-{}.png", self.name), &curve)
    }

    /// Keeps the trained model in the run's folder and returns it with its costs.
    ///
    /// # Errors
    /// When it cannot be written, or Ctrl-C ended the training early: the message says how to resume.
    pub fn end<M: Module>(self, trained: descent::Run<M>) -> Result<(M, History), Failure> {
        let name = self.name.clone();
        self.end_as(trained, &name)
    }

    /// As [`Stage::end`], with costs under another name than the folder's.
    ///
    /// # Errors
    /// As [`Stage::end`].
    pub fn end_as<M: Module>(
        mut self,
        trained: descent::Run<M>,
        name: &str,
    ) -> Result<(M, History), Failure> {
        self.bar.finish_and_clear();
        let descent::Run { model, completed, history } = trained;
        if completed < self.iterations {
            let done = format!("{completed} of {} iterations", self.iterations);
            return Err(self.run.stopped(&self.name, &done));
        }
        let was_over = self.checkpoint.as_ref().is_some_and(|found| found.is_final);
        if let Some(shelf) = self.shelf.as_mut().filter(|_| !was_over) {
            let place = Place { whole: completed, within: 0 };
            let progress = Progress { completed, history: history.clone(), ..Progress::default() };
            shelf.finish(place, &progress, &model_bytes(&model)?, self.keeps_states)?;
        }
        if let Some(folder) = self.folder().filter(|_| self.run.exports()) {
            export(&folder, &model)?;
        }
        self.run.record(name, history.clone());
        Ok((model, history))
    }

    fn folder(&self) -> Option<PathBuf> {
        self.run.folder().map(|folder| folder.join(&self.name))
    }
}

/// Writes a checkpoint of where a descent is.
fn keep<S>(
    shelf: &mut Shelf,
    step: &Step<'_, S>,
    files: impl Fn(&S) -> Result<Vec<(&'static str, Vec<u8>)>, CheckpointError>,
) -> Result<(), Failure> {
    let files = files(step.model)?;
    let files: Vec<(&str, &[u8])> = files.iter().map(|(kind, bytes)| (*kind, &bytes[..])).collect();
    let place = Place { whole: step.completed, within: step.part };
    Ok(shelf.save(place, &step.progress()?, &files)?)
}

/// Writes a model as safetensors.
pub(crate) fn export<M: Module>(folder: &Path, model: &M) -> Result<(), Failure> {
    let path = folder.join("model.safetensors");
    let mut store = SafetensorsStore::from_file(&path).overwrite(true);
    model.save_into(&mut store).map_err(|error| Failure::unwritable(&path, &error))
}
