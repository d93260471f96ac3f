use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use burn::lr_scheduler::exponential::ExponentialLrSchedulerConfig;
use burn::nn::{Initializer, Linear, LinearConfig};
use burn::optim::AdamConfig;
use burn::tensor::{Device, Int, TensorData};

use super::*;
use fireside_numpy_rng::NumpyRng;

mod checkpoints;

type Set = (Tensor<2>, Tensor<1, Int>);

/// Points on either side of a line, some of them wrongly labelled.
fn points(count: usize, seed: u32) -> Set {
    let device = Device::flex();
    let values = NumpyRng::new(seed).randn_vec(2 * count);
    let label = |point: &[f64]| i32::from(point[0] + 0.5 * point[1] > 0.3 * point[0] * point[1]);
    let labels: Vec<i32> = values.chunks(2).map(label).collect();
    let x = Tensor::from_data(TensorData::new(values, [count, 2]), &device);
    (x, Tensor::from_data(&labels[..], &device))
}

fn start() -> Linear {
    let linear = LinearConfig::new(2, 2).with_initializer(Initializer::Zeros);
    linear.init(&Device::flex())
}

fn training(epochs: usize) -> Supervised {
    let config = SupervisedConfig::new(epochs).with_batch_size(8).with_seed(3);
    let schedule = ExponentialLrSchedulerConfig::new(0.1, 0.99).init().unwrap();
    Supervised::new(config, AdamConfig::new().init(), schedule)
}

fn answer(model: &Linear, (x, labels): Set) -> Score {
    Score::of_classes(model.forward(x), labels)
}

fn identity(model: &str) -> Identity {
    Identity::default().with("model", model).unwrap()
}

fn go_on(_: Moment) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn run(training: Supervised) -> Result<Trained<Linear>, SupervisedError> {
    run_watched(training, go_on)
}

fn run_watched(
    training: Supervised,
    observe: impl FnMut(Moment) -> ControlFlow<()> + Send + 'static,
) -> Result<Trained<Linear>, SupervisedError> {
    training.run(start(), answer, &points(27, 1), &points(13, 2), observe)
}

fn weights(model: &Linear) -> Vec<f32> {
    let bias = model.bias.as_ref().unwrap().val().into_data().iter::<f32>().collect::<Vec<_>>();
    model.weight.val().into_data().iter::<f32>().chain(bias).collect()
}

#[test]
fn same_seed_gives_the_same_bits() {
    let [one, two] = [run(training(4)).unwrap(), run(training(4)).unwrap()];
    assert_eq!(weights(&one.model), weights(&two.model));
    assert_eq!(one.curve, two.curve);
    assert_eq!((one.curve.epochs(), one.ending), (4, Ending::Complete));
    let mut other = training(4);
    other.config.seed = 4;
    assert_ne!(weights(&run(other).unwrap().model), weights(&one.model));
}

/// A learning rate too small to move anything: with logits 1 and 0 the answer is class 0, which costs
/// ln(1 + 1/e) = 0.313262 where it is right and 1 more where it is not. The batches are of 8, 8, 8 and 3: were
/// they weighed alike, the figures would be others.
#[test]
fn figures_of_an_epoch_are_means_over_examples() {
    let device = Device::flex();
    let mut model = start();
    model.bias = Some(Param::from_tensor(Tensor::from_data([1.0, 0.0], &device)));
    let mut training = training(1);
    training.schedule = 1e-30.into();
    let trained = training.run(model, answer, &points(27, 1), &points(13, 2), go_on).unwrap();
    let point = *trained.curve.last().unwrap();
    for (found, (_, labels)) in [(point.train, points(27, 1)), (point.held_out, points(13, 2))] {
        let labels: Vec<i64> = labels.into_data().iter().collect();
        let right = labels.iter().filter(|label| **label == 0).count() as f64 / labels.len() as f64;
        assert!((found.accuracy - right).abs() < 1e-12, "{found:?}, {right}");
        assert!((found.loss - 0.313_262 - (1.0 - right)).abs() < 1e-6, "{found:?}, {right}");
    }
    assert_eq!((point.epoch, point.learning_rate), (1, 1e-30));
}

/// With a learning rate far too large the held-out loss soon grows.
#[test]
fn stalled_training_stops_and_returns_the_best_epoch() {
    let stalling = || {
        let mut training = training(40);
        training.schedule = 3.0.into();
        training.config.patience = Some(2);
        training
    };
    let root = tempfile::tempdir().unwrap();
    let kept = run(stalling().keeping(root.path(), &identity("Linear"))).unwrap();
    assert_eq!(kept.ending, Ending::Stalled);
    let best = kept.curve.best().unwrap().epoch;
    assert_eq!(kept.curve.epochs(), best + 2);

    let mut up_to_best = stalling();
    up_to_best.config.epochs = best;
    let expected = weights(&run(up_to_best).unwrap().model);
    assert_eq!(weights(&kept.model), expected);
    // Without a folder the best epoch is kept in memory.
    assert_eq!(weights(&run(stalling()).unwrap().model), expected);
    // A stalled training does not go on when resumed.
    let resumed = run(stalling().resuming(root.path(), &identity("Linear"))).unwrap();
    assert_eq!((resumed.curve.epochs(), resumed.ending), (best + 2, Ending::Stalled));
    assert_eq!(weights(&resumed.model), expected);
}

#[test]
fn diverging_training_names_epoch_and_rate_and_keeps_the_curve() {
    let overflow =
        |model: &Linear, (x, labels): Set| Score::of_classes(model.forward(x).exp().exp(), labels);
    let mut training = training(50);
    training.schedule = 0.7.into();
    let result = training.run(start(), overflow, &points(27, 1), &points(13, 2), go_on);
    match result {
        Err(SupervisedError::Diverged { epoch, loss, learning_rate, curve }) => {
            assert!(!loss.is_finite());
            assert_eq!((curve.epochs() + 1, learning_rate), (epoch, 0.7));
            assert!(epoch > 1, "it diverged at once: nothing to see of the curve");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn settings_that_cannot_work_are_refused() {
    let refused = |change: fn(&mut Supervised)| {
        let mut training = training(2);
        change(&mut training);
        run(training).unwrap_err().to_string()
    };
    assert!(refused(|t| t.config.batch_size = 0).contains("batch size is 0"));
    assert!(refused(|t| t.config.patience = Some(0)).contains("patience is 0"));
    for rate in [0.0, -0.1, f64::NAN, f64::INFINITY] {
        let mut training = training(2);
        training.schedule = rate.into();
        assert!(matches!(run(training), Err(SupervisedError::LearningRate(_))), "{rate}");
    }
    let full = points(3, 1);
    let empty = (full.0.clone().slice_dim(0, 0..0), full.1.clone());
    for (train, held_out, set) in [(&empty, &full, "training"), (&full, &empty, "held-out")] {
        let error = training(1).run(start(), answer, train, held_out, go_on).unwrap_err();
        assert!(matches!(error, SupervisedError::EmptySet(found) if found == set), "{error}");
    }
}

/// Two sequences, the second of one step: of the three steps with a label two are right. The losses are
/// ln(1 + 1/e) = 0.313262 where logits 1 and 0 meet label 0, and 1 more where they meet label 1.
#[test]
fn steps_without_a_label_take_no_part() {
    let device = Device::flex();
    let logits =
        Tensor::<3>::from_data([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [9.0, -9.0]]], &device);
    let labels = Tensor::<2, Int>::from_data([[0, 1], [1, NO_LABEL]], &device);
    let score = Score::of_steps(logits, labels);
    let [loss, right, judged] =
        [score.loss, score.right, score.judged].map(|tensor| tensor.into_scalar::<f64>());
    assert_eq!((right, judged), (2.0, 3.0));
    assert!((loss - (0.313_262 + 1.0 / 3.0)).abs() < 1e-6, "{loss}");
}

/// Logits and labels of three scenes and two tasks; one label is missing.
#[test]
fn tasks_are_judged_by_the_labels_that_are_known() {
    let device = Device::flex();
    let tensor = |values: [[f64; 2]; 3]| Tensor::<2>::from_data(values, &device);
    let logits = tensor([[2.0, -1.0], [-0.5, 3.0], [1.0, 1.0]]);
    let labels = tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]);
    let known = tensor([[1.0, 1.0], [1.0, 0.0], [1.0, 1.0]]);
    let score = Score::of_tasks(logits.clone(), labels.clone(), known);
    let numbers = [score.right, score.judged].map(|tensor| tensor.into_scalar::<f64>());
    assert_eq!(numbers, [2.0, 5.0]);

    // A model is trained by batches of which some have no label at all.
    let (x, _) = points(12, 1);
    let labels = Tensor::<2>::ones([12, 2], &device);
    let [none, all] = [0.0, 1.0].map(|known| Tensor::<2>::full([6, 2], known, &device));
    let known = Tensor::cat(vec![none, all], 0);
    let set = (x, (labels, known));
    let mut training = training(3);
    training.config.batch_size = 2;
    let answer = |model: &Linear, (x, (labels, known)): (Tensor<2>, (Tensor<2>, Tensor<2>))| {
        Score::of_tasks(model.forward(x), labels, known)
    };
    let trained = training.run(start(), answer, &set, &set, go_on).unwrap();
    assert!(trained.curve.points.iter().all(|point| point.train.loss > 0.0));
    assert!(trained.curve.last().unwrap().held_out.loss < 2.0_f64.ln());
}
