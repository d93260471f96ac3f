//! What a training run recorded: one cost per logged iteration.

use serde::{Deserialize, Serialize};

/// The cost before the update of one iteration.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CostPoint {
    /// Iteration, counted from 0.
    pub iteration: usize,
    /// Mean loss over the training set.
    pub cost: f64,
}

/// The costs of a run in the order of their iterations.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The recorded points.
    pub points: Vec<CostPoint>,
}

impl History {
    /// Appends a cost.
    pub fn record(&mut self, iteration: usize, cost: f64) {
        self.points.push(CostPoint { iteration, cost });
    }

    /// Returns the most recent cost.
    pub fn last_cost(&self) -> Option<f64> {
        self.points.last().map(|point| point.cost)
    }

    /// Returns the costs at iterations 0, `interval`, 2 `interval` and so on, as the course lists them.
    pub fn costs_every(&self, interval: usize) -> Vec<f64> {
        self.points
            .iter()
            .filter(|point| point.iteration.is_multiple_of(interval))
            .map(|point| point.cost)
            .collect()
    }
}
