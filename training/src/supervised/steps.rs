//! The loop: every batch of every epoch, a checkpoint now and then in between, the held-out set at the end of an epoch.
//!
//! It stands in the place of Burn's own loop over one device, which saves between epochs alone and judges after each:
//! here a training can be broken off between any two batches. What it calls is Burn's, and Burn's learner runs it,
//! with its metrics and its dashboard.

use std::sync::{Arc, Mutex, PoisonError};

use burn::data::dataloader::DataLoader;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::module::{Module, ModuleDisplay};
use burn::optim::ModuleOptimizer;
use burn::train::metric::store::EventStoreClient;
use burn::train::{
    EventProcessorTraining, InferenceStep, Interrupter, Learner, LearnerEvent,
    SupervisedLearningStrategy, SupervisedTrainingEventProcessor, TrainLoader, TrainStep,
    TrainingComponents, TrainingItem, ValidLoader,
};

use super::learnable::{Learnable, Task};
use super::ledger::{Clerk, States};

type Pupil<M, B> = Learnable<M, Task<M, B>>;
type Processor<M, B> = SupervisedTrainingEventProcessor<Pupil<M, B>>;

/// The loop, with what it changes beside the model: Burn's learner keeps its own to itself.
pub(super) struct Steps {
    /// Taken by the one run that there is.
    pub(super) states: Mutex<Option<(ModuleOptimizer, ModuleLrScheduler)>>,
    pub(super) clerk: Clerk,
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goes {
    On,
    Over,
}

/// All that changes while it runs but the model.
struct Going<'a, M: Module + ModuleDisplay + 'static, B: Send + 'static> {
    optimizer: ModuleOptimizer,
    schedule: ModuleLrScheduler,
    processor: Processor<M, B>,
    interrupter: Interrupter,
    store: Arc<EventStoreClient>,
    clerk: &'a Clerk,
}

impl<M, B> SupervisedLearningStrategy<Pupil<M, B>> for Steps
where
    M: Module + ModuleDisplay + 'static,
    B: Send + 'static,
{
    fn fit(
        &self,
        components: TrainingComponents<Pupil<M, B>>,
        learner: Learner<Pupil<M, B>>,
        train: TrainLoader<Pupil<M, B>>,
        held_out: ValidLoader<Pupil<M, B>>,
        first: usize,
    ) -> (Pupil<M, B>, Processor<M, B>) {
        let mut model = learner.model();
        drop(learner); // so that its parameters are moved, and not copied first
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner).take();
        let TrainingComponents { event_processor, interrupter, event_store, num_epochs, .. } =
            components;
        let Some((optimizer, schedule)) = states else {
            return (model, event_processor);
        };
        let (processor, store, clerk) = (event_processor, event_store, &self.clerk);
        let mut going = Going { optimizer, schedule, processor, interrupter, store, clerk };
        for epoch in first..=num_epochs {
            let goes;
            (model, goes) = going.learn(model, epoch, train.as_ref());
            if goes == Goes::Over || going.judge(&model, epoch, held_out.as_ref()) == Goes::Over {
                break;
            }
        }
        (model, going.processor)
    }
}

impl<M, B> Going<'_, M, B>
where
    M: Module + ModuleDisplay + 'static,
    B: Send + 'static,
{
    /// Learns the batches of an epoch, or those that are left of it.
    fn learn(
        &mut self,
        mut model: Pupil<M, B>,
        epoch: usize,
        train: &dyn DataLoader<B>,
    ) -> (Pupil<M, B>, Goes) {
        let total_items = train.num_items();
        self.tell_train(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        let mut batches = train.iter();
        let mut iteration = 0;
        loop {
            let progress = batches.progress();
            if progress.is_completed() {
                break;
            }
            let examples = progress.items_processed;
            let mut goes = self.clerk.ledger().on_batch(examples);
            if self.interrupter.should_stop() {
                goes = Goes::Over;
            }
            if goes == Goes::Over || (iteration > 0 && self.clerk.ledger().is_due()) {
                self.keep(&model, examples);
            }
            if goes == Goes::Over || self.clerk.ledger().has_failed() {
                return (model, Goes::Over);
            }
            let batch = match batches.next() {
                Some(Ok(batch)) => batch,
                Some(Err(error)) => {
                    self.interrupter.fail(error);
                    return (model, Goes::Over);
                }
                None => break,
            };
            iteration += 1;
            let answered = TrainStep::step(&model, batch);
            let rate = self.schedule.step();
            model = self.optimizer.step(rate.clone(), model, answered.grads);
            let progress = batches.progress();
            let item = TrainingItem::new(answered.item, progress, Some(iteration), Some(rate));
            self.tell_train(LearnerEvent::ProcessedItem(item));
        }
        self.tell_train(LearnerEvent::EndSplit(epoch));
        (model, Goes::On)
    }

    /// Judges by the held-out set, and closes the epoch.
    fn judge(&mut self, model: &Pupil<M, B>, epoch: usize, held_out: &dyn DataLoader<B>) -> Goes {
        let total_items = held_out.num_items();
        self.tell_held_out(LearnerEvent::StartSplit { epoch_number: epoch, total_items });
        let judged = model.valid();
        let mut batches = held_out.iter();
        let mut iteration = 0;
        while let Some(batch) = batches.next() {
            let batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    self.interrupter.fail(error);
                    return Goes::Over;
                }
            };
            iteration += 1;
            let answered = InferenceStep::step(&judged, batch);
            let item = TrainingItem::new(answered, batches.progress(), Some(iteration), None);
            self.tell_held_out(LearnerEvent::ProcessedItem(item));
        }
        self.tell_held_out(LearnerEvent::EndSplit(epoch));
        self.tell_train(LearnerEvent::EndEpoch(epoch));
        self.flush();
        if self.interrupter.error().is_some() {
            return Goes::Over;
        }
        let states =
            States { model: &model.model, optimizer: &self.optimizer, schedule: &self.schedule };
        let mut ledger = self.clerk.ledger();
        ledger.broken_off |= self.interrupter.should_stop(); // by the dashboard
        ledger.close(epoch, &self.store, &states)
    }

    /// Saves where the training is within its epoch.
    fn keep(&mut self, model: &Pupil<M, B>, examples: usize) {
        self.flush(); // the figures of all batches before are in the book then
        if self.interrupter.error().is_some() {
            return;
        }
        let states =
            States { model: &model.model, optimizer: &self.optimizer, schedule: &self.schedule };
        self.clerk.ledger().keep(examples, &states);
    }

    fn tell_train(&mut self, event: LearnerEvent<super::Score>) {
        self.interrupter.fail_on_error(self.processor.process_train(event));
    }

    fn tell_held_out(&mut self, event: LearnerEvent<super::Score>) {
        self.interrupter.fail_on_error(self.processor.process_valid(event));
    }

    fn flush(&mut self) {
        self.interrupter.fail_on_error(self.processor.flush());
    }
}
