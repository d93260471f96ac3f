//! What happens after each epoch: its figures are recorded, its records kept, and whether to go on is decided.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use burn::train::checkpoint::{CheckpointingAction, CheckpointingStrategy};
use burn::train::logger::MetricLogger;
use burn::train::metric::store::{Aggregate, EpochSummary, EventStoreClient, MetricsUpdate, Split};
use burn::train::metric::{
    LearningRateMetric, Metric, MetricDefinition, MetricId, MetricName, NumericEntry,
};
use burn::train::{EarlyStoppingStrategy, Interrupter};

use super::curve::{Curve, EpochPoint, Figures};
use super::score::{ACCURACY, LOSS};
use super::shelf::Shelf;
use super::{Moment, SupervisedError};

/// The last epochs whose records stay. `progress.json` is written while Burn still stores the newest, so it
/// vouches for the one before; that one must not go before the next `progress.json`.
const KEPT: usize = 3;

type Observer = Box<dyn FnMut(Moment) -> ControlFlow<()> + Send>;

/// The book of a training.
pub(super) struct Ledger {
    pub(super) curve: Curve,
    pub(super) patience: Option<usize>,
    pub(super) shelf: Option<Arc<Shelf>>,
    /// Epochs that the shelf holds.
    pub(super) kept: Vec<usize>,
    pub(super) interrupter: Interrupter,
    pub(super) observe: Observer,
    /// Whether the observer broke the training off.
    pub(super) broken_off: bool,
    pub(super) error: Option<SupervisedError>,
}

impl Ledger {
    /// A batch is about to be learnt.
    fn on_batch(&mut self, examples: usize) {
        let moment = Moment::Batch { epoch: self.curve.epochs() + 1, examples };
        if !self.broken_off && (self.observe)(moment).is_break() {
            self.broken_off = true;
            self.interrupter.stop(None);
        }
    }

    /// Enters the epoch, unless it is there.
    fn enter(&mut self, epoch: usize, store: &EventStoreClient) {
        if self.curve.epochs() >= epoch || self.error.is_some() {
            return;
        }
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
            None => self.curve.points.push(point),
            Some(loss) => {
                self.error = Some(SupervisedError::Diverged {
                    epoch,
                    loss,
                    learning_rate: point.learning_rate,
                    curve: self.curve.clone(),
                });
            }
        }
    }

    fn actions(&mut self, epoch: usize) -> Vec<CheckpointingAction> {
        if self.error.is_some() {
            return Vec::new();
        }
        self.kept.push(epoch);
        let best = self.patience.and(self.curve.best()).map(|best| best.epoch);
        let stays = |kept: usize| kept + KEPT > epoch || Some(kept) == best;
        let (stay, go) = self.kept.iter().partition(|kept| stays(**kept));
        self.kept = stay;
        let go: Vec<usize> = go;
        let deletions = go.into_iter().map(CheckpointingAction::Delete);
        std::iter::once(CheckpointingAction::Save).chain(deletions).collect()
    }

    fn is_over(&mut self) -> bool {
        if self.error.is_some() {
            return true;
        }
        if let Some(shelf) = &self.shelf
            && let Err(error) = shelf.write_progress(&self.curve)
        {
            self.error = Some(error.into());
            return true;
        }
        if let Some(point) = self.curve.last() {
            self.broken_off |= (self.observe)(Moment::Epoch(*point)).is_break();
        }
        self.broken_off || self.patience.is_some_and(|patience| self.curve.has_stalled(patience))
    }
}

/// The ledger as Burn's learner knows it.
#[derive(Clone)]
pub(super) struct Clerk(pub(super) Arc<Mutex<Ledger>>);

impl Clerk {
    pub(super) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn on_batch(&self, examples: usize) {
        self.ledger().on_batch(examples);
    }
}

impl CheckpointingStrategy for Clerk {
    fn checkpointing(
        &mut self,
        epoch: usize,
        store: &EventStoreClient,
    ) -> Vec<CheckpointingAction> {
        let mut ledger = self.ledger();
        ledger.enter(epoch, store);
        ledger.actions(epoch)
    }
}

impl EarlyStoppingStrategy for Clerk {
    /// Comes after the checkpoint.
    fn should_stop(&mut self, epoch: usize, store: &EventStoreClient) -> bool {
        let mut ledger = self.ledger();
        ledger.enter(epoch, store);
        ledger.is_over()
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
