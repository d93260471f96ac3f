//! Whole trainings by iterations in one call: begun or resumed, watched, and kept.

use burn::module::Module;
use burn::tensor::Tensor;
use fireside_recipes::by_hand::ByHand;
use fireside_training::descent::{DescentConfig, Update};
use fireside_training::history::History;
use fireside_training::minibatch::{EpochSettings, select};
use fireside_training::optimizer::OptimizerConfig;

use crate::Failure;
use crate::stage::Stage;

impl Stage<'_> {
    /// Trains a model by an update of the whole of it, and keeps it; returns it with its costs.
    ///
    /// # Errors
    /// When the settings cannot work, the training diverges, something cannot be read or written, or Ctrl-C ended it
    /// early.
    pub fn learn<M: Module>(
        mut self,
        model: M,
        config: DescentConfig,
        update: impl FnMut(M, Update) -> (M, Option<Tensor<1>>),
    ) -> Result<(M, History), Failure> {
        let (model, descent) = self.begin(model, config)?;
        let trained = self.descend(descent, model.train(), update)?;
        self.end(trained.map(|model| model.valid()))
    }

    /// As [`Stage::learn`], by an update of parameters that are no module while they are trained by hand.
    ///
    /// # Errors
    /// As [`Stage::learn`].
    pub fn learn_by_hand<M: Module, P>(
        mut self,
        model: M,
        by_hand: &ByHand<M, P>,
        config: DescentConfig,
        update: impl FnMut(P, Update) -> (P, Option<Tensor<1>>),
    ) -> Result<(M, History), Failure> {
        let (model, descent) = self.begin(model, config)?;
        let module = |parameters: &P| (by_hand.module)(parameters);
        let trained = self.descend_as(descent, (by_hand.parameters)(&model), module, update)?;
        self.end(trained.map(|parameters| (by_hand.module)(&parameters)))
    }

    /// As [`Stage::learn`], by mini-batches and an optimiser, which is kept too: `loss` returns the mean loss of a
    /// mini-batch.
    ///
    /// # Shapes
    /// - `examples`: `[count, inputs]` and `[count, outputs]`
    ///
    /// # Errors
    /// As [`Stage::learn`].
    pub fn learn_by_batches<M: Module>(
        self,
        model: M,
        optimizer: &OptimizerConfig,
        config: DescentConfig,
        batches: &EpochSettings,
        examples: [&Tensor<2>; 2],
        loss: impl Fn(&M, Tensor<2>, Tensor<2>) -> Tensor<1>,
    ) -> Result<(M, History), Failure> {
        let [x, y] = examples;
        let of_batch = |model: &M, batch: &[usize]| loss(model, select(x, batch), select(y, batch));
        self.learn_by_places(model, optimizer, config, batches, x.dims()[0], of_batch)
    }

    /// As [`Stage::learn_by_batches`], by Adam: `loss` returns the mean loss of the examples at these places, below
    /// `count`.
    ///
    /// # Errors
    /// As [`Stage::learn`].
    pub fn by_adam<M: Module>(
        self,
        model: M,
        config: DescentConfig,
        batches: &EpochSettings,
        count: usize,
        loss: impl Fn(&M, &[usize]) -> Tensor<1>,
    ) -> Result<(M, History), Failure> {
        self.learn_by_places(model, &OptimizerConfig::adam(), config, batches, count, loss)
    }

    fn learn_by_places<M: Module>(
        mut self,
        model: M,
        optimizer: &OptimizerConfig,
        config: DescentConfig,
        batches: &EpochSettings,
        count: usize,
        loss: impl Fn(&M, &[usize]) -> Tensor<1>,
    ) -> Result<(M, History), Failure> {
        let (model, optimizer, descent) = self.begin_with(model, optimizer.init()?, config)?;
        let model = model.train();
        let trained = self.descend_by_batches(descent, model, optimizer, batches, count, loss)?;
        self.end(trained.map(|model| model.valid()))
    }
}
