//! The training inside a trial.

use std::fmt::Display;

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Tensor;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::softmax;
use fireside_search::{Curve, CurvePoint, Point, Trial, TrialError};
use fireside_training::descent::Update;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::minibatch::{EpochSettings, epoch_with_optimizer, select};
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::regularizer::penalty::l2;
use fireside_training::schedule::Decay;

use super::Problem;
use super::problem::Examples;
use crate::optimization::draw_net;

/// Points of a trial's curve at most.
const CURVE_POINTS: u64 = 20;

/// What a trial is trained with, as its point says.
pub struct Prepared {
    /// Units of each layer, the input first.
    pub layer_sizes: Vec<usize>,
    /// The network before training.
    pub net: DeepNet,
    /// What it is trained by.
    pub optimizer: OptimizerConfig,
    /// Its learning rate.
    pub learning_rate: f64,
    /// Its mini-batches.
    pub batches: EpochSettings,
    /// λ of L2.
    pub lambda: f64,
}

/// Epochs from one point of a trial's curve to the next.
pub fn interval(trial: &Trial) -> u64 {
    trial.budget.div_ceil(CURVE_POINTS).max(1)
}

/// Whether a trial's curve has a point after so many epochs.
pub fn is_looked_at(trial: &Trial, spent: u64) -> bool {
    spent.is_multiple_of(interval(trial)) || spent == trial.budget
}

impl Problem {
    /// Trains for the epochs of a trial's budget and returns the accuracy on the dev set in percent.
    ///
    /// Everything drawn at random comes from the problem's seed, so a trial gives the same score whenever and
    /// beside whichever others it runs.
    ///
    /// # Errors
    /// When the cost leaves the real numbers, the device fails, or the point is of another space.
    pub fn train(&self, trial: &Trial, curve: &mut Curve<'_>) -> Result<f64, TrialError> {
        let Prepared { net, optimizer, learning_rate, batches, lambda, .. } =
            self.prepare(trial)?;
        let mut epoch = self.epoch(&batches, lambda);
        let mut state = (net.train(), optimizer.init().map_err(failed)?);
        let mut score = 0.0;
        for spent in 1..=trial.budget {
            let looks = is_looked_at(trial, spent);
            let (trained, cost) =
                epoch(state, Update::whole(spent as usize - 1, learning_rate, looks));
            state = trained;
            let Some(cost) = cost else {
                continue;
            };
            let point = self.look(trial, spent, cost, &state.0)?;
            score = point.score;
            if curve.report(point).is_break() {
                break;
            }
        }
        Ok(score)
    }

    /// What a trial is trained with.
    ///
    /// # Errors
    /// When the point is of another space.
    pub fn prepare(&self, trial: &Trial) -> Result<Prepared, TrialError> {
        let point = &trial.point;
        let batch_size = point.count("batch_size")?;
        let layer_sizes = self.layer_sizes(point)?;
        Ok(Prepared {
            net: draw_net(&layer_sizes, self.seed, &self.train.x.device()).map_err(failed)?,
            layer_sizes,
            optimizer: optimizer(point)?,
            learning_rate: point.number("learning_rate")?,
            batches: EpochSettings { batch_size, seed: self.seed, decay: Decay::Constant },
            lambda: point.number("l2")?,
        })
    }

    /// Returns the update that goes through all mini-batches once, of a network and its optimiser.
    pub fn epoch<'a>(
        &'a self,
        batches: &'a EpochSettings,
        lambda: f64,
    ) -> impl FnMut(
        (DeepNet, ModuleOptimizer),
        Update,
    ) -> ((DeepNet, ModuleOptimizer), Option<Tensor<1>>)
    + 'a {
        let Examples { x, y, labels } = &self.train;
        let count = labels.len();
        epoch_with_optimizer(batches, count, move |net: &DeepNet, batch| {
            let cost = cross_entropy(net.forward(select(x, batch)), select(y, batch));
            // λ/2m of all examples, so that λ means the same whatever the size of a mini-batch.
            match l2(net, lambda, count) {
                Some(penalty) => cost + penalty,
                None => cost,
            }
        })
    }

    /// The point of a trial's curve after so many epochs, the last of which had this cost.
    ///
    /// # Errors
    /// When a cost has left the real numbers, or the device fails.
    pub fn look(
        &self,
        trial: &Trial,
        spent: u64,
        cost: Tensor<1>,
        net: &DeepNet,
    ) -> Result<CurvePoint, TrialError> {
        let cost = cost.try_into_scalar::<f64>().map_err(failed)?;
        let (dev_cost, accuracy) = self.judge(&net.valid())?;
        if !(cost.is_finite() && dev_cost.is_finite()) {
            let rate = trial.point.number("learning_rate")?;
            return Err(TrialError::Diverged(format!(
                "the cost is no number after epoch {spent} with a learning rate of {rate}"
            )));
        }
        Ok(CurvePoint { spent, cost, score: 100.0 * accuracy })
    }

    /// The share of the dev set, in percent, that a network gets right.
    ///
    /// # Errors
    /// When the device fails.
    pub fn score(&self, net: &DeepNet) -> Result<f64, TrialError> {
        Ok(100.0 * self.judge(net)?.1)
    }
}

/// The loss of two classes with one logit, or of many with one each.
pub(super) fn cross_entropy(logits: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    match y.dims() {
        [_, 1] => binary_cross_entropy(logits, y),
        _ => softmax::cost(&logits, &y),
    }
}

pub(super) fn failed(error: impl Display) -> TrialError {
    TrialError::Failed(error.to_string())
}

fn optimizer(point: &Point) -> Result<OptimizerConfig, TrialError> {
    Ok(OptimizerConfig::Adam { beta1: point.number("beta")?, beta2: 0.999, epsilon: 1e-8 })
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use super::super::space;
    use super::*;
    use burn::tensor::Device;
    use fireside_datasets::source::Source;
    use fireside_search::{
        Dimension, Direction, Event, Journal, Outcome, Range, Sampling, Search, Space, Status,
        Stop, Value, run,
    };
    use std::ops::ControlFlow;

    fn try_points(space: Space, trials: usize, budget: u64, workers: usize) -> Outcome {
        let problem = Problem::spirals(1, &Device::flex());
        let search = Search {
            space,
            sampling: Sampling::Random { trials, seed: 1 },
            direction: Direction::HigherIsBetter,
            budget,
            first_number: 0,
        };
        let train = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);
        let watch = |_: Event<'_>| ControlFlow::<Stop>::Continue(());
        run(&search, &mut Journal::in_memory(), workers, train, watch).unwrap()
    }

    /// The space with every dimension that `fixed` names held at its value.
    fn fixed(fixed: &[(&str, f64)]) -> Space {
        let hold = |dimension: &Dimension| {
            let held = fixed.iter().find(|(name, _)| *name == dimension.name);
            match held {
                Some((name, at)) => Dimension::new(*name, Range::Uniform { low: *at, high: *at }),
                None => dimension.clone(),
            }
        };
        Space::new(space().unwrap().dimensions().iter().map(hold).collect()).unwrap()
    }

    fn scores(outcome: &Outcome) -> Vec<Option<f64>> {
        outcome.records.iter().map(|record| record.status.score()).collect()
    }

    #[test]
    fn every_point_trains_to_the_same_score_alone_and_beside_others() {
        let alone = try_points(space().unwrap(), 40, 1, 1);
        assert!(scores(&alone).iter().all(Option::is_some), "{:?}", alone.records);
        assert_eq!(scores(&try_points(space().unwrap(), 40, 1, 4)), scores(&alone));
    }

    #[test]
    fn trial_that_diverges_says_where_and_at_which_rate() {
        let outcome = try_points(fixed(&[("learning_rate", 1e30)]), 1, 5, 1);
        let Status::Diverged { reason } = &outcome.records[0].status else {
            panic!("{:?}", outcome.records);
        };
        assert!(reason.starts_with("the cost is no number "), "{reason}");
        assert!(reason.contains("after epoch 1 with a learning rate of 1000000"), "{reason}");
    }

    /// The mean of -ln softmax: of equal logits of six classes, ln 6; of one logit ahead by 2 of two classes,
    /// ln(1 + e^-2), as the binary loss of a single logit of 2.
    #[test]
    fn loss_of_many_classes_is_that_of_softmax() {
        let device = Device::flex();
        let loss = |logits: Tensor<2>, y: Tensor<2>| cross_entropy(logits, y).into_scalar::<f64>();
        let y =
            Tensor::<2>::from_data([[0., 0., 1., 0., 0., 0.], [1., 0., 0., 0., 0., 0.]], &device);
        assert!((loss(Tensor::zeros([2, 6], &device), y) - 6_f64.ln()).abs() < 1e-6);
        let logits = Tensor::<2>::from_data([[1.0, 3.0]], &device);
        let two = loss(logits, Tensor::<2>::from_data([[0.0, 1.0]], &device));
        let one = loss(Tensor::<2>::from_data([[2.0]], &device), Tensor::ones([1, 1], &device));
        assert!((two - 0.126_928_01).abs() < 1e-6 && (one - two).abs() < 1e-6, "{two} {one}");
    }

    #[test]
    fn hands_are_scored_on_a_sixth_of_the_training_pictures_and_learnt() {
        let problem = Problem::signs(&Source::Embedded, 1, &Device::flex()).unwrap();
        assert_eq!((problem.train.labels.len(), problem.dev.labels.len()), (900, 180));
        let point = [("learning_rate", 0.01), ("beta", 0.9), ("l2", 0.01)];
        let point = point.map(|(name, value)| (name, Value::Number(value)));
        let sizes = [("batch_size", 64), ("hidden", 20), ("layers", 1)];
        let sizes = sizes.map(|(name, value)| (name, Value::Integer(value)));
        let values = point.into_iter().chain(sizes);
        let point: Point = values.map(|(name, value)| (name.to_string(), value)).collect();
        let space = |dimension: (&str, &Value)| {
            Dimension::new(dimension.0, Range::choice([dimension.1.clone()]))
        };
        let search = Search {
            space: Space::new(point.iter().map(space).collect()).unwrap(),
            sampling: Sampling::Random { trials: 1, seed: 1 },
            direction: Direction::HigherIsBetter,
            budget: 20,
            first_number: 0,
        };
        let train = |trial: &Trial, curve: &mut Curve<'_>| problem.train(trial, curve);
        let watch = |_: Event<'_>| ControlFlow::<Stop>::Continue(());
        let found = run(&search, &mut Journal::in_memory(), 1, train, watch).unwrap();
        let score = found.records[0].status.score().unwrap();
        assert!(score > 2.0 * 100.0 / 6.0, "{score}"); // twice as good as guessing
    }

    #[test]
    fn stronger_penalty_leaves_less_to_learn_with() {
        let accuracy = |lambda: f64| {
            let settings = [("learning_rate", 0.02), ("l2", lambda), ("beta", 0.9)];
            let outcome = try_points(fixed(&settings), 8, 30, 2);
            scores(&outcome).into_iter().flatten().fold(0.0, f64::max)
        };
        let (weak, strong) = (accuracy(1e-3), accuracy(1e3));
        assert!(weak > 90.0 && strong < 85.0, "{weak} {strong}");
    }
}
