//! The training inside a trial.

use std::fmt::Display;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::planar::{PointSet, moons};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_datasets::source::Source;
use fireside_dense::deep_net::DeepNet;
use fireside_dense::steps::softmax;
use fireside_numpy_rng::NumpyRng;
use fireside_search::{Curve, CurvePoint, Point, Trial, TrialError};
use fireside_training::descent::Update;
use fireside_training::loss::binary_cross_entropy;
use fireside_training::metrics::{accuracy, binary_predictions, class_predictions};
use fireside_training::minibatch::{EpochSettings, epoch};
use fireside_training::normalization::Standardizer;
use fireside_training::optimizer::OptimizerConfig;
use fireside_training::regularizer::penalty::l2;
use fireside_training::schedule::Decay;

use crate::RecipeError;
use crate::optimization::{draw_moons, draw_net};

/// Points of a trial's curve at most.
const CURVE_POINTS: u64 = 20;

/// Examples on a device.
#[derive(Debug)]
struct Examples {
    x: Tensor<2>,
    /// `[count, 1]` of 0 and 1, or `[count, classes]` of one 1 each.
    y: Tensor<2>,
    labels: Vec<usize>,
}

impl Examples {
    fn of_points(points: PointSet, device: &Device) -> Self {
        Self { x: points.features(device), y: points.targets(device), labels: points.labels }
    }

    fn of_pictures(pictures: &LabelledImages, device: &Device) -> Self {
        let (x, y) = (pictures.features(device), pictures.one_hot(CLASSES.len(), device));
        Self { x, y, labels: pictures.labels().to_vec() }
    }
}

/// What the network learns, and what it is scored on.
#[derive(Debug)]
pub struct Problem {
    train: Examples,
    dev: Examples,
    seed: u32,
    description: String,
}

impl Problem {
    /// 300 points of the two moons to train on, as in course 2, and 1000 others to score on: with fewer, the
    /// good trials could not be told apart. `seed` is of weights and mini-batches, the same in every trial.
    pub fn moons(seed: u32, device: &Device) -> Self {
        let (train, dev) = (draw_moons(3), moons(1000, 0.2, &mut NumpyRng::new(4)));
        let (for_training, for_scoring) = (train.labels.len(), dev.labels.len());
        let description = format!(
            "Data: two moons, {for_training} points to train on and {for_scoring} to score on, generated."
        );
        let train = Examples::of_points(train, device);
        Self { train, dev: Examples::of_points(dev, device), seed, description }
    }

    /// The training pictures of SIGNS, a sixth of them to score on and the others to train on, each pixel
    /// brought to mean 0 and variance 1. The test
    /// pictures are not looked at: hyperparameters chosen by them would make them a dev set.
    ///
    /// # Errors
    /// When the pictures cannot be read, or there are fewer than two.
    pub fn signs(source: &Source, seed: u32, device: &Device) -> Result<Self, RecipeError> {
        let pictures = Signs::load(source, 1)?.train;
        let count = pictures.len();
        if count < 2 {
            return Err(RecipeError::Input(format!(
                "a search needs pictures to train on and others to score on, and {source} has {count}"
            )));
        }
        let order = NumpyRng::new(1).permutation(count);
        let (dev, train) = order.split_at(count.div_ceil(6));
        let description = format!(
            "Data: {} pictures of hands to train on and {} to score on, {source}; the test pictures stay unseen.",
            train.len(),
            dev.len()
        );
        let part = |indices: &[usize]| Examples::of_pictures(&pictures.subset(indices), device);
        let (mut train, mut dev) = (part(train), part(dev));
        // With all inputs above 0, half of the space ends with every ReLU off and a single class.
        let standardizer = Standardizer::fit(&train.x);
        let standardizer = standardizer.map_err(|error| RecipeError::Run(error.to_string()))?;
        train.x = standardizer.apply(&train.x);
        dev.x = standardizer.apply(&dev.x);
        Ok(Self { train, dev, seed, description })
    }

    /// Returns what the data is, in a sentence.
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// Trains for the epochs of a trial's budget and returns the accuracy on the dev set in percent.
    ///
    /// Everything drawn at random comes from the problem's seed, so a trial gives the same score whenever and
    /// beside whichever others it runs.
    ///
    /// # Errors
    /// When the cost leaves the real numbers, the device fails, or the point is of another space.
    pub fn train(&self, trial: &Trial, curve: &mut Curve<'_>) -> Result<f64, TrialError> {
        let point = &trial.point;
        let learning_rate = point.number("learning_rate")?;
        let settings = EpochSettings {
            batch_size: point.count("batch_size")?,
            seed: self.seed,
            decay: Decay::Constant,
        };
        let lambda = point.number("l2")?;
        let Examples { x, y, labels } = &self.train;
        let loss = |net: &DeepNet, x: Tensor<2>, y: Tensor<2>| {
            let cost = cross_entropy(net.forward(x), y);
            // λ/2m of all examples, so that λ means the same whatever the size of a mini-batch.
            match l2(net, lambda, labels.len()) {
                Some(penalty) => cost + penalty,
                None => cost,
            }
        };
        let mut optimizer = optimizer(point)?.init().map_err(failed)?;
        let mut update = epoch(&settings, x, y, &mut optimizer, loss);
        let mut net = self.start(point)?.train();
        let interval = trial.budget.div_ceil(CURVE_POINTS).max(1);
        let mut score = 0.0;
        for spent in 1..=trial.budget {
            let cost_wanted = spent.is_multiple_of(interval) || spent == trial.budget;
            let (trained, cost) =
                update(net, Update::whole(spent as usize - 1, learning_rate, cost_wanted));
            net = trained;
            let Some(cost) = cost else {
                continue;
            };
            let cost = cost.try_into_scalar::<f64>().map_err(failed)?;
            let (dev_cost, accuracy) = self.judge(&net.valid())?;
            if !(cost.is_finite() && dev_cost.is_finite()) {
                return Err(TrialError::Diverged(format!(
                    "the cost is no number after epoch {spent} with a learning rate of {learning_rate}"
                )));
            }
            score = 100.0 * accuracy;
            if curve.report(CurvePoint { spent, cost, score }).is_break() {
                break;
            }
        }
        Ok(score)
    }

    /// The network before training.
    fn start(&self, point: &Point) -> Result<DeepNet, TrialError> {
        let [_, features] = self.train.x.dims();
        let mut sizes = vec![features];
        sizes.extend(vec![point.count("hidden")?; point.count("layers")?]);
        let [_, outputs] = self.train.y.dims();
        sizes.push(outputs);
        draw_net(&sizes, self.seed, &self.train.x.device()).map_err(failed)
    }

    /// The cost on the dev set, and the share of it that is right.
    fn judge(&self, net: &DeepNet) -> Result<(f64, f64), TrialError> {
        let Examples { x, y, labels } = &self.dev;
        let logits = net.forward(x.clone());
        let cost = cross_entropy(logits.clone(), y.clone());
        let cost = cost.try_into_scalar().map_err(failed)?;
        let predictions = match y.dims() {
            [_, 1] => binary_predictions(logits),
            _ => class_predictions(logits),
        };
        let predictions = predictions.map_err(failed)?;
        Ok((cost, accuracy(&predictions, labels)))
    }
}

/// The loss of two classes with one logit, or of many with one each.
fn cross_entropy(logits: Tensor<2>, y: Tensor<2>) -> Tensor<1> {
    match y.dims() {
        [_, 1] => binary_cross_entropy(logits, y),
        _ => softmax::cost(&logits, &y),
    }
}

fn failed(error: impl Display) -> TrialError {
    TrialError::Failed(error.to_string())
}

fn optimizer(point: &Point) -> Result<OptimizerConfig, TrialError> {
    let beta = point.number("beta")?;
    Ok(match point.text("optimizer")? {
        "gradient-descent" => OptimizerConfig::GradientDescent,
        "momentum" => OptimizerConfig::Momentum { beta },
        "rmsprop" => OptimizerConfig::RmsProp { beta, epsilon: 1e-8 },
        "adam" => OptimizerConfig::Adam { beta1: beta, beta2: 0.999, epsilon: 1e-8 },
        other => return Err(TrialError::Failed(format!("there is no optimizer called {other}"))),
    })
}

#[cfg(test)]
#[cfg(feature = "flex")]
mod tests {
    use super::super::space;
    use super::*;
    use fireside_search::{
        Dimension, Direction, Event, Journal, Outcome, Range, Record, Sampling, Search, Space,
        Status, Stop, Value, run,
    };
    use std::ops::ControlFlow;

    fn try_points(space: Space, trials: usize, budget: u64, workers: usize) -> Outcome {
        let problem = Problem::moons(1, &Device::flex());
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
    fn every_kind_of_point_trains_to_the_same_score_alone_and_beside_others() {
        let alone = try_points(space().unwrap(), 40, 1, 1);
        let is = |record: &Record, name: &str, value: &Value| record.point.value(name) == Ok(value);
        for name in ["gradient-descent", "momentum", "rmsprop", "adam"] {
            assert!(alone.records.iter().any(|record| is(record, "optimizer", &name.into())));
        }
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
        let values = point.into_iter().chain(sizes).chain([("optimizer", "momentum".into())]);
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
