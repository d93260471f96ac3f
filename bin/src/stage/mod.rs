//! One training within a run: resumed where it stopped, watched while it goes, kept while it goes and when it ends.

mod descend;

use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn_store::{ModuleSnapshot, SafetensorsStore};
use fireside_training::checkpoint::{Checkpoint, Place, Shelf, model_bytes};
use fireside_training::descent::{self, Descent, DescentConfig, Progress};
use fireside_training::history::History;
use serde::Serialize;
use serde_json::Value;

use crate::Failure;
use crate::run::Run;

/// Below the folder of a training, its checkpoints on the way.
const ITERATIONS: &str = "iterations";

/// A training in a run. Its name is its folder below the run's, where its checkpoints go and in the end `model.bpk`
/// and `progress.json`.
#[derive(Debug)]
pub struct Stage<'a> {
    run: &'a mut Run,
    pub(crate) name: String,
    /// None in a dry run.
    shelf: Option<Shelf>,
    /// What there is to continue from, until it is taken.
    pub(crate) checkpoint: Option<Checkpoint<Progress>>,
    printed_every: Option<usize>,
    /// What is trained, in words.
    called: Option<String>,
    keeps_states: bool,
    pub(crate) iterations: usize,
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
            printed_every: None,
            called: None,
            keeps_states,
            iterations: 0,
        })
    }
}

impl Stage<'_> {
    /// Prints the costs of iterations 0, `interval`, 2 `interval`, ... as the course does while the training goes, those
    /// of them that are recorded.
    pub fn printing_costs_every(mut self, interval: usize) -> Self {
        self.printed_every = Some(interval);
        self
    }

    /// Says in words what is trained, one of several: on a picture of its cost, while it goes, in what describes it.
    pub fn called(mut self, called: impl Into<String>) -> Self {
        let called = called.into();
        self.run.call(&self.name, &called);
        self.called = Some(called);
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
            1 => " and 1 batch of the next".to_string(),
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
        self,
        trained: descent::Run<M>,
        name: &str,
    ) -> Result<(M, History), Failure> {
        match trained.completed < self.iterations {
            true => Err(self.stopped(trained.completed, "iterations")),
            false => self.finish(trained, name, Value::Null),
        }
    }

    /// It was asked to stop after so many iterations, or what they are called here.
    pub(crate) fn stopped(&self, completed: usize, units: &str) -> Failure {
        self.run.stopped(&self.name, &format!("{completed} of {} {units}", self.iterations))
    }

    /// Keeps a model whose training is over, with what was noted of it.
    pub(crate) fn finish<M: Module>(
        mut self,
        trained: descent::Run<M>,
        name: &str,
        notes: Value,
    ) -> Result<(M, History), Failure> {
        let descent::Run { model, completed, history } = trained;
        let was_over = self.was_over();
        if let Some(shelf) = self.shelf.as_mut().filter(|_| !was_over) {
            let place = Place { whole: completed, within: 0 };
            let history = history.clone();
            let progress = Progress { completed, history, notes, ..Progress::default() };
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

/// Writes a model as safetensors.
pub(crate) fn export<M: Module>(folder: &Path, model: &M) -> Result<(), Failure> {
    let path = folder.join("model.safetensors");
    let mut store = SafetensorsStore::from_file(&path).overwrite(true);
    model.save_into(&mut store).map_err(|error| Failure::unkept(&path, &error))
}
