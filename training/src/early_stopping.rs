//! Early stopping: end a training once it no longer helps on the dev set (course 2, week 1).
//!
//! It mixes two aims, to fit and not to overfit, which the notes would rather see apart (orthogonalisation);
//! L2 leaves the training to its end.

use std::ops::ControlFlow;

/// Watches the cost on the dev set and keeps the best model.
#[derive(Debug, Clone)]
pub struct EarlyStopping<M> {
    patience: usize,
    since_best: usize,
    best: Option<Best<M>>,
}

/// The best model so far.
#[derive(Debug, Clone)]
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
    /// brought no lower cost; a cost that is not a number is no improvement.
    pub fn look(&mut self, completed: usize, dev_cost: f64, model: &M) -> ControlFlow<()> {
        let improves = match &self.best {
            Some(best) => dev_cost < best.dev_cost,
            None => !dev_cost.is_nan(),
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
    fn nothing_is_best_while_no_cost_is_a_number() {
        let mut stopping = EarlyStopping::new(0);
        assert!(stopping.look(0, f64::NAN, &()).is_break());
        assert!(stopping.into_best().is_none());
    }
}
