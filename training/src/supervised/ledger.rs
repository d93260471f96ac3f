//! What happens after each epoch: its figures are recorded, its states kept, and whether to go on is decided.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::train::logger::MetricLogger;
use burn::train::metric::store::{Aggregate, EpochSummary, EventStoreClient, MetricsUpdate, Split};
use burn::train::metric::{
    LearningRateMetric, Metric, MetricDefinition, MetricId, MetricName, NumericEntry,
};
use serde::{Deserialize, Serialize};

use super::curve::{Curve, EpochPoint, Figures};
use super::score::{ACCURACY, LOSS, SharedSum, Sum};
use super::steps::Goes;
use super::{Moment, SupervisedError};
use crate::checkpoint::{
    CheckpointError, MODEL, OPTIMIZER, Place, Shelf, malformed, model_bytes, optimizer_bytes,
};

/// The state of the schedule, among the files of a checkpoint.
pub(super) const SCHEDULE: &str = "schedule";
/// The model of the best epoch, where there is patience to look for one.
pub(super) const BEST: &str = "best";

type Observer = Box<dyn FnMut(Moment) -> ControlFlow<()> + Send>;

/// How far a training is, as its checkpoint says.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Progress {
    pub(super) curve: Curve,
    /// Examples of the next epoch that are done.
    pub(super) examples: usize,
    /// What their losses and right answers come to.
    pub(super) sums: [Sum; 2],
}

/// What a training changes.
pub(super) struct States<'a, M> {
    pub(super) model: &'a M,
    pub(super) optimizer: &'a ModuleOptimizer,
    pub(super) schedule: &'a ModuleLrScheduler,
}

/// The book of a training.
pub(super) struct Ledger {
    pub(super) curve: Curve,
    pub(super) epochs: usize,
    pub(super) patience: Option<usize>,
    pub(super) shelf: Option<Shelf>,
    /// Whether the states of the end are kept too.
    pub(super) keeps_states: bool,
    /// What the epoch comes to so far: losses and right answers.
    pub(super) sums: [SharedSum; 2],
    /// The model of the best epoch, where it is looked for.
    pub(super) best: Option<Vec<u8>>,
    pub(super) observe: Observer,
    /// Whether the observer broke the training off.
    pub(super) broken_off: bool,
    pub(super) error: Option<SupervisedError>,
}

impl Ledger {
    /// A batch is about to be learnt.
    pub(super) fn on_batch(&mut self, examples: usize) -> Goes {
        self.tell(Moment::Batch { epoch: self.curve.epochs() + 1, examples })
    }

    /// Whether it is time for a checkpoint.
    pub(super) fn is_due(&self) -> bool {
        self.shelf.as_ref().is_some_and(Shelf::is_due)
    }

    pub(super) fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// Tells the observer, who may break off.
    pub(super) fn tell(&mut self, moment: Moment) -> Goes {
        self.broken_off |= (self.observe)(moment).is_break();
        if self.broken_off { Goes::Over } else { Goes::On }
    }

    /// Saves where the training is: after so many examples of the next epoch.
    pub(super) fn keep<M: Module>(&mut self, examples: usize, states: &States<'_, M>) {
        let kept = self.save(examples, states);
        self.error = self.error.take().or(kept.err().map(SupervisedError::from));
    }

    fn save<M: Module>(
        &mut self,
        examples: usize,
        states: &States<'_, M>,
    ) -> Result<(), CheckpointError> {
        let Some(shelf) = &mut self.shelf else {
            return Ok(());
        };
        let model = model_bytes(states.model)?;
        let optimizer = optimizer_bytes(states.optimizer)?;
        let schedule = states.schedule.to_record().into_bytes();
        let schedule = schedule.map_err(|error| malformed(SCHEDULE.as_ref(), error))?;
        let mut files = vec![(MODEL, &model[..]), (OPTIMIZER, &optimizer), (SCHEDULE, &schedule)];
        files.extend(self.best.as_ref().map(|best| (BEST, &best[..])));
        let sums = [0, 1].map(|index| self.sums[index].get());
        let progress = Progress { curve: self.curve.clone(), examples, sums };
        let place = Place { whole: self.curve.epochs(), within: examples };
        shelf.save(place, &progress, &files)?;
        let pace = shelf.pace().clone();
        self.tell(Moment::Kept(pace));
        Ok(())
    }

    /// An epoch is over, the held-out set included.
    pub(super) fn close<M: Module>(
        &mut self,
        epoch: usize,
        store: &EventStoreClient,
        states: &States<'_, M>,
    ) -> Goes {
        let Some(point) = self.enter(epoch, store) else {
            return Goes::Over;
        };
        let best = self.curve.best().map(|best| best.epoch);
        if self.patience.is_some() && best == Some(epoch) {
            match model_bytes(states.model) {
                Ok(model) => self.best = Some(model),
                Err(error) => self.error = Some(error.into()),
            }
        }
        let stops = self.tell(Moment::Epoch(point)) == Goes::Over;
        let is_over = epoch >= self.epochs
            || self.patience.is_some_and(|patience| self.curve.has_stalled(patience));
        let is_affordable = self.shelf.as_ref().is_some_and(Shelf::is_affordable);
        // What is over is saved once more, without its states, when its model is.
        let is_wanted = if is_over { self.keeps_states } else { is_affordable };
        if stops || is_wanted {
            self.keep(0, states);
        }
        if stops || is_over || self.error.is_some() { Goes::Over } else { Goes::On }
    }

    /// Enters the figures of an epoch; none where they are no numbers.
    fn enter(&mut self, epoch: usize, store: &EventStoreClient) -> Option<EpochPoint> {
        let find = |name: &str, split: Split| {
            store.find_metric(name, epoch, Aggregate::Mean, &split).unwrap_or(f64::NAN)
        };
        let figures = |split: Split| Figures {
            loss: find(LOSS, split.clone()),
            accuracy: find(ACCURACY, split),
        };
        let point = EpochPoint {
            epoch,
            learning_rate: find(&LearningRateMetric::new().name(), Split::Train),
            train: figures(Split::Train),
            held_out: figures(Split::Valid),
        };
        let losses = [point.train.loss, point.held_out.loss];
        match losses.into_iter().find(|loss| !loss.is_finite()) {
            None => {
                self.curve.points.push(point);
                Some(point)
            }
            Some(loss) => {
                self.error = Some(SupervisedError::Diverged {
                    epoch,
                    loss,
                    learning_rate: point.learning_rate,
                    curve: self.curve.clone(),
                });
                None
            }
        }
    }
}

/// The ledger as the loop knows it.
#[derive(Clone)]
pub(super) struct Clerk(pub(super) Arc<Mutex<Ledger>>);

impl Clerk {
    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The figures of the epochs, in memory: Burn's own logger in memory expects to see the first epoch.
#[derive(Debug, Default)]
pub(super) struct Tally {
    names: BTreeMap<String, MetricName>,
    last: BTreeMap<(String, usize, String), NumericEntry>,
}

impl MetricLogger for Tally {
    fn log(&mut self, update: MetricsUpdate, epoch: usize, split: &Split) {
        for numeric in update.entries_numeric {
            let Some(name) = self.names.get(&key(&numeric.entry.metric_id)) else { continue };
            let serialized = &numeric.entry.serialized_entry.serialized;
            let Ok(entry) = NumericEntry::deserialize(serialized) else { continue };
            // A rate is that of the last update; its mean would be off by a rounding.
            let is_mean = matches!(entry, NumericEntry::Final(_));
            if !(is_mean && *name == LearningRateMetric::new().name()) {
                self.last.insert((name.to_string(), epoch, split.to_string()), entry);
            }
        }
    }

    fn read_numeric(
        &mut self,
        name: &str,
        epoch: usize,
        split: &Split,
    ) -> Result<Vec<NumericEntry>, String> {
        let last = self.last.get(&(name.to_string(), epoch, split.to_string()));
        Ok(last.cloned().into_iter().collect())
    }

    fn log_metric_definition(&mut self, definition: MetricDefinition) {
        self.names.insert(key(&definition.metric_id), definition.name);
    }

    fn log_epoch_summary(&mut self, _summary: EpochSummary) {}
}

/// Burn's identifiers have no order.
fn key(id: &MetricId) -> String {
    format!("{id:?}")
}
