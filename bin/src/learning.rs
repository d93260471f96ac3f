//! A lesson within a run.

use burn::module::{Module, ModuleDisplay};
use fireside_recipes::lesson::{Learnt, Lesson, Pace};
use fireside_recipes::signs_transfer::Repeats;
use fireside_training::supervised::Examples;
use serde::Serialize;

use crate::Failure;
use crate::run::Run;
use crate::values::{Count, LearningRate, Units};

/// A pace of the settings of a program.
pub fn pace(
    epochs: Count,
    batch_size: Units,
    rate: LearningRate,
    weight_decay: f64,
    seed: u32,
) -> Pace {
    let (epochs, batch_size, rate) = (epochs.get(), batch_size.get(), rate.get());
    Pace { epochs, batch_size, rate, weight_decay, seed }
}

/// How a lesson is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watch {
    /// Nothing is said while it goes.
    Quietly,
    /// A line for every tenth epoch.
    ByLines,
    /// The same, below a line that says which of several learns.
    ByName,
    /// Burn's dashboard, where there is a terminal.
    Dashboard,
}

impl Watch {
    /// By the dashboard if it is wanted, and by lines if not.
    pub fn by(dashboard: bool) -> Self {
        if dashboard { Self::Dashboard } else { Self::ByLines }
    }
}

impl Run {
    /// The short trainings of a part of the run that are over, of a resumed run those it had. `model` is what they
    /// learn with, as for [`Run::epoch_stage`].
    ///
    /// # Errors
    /// When those that are there are of another run, or cannot be read.
    pub fn repeats(
        &self,
        name: &str,
        model: &(impl Serialize + ?Sized),
    ) -> Result<Repeats, Failure> {
        let repeats = Repeats::on(self.shelf(name, Repeats::BELOW, model)?, self.resumes())?;
        for reason in repeats.passed_over() {
            self.say(&format!("{name}: passed over: {reason}."));
        }
        let over = (!repeats.is_empty()).then(|| format!("{} repeats", repeats.len()));
        self.beginning()(name, over);
        Ok(repeats)
    }

    /// Trains a network as its lesson says, on the examples of one set and judged by those of another, and keeps it
    /// with what describes it. A resumed run goes on where it stopped; a checkpoint of another lesson is refused.
    ///
    /// # Errors
    /// When the lesson cannot work, the training diverges, a checkpoint cannot be read or written, or Ctrl-C ended it
    /// early: the message says how to resume.
    pub fn learn<M, D>(
        &mut self,
        lesson: Lesson<M, D::Batch>,
        [train, test]: [&D; 2],
        watch: Watch,
    ) -> Result<Learnt<M>, Failure>
    where
        M: Module + ModuleDisplay + 'static,
        D: Examples,
    {
        let Lesson { stage: name, card, net, training, answer } = lesson;
        if watch == Watch::ByName {
            let called = card.called.as_deref().unwrap_or(&name);
            self.say(&format!("\nTraining {called}:"));
        }
        let shape = (&name, &card.architecture, &card.task, training.config().seed);
        let stage = self.epoch_stage(&name, &shape)?;
        let stage = match watch {
            Watch::Quietly => stage.quietly(),
            Watch::ByLines | Watch::ByName => stage,
            Watch::Dashboard => stage.with_dashboard(true),
        };
        let (net, curve) = stage.train(training, net, answer, train, test)?;
        self.describe(&name, &card)?;
        Ok(Learnt { net, card, curve })
    }
}
