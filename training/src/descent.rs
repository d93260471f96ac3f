//! The course's training loop: an update at each iteration, a cost now and then.
//!
//! In batch gradient descent an iteration is one step along the gradient of the cost over the whole training
//! set, `p := p - learning_rate * dp`, by [autodiff] or from a backward pass by hand. With mini-batches it is
//! an epoch, see [`crate::minibatch::epoch`]. The loop is the same.
//!
//! An iteration may be done in [parts](Descent::in_parts), as an epoch batch by batch: the loop can be broken off and
//! resumed between any two of them.

use std::ops::ControlFlow;

use burn::config::Config;
use burn::module::Module;
use burn::optim::{GradientsParams, SgdConfig};
use burn::tensor::{Tensor, TensorData};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::history::{CostPoint, History};

/// How long and how fast to descend.
#[derive(Config, Debug, PartialEq)]
pub struct DescentConfig {
    /// Updates in all, those of a resumed run included.
    pub iterations: usize,
    /// Factor of the gradient in each update, above 0.
    pub learning_rate: f64,
    /// Iterations from one recorded cost to the next. A cost is read from the device only then, because
    /// each read waits for it.
    #[config(default = 100)]
    pub cost_interval: usize,
}

/// Why a descent did not start or did not finish.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DescentError {
    /// The learning rate is not a positive number.
    #[error("the learning rate is {0}: it must be a number above 0")]
    LearningRate(f64),
    /// Costs cannot be recorded every 0 iterations.
    #[error("the cost interval is 0: it must be at least 1")]
    CostInterval,
    /// The cost left the real numbers.
    #[error(
        "the cost is {cost} at iteration {iteration} with a learning rate of {learning_rate}: \
         try a smaller learning rate, smaller first weights, or inputs of mean 0 and variance 1"
    )]
    NotFinite {
        /// Where it was noticed; costs are looked at every `cost_interval` iterations.
        iteration: usize,
        /// The cost found there.
        cost: f64,
        /// The learning rate of the run.
        learning_rate: f64,
        /// The costs before it.
        history: History,
    },
    /// The device could not give the cost.
    #[error("the device failed at iteration {iteration}: {reason}")]
    Device {
        /// The iteration whose cost was asked for.
        iteration: usize,
        /// What the device reported.
        reason: String,
    },
}

/// How far a descent has come: what a checkpoint holds beside the model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// Iterations done.
    pub completed: usize,
    /// Parts of the next iteration that are done as well.
    #[serde(default)]
    pub part: usize,
    /// The cost of those parts, where the iteration records one.
    #[serde(default)]
    pub part_cost: Option<f64>,
    /// Costs so far.
    pub history: History,
    /// What else whoever trains has noted, as kept by them.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub notes: Value,
}

/// What an observer learns after each part of an iteration; most have one part.
#[derive(Debug)]
pub struct Step<'a, M> {
    /// Iterations done so far.
    pub completed: usize,
    /// Parts of the next iteration that are done.
    pub part: usize,
    /// The cost before the last iteration, on those that record it.
    pub cost: Option<CostPoint>,
    /// The model after this update.
    pub model: &'a M,
    history: &'a History,
    part_cost: Option<&'a Tensor<1>>,
}

impl<M> Step<'_, M> {
    /// How far the descent is, to [resume](Descent::resume) it from here.
    ///
    /// # Errors
    /// When the device cannot give the cost of the parts done.
    pub fn progress(&self) -> Result<Progress, DescentError> {
        let iteration = self.completed;
        let part_cost = self.part_cost.cloned().map(|cost| read(cost, iteration)).transpose()?;
        let (completed, part) = (self.completed, self.part);
        let history = self.history.clone();
        Ok(Progress { completed, part, part_cost, history, notes: Value::Null })
    }
}

/// What one update is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Update {
    /// Iterations done before, those before a resume included.
    pub iteration: usize,
    /// Which part of the iteration it is, counted from 0.
    pub part: usize,
    /// How many parts the iteration has, at least 1.
    pub parts: usize,
    /// Factor of the gradient.
    pub learning_rate: f64,
    /// Whether the cost before the update is wanted; it need not be computed otherwise. Parts give theirs such that
    /// their sum is the cost of the iteration.
    pub cost_wanted: bool,
}

impl Update {
    /// An iteration in one part.
    pub fn whole(iteration: usize, learning_rate: f64, cost_wanted: bool) -> Self {
        Self { iteration, part: 0, parts: 1, learning_rate, cost_wanted }
    }
}

/// Returns the update that follows autodiff's gradient of `loss`, for [`Descent::run`].
///
/// The module and the tensors of `loss` live on an autodiff device; `loss` returns the mean loss over
/// the training set.
pub fn autodiff<M: Module>(
    loss: impl Fn(&M) -> Tensor<1>,
) -> impl FnMut(M, Update) -> (M, Option<Tensor<1>>) {
    autodiff_at(move |model, _| loss(model))
}

/// As [`autodiff`], for a loss that depends on the iteration, as under dropout.
pub fn autodiff_at<M: Module>(
    loss: impl Fn(&M, usize) -> Tensor<1>,
) -> impl FnMut(M, Update) -> (M, Option<Tensor<1>>) {
    let mut optimizer = SgdConfig::new().init();
    move |model, update| {
        let cost = loss(&model, update.iteration);
        let wanted = update.cost_wanted.then(|| cost.clone());
        let gradients = GradientsParams::from_grads(cost.backward(), &model);
        let model = optimizer.step(update.learning_rate, model, gradients);
        (model, wanted)
    }
}

/// A descent that ended, by its last iteration or by its observer.
#[derive(Debug)]
pub struct Run<M> {
    /// The model after the last update.
    pub model: M,
    /// Iterations done, those before a resume included.
    pub completed: usize,
    /// Costs at iterations 0, `cost_interval`, 2 `cost_interval`, ..., and of the last iteration.
    pub history: History,
}

impl<M> Run<M> {
    /// Replaces the model, as when parameters trained by hand become a module.
    pub fn map<N>(self, convert: impl FnOnce(M) -> N) -> Run<N> {
        Run { model: convert(self.model), completed: self.completed, history: self.history }
    }
}

/// A descent about to run.
#[derive(Debug, Clone)]
pub struct Descent {
    config: DescentConfig,
    parts: usize,
    start: Progress,
}

impl Descent {
    /// Prepares a descent from the start.
    pub fn new(config: DescentConfig) -> Self {
        Self { config, parts: 1, start: Progress::default() }
    }

    /// Continues from there.
    #[must_use]
    pub fn resume(self, start: Progress) -> Self {
        Self { start, ..self }
    }

    /// Divides every iteration into so many updates, of which [`Update::part`] tells which it is.
    #[must_use]
    pub fn in_parts(self, parts: usize) -> Self {
        Self { parts: parts.max(1), ..self }
    }

    /// Descends until all iterations are done or `observe` breaks.
    ///
    /// `update` returns the updated model and, where wanted, the cost before. A run that was broken off
    /// and resumed gives the numbers of an unbroken one.
    ///
    /// # Errors
    /// [`DescentError`] for settings that cannot work, a cost that is not finite, or a failing device.
    pub fn run<M>(
        self,
        model: M,
        mut update: impl FnMut(M, Update) -> (M, Option<Tensor<1>>),
        observe: impl FnMut(&Step<'_, M>) -> ControlFlow<()>,
    ) -> Result<Run<M>, DescentError> {
        self.try_run(model, |model, at| Ok(update(model, at)), observe)
    }

    /// As [`Descent::run`], by an update that may fail, which ends the descent.
    ///
    /// # Errors
    /// As [`Descent::run`], and what the update fails with.
    pub fn try_run<M, E: From<DescentError>>(
        self,
        mut model: M,
        mut update: impl FnMut(M, Update) -> Result<(M, Option<Tensor<1>>), E>,
        mut observe: impl FnMut(&Step<'_, M>) -> ControlFlow<()>,
    ) -> Result<Run<M>, E> {
        let DescentConfig { iterations, learning_rate, cost_interval } = self.config;
        if !(learning_rate.is_finite() && learning_rate > 0.0) {
            return Err(DescentError::LearningRate(learning_rate).into());
        }
        if cost_interval == 0 {
            return Err(DescentError::CostInterval.into());
        }

        let parts = self.parts;
        let Progress { mut completed, mut part, part_cost: mut carried, mut history, .. } =
            self.start;
        let mut part_cost = None;
        while completed < iterations {
            let iteration = completed;
            let cost_wanted =
                iteration.is_multiple_of(cost_interval) || iteration + 1 == iterations;
            let request = Update { iteration, part, parts, learning_rate, cost_wanted };
            let (updated, cost) = update(model, request)?;
            model = updated;
            if let Some(cost) = cost.filter(|_| cost_wanted) {
                let before = part_cost.take().or_else(|| carried.take().map(|c| like(c, &cost)));
                part_cost = Some(match before {
                    Some(before) => before + cost,
                    None => cost,
                });
            }
            part += 1;
            let mut cost = None;
            if part >= parts {
                (part, carried) = (0, None);
                completed += 1;
                if let Some(total) = part_cost.take() {
                    cost = Some(read_cost(total, iteration, learning_rate, &history)?);
                }
                history.points.extend(cost);
            }
            let (model, history, part_cost) = (&model, &history, part_cost.as_ref());
            let step = Step { completed, part, cost, model, history, part_cost };
            if observe(&step).is_break() {
                break;
            }
        }
        Ok(Run { model, completed, history })
    }
}

/// A cost that was read before, where and as exact as another.
fn like(cost: f64, other: &Tensor<1>) -> Tensor<1> {
    Tensor::from_data(TensorData::new(vec![cost], [1]), (&other.device(), other.dtype()))
}

fn read(cost: Tensor<1>, iteration: usize) -> Result<f64, DescentError> {
    let cost = cost.try_into_scalar::<f64>();
    cost.map_err(|error| DescentError::Device { iteration, reason: error.to_string() })
}

fn read_cost(
    cost: Tensor<1>,
    iteration: usize,
    learning_rate: f64,
    history: &History,
) -> Result<CostPoint, DescentError> {
    let cost = read(cost, iteration)?;
    if cost.is_finite() {
        Ok(CostPoint { iteration, cost })
    } else {
        let history = history.clone();
        Err(DescentError::NotFinite { iteration, cost, learning_rate, history })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::nn::{Linear, LinearConfig};
    use burn::tensor::Device;

    /// A line through (0, 1), (1, 3), (2, 5), from slope 0 and intercept 0.
    fn line_and_loss() -> (Linear, impl Fn(&Linear) -> Tensor<1>) {
        let device = Device::flex().autodiff();
        let line =
            LinearConfig::new(1, 1).with_initializer(burn::nn::Initializer::Zeros).init(&device);
        let x = Tensor::<2>::from_data([[0.0], [1.0], [2.0]], &device);
        let y = Tensor::<2>::from_data([[1.0], [3.0], [5.0]], &device);
        (line, move |line: &Linear| (line.forward(x.clone()) - y.clone()).square().mean())
    }

    fn weights(line: &Linear) -> Vec<f32> {
        let weight: f32 = line.weight.val().into_scalar();
        let bias: f32 = line.bias.as_ref().map_or(0.0, |b| b.val().into_scalar());
        vec![weight, bias]
    }

    #[test]
    fn descends_to_the_least_squares_line() {
        let (line, loss) = line_and_loss();
        let run = Descent::new(DescentConfig::new(2000, 0.1))
            .run(line, autodiff(loss), |_| ControlFlow::Continue(()))
            .unwrap();
        let found = weights(&run.model);
        assert!((found[0] - 2.0).abs() < 1e-4 && (found[1] - 1.0).abs() < 1e-4, "{found:?}");
    }

    /// First cost by hand: (1 + 9 + 25) / 3.
    #[test]
    fn costs_are_recorded_before_the_update_at_the_interval_and_at_the_end() {
        let (line, loss) = line_and_loss();
        let run = Descent::new(DescentConfig::new(8, 0.01).with_cost_interval(3))
            .run(line, autodiff(loss), |_| ControlFlow::Continue(()))
            .unwrap();
        let iterations: Vec<_> = run.history.points.iter().map(|p| p.iteration).collect();
        assert_eq!(iterations, [0, 3, 6, 7]);
        assert!((run.history.points[0].cost - 35.0 / 3.0).abs() < 1e-5);
    }

    #[test]
    fn run_broken_off_and_resumed_equals_an_unbroken_one() {
        let whole = {
            let (line, loss) = line_and_loss();
            Descent::new(DescentConfig::new(50, 0.05))
                .run(line, autodiff(loss), |_| ControlFlow::Continue(()))
                .unwrap()
        };
        let (line, loss) = line_and_loss();
        let first = Descent::new(DescentConfig::new(50, 0.05))
            .run(line, autodiff(&loss), |step| match step.completed {
                20 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            })
            .unwrap();
        assert_eq!(first.completed, 20);
        let progress =
            Progress { completed: first.completed, history: first.history, ..Progress::default() };
        let second = Descent::new(DescentConfig::new(50, 0.05))
            .resume(progress)
            .run(first.model, autodiff(&loss), |_| ControlFlow::Continue(()))
            .unwrap();
        assert_eq!(second.history, whole.history);
        assert_eq!(weights(&second.model), weights(&whole.model));
    }

    /// Each iteration is two updates, each of which gives half of the cost.
    #[test]
    fn run_broken_off_between_two_parts_and_resumed_equals_an_unbroken_one() {
        let descent =
            || Descent::new(DescentConfig::new(6, 0.05).with_cost_interval(1)).in_parts(2);
        let update = || {
            let (_, loss) = line_and_loss();
            let mut update = autodiff(move |line: &Linear| loss(line) * 0.5);
            move |line: Linear, request: Update| update(line, request)
        };
        let (line, _) = line_and_loss();
        let whole = descent().run(line, update(), |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(whole.history.points.len(), 6);
        assert!(whole.history.points[0].cost < 35.0 / 3.0);

        let mut left = None;
        let (line, _) = line_and_loss();
        let first = descent().run(line, update(), |step| {
            if (step.completed, step.part) != (3, 1) {
                return ControlFlow::Continue(());
            }
            left = Some(step.progress().unwrap());
            ControlFlow::Break(())
        });
        let (first, left) = (first.unwrap(), left.unwrap());
        assert!(left.part_cost.is_some() && first.completed == 3);
        // As it comes out of a file.
        let left = serde_json::from_str(&serde_json::to_string(&left).unwrap()).unwrap();
        let second =
            descent().resume(left).run(first.model, update(), |_| ControlFlow::Continue(()));
        let second = second.unwrap();
        assert_eq!(second.history, whole.history);
        assert_eq!(weights(&second.model), weights(&whole.model));
    }

    #[test]
    fn update_that_fails_ends_the_descent_with_its_own_error() {
        #[derive(Debug, PartialEq)]
        enum Failed {
            Descent(DescentError),
            Update(usize),
        }
        impl From<DescentError> for Failed {
            fn from(error: DescentError) -> Self {
                Self::Descent(error)
            }
        }
        let run = |rate| {
            let update = |seen: usize, at: Update| match at.iteration {
                3 => Err(Failed::Update(seen)),
                _ => Ok((seen + 1, None)),
            };
            let descent = Descent::new(DescentConfig::new(9, rate));
            descent.try_run(0, update, |_| ControlFlow::Continue(())).unwrap_err()
        };
        assert_eq!(run(0.1), Failed::Update(3));
        assert_eq!(run(0.0), Failed::Descent(DescentError::LearningRate(0.0)));
    }

    #[test]
    fn diverging_run_stops_names_iteration_and_learning_rate_and_keeps_its_costs() {
        let (line, loss) = line_and_loss();
        let error = Descent::new(DescentConfig::new(10_000, 50.0))
            .run(line, autodiff(loss), |_| ControlFlow::Continue(()))
            .unwrap_err();
        let DescentError::NotFinite { iteration, learning_rate, history, .. } = &error else {
            panic!("{error}");
        };
        assert_eq!((*iteration, *learning_rate), (100, 50.0));
        assert_eq!(history.points.len(), 1); // that of iteration 0
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        for rate in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            let (line, loss) = line_and_loss();
            let result =
                Descent::new(DescentConfig::new(1, rate))
                    .run(line, autodiff(loss), |_| ControlFlow::Continue(()));
            assert!(matches!(result, Err(DescentError::LearningRate(_))));
        }
        let (line, loss) = line_and_loss();
        let result = Descent::new(DescentConfig::new(1, 0.1).with_cost_interval(0)).run(
            line,
            autodiff(loss),
            |_| ControlFlow::Continue(()),
        );
        assert!(matches!(result, Err(DescentError::CostInterval)));
    }
}
