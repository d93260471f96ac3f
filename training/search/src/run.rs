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
mod tests {
    use super::*;
    use crate::{Dimension, Range};
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    const QUIET: fn(Event<'_>) -> ControlFlow<Stop> = |_| ControlFlow::Continue(());

    fn search() -> Search {
        let rate = Range::LogUniform { low: 1e-4, high: 1.0 };
        let space = vec![
            Dimension::new("rate", rate),
            Dimension::new("units", Range::integers(1, 9)),
            Dimension::new("optimizer", Range::choice(["a", "b"])),
        ];
        Search {
            space: Space::new(space).unwrap(),
            sampling: Sampling::Random { trials: 9, seed: 4 },
            direction: Direction::HigherIsBetter,
            budget: 5,
            first_number: 10,
        }
    }

    /// Best near a rate of 0.01; some diverge, some fail, and later trials may end before earlier ones.
    fn objective(trial: &Trial, _: &mut Curve<'_>) -> Result<f64, TrialError> {
        thread::sleep(Duration::from_micros(trial.number as u64 * 7919 % 1000));
        let rate = trial.point.number("rate")?;
        match trial.point.integer("units")? {
            9 => Err(TrialError::Failed("too many units".to_string())),
            8 => Ok(f64::NAN),
            _ => Ok(-(rate.log10() + 2.0).abs()),
        }
    }

    fn without_seconds(outcome: &Outcome) -> Outcome {
        let mut outcome = outcome.clone();
        outcome.records.iter_mut().for_each(|record| record.seconds = 0.0);
        outcome
    }

    fn run_to_end(search: &Search, path: &Path, workers: usize) -> Outcome {
        let mut journal = Journal::open(path, search).unwrap();
        without_seconds(&run(search, &mut journal, workers, objective, QUIET).unwrap())
    }

    #[test]
    fn every_point_is_tried_once_and_ranked() {
        let outcome = run(&search(), &mut Journal::in_memory(), 1, objective, QUIET).unwrap();
        assert!(outcome.complete);
        let numbers: Vec<_> = outcome.records.iter().map(|record| record.number).collect();
        assert_eq!(numbers, (10..19).collect::<Vec<_>>());
        let scores: Vec<_> =
            outcome.ranked().iter().map(|record| record.status.score().unwrap_or(-9.0)).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        // This seed has trials of each kind, so that the other tests see them too.
        for status in ["done", "diverged", "failed"] {
            let there = outcome.records.iter().any(|record| record.status.name() == status);
            assert!(there, "{status}");
        }
    }

    #[test]
    fn number_of_workers_changes_nothing() {
        let one = run(&search(), &mut Journal::in_memory(), 1, objective, QUIET).unwrap();
        for workers in [2, 3, 40] {
            let more =
                run(&search(), &mut Journal::in_memory(), workers, objective, QUIET).unwrap();
            assert_eq!(without_seconds(&more), without_seconds(&one), "{workers}");
        }
    }

    #[test]
    fn several_workers_are_at_work_at_once() {
        let both = std::sync::Barrier::new(2);
        let search = Search { sampling: Sampling::Random { trials: 2, seed: 4 }, ..search() };
        let meet = |_: &Trial, _: &mut Curve<'_>| {
            both.wait(); // one alone would wait for ever
            Ok(1.0)
        };
        assert!(run(&search, &mut Journal::in_memory(), 2, meet, QUIET).unwrap().complete);
    }

    #[test]
    fn search_resumed_after_a_cut_anywhere_equals_an_uninterrupted_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let search = search();
        let whole = run_to_end(&search, &path, 2);
        let bytes = fs::read(&path).unwrap();
        let breaks = (0..bytes.len()).filter(|&place| bytes[place] == b'\n');
        let cuts = breaks.flat_map(|place| [place - 9, place, place + 1]);
        for (workers, cut) in [1, 2].into_iter().cycle().zip(cuts) {
            fs::write(&path, &bytes[..cut]).unwrap();
            assert_eq!(run_to_end(&search, &path, workers), whole, "{cut}");
        }
    }

    #[test]
    fn resumed_search_repeats_no_trial() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let search = search();
        run_to_end(&search, &path, 1);
        let mut journal = Journal::open(&path, &search).unwrap();
        let never = |_: &Trial, _: &mut Curve<'_>| Err(TrialError::Failed("again".to_string()));
        let outcome = run(&search, &mut journal, 2, never, QUIET).unwrap();
        assert!(outcome.complete);
        assert_eq!(without_seconds(&outcome), run_in_memory(&search));
    }

    fn run_in_memory(search: &Search) -> Outcome {
        without_seconds(&run(search, &mut Journal::in_memory(), 1, objective, QUIET).unwrap())
    }

    #[test]
    fn observer_that_breaks_ends_the_search_after_the_trials_in_flight() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let search = search();
        for workers in [1, 2] {
            let _ = fs::remove_file(&path);
            let mut journal = Journal::open(&path, &search).unwrap();
            let mut finished = 0;
            let observe = |event: Event<'_>| {
                finished += usize::from(matches!(event, Event::Finished(_)));
                if finished >= 3 {
                    ControlFlow::Break(Stop::Search)
                } else {
                    ControlFlow::Continue(())
                }
            };
            let outcome = run(&search, &mut journal, workers, objective, observe).unwrap();
            assert!(!outcome.complete);
            assert!((3..3 + workers).contains(&outcome.records.len()), "{}", outcome.records.len());
            drop(journal);
            assert_eq!(run_to_end(&search, &path, workers), run_in_memory(&search));
        }
    }

    /// The panda way: the curve is seen as it is trained, and a trial stopped with its score as it stands.
    #[test]
    fn observer_sees_the_curve_and_stops_a_trial() {
        let train = |trial: &Trial, curve: &mut Curve<'_>| {
            let mut score = 0.0;
            for spent in 1..=trial.budget {
                score = spent as f64 / 10.0;
                if curve.report(CurvePoint { spent, cost: 1.0 - score, score }).is_break() {
                    break;
                }
            }
            Ok(score)
        };
        let mut seen = Vec::new();
        let observe = |event: Event<'_>| {
            if let Event::Progress { trial, point } = event {
                seen.push((trial.number, point.spent));
                if (trial.number, point.spent) == (11, 3) {
                    return ControlFlow::Break(Stop::Trial);
                }
            }
            ControlFlow::Continue(())
        };
        let search = Search { sampling: Sampling::Random { trials: 2, seed: 4 }, ..search() };
        let outcome = run(&search, &mut Journal::in_memory(), 1, train, observe).unwrap();
        let curve = |number: usize, until: u64| (1..=until).map(move |spent| (number, spent));
        assert_eq!(seen, curve(10, 5).chain(curve(11, 3)).collect::<Vec<_>>());
        let statuses: Vec<_> = outcome.records.iter().map(|record| &record.status).collect();
        assert_eq!(statuses, [&Status::Done { score: 0.5 }, &Status::Stopped { score: 0.3 }]);
    }

    #[test]
    fn journal_of_other_trials_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let search = search();
        run_to_end(&search, &path, 1);
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        let mut twice = lines.clone();
        twice.push(lines[2]);
        for (changed, culprit) in [
            (
                text.replace("\"number\":12,", "\"number\":40,"),
                "line 4: the search has no such trial",
            ),
            (text.replace("\"number\":12,", "\"number\":13,"), "line 4: the trial is of another"),
            (
                text.replacen("\"budget\":5,\"point\"", "\"budget\":6,\"point\"", 1),
                "line 2: the sear",
            ),
            (twice.join("\n") + "\n", "line 11: the trial is there twice"),
        ] {
            assert_ne!(changed, text);
            fs::write(&path, changed).unwrap();
            let mut journal = Journal::open(&path, &search).unwrap();
            let error = run(&search, &mut journal, 1, objective, QUIET).unwrap_err().to_string();
            assert!(error.contains(culprit), "{error}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let result = run(&search(), &mut Journal::in_memory(), 0, objective, QUIET);
        assert!(matches!(result, Err(SearchError::NoWorkers)));
        let search = Search { sampling: Sampling::Random { trials: 0, seed: 4 }, ..search() };
        let result = run(&search, &mut Journal::in_memory(), 1, objective, QUIET);
        assert!(matches!(result, Err(SearchError::Sampling(SamplingError::NoTrials))));
    }
}
