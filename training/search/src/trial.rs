//! One trial: what it was asked, and how it ended.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::point::{Point, PointError};

/// What an objective is asked to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Which point of the search it is.
    pub number: usize,
    /// The hyperparameters.
    pub point: Point,
    /// How much work to spend, in a unit of the objective's: epochs, iterations.
    pub budget: u64,
}

/// How far a trial has come.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CurvePoint {
    /// Budget spent so far.
    pub spent: u64,
    /// The cost it trains by.
    pub cost: f64,
    /// The score, were it to end here.
    pub score: f64,
}

/// Why a trial has no score.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TrialError {
    /// The training left the real numbers, as many do in a search.
    #[error("diverged: {0}")]
    Diverged(String),
    /// Something went wrong.
    #[error("failed: {0}")]
    Failed(String),
}

impl From<PointError> for TrialError {
    fn from(error: PointError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// The whole budget was spent.
    Done {
        /// The score, finite.
        score: f64,
    },
    /// An observer stopped it before.
    Stopped {
        /// The score as it stood, finite.
        score: f64,
    },
    /// It left the real numbers.
    Diverged {
        /// Where.
        reason: String,
    },
    /// Something went wrong.
    Failed {
        /// What.
        reason: String,
    },
}

impl Status {
    /// Files the result of an objective; a score that is not finite is a divergence.
    pub(crate) fn new(result: Result<f64, TrialError>, stopped: bool) -> Self {
        match result {
            Ok(score) if !score.is_finite() => {
                Self::Diverged { reason: format!("the score is {score}") }
            }
            Ok(score) if stopped => Self::Stopped { score },
            Ok(score) => Self::Done { score },
            Err(TrialError::Diverged(reason)) => Self::Diverged { reason },
            Err(TrialError::Failed(reason)) => Self::Failed { reason },
        }
    }

    /// Returns the score of a trial that has one.
    #[must_use]
    pub fn score(&self) -> Option<f64> {
        match self {
            Self::Done { score } | Self::Stopped { score } => Some(*score),
            Self::Diverged { .. } | Self::Failed { .. } => None,
        }
    }

    /// Returns why there is no score.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Done { .. } | Self::Stopped { .. } => None,
            Self::Diverged { reason } | Self::Failed { reason } => Some(reason),
        }
    }

    /// Returns what the journal calls it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Done { .. } => "done",
            Self::Stopped { .. } => "stopped",
            Self::Diverged { .. } => "diverged",
            Self::Failed { .. } => "failed",
        }
    }
}

/// A trial that ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Which point of the search it was.
    pub number: usize,
    /// The budget it was given.
    pub budget: u64,
    /// The hyperparameters.
    pub point: Point,
    /// How it ended.
    #[serde(flatten)]
    pub status: Status,
    /// Wall-clock time it took.
    pub seconds: f64,
}

impl Record {
    /// What was tried.
    #[must_use]
    pub fn trial(&self) -> Trial {
        Trial { number: self.number, point: self.point.clone(), budget: self.budget }
    }
}

/// Which scores are better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// As with an accuracy.
    HigherIsBetter,
    /// As with a cost.
    LowerIsBetter,
}

impl Direction {
    /// Orders scores, the better one first.
    #[must_use]
    pub fn compare(self, a: f64, b: f64) -> Ordering {
        match self {
            Self::HigherIsBetter => b.total_cmp(&a),
            Self::LowerIsBetter => a.total_cmp(&b),
        }
    }
}

/// Returns the last record of every trial, the best first.
///
/// A trial with a score comes before one without; then the larger budget, which halving gives to the
/// better ones; then the better score; then the lower number. So the ranking does not depend on the order
/// in which trials ended.
#[must_use]
pub fn rank(records: &[Record], direction: Direction) -> Vec<&Record> {
    let mut last: BTreeMap<usize, &Record> = BTreeMap::new();
    for record in records {
        let kept = last.entry(record.number).or_insert(record);
        if record.budget > kept.budget {
            *kept = record;
        }
    }
    let mut ranked: Vec<_> = last.into_values().collect();
    ranked.sort_by(|a, b| match (a.status.score(), b.status.score()) {
        (Some(of_a), Some(of_b)) => {
            b.budget.cmp(&a.budget).then_with(|| direction.compare(of_a, of_b))
        }
        (of_a, of_b) => of_b.is_some().cmp(&of_a.is_some()),
    }); // stable: equals stay in the order of their numbers
    ranked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: usize, budget: u64, status: Status) -> Record {
        Record { number, budget, point: Point::default(), status, seconds: 0.5 }
    }

    fn done(number: usize, budget: u64, score: f64) -> Record {
        record(number, budget, Status::Done { score })
    }

    fn order(records: &[Record], direction: Direction) -> Vec<usize> {
        rank(records, direction).iter().map(|record| record.number).collect()
    }

    #[test]
    fn better_scores_come_first_in_either_direction_and_equals_by_number() {
        let records = [done(0, 1, 0.8), done(1, 1, 0.9), done(2, 1, -0.1), done(3, 1, 0.9)];
        assert_eq!(order(&records, Direction::HigherIsBetter), [1, 3, 0, 2]);
        assert_eq!(order(&records, Direction::LowerIsBetter), [2, 0, 1, 3]);
        let backwards: Vec<_> = records.iter().rev().cloned().collect();
        assert_eq!(order(&backwards, Direction::HigherIsBetter), [1, 3, 0, 2]);
    }

    #[test]
    fn trials_without_a_score_come_last() {
        let diverged = Status::Diverged { reason: "NaN".to_string() };
        let records = [
            record(0, 9, diverged),
            record(1, 9, Status::Failed { reason: "no".to_string() }),
            record(2, 1, Status::Stopped { score: 0.1 }),
            done(3, 1, 0.2),
        ];
        assert_eq!(order(&records, Direction::HigherIsBetter), [3, 2, 0, 1]);
        assert_eq!(order(&records, Direction::LowerIsBetter), [2, 3, 0, 1]);
    }

    #[test]
    fn trial_of_several_budgets_counts_once_by_its_largest() {
        let records = [done(0, 3, 0.5), done(0, 1, 0.9), done(1, 1, 0.8)];
        let ranked = rank(&records, Direction::HigherIsBetter);
        assert_eq!(ranked, [&records[0], &records[2]]);
    }

    #[test]
    fn score_that_is_no_number_is_a_divergence() {
        for score in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let status = Status::new(Ok(score), false);
            assert_eq!(status, Status::Diverged { reason: format!("the score is {score}") });
        }
    }

    #[test]
    fn record_is_one_line_of_json_and_comes_back() {
        for status in [
            Status::Done { score: 1.0 / 3.0 },
            Status::Stopped { score: -0.0 },
            Status::Diverged { reason: "the cost is NaN\nin epoch 3".to_string() },
            Status::Failed { reason: "\"quoted\"".to_string() },
        ] {
            let record = record(7, 9, status);
            let line = serde_json::to_string(&record).unwrap();
            assert!(!line.contains('\n'), "{line}");
            assert_eq!(serde_json::from_str::<Record>(&line).unwrap(), record);
        }
    }
}
