//! Runs trials, one at a time or several at once, and keeps what they found.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::journal::{Journal, JournalError};
use crate::sampler::{Sampling, SamplingError};
use crate::space::Space;
use crate::trial::{CurvePoint, Direction, Record, Status, Trial, TrialError, rank};

/// What to search, and how. The first line of its journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// What may vary.
    pub space: Space,
    /// Which points are tried.
    pub sampling: Sampling,
    /// Which scores are better.
    pub direction: Direction,
    /// The budget of each trial, in the objective's unit.
    pub budget: u64,
    /// Number of the first trial: a fine search counts on where the coarse one ended.
    #[serde(default)]
    pub first_number: usize,
}

impl Search {
    /// Returns the trials, numbered from `first_number`.
    ///
    /// # Errors
    /// When there are none or too many.
    pub fn trials(&self) -> Result<Vec<Trial>, SearchError> {
        let points = self.sampling.points(&self.space)?;
        let numbered = (self.first_number..).zip(points);
        let trial = |(number, point)| Trial { number, point, budget: self.budget };
        Ok(numbered.map(trial).collect())
    }
}

/// Why a search did not start or did not finish. A trial that fails or diverges is a [`Record`], no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SearchError {
    /// There are no points to try.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// What was tried cannot be kept.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Nobody would do the work.
    #[error("a search by 0 workers never ends: it needs at least one")]
    NoWorkers,
    /// Halving by this factor would keep everything.
    #[error("halving keeps one in {0}: it must be one in 2 or more")]
    Eta(usize),
    /// The budget of a round is beyond counting.
    #[error("the budget of {budget} grows by {eta} each round until it is beyond counting")]
    Budget {
        /// The budget of the first round.
        budget: u64,
        /// Its factor from round to round.
        eta: usize,
    },
}

/// What an observer learns.
#[derive(Debug)]
pub enum Event<'a> {
    /// A trial has come this far.
    Progress {
        /// The trial.
        trial: &'a Trial,
        /// A point of its curve.
        point: CurvePoint,
    },
    /// A trial ended, and is in the journal.
    Finished(&'a Record),
}

/// What an observer may break off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The trial that it was told of: its score as it stands is recorded.
    Trial,
    /// The search: trials in flight are finished and recorded, no other is begun.
    Search,
}

/// The curve of a trial, for the objective to report to.
pub struct Curve<'a> {
    report: &'a mut dyn FnMut(CurvePoint) -> ControlFlow<()>,
}

impl Curve<'_> {
    /// Shows the observer how far the trial has come. On a break, the objective is to return its score as it
    /// stands.
    pub fn report(&mut self, point: CurvePoint) -> ControlFlow<()> {
        (self.report)(point)
    }
}

/// What a search has found so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was tried, by budget and number.
    pub records: Vec<Record>,
    /// Whether nothing is left to try.
    pub complete: bool,
    /// Which scores are better.
    pub direction: Direction,
}

impl Outcome {
    pub(crate) fn new(journal: &Journal, complete: bool, direction: Direction) -> Self {
        let mut records = journal.records().to_vec();
        records.sort_by_key(|record| (record.budget, record.number));
        Self { records, complete, direction }
    }

    /// Returns the last record of every trial, the best first; see [`rank`].
    #[must_use]
    pub fn ranked(&self) -> Vec<&Record> {
        rank(&self.records, self.direction)
    }
}

/// Tries every point of a search that the journal does not have yet, `workers` at once.
///
/// `objective` trains with the point of a trial and returns its score. It is called from several threads,
/// and whatever it draws at random must follow from the trial alone; then neither the number of workers nor
/// an interruption changes a record, its seconds apart. `observe` is called by one thread at a time.
///
/// # Errors
/// [`SearchError`] for settings that cannot work and a journal that is of other trials or cannot be written.
pub fn run(
    search: &Search,
    journal: &mut Journal,
    workers: usize,
    objective: impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError> + Sync,
    observe: impl FnMut(Event<'_>) -> ControlFlow<Stop> + Send,
) -> Result<Outcome, SearchError> {
    let trials = search.trials()?;
    check_journal(journal, &trials, |budget| budget == search.budget)?;
    let complete = run_trials(trials, journal, workers, &objective, observe)?;
    Ok(Outcome::new(journal, complete, search.direction))
}

/// Refuses records that the search would not have written, since their trials would not be these.
pub(crate) fn check_journal(
    journal: &Journal,
    trials: &[Trial],
    is_budget: impl Fn(u64) -> bool,
) -> Result<(), JournalError> {
    let mut seen = HashSet::new();
    for (index, record) in journal.records().iter().enumerate() {
        let first = trials.first().map_or(0, |trial| trial.number);
        let trial = record.number.checked_sub(first).and_then(|index| trials.get(index));
        let wrong = match trial {
            None => "the search has no such trial",
            Some(trial) if trial.point != record.point => "the trial is of another point",
            Some(_) if !is_budget(record.budget) => "the search has no such budget",
            Some(_) if !seen.insert((record.number, record.budget)) => "the trial is there twice",
            Some(_) => continue,
        };
        return Err(journal.refuse(index, wrong));
    }
    Ok(())
}

/// What the workers share, one at a time.
struct Shared<'a, O> {
    journal: &'a mut Journal,
    observe: O,
    stops: bool,
    failed: Option<JournalError>,
}

impl<O: FnMut(Event<'_>) -> ControlFlow<Stop>> Shared<'_, O> {
    /// Returns whether the trial of the event is to stop.
    fn tell(&mut self, event: Event<'_>) -> ControlFlow<()> {
        match (self.observe)(event) {
            ControlFlow::Break(Stop::Trial) => return ControlFlow::Break(()),
            ControlFlow::Break(Stop::Search) => self.stops = true,
            ControlFlow::Continue(()) => (),
        }
        ControlFlow::Continue(())
    }

    fn finish(&mut self, record: Record) {
        match self.journal.append(record.clone()) {
            Ok(()) => {
                let _ = self.tell(Event::Finished(&record)); // the trial has ended anyway
            }
            Err(error) => {
                self.failed.get_or_insert(error);
                self.stops = true;
            }
        }
    }
}

/// Runs those of `trials` that have no record yet, and returns whether all have one then.
pub(crate) fn run_trials<O: FnMut(Event<'_>) -> ControlFlow<Stop> + Send>(
    trials: Vec<Trial>,
    journal: &mut Journal,
    workers: usize,
    objective: &(impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError> + Sync),
    observe: O,
) -> Result<bool, SearchError> {
    if workers == 0 {
        return Err(SearchError::NoWorkers);
    }
    let left = |journal: &Journal| -> Vec<Trial> {
        let is_open = |trial: &&Trial| journal.find(trial.number, trial.budget).is_none();
        trials.iter().filter(is_open).cloned().collect()
    };
    let open = left(journal);
    let next = AtomicUsize::new(0);
    let shared = Mutex::new(Shared { journal, observe, stops: false, failed: None });
    let work = || {
        while !lock(&shared).stops
            && let Some(trial) = open.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let record = run_trial(trial, objective, &shared);
            lock(&shared).finish(record);
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers.min(open.len()) {
            scope.spawn(work);
        }
    });
    let shared = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
    match shared.failed {
        Some(error) => Err(error.into()),
        None => Ok(left(shared.journal).is_empty()),
    }
}

fn run_trial<O: FnMut(Event<'_>) -> ControlFlow<Stop>>(
    trial: &Trial,
    objective: &impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError>,
    shared: &Mutex<Shared<'_, O>>,
) -> Record {
    let start = Instant::now();
    let mut stopped = false;
    let mut report = |point: CurvePoint| {
        let told = lock(shared).tell(Event::Progress { trial, point });
        stopped |= told.is_break();
        told
    };
    let result = objective(trial, &mut Curve { report: &mut report });
    Record {
        number: trial.number,
        budget: trial.budget,
        point: trial.point.clone(),
        status: Status::new(result, stopped),
        seconds: start.elapsed().as_secs_f64(),
    }
}

/// A worker that panicked ends the program once the others are done; until then its lock is still good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
