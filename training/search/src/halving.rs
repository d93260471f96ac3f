//! Successive halving: many points briefly, the better ones longer.
//!
//! `n` points are tried at a budget `b`, the best one in `η` of them at `η b`, the best one in `η` of those
//! at `η² b`, and so on until a single one is left. Every round costs about as much as the first, so the
//! winner is trained long for a fraction of what it would cost to train all of them as long.
//!
//! K. Jamieson, A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization",
//! AISTATS 2016.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::journal::Journal;
use crate::run::{Curve, Event, Outcome, Search, SearchError, Stop, check_journal, run_trials};
use crate::trial::{Record, Trial, TrialError, rank};

/// A search by successive halving. The first line of its journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Halving {
    /// The points of the first round and their budget.
    #[serde(flatten)]
    pub search: Search,
    /// From round to round, one trial in `eta` goes on, with `eta` times the budget; at least 2. Three or
    /// four are usual.
    pub eta: usize,
}

/// A round of halving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Round {
    /// Trials at most; fewer go on when others have no score.
    pub trials: usize,
    /// The budget of each.
    pub budget: u64,
}

impl Halving {
    /// Returns the rounds, the last of them with a single trial.
    ///
    /// # Errors
    /// When there are no points, `eta` is below 2, or the last budget is beyond counting.
    pub fn rounds(&self) -> Result<Vec<Round>, SearchError> {
        self.rounds_from(self.search.trials()?.len())
    }

    fn rounds_from(&self, trials: usize) -> Result<Vec<Round>, SearchError> {
        let Self { search: Search { budget, .. }, eta } = *self;
        if eta < 2 {
            return Err(SearchError::Eta(eta));
        }
        let mut rounds = vec![Round { trials, budget }];
        let mut last = rounds[0];
        while last.trials > 1 {
            let budget = last.budget.checked_mul(eta as u64);
            let budget = budget.ok_or(SearchError::Budget { budget: self.search.budget, eta })?;
            last = Round { trials: (last.trials / eta).max(1), budget };
            rounds.push(last);
        }
        Ok(rounds)
    }
}

/// Runs the rounds that the journal does not have yet; see [`run()`](super::run()) for `objective` and
/// `observe`.
///
/// A trial without a score never goes on. Each round trains its trials anew, with the whole of the larger
/// budget, unless the objective keeps what it has trained.
///
/// # Errors
/// As [`run()`](super::run()), and for an `eta` below 2.
pub fn run(
    halving: &Halving,
    journal: &mut Journal,
    workers: usize,
    objective: impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError> + Sync,
    mut observe: impl FnMut(Event<'_>) -> ControlFlow<Stop> + Send,
) -> Result<Outcome, SearchError> {
    let Search { direction, .. } = halving.search;
    let mut trials = halving.search.trials()?;
    let rounds = halving.rounds_from(trials.len())?;
    check_journal(journal, &trials, |budget| rounds.iter().any(|round| round.budget == budget))?;
    let mut complete = true;
    for (index, round) in rounds.iter().enumerate() {
        if index > 0 {
            let previous = rounds[index - 1].budget;
            let ended: Vec<Record> = trials
                .iter()
                .filter_map(|trial| journal.find(trial.number, previous).cloned())
                .collect();
            let best = rank(&ended, direction).into_iter();
            let best = best.filter(|record| record.status.score().is_some()).take(round.trials);
            trials = best
                .map(|record| Trial {
                    number: record.number,
                    point: record.point.clone(),
                    budget: round.budget,
                })
                .collect();
            trials.sort_by_key(|trial| trial.number);
        }
        complete = run_trials(trials.clone(), journal, workers, &objective, &mut observe)?;
        if !complete {
            break;
        }
    }
    Ok(Outcome::new(journal, complete, direction))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dimension, Direction, Range, Sampling, Space};
    use std::fs;
    use std::path::Path;

    const QUIET: fn(Event<'_>) -> ControlFlow<Stop> = |_| ControlFlow::Continue(());

    fn halving(trials: usize, eta: usize, direction: Direction) -> Halving {
        let range = Range::Uniform { low: 0.0, high: 1.0 };
        let search = Search {
            space: Space::new(vec![Dimension::new("x", range)]).unwrap(),
            sampling: Sampling::Random { trials, seed: 2 },
            direction,
            budget: 2,
            first_number: 0,
        };
        Halving { search, eta }
    }

    /// The larger x, the better, and the more so the longer; what is below 0.1 diverges.
    fn objective(trial: &Trial, _: &mut Curve<'_>) -> Result<f64, TrialError> {
        match trial.point.number("x")? {
            ..0.1 => Err(TrialError::Diverged("too small".to_string())),
            x => Ok(x * trial.budget as f64),
        }
    }

    fn xs(outcome: &Outcome, budget: u64) -> Vec<f64> {
        let of_round = outcome.records.iter().filter(|record| record.budget == budget);
        let mut xs: Vec<_> = of_round.map(|record| record.point.number("x").unwrap()).collect();
        xs.sort_by(f64::total_cmp);
        xs
    }

    #[test]
    fn rounds_shrink_to_one_trial_while_the_budget_grows() {
        let rounds = |trials, eta| {
            let rounds = halving(trials, eta, Direction::HigherIsBetter).rounds().unwrap();
            rounds.iter().map(|round| (round.trials, round.budget)).collect::<Vec<_>>()
        };
        assert_eq!(rounds(27, 3), [(27, 2), (9, 6), (3, 18), (1, 54)]);
        assert_eq!(rounds(24, 3), [(24, 2), (8, 6), (2, 18), (1, 54)]);
        assert_eq!(rounds(5, 2), [(5, 2), (2, 4), (1, 8)]);
        assert_eq!(rounds(2, 9), [(2, 2), (1, 18)]);
        assert_eq!(rounds(1, 2), [(1, 2)]);
    }

    #[test]
    fn best_of_each_round_go_on() {
        let halving = halving(27, 3, Direction::HigherIsBetter);
        let outcome = run(&halving, &mut Journal::in_memory(), 1, objective, QUIET).unwrap();
        assert!(outcome.complete);
        assert_eq!(outcome.records.len(), 27 + 9 + 3 + 1);
        let all = xs(&outcome, 2);
        for (budget, kept) in [(6, 9), (18, 3), (54, 1)] {
            assert_eq!(xs(&outcome, budget), all[27 - kept..], "{budget}");
        }
        let winner = outcome.ranked()[0];
        assert_eq!((winner.budget, winner.point.number("x").unwrap()), (54, all[26]));
    }

    #[test]
    fn lower_scores_go_on_where_lower_is_better_and_the_diverged_never_do() {
        let halving = halving(27, 3, Direction::LowerIsBetter);
        let outcome = run(&halving, &mut Journal::in_memory(), 1, objective, QUIET).unwrap();
        let alive: Vec<_> = xs(&outcome, 2).into_iter().filter(|x| *x >= 0.1).collect();
        assert!(alive.len() < 27);
        assert_eq!(xs(&outcome, 6), alive[..9]);
        assert_eq!(xs(&outcome, 54), alive[..1]);
    }

    #[test]
    fn search_of_which_nothing_survives_is_complete() {
        let halving = halving(9, 3, Direction::HigherIsBetter);
        let fail = |_: &Trial, _: &mut Curve<'_>| Err(TrialError::Failed("no".to_string()));
        let outcome = run(&halving, &mut Journal::in_memory(), 2, fail, QUIET).unwrap();
        assert!(outcome.complete);
        assert_eq!(outcome.records.len(), 9);
    }

    fn run_to_end(halving: &Halving, path: &Path, workers: usize) -> Outcome {
        let mut journal = Journal::open(path, halving).unwrap();
        let mut outcome = run(halving, &mut journal, workers, objective, QUIET).unwrap();
        outcome.records.iter_mut().for_each(|record| record.seconds = 0.0);
        outcome
    }

    #[test]
    fn halving_resumed_after_a_cut_anywhere_equals_an_uninterrupted_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let halving = halving(11, 3, Direction::HigherIsBetter);
        let whole = run_to_end(&halving, &path, 2);
        assert_eq!(whole.records.len(), 11 + 3 + 1);
        let bytes = fs::read(&path).unwrap();
        let breaks = (0..bytes.len()).filter(|&place| bytes[place] == b'\n');
        let cuts = breaks.flat_map(|place| [place - 9, place, place + 1]);
        for (workers, cut) in [1, 2].into_iter().cycle().zip(cuts) {
            fs::write(&path, &bytes[..cut]).unwrap();
            assert_eq!(run_to_end(&halving, &path, workers), whole, "{cut}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        for eta in [0, 1] {
            let halving = halving(9, eta, Direction::HigherIsBetter);
            let result = run(&halving, &mut Journal::in_memory(), 1, objective, QUIET);
            assert!(matches!(result, Err(SearchError::Eta(found)) if found == eta));
        }
        let mut halving = halving(9, 3, Direction::HigherIsBetter);
        halving.search.budget = u64::MAX / 2;
        assert!(matches!(halving.rounds(), Err(SearchError::Budget { eta: 3, .. })));
    }
}
