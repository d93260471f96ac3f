//! The adapter between a model and Burn's learner.

use burn::module::{Module, ModuleDisplay};
use burn::train::{InferenceStep, TrainOutput, TrainStep};

use super::score::Score;

/// What a model is to learn: how it answers a batch, and how well. It is used in training and in
/// judging.
///
/// A function or a closure that captures nothing:
/// `|net: &DeepNet, (x, labels)| Score::of_classes(net.forward(x), labels)`.
pub type Task<M, B> = fn(&M, B) -> Score;

/// Any model with its task, as Burn's learner wants it.
#[derive(Module, Debug)]
pub(super) struct Learnable<M: Module, T> {
    pub(super) model: M,
    #[module(skip)]
    pub(super) task: T,
}

impl<M, B> TrainStep for Learnable<M, Task<M, B>>
where
    M: Module + ModuleDisplay + 'static,
    B: Send + 'static,
{
    type Input = B;
    type Output = Score;

    fn step(&self, batch: B) -> TrainOutput<Score> {
        let score = (self.task)(&self.model, batch);
        let gradients = score.loss.backward();
        TrainOutput::new(self, gradients, score)
    }
}

impl<M, B> InferenceStep for Learnable<M, Task<M, B>>
where
    M: Module + ModuleDisplay + 'static,
    B: Send + 'static,
{
    type Input = B;
    type Output = Score;

    fn step(&self, batch: B) -> Score {
        (self.task)(&self.model, batch)
    }
}
