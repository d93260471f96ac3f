//! One search within a run: resumed where it stopped, watched while it goes, kept trial by trial.

use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use fireside_recipes::tuning::Plan;
use fireside_search::{
    Curve, CurvePoint, Event, Journal, Outcome, Record, Stop, Trial, TrialError, halving, run,
};

use crate::run::{Meter, Run};
use crate::{Failure, interrupt};

const JOURNAL_FILE: &str = "trials.jsonl";

impl Run {
    /// Runs a search the caviar way, `workers` trials at once, or what is left of it. Its name is its folder
    /// below the run's, where its journal goes. Ctrl-C ends it after the trials in flight.
    ///
    /// # Errors
    /// When its journal cannot be used, or Ctrl-C ended it early: the message says how to resume.
    pub fn search(
        &self,
        name: &str,
        plan: &Plan,
        workers: usize,
        objective: impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError> + Sync,
    ) -> Result<Outcome, Failure> {
        let says_each = !Meter::is_bar(self.voice());
        self.drive(name, plan, workers, objective, |event| {
            if let Event::Finished(record) = event
                && says_each
            {
                let Record { number, budget, .. } = record;
                self.say(&format!("trial {number:>3}, {budget} epochs: {}", result(record)));
            }
            match interrupt::requested() {
                true => ControlFlow::Break(Stop::Search),
                false => ControlFlow::Continue(()),
            }
        })
    }

    /// Runs a search the panda way, one trial after the other, and returns the curve of what it trained with
    /// what it found. Ctrl-C stops a trial, and its score counts as it stands.
    ///
    /// # Errors
    /// When its journal cannot be used.
    pub fn babysit(
        &self,
        name: &str,
        plan: &Plan,
        objective: impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError> + Sync,
    ) -> Result<(Outcome, Vec<CurvePoint>), Failure> {
        let mut curve = Vec::new();
        let outcome = self.drive(name, plan, 1, objective, |event| {
            if let Event::Progress { trial, point } = event {
                let CurvePoint { spent, cost, score } = *point;
                let number = trial.number;
                let line = format!(
                    "trial {number}, epoch {spent:>4}: cost {cost:.4}, dev accuracy {score:.2} %"
                );
                self.say(&line);
                curve.push(*point);
            }
            match interrupt::requested() {
                true => ControlFlow::Break(Stop::Trial),
                false => ControlFlow::Continue(()),
            }
        })?;
        Ok((outcome, curve))
    }

    fn drive(
        &self,
        name: &str,
        plan: &Plan,
        workers: usize,
        objective: impl Fn(&Trial, &mut Curve<'_>) -> Result<f64, TrialError> + Sync,
        mut observe: impl FnMut(&Event<'_>) -> ControlFlow<Stop> + Send,
    ) -> Result<Outcome, Failure> {
        let trainings = plan.trainings()?;
        let mut journal = match self.folder() {
            Some(folder) => open(&folder.join(name), plan)?,
            None => Journal::in_memory(),
        };
        let done = journal.records().len();
        if done > 0 {
            self.say(&format!("{name}: continuing after {done} trials."));
        }
        if journal.dropped_torn_line() {
            self.say(&format!("{name}: the last record was cut off; its trial runs again."));
        }
        let start = Instant::now();
        let meter = self.voice().meter(name, "trials", trainings);
        let mut turn = turning(&meter, done);
        let observe = |event: Event<'_>| {
            turn(&event);
            observe(&event)
        };
        let outcome = match plan {
            Plan::Equal(search) => run(search, &mut journal, workers, objective, observe),
            Plan::Halving(halving) => {
                halving::run(halving, &mut journal, workers, objective, observe)
            }
        }?;
        drop(meter);
        let ended = outcome.records.len();
        if !outcome.complete {
            let how = match self.folder() {
                Some(folder) => format!("continue with --resume {}", folder.display()),
                None => "a dry run keeps nothing".to_string(),
            };
            return Err(Failure::stopped(format!(
                "stopped in {name} after {ended} of {trainings} trials; {how}"
            )));
        }
        if ended > done {
            let (new, seconds) = (ended - done, start.elapsed().as_secs_f64());
            let trials = if new == 1 { "trial" } else { "trials" };
            self.say(&format!("{name}: {new} {trials} in {seconds:.1} s, {workers} at a time."));
        }
        Ok(outcome)
    }
}

/// Turns a meter by what a search tells, trials in flight by the part of their budget that is spent.
fn turning(meter: &Meter, done: usize) -> impl FnMut(&Event<'_>) + Send + use<> {
    let dial = meter.dial();
    let (mut over, mut in_flight) = (done as f64, HashMap::new());
    dial.starts_at(over);
    move |event| {
        match event {
            Event::Progress { trial, point } => {
                let share = point.spent as f64 / trial.budget.max(1) as f64;
                in_flight.insert(trial.number, share.min(1.0));
            }
            Event::Finished(record) => {
                over += 1.0;
                in_flight.remove(&record.number);
                dial.note(format!("the last {}", result(record)));
            }
        }
        dial.at(over + in_flight.values().sum::<f64>());
    }
}

/// The score of a trial, or how it ended without one.
fn result(record: &Record) -> String {
    match record.status.score() {
        Some(score) => format!("{score:.2} %"),
        None => record.status.name().to_string(),
    }
}

fn open(folder: &Path, plan: &Plan) -> Result<Journal, Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::unkept(folder, &error))?;
    let path: PathBuf = folder.join(JOURNAL_FILE);
    Ok(Journal::open(&path, plan)?)
}
