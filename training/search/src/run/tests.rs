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
        let more = run(&search(), &mut Journal::in_memory(), workers, objective, QUIET).unwrap();
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
            if finished >= 3 { ControlFlow::Break(Stop::Search) } else { ControlFlow::Continue(()) }
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
        (text.replace("\"number\":12,", "\"number\":40,"), "line 4: the search has no such trial"),
        (text.replace("\"number\":12,", "\"number\":13,"), "line 4: the trial is of another"),
        (text.replacen("\"budget\":5,\"point\"", "\"budget\":6,\"point\"", 1), "line 2: the sear"),
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
