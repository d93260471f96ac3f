//! One training within a run: resumed where it stopped, watched while it goes, kept when it ends.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use burn_store::{ModuleSnapshot, SafetensorsStore};
use fireside_training::checkpoint::{self, Progress};
use fireside_training::descent::{self, Descent, DescentConfig, DescentError, Step, Update};
use fireside_training::history::History;
use fireside_training::minibatch::{EpochSettings, epoch_of};
use fireside_training::optimizer::OptimizerConfig;
use indicatif::ProgressBar;

use crate::plot::{self, Series, Titles};
use crate::run::Run;
use crate::{Failure, interrupt};

/// How many times a progress bar moves at most.
const BAR_STEPS: usize = 200;

/// A training in a run. Its name is its folder below the run's, where `model.bpk` and `progress.json` go.
#[derive(Debug)]
pub struct Stage<'a> {
    run: &'a mut Run,
    name: String,
    identity: String,
    prints_costs: bool,
    iterations: usize,
    cost_interval: usize,
    bar: ProgressBar,
}

impl Run {
    /// Opens a training. `identity` names architecture and sizes: a checkpoint of another is refused.
    pub fn stage(&mut self, name: &str, identity: &str) -> Stage<'_> {
        Stage {
            run: self,
            name: name.to_string(),
            identity: identity.to_string(),
            prints_costs: false,
            iterations: 0,
            cost_interval: 1,
            bar: ProgressBar::hidden(),
        }
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
    /// When the checkpoint to resume is damaged or of another model.
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
        match self.checkpoint() {
            None => Ok((model, descent)),
            Some(folder) => {
                let (model, progress) = checkpoint::load(&folder, model, &self.identity)?;
                let Progress { completed, history, .. } = progress;
                self.run.say(&format!("{}: continuing after iteration {completed}.", self.name));
                Ok((model, descent.resume(completed, history)))
            }
        }
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
        let optimizer = match self.checkpoint() {
            Some(folder) => checkpoint::load_optimizer(&folder, optimizer, &self.identity)?,
            None => optimizer,
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
        let (model, mut optimizer, descent) = self.begin_with(model, adam, descent)?;
        let epoch = epoch_of(batches, count, &mut optimizer, loss);
        let trained = self.descend(descent, model.train(), epoch)?;
        self.end_with(trained.map(|model| model.valid()), &optimizer)
    }

    /// Descends while the stage watches: it prints, moves the bar and heeds Ctrl-C.
    ///
    /// # Errors
    /// When the settings cannot work, the device fails, or the cost leaves the real numbers; the curve up to
    /// there is in the run's folder then.
    pub fn descend<M>(
        &mut self,
        descent: Descent,
        model: M,
        update: impl FnMut(M, Update) -> (M, Option<Tensor<1>>),
    ) -> Result<descent::Run<M>, Failure> {
        match descent.run(model, update, self.watch()) {
            Ok(trained) => Ok(trained),
            Err(error) => {
                if let DescentError::NotFinite { history, .. } = &error {
                    self.leave_curve(history)?;
                }
                Err(error.into())
            }
        }
    }

    fn watch<M>(&self) -> impl FnMut(&Step<'_, M>) -> ControlFlow<()> {
        let stride = self.iterations.div_ceil(BAR_STEPS).max(1);
        move |step| {
            if step.completed.is_multiple_of(stride) {
                self.bar.set_position(step.completed as u64);
            }
            if let Some(point) = step.cost {
                self.bar.set_message(format!("cost {:.6}", point.cost));
                // The last cost is recorded wherever it falls, but the course prints every 100th or so.
                if self.prints_costs && point.iteration.is_multiple_of(self.cost_interval) {
                    let line =
                        format!("Cost after iteration {}: {:.6}", point.iteration, point.cost);
                    self.bar.suspend(|| self.run.say(&line));
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
        let titles = Titles { title: "Before it diverged", x: "iteration", y: "cost" };
        let curve = plot::lines(titles, &[Series::of_costs(self.name.clone(), history)])?;
        self.run.picture(&format!("costs-{}.png", self.name), &curve)
    }

    /// Keeps the trained model in the run's folder and returns it with its costs.
    ///
    /// # Errors
    /// When it cannot be written, or Ctrl-C ended the training early: the message says how to resume.
    pub fn end<M: Module>(self, trained: descent::Run<M>) -> Result<(M, History), Failure> {
        self.keep(trained, None)
    }

    /// As [`Stage::end`], and keeps the optimiser's averages.
    ///
    /// # Errors
    /// As [`Stage::end`].
    pub fn end_with<M: Module>(
        self,
        trained: descent::Run<M>,
        optimizer: &ModuleOptimizer,
    ) -> Result<(M, History), Failure> {
        self.keep(trained, Some(optimizer))
    }

    fn keep<M: Module>(
        self,
        trained: descent::Run<M>,
        optimizer: Option<&ModuleOptimizer>,
    ) -> Result<(M, History), Failure> {
        self.bar.finish_and_clear();
        let descent::Run { model, completed, history } = trained;
        if let Some(folder) = self.folder() {
            let progress =
                Progress { model: self.identity.clone(), completed, history: history.clone() };
            checkpoint::save(&folder, &model, optimizer, &progress)
                .map_err(|error| Failure::unwritable(&folder, &error))?;
            if self.run.exports() {
                export(&folder, &model)?;
            }
        }
        if completed < self.iterations {
            let done = format!("{completed} of {} iterations", self.iterations);
            return Err(self.run.stopped(&self.name, &done));
        }
        self.run.record(&self.name, history.clone());
        Ok((model, history))
    }

    /// The folder of the checkpoint to continue from, if there is one.
    fn checkpoint(&self) -> Option<PathBuf> {
        self.folder().filter(|folder| self.run.resumes() && checkpoint::exists(folder))
    }

    fn folder(&self) -> Option<PathBuf> {
        self.run.folder().map(|folder| folder.join(&self.name))
    }
}

/// Writes a model as safetensors.
pub(crate) fn export<M: Module>(folder: &Path, model: &M) -> Result<(), Failure> {
    let path = folder.join("model.safetensors");
    let mut store = SafetensorsStore::from_file(&path).overwrite(true);
    model.save_into(&mut store).map_err(|error| Failure::unwritable(&path, &error))
}
