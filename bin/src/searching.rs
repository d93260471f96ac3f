//! One search within a run: resumed where it stopped, watched while it goes, kept trial by trial.

use std::collections::HashMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use burn::tensor::Device;
use clap::{Args, ValueEnum};
use fireside_recipes::counted;
use fireside_recipes::tuning::{Plan, Problem};
use fireside_search::{Curve, Event, Journal, Record, Stop, Trial, halving, run};
use serde::{Deserialize, Serialize};

use crate::findings::trials;
use crate::options::Data;
use crate::run::{Meter, Run};
use crate::values::Workers;
use crate::{Failure, Given, interrupt};

const JOURNAL_FILE: &str = "trials.jsonl";

/// How a search works, which changes no figure.
#[derive(Args, Debug, Clone)]
pub struct Caviar {
    /// Trials to train at once: caviar, not panda [default: one for each core]
    #[arg(long, value_name = "N")]
    pub workers: Option<Workers>,
}

impl Caviar {
    /// Trials to train at once.
    pub fn workers(&self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        self.workers.map_or_else(cores, Workers::get)
    }
}

/// What the network is to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Which of two moons a point belongs to.
    Moons,
    /// How many fingers a hand shows.
    Signs,
}

impl Task {
    /// What is to be learnt: the hands where there are data, the moons elsewhere, if nobody says which.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub fn problem(
        wanted: Option<Self>,
        data: &Data,
        seed: u32,
        device: &Device,
    ) -> Result<Problem, Failure> {
        let default = if data.data.is_some() { Self::Signs } else { Self::Moons };
        Ok(match wanted.unwrap_or(default) {
            Self::Moons => Problem::moons(seed, device),
            Self::Signs => Problem::signs(&data.source(), seed, device).given_by("--data")?,
        })
    }
}

impl Run {
    /// Runs a search the caviar way, `workers` trials at once, or what is left of it. Its name is its folder
    /// below the run's, where its journal goes. Says how good its best trials are; returns all. Ctrl-C ends it after
    /// the trials in flight.
    ///
    /// # Errors
    /// When its journal cannot be used, no trial has a score, or Ctrl-C ended it early: the message says how to resume.
    pub fn search(
        &mut self,
        name: &str,
        plan: &Plan,
        workers: usize,
        problem: &Problem,
    ) -> Result<Vec<Record>, Failure> {
        let trainings = plan.trainings()?;
        let mut journal = match self.folder() {
            Some(folder) => open(&folder.join(name), plan)?,
            None => Journal::in_memory(),
        };
        let done = journal.records().len();
        if done > 0 {
            self.say(&format!("{name}: continuing after {}.", counted(done, "trial")));
        }
        if journal.dropped_torn_line() {
            self.say(&format!("{name}: the last record was cut off; its trial runs again."));
        }
        let start = Instant::now();
        let meter = self.voice().meter(name, "trials", trainings);
        let mut turn = turning(&meter, done);
        let objective = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);
        let observe = |event: Event<'_>| {
            turn(&event);
            self.observe(&event)
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
            let trials = counted(trainings, "trial");
            return Err(self.stopped(name, &format!("{ended} of {trials}")));
        }
        if ended > done {
            let (new, seconds) = (counted(ended - done, "trial"), start.elapsed().as_secs_f64());
            self.say(&format!("{name}: {new} in {seconds:.1} s, {workers} at a time."));
        }
        trials::report_best(self, name, &outcome.records)?;
        Ok(outcome.records)
    }

    /// Says how a trial ended, and heeds Ctrl-C.
    fn observe(&self, event: &Event<'_>) -> ControlFlow<Stop> {
        if let Event::Finished(record) = event
            && !Meter::is_bar(self.voice())
        {
            let (number, epochs) = (record.number, counted(record.budget as usize, "epoch"));
            self.say(&format!("trial {number:>3}, {epochs}: {}", result(record)));
        }
        match interrupt::requested() {
            true => ControlFlow::Break(Stop::Search),
            false => ControlFlow::Continue(()),
        }
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
