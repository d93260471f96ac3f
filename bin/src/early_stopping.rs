//! A training by iterations that ends once it no longer helps on the dev set.

use burn::module::Module;
use burn::tensor::Tensor;
use fireside_training::descent::{self, DescentConfig, Update};
use fireside_training::early_stopping::EarlyStopping;

use crate::Failure;
use crate::kept::{Kept, in_json};
use crate::stage::Stage;

/// The best model so far, among the files of a checkpoint.
const BEST: &str = "best";

/// A training and what was seen of it on the dev set.
struct Watched<M> {
    model: M,
    stopping: EarlyStopping<M>,
    is_over: bool,
}

impl Stage<'_> {
    /// As [`Stage::learn`], until the cost on the dev set has not fallen for `patience` looks, one at each recorded
    /// cost; keeps and returns the best model, and after how many updates it was.
    ///
    /// # Errors
    /// As [`Stage::learn`], and when no cost on the dev set is a number or one cannot be had.
    pub fn learn_until<M: Module, E: Into<Failure>>(
        mut self,
        model: M,
        config: DescentConfig,
        patience: usize,
        mut update: impl FnMut(M, Update) -> (M, Option<Tensor<1>>),
        dev_cost: impl Fn(&M) -> Result<f64, E>,
    ) -> Result<(M, usize), Failure> {
        let name = self.name.clone();
        let (model, descent) = self.begin(model, config)?;
        let looks = self.notes::<EarlyStopping<()>>()?;
        let looks = looks.unwrap_or_else(|| EarlyStopping::new(patience));
        if let Some(best) = looks.best().filter(|_| self.was_over()) {
            let (completed, history) = (best.completed, self.history());
            let ended = descent::Run { model, completed, history };
            return Ok((self.finish(ended, &name, in_json(&looks)?)?.0, completed));
        }
        let best = match looks.best() {
            Some(_) => self.load(BEST, model.clone())?,
            None => model.clone(),
        };
        let stopping = looks.with_model(best);
        let state = Watched { model: model.train(), stopping, is_over: false };
        let kept = |state: &Watched<M>| {
            let kept = Kept::of_model(&state.model)?;
            let kept = match state.stopping.best() {
                Some(best) => kept.and_model(BEST, &best.model)?,
                None => kept,
            };
            kept.and_notes(&state.stopping.with_model(()))
        };
        let trained = self.descend_keeping(
            descent,
            ("iterations", 1),
            state,
            kept,
            |state| state.is_over,
            |mut state, at| {
                let (model, cost) = update(state.model, at);
                if at.cost_wanted {
                    let valid = model.valid();
                    let cost = dev_cost(&valid).map_err(Into::into)?;
                    let goes = state.stopping.look(at.iteration + 1, cost, &valid);
                    state.is_over = goes.is_break();
                }
                Ok((Watched { model, ..state }, cost))
            },
        )?;
        let descent::Run { model: Watched { stopping, is_over, .. }, completed, history } = trained;
        if !is_over && completed < self.iterations {
            return Err(self.stopped(completed, "iterations"));
        }
        let looks = in_json(&stopping.with_model(()))?;
        let best = stopping.into_best();
        let best =
            best.ok_or_else(|| Failure::Run("no cost on the dev set was a number".to_string()))?;
        let completed = best.completed;
        let ended = descent::Run { model: best.model, completed, history };
        Ok((self.finish(ended, &name, looks)?.0, completed))
    }
}
