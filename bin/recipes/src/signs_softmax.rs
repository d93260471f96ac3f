//! The course's softmax network on pictures of hands.

use std::ops::ControlFlow;
use std::path::Path;

use burn::optim::AdamConfig;
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_dense::deep_net::{DeepNet, DeepNetConfig};
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::metrics::{accuracy, class_predictions};
use fireside_training::supervised::{Curve, EpochPoint, Score, Supervised, SupervisedConfig};

use crate::RecipeError;
use crate::comparison::{Comparison, Reference};
use crate::lesson::Lesson;
use crate::trained::{Architecture, Card};

/// Units of the tutorial's hidden layers.
const HIDDEN: [usize; 2] = [25, 12];

/// Runs from other first weights that `--verify` takes.
const SEEDS: u32 = 5;

/// Features `[count, num_features]` in 0..=1, and class indices `[count]`.
pub type ClassExamples = (Tensor<2>, Tensor<1, Int>);

/// Moves pictures and their classes to a device.
pub fn examples(images: &LabelledImages, device: &Device) -> ClassExamples {
    (images.features(device), images.class_indices(device))
}

/// Units of every layer of the tutorial's network, the input first.
pub fn layer_sizes(num_features: usize) -> Vec<usize> {
    [&[num_features], &HIDDEN[..], &[CLASSES.len()]].concat()
}

/// Builds a network with the tutorial's first weights: Glorot's normal ones, and biases of zero.
///
/// # Errors
/// When a size is 0.
pub fn build(layer_sizes: &[usize], seed: u32, device: &Device) -> Result<DeepNet, RecipeError> {
    let net = DeepNetConfig::new(layer_sizes.to_vec()).init(device)?;
    Ok(initialize(net, Initializer::Glorot, &mut NumpyRng::new(seed)))
}

/// The tutorial's training: Adam as Keras sets it up, which is with an epsilon of 1e-7.
pub fn training(config: SupervisedConfig, learning_rate: f64) -> Supervised {
    Supervised::new(config, AdamConfig::new().with_epsilon(1e-7).init(), learning_rate)
}

/// The same on mini-batches of the usual size.
pub fn training_by_epochs(epochs: usize, learning_rate: f64, seed: u32) -> Supervised {
    training(SupervisedConfig::new(epochs).with_seed(seed), learning_rate)
}

/// A network of these layers learns to tell classes of pictures apart, of so many rows and columns.
///
/// # Errors
/// When a size is 0.
pub fn lesson(
    stage: &str,
    layer_sizes: &[usize],
    side: [usize; 2],
    classes: &[&str],
    training: Supervised,
    device: &Device,
) -> Result<Lesson<DeepNet, ClassExamples>, RecipeError> {
    Ok(Lesson {
        stage: stage.to_string(),
        card: Card::of_pictures(Architecture::deep_net(layer_sizes), side, classes),
        net: build(layer_sizes, training.config().seed, device)?,
        training,
        answer,
    })
}

/// One class of several.
pub fn answer(net: &DeepNet, (x, labels): ClassExamples) -> Score {
    Score::of_classes(net.forward(x), labels)
}

/// The share of examples that a network gets right, in 0..=1.
///
/// # Errors
/// When the device fails.
pub fn share_right(net: &DeepNet, x: &Tensor<2>, labels: &[usize]) -> Result<f64, RecipeError> {
    Ok(accuracy(&class_predictions(net.forward(x.clone()))?, labels))
}

/// Repeats the tutorial's run from several first weights, since its own are unknown: its figures beside those of all.
///
/// # Errors
/// When a training fails or the reference run cannot be read.
pub fn compare_with_course(
    runs: &Path,
    signs: &Signs,
    device: &Device,
) -> Result<Comparison, RecipeError> {
    let (train, test) = (examples(&signs.train, device), examples(&signs.test, device));
    let mut comparison = Comparison::default();
    for reference in Reference::read(runs, "c2w3a1", "tensorflow_signs_mlp")? {
        let sizes = layer_sizes(signs.train.num_features());
        let config = SupervisedConfig::new(reference.hyperparameter("num_epochs")? as usize)
            .with_batch_size(reference.hyperparameter("minibatch_size")? as usize);
        let rate = reference.hyperparameter("learning_rate")?;
        let run = |seed: u32| -> Result<Curve, RecipeError> {
            let training = training(config.clone().with_seed(seed), rate);
            let net = build(&sizes, seed, device)?;
            let trained =
                training.run(net, answer, &train, &test, |_| ControlFlow::Continue(()))?;
            Ok(trained.curve)
        };
        let curves: Vec<Curve> = (1..=SEEDS).map(run).collect::<Result<_, _>>()?;
        let mut add = |name: &str, figure: fn(&Curve) -> f64| -> Result<(), RecipeError> {
            let ours: Vec<f64> = curves.iter().map(figure).collect();
            comparison.add_of_seeds(name, reference.figure(name)?, &ours);
            Ok(())
        };
        add("cost_epoch_0", |curve| course_epoch(curve, 0, |point| point.train.loss))?;
        add("cost_epoch_90", |curve| course_epoch(curve, 90, |point| point.train.loss))?;
        let (train, test) = ("train_accuracy_epoch_90", "test_accuracy_epoch_90");
        add(train, |curve| course_epoch(curve, 90, |point| point.train.accuracy))?;
        add(test, |curve| course_epoch(curve, 90, |point| point.held_out.accuracy))?;
    }
    Ok(comparison)
}

/// A figure of an epoch counted from 0, as the course does; NaN where the run is shorter.
fn course_epoch(curve: &Curve, epoch: usize, figure: fn(&EpochPoint) -> f64) -> f64 {
    curve.points.get(epoch).map_or(f64::NAN, figure)
}
