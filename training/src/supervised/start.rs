//! What a training begins with, and what it leaves.

use burn::lr_scheduler::LrSchedulerRecord;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;

use super::curve::Curve;
use super::ledger::{BEST, Ledger, Progress, SCHEDULE};
use super::{Ending, SupervisedConfig, SupervisedError, Trained};
use crate::checkpoint::{Checkpoint, Place, malformed, model_bytes};

/// What a training begins with.
pub(super) struct Start<M> {
    pub(super) model: M,
    pub(super) optimizer: ModuleOptimizer,
    pub(super) schedule: ModuleLrScheduler,
    pub(super) progress: Progress,
    pub(super) best: Option<Vec<u8>>,
}

impl<M: Module> Start<M> {
    /// As a checkpoint left it.
    pub(super) fn resumed(
        self,
        mut checkpoint: Checkpoint<Progress>,
    ) -> Result<Self, SupervisedError> {
        let model = checkpoint.load_model(self.model)?;
        let optimizer = checkpoint.load_optimizer(self.optimizer)?;
        let schedule =
            LrSchedulerRecord::from_bytes(Bytes::from_bytes_vec(checkpoint.take(SCHEDULE)?));
        let schedule = schedule.map_err(|error| malformed(&checkpoint.path, error))?;
        let schedule = self.schedule.load_record(schedule);
        let best = checkpoint.take(BEST).ok();
        let curve = &checkpoint.progress.curve;
        let numbered = curve.points.iter().map(|point| point.epoch);
        if !numbered.eq(1..=curve.epochs()) {
            return Err(malformed(&checkpoint.path, "its epochs are not numbered from 1").into());
        }
        Ok(Self { model, optimizer, schedule, progress: checkpoint.progress, best })
    }

    /// A training that is over already.
    pub(super) fn finished(
        self,
        mut checkpoint: Checkpoint<Progress>,
        config: &SupervisedConfig,
    ) -> Result<Trained<M>, SupervisedError> {
        let model = checkpoint.load_model(self.model)?.valid();
        let curve = checkpoint.progress.curve;
        let ending = ending(&curve, config.epochs, config.patience);
        Ok(Trained { model, curve, ending })
    }
}

impl Ledger {
    /// Returns the model, of the best epoch where that is wanted, and keeps it.
    pub(super) fn finish<M: Module>(
        &mut self,
        mut model: M,
    ) -> Result<Trained<M>, SupervisedError> {
        let curve = std::mem::take(&mut self.curve);
        if self.broken_off {
            return Ok(Trained { model: model.valid(), curve, ending: Ending::BrokenOff });
        }
        let ending = ending(&curve, self.epochs, self.patience);
        if let Some(best) = self.best.take() {
            let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(best));
            let loaded =
                record.and_then(|record| model.try_load_record(record.cast_to_module_dtype()));
            model = loaded.map_err(|error| malformed(BEST.as_ref(), error))?;
        }
        let model = model.valid();
        if let Some(shelf) = &mut self.shelf {
            let place = Place { whole: curve.epochs(), within: 0 };
            let progress = Progress { curve: curve.clone(), ..Progress::default() };
            shelf.finish(place, &progress, &model_bytes(&model)?, self.keeps_states)?;
        }
        Ok(Trained { model, curve, ending })
    }
}

pub(super) fn is_over(curve: &Curve, config: &SupervisedConfig) -> bool {
    curve.epochs() >= config.epochs
        || config.patience.is_some_and(|patience| curve.has_stalled(patience))
}

fn ending(curve: &Curve, epochs: usize, patience: Option<usize>) -> Ending {
    match patience {
        Some(patience) if curve.epochs() < epochs && curve.has_stalled(patience) => Ending::Stalled,
        _ => Ending::Complete,
    }
}
