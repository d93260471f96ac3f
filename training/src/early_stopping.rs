//! Early stopping: end a training once it no longer helps on the dev set (course 2, week 1).
//!
//! It mixes two aims, to fit and not to overfit, which the notes would rather see apart (orthogonalisation);
//! L2 leaves the training to its end.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

/// Watches the cost on the dev set and keeps the best model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EarlyStopping<M> {
    patience: usize,
    since_best: usize,
    best: Option<Best<M>>,
}

/// The best model so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Best<M> {
    /// When it was seen: updates or epochs, as given.
    pub completed: usize,
    /// Its cost on the dev set.
    pub dev_cost: f64,
    /// The model.
    pub model: M,
}

impl<M: Clone> EarlyStopping<M> {
    /// Waits for `patience` looks without a new best; 0 stops at the first.
    pub fn new(patience: usize) -> Self {
        Self { patience, since_best: 0, best: None }
    }

    /// Takes a look, after `completed` updates or epochs. Breaks once the last `patience` looks and this one
    /// brought no lower cost; a cost that is no finite number is no improvement.
    pub fn look(&mut self, completed: usize, dev_cost: f64, model: &M) -> ControlFlow<()> {
        let improves = match &self.best {
            Some(best) => dev_cost < best.dev_cost,
            None => dev_cost.is_finite(),
        };
        if improves {
            self.best = Some(Best { completed, dev_cost, model: model.clone() });
            self.since_best = 0;
            return ControlFlow::Continue(());
        }
        self.since_best += 1;
        match self.since_best > self.patience {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    /// The best model so far; `None` while no cost was a number.
    #[must_use]
    pub fn best(&self) -> Option<&Best<M>> {
        self.best.as_ref()
    }

    /// The same with another in the place of the best model, as when the model itself is kept elsewhere.
    #[must_use]
    pub fn with_model<N>(&self, model: N) -> EarlyStopping<N> {
        let Self { patience, since_best, .. } = *self;
        let best = self.best.as_ref();
        let best =
            best.map(|best| Best { completed: best.completed, dev_cost: best.dev_cost, model });
        EarlyStopping { patience, since_best, best }
    }

    /// Returns the best model, to go on with in the place of the last; `None` if no cost was a number.
    #[must_use]
    pub fn into_best(self) -> Option<Best<M>> {
        self.best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_when_patience_is_spent_and_restores_the_best() {
        let mut stopping = EarlyStopping::new(2);
        let costs = [0.9, 0.5, 0.6, 0.4, 0.7, f64::NAN, 0.5, 0.1];
        let stopped = (0..costs.len()).find(|&epoch| {
            stopping.look(epoch, costs[epoch], &format!("after {epoch}")).is_break()
        });
        assert_eq!(stopped, Some(6)); // 4, 5 and 6 are no better than 3
        let best = stopping.into_best().unwrap();
        assert_eq!((best.completed, best.dev_cost, best.model.as_str()), (3, 0.4, "after 3"));
    }

    #[test]
    fn stops_where_it_would_have_after_it_was_kept_without_its_model_and_taken_up_again() {
        let costs = [0.9, 0.1 + 0.2, f64::NAN, 0.5, 0.25, 0.7, 0.6, 0.4];
        let look = |stopping: &mut EarlyStopping<usize>, epoch: usize| {
            stopping.look(epoch, costs[epoch], &epoch).is_break()
        };
        let mut whole = EarlyStopping::new(2);
        let stopped = (0..costs.len()).find(|&epoch| look(&mut whole, epoch));
        for kept_after in 0..stopped.unwrap() {
            let mut stopping = EarlyStopping::new(2);
            (0..=kept_after).for_each(|epoch| assert!(!look(&mut stopping, epoch)));
            let (best, text) = (stopping.best().unwrap().model, stopping.with_model(()));
            let text = serde_json::to_string(&text).unwrap();
            let kept: EarlyStopping<()> = serde_json::from_str(&text).unwrap();
            let mut stopping = kept.with_model(best);
            let rest = kept_after + 1..costs.len();
            assert_eq!(rest.into_iter().find(|&epoch| look(&mut stopping, epoch)), stopped);
            assert_eq!(stopping, whole);
        }
    }

    #[test]
    fn nothing_is_best_while_no_cost_is_a_number() {
        let mut stopping = EarlyStopping::new(0);
        assert!(stopping.look(0, f64::NAN, &()).is_break());
        assert!(stopping.into_best().is_none());
    }
}
