//! A descent within a stage: watched, kept on the way, and its curve left behind where it diverges.

use std::ops::ControlFlow;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use fireside_training::checkpoint::{Place, Shelf};
use fireside_training::descent::{self, Descent, Progress, Step, Update};
use fireside_training::history::History;
use fireside_training::minibatch::{EpochSettings, epoch_with_optimizer};

use super::Stage;
use crate::kept::Kept;
use crate::plot::Series;
use crate::run::Dial;
use crate::{Failure, interrupt};

impl Stage<'_> {
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
        mut update: impl FnMut(S, Update) -> (S, Option<Tensor<1>>),
    ) -> Result<descent::Run<S>, Failure> {
        let update = |state, at| Ok(update(state, at));
        let kept = |state: &S| Ok(Kept::of_model(&module(state))?);
        self.descend_keeping(descent, ("iterations", 1), state, kept, |_| false, update)
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
        let kept = |(model, optimizer): &(M, ModuleOptimizer)| {
            Ok(Kept::of_model(model)?.and_optimizer(optimizer)?)
        };
        let parts = batches.batches(count).max(1);
        let descent = descent.in_parts(parts);
        let mut epoch = epoch_with_optimizer(batches, count, loss);
        let update = |state, at| Ok(epoch(state, at));
        let (unit, state) = (("epochs", parts), (model, optimizer));
        let trained = self.descend_keeping(descent, unit, state, kept, |_| false, update)?;
        Ok(trained.map(|(model, _)| model))
    }

    /// Descends from any state, of which `kept` says what a checkpoint holds, and `is_over` whether the training ends
    /// before its last iteration, of `unit` and so many parts each.
    ///
    /// # Errors
    /// As [`Stage::descend`], and what the update fails with.
    pub(crate) fn descend_keeping<S>(
        &mut self,
        descent: Descent,
        (unit, parts): (&'static str, usize),
        state: S,
        kept: impl Fn(&S) -> Result<Kept, Failure>,
        is_over: impl Fn(&S) -> bool,
        update: impl FnMut(S, Update) -> Result<(S, Option<Tensor<1>>), Failure>,
    ) -> Result<descent::Run<S>, Failure> {
        let called = self.called.as_ref().unwrap_or(&self.name);
        let meter = self.run.voice().meter(called, unit, self.iterations);
        let mut watch = self.watch(meter.dial(), parts);
        let (voice, keeps_states, iterations) =
            (self.run.voice(), self.keeps_states, self.iterations);
        let (mut said, mut failed, mut costs) = (false, None, self.history());
        if let Some(shelf) = &mut self.shelf {
            shelf.begin();
        }
        let shelf = &mut self.shelf;
        let observe = |step: &Step<'_, S>| {
            costs.points.extend(step.cost);
            let goes = watch(step);
            let ends = is_over(step.model);
            let goes = if ends { ControlFlow::Break(()) } else { goes };
            let over = step.completed == iterations;
            let Some(shelf) = shelf.as_mut() else {
                return goes;
            };
            let is_wanted = match over {
                _ if ends => false, // nothing is to go on from there
                true => keeps_states,
                false => goes.is_break() || shelf.is_due(),
            };
            if is_wanted {
                if let Err(failure) = keep(shelf, step, &kept) {
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
        let ended = descent.try_run(state, update, observe);
        drop(meter);
        match (ended, failed) {
            (_, Some(failure)) => Err(failure),
            (Err(failure), None) => {
                if let Failure::Diverged(_) = failure {
                    self.leave_curve(costs, unit)?;
                }
                Err(failure)
            }
            (trained, None) => trained,
        }
    }

    /// The observer: it prints, turns the dial and heeds Ctrl-C. An iteration is done in so many parts.
    fn watch<M>(
        &self,
        dial: Dial,
        parts: usize,
    ) -> impl FnMut(&Step<'_, M>) -> ControlFlow<()> + use<M> {
        let voice = self.run.voice();
        let printed_every = self.printed_every;
        let mut is_first = true;
        move |step| {
            let position = step.completed as f64 + step.part as f64 / parts as f64;
            if std::mem::take(&mut is_first) {
                dial.starts_at(position - 1.0 / parts as f64);
            }
            dial.at(position);
            if let Some(point) = step.cost {
                dial.note(format!("cost {:.6}", point.cost));
                if printed_every.is_some_and(|every| point.iteration.is_multiple_of(every)) {
                    let line =
                        format!("Cost after iteration {}: {:.6}", point.iteration, point.cost);
                    voice.say(&line);
                }
            }
            interrupt::heed()
        }
    }

    fn leave_curve(&mut self, costs: History, unit: &str) -> Result<(), Failure> {
        let line = match unit {
            "epochs" => Series::of_epoch_costs("cost", &costs),
            _ => Series::of_costs("cost", &costs),
        };
        self.run.record(&self.name, costs);
        self.run.write_costs()?;
        let called = self.called.as_ref().map_or(String::new(), |called| format!(": {called}"));
        let title = format!("The cost before it diverged{called}");
        let axes = [unit.trim_end_matches('s'), "cost"];
        let file = format!("costs-{}.png", self.name.to_lowercase());
        self.run.curves(&file, &title, axes, &[line])
    }
}

/// Writes a checkpoint of where a descent is.
fn keep<S>(
    shelf: &mut Shelf,
    step: &Step<'_, S>,
    kept: impl Fn(&S) -> Result<Kept, Failure>,
) -> Result<(), Failure> {
    let Kept { files, notes } = kept(step.model)?;
    let files: Vec<(&str, &[u8])> = files.iter().map(|(kind, bytes)| (*kind, &bytes[..])).collect();
    let place = Place { whole: step.completed, within: step.part };
    let progress = Progress { notes, ..step.progress()? };
    Ok(shelf.save(place, &progress, &files)?)
}
