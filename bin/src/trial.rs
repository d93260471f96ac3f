//! A trial of a search that is trained by itself, the panda way: kept while it goes, like every other training.

use std::time::Instant;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use fireside_dense::deep_net::DeepNet;
use fireside_recipes::tuning::{Prepared, Problem, interval, is_looked_at};
use fireside_search::{CurvePoint, Record, Status, Trial};
use fireside_training::descent::{self, DescentConfig, Update};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::kept::{Kept, in_json};
use crate::run::{Run, Voice};

/// A trial that was trained by itself.
#[derive(Debug)]
pub struct Alone {
    /// What it trained.
    pub net: DeepNet,
    /// How it ended.
    pub record: Record,
    /// How it went.
    pub curve: Vec<CurvePoint>,
    /// How to go on, where it was stopped before its last epoch.
    pub stopped: Option<Failure>,
}

/// What is noted while it is trained.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Seen {
    curve: Vec<CurvePoint>,
    /// Before the process that goes on with it.
    seconds: f64,
}

struct Watched {
    trained: (DeepNet, ModuleOptimizer),
    seen: Seen,
}

impl Run {
    /// Trains a trial, from the start or from where a resumed run stopped, and keeps what it trained as the run's main
    /// model; says the points of its curve where `tells`. Ctrl-C ends the training: the score and the network are then
    /// those of that moment.
    ///
    /// # Errors
    /// When it diverges, something cannot be read or written, or Ctrl-C came before the first epoch was over.
    pub fn train_alone(
        &mut self,
        name: &str,
        problem: &Problem,
        trial: &Trial,
        tells: bool,
    ) -> Result<Alone, Failure> {
        let start = Instant::now();
        let voice = if tells { self.voice() } else { Voice::Silent };
        let Prepared { layer_sizes, net, optimizer, learning_rate, batches, lambda } =
            problem.prepare(trial)?;
        let config = DescentConfig::new(trial.budget as usize, learning_rate);
        let config = config.with_cost_interval(interval(trial) as usize);
        let mut stage = self.stage(name, &("DeepNet", &layer_sizes))?;
        let (net, optimizer, descent) = stage.begin_with(net, optimizer.init()?, config)?;
        let seen = stage.notes::<Seen>()?.unwrap_or_default();
        let before = seen.seconds;
        let trained = (net.train(), optimizer);
        let mut epoch = problem.epoch(&batches, lambda);
        let trained = stage.descend_keeping(
            descent,
            ("epochs", 1),
            Watched { trained, seen },
            |Watched { trained: (net, optimizer), seen }| {
                Kept::of_model(net)?.and_optimizer(optimizer)?.and_notes(seen)
            },
            |_| false,
            |Watched { trained, mut seen }, update| {
                let spent = update.iteration as u64 + 1;
                let looks = is_looked_at(trial, spent);
                let wanted = looks || update.cost_wanted;
                let (trained, cost) = epoch(trained, Update { cost_wanted: wanted, ..update });
                if let Some(cost) = cost.clone().filter(|_| looks) {
                    let point = problem.look(trial, spent, cost, &trained.0)?;
                    voice.say(&line(trial, &point));
                    seen.curve.push(point);
                }
                seen.seconds = before + start.elapsed().as_secs_f64();
                Ok((Watched { trained, seen }, cost.filter(|_| update.cost_wanted)))
            },
        )?;
        let descent::Run { model: Watched { trained, seen }, completed, history } = trained;
        let is_stopped = completed < stage.iterations;
        if is_stopped && completed == 0 {
            return Err(stage.stopped(completed, "epochs"));
        }
        let stopped = is_stopped.then(|| stage.stopped(completed, "epochs"));
        let (net, notes) = (trained.0.valid(), in_json(&seen)?);
        let score = problem.score(&net)?;
        let status = match is_stopped {
            true => {
                self.record(name, history);
                Status::Stopped { score }
            }
            false => {
                let ended = descent::Run { model: net.clone(), completed, history };
                stage.finish(ended, name, notes)?;
                Status::Done { score }
            }
        };
        self.describe(name, &problem.card(&trial.point)?.as_main())?;
        let Trial { number, budget, point } = trial.clone();
        let record = Record { number, budget, point, status, seconds: seen.seconds };
        Ok(Alone { net, record, curve: seen.curve, stopped })
    }
}

fn line(trial: &Trial, point: &CurvePoint) -> String {
    let (number, CurvePoint { spent, cost, score }) = (trial.number, point);
    format!("trial {number}, epoch {spent:>4}: cost {cost:.4}, dev accuracy {score:.2} %")
}
