//! A convolutional network trained on one task and taught another from few pictures.

use std::path::Path;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::Signs;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::{Curve, Score, SupervisedConfig};
use fireside_training::transfer::{freeze, parameter_names, precompute, unfreeze};
use fireside_vision::mobilenet_v2::{self, MobileNetV2Config};
use fireside_vision::new_head::{NewHead, pooled_features};
use fireside_vision::pixels::Pixels;
use fireside_vision::resnet::{self, Edition, ResNetConfig};
use fireside_vision::zoo::Network;
use fireside_weights::{Library, Limits, Options, Tensors, load, read};

use crate::Failure;
use crate::recipes::classify;
use crate::run::Run;

/// Classes of ImageNet, as many as the published weights have.
const IMAGENET: usize = 1000;
/// What the head drops in training, as in the assignment.
const DROPOUT: f64 = 0.2;
/// Pictures whose features are computed at a time.
const BATCH: usize = 32;

/// Reads published weights of MobileNetV2 or ResNet-50, by Keras or by torchvision, and says what pixels they
/// were trained on. Those of the head do not matter and may have any number of classes.
///
/// # Errors
/// When the file is damaged or holds another network.
pub fn load_weights(
    name: &str,
    path: &Path,
    device: &Device,
) -> Result<(Network, Pixels), Failure> {
    let tensors = read(path, &Limits::default())?;
    let is_keras = tensors.library == Library::Keras;
    match name {
        "mobilenet-v2" if is_keras => {
            let net = MobileNetV2Config::keras(IMAGENET).init(device)?;
            let net = but_for_the_head(net, &tensors, mobilenet_v2::KERAS, path)?;
            Ok((Network::MobileNetV2(net), Pixels::KERAS_SYMMETRIC))
        }
        "mobilenet-v2" => {
            let net = MobileNetV2Config::new(IMAGENET).init(device)?;
            let net = but_for_the_head(net, &tensors, mobilenet_v2::TORCHVISION, path)?;
            Ok((Network::MobileNetV2(net), Pixels::TORCHVISION))
        }
        "resnet50" if is_keras => {
            let net = ResNetConfig::resnet50(IMAGENET).with_edition(Edition::Keras).init(device)?;
            let net = but_for_the_head(net, &tensors, resnet::KERAS, path)?;
            Ok((Network::ResNet(net), Pixels::KERAS_CAFFE))
        }
        "resnet50" => {
            let net = ResNetConfig::resnet50(IMAGENET).init(device)?;
            let net = but_for_the_head(net, &tensors, resnet::TORCHVISION, path)?;
            Ok((Network::ResNet(net), Pixels::TORCHVISION))
        }
        other => Err(Failure::Input(format!(
            "--weights: weights of {other} are not known here: take mobilenet-v2 or resnet50"
        ))),
    }
}

/// Loads everything but the head, which will be another.
fn but_for_the_head<M: Module>(
    model: M,
    tensors: &Tensors,
    renames: &[(&str, &str)],
    path: &Path,
) -> Result<M, Failure> {
    let (model, mut report) = load(model, tensors, renames, &Options::what_fits())?;
    let is_of_head = |ours: &str| ours.starts_with("head.");
    report.missing.retain(|missing| !is_of_head(&missing.ours));
    report.mismatched.retain(|mismatch| !is_of_head(&mismatch.ours));
    if report.missing.is_empty() && report.mismatched.is_empty() {
        return Ok(model);
    }
    Err(Failure::Input(format!("{} holds another network: {report}", path.display())))
}

/// What batch normalisation counts, and whether it does.
const STATISTICS: [&str; 3] = [".running_mean", ".running_var", ".training"];

/// The new task: few pictures to learn from, and more to be judged by.
#[derive(Debug, Clone)]
pub struct Task {
    /// What the classes are called.
    pub classes: Vec<String>,
    /// To learn from.
    pub few: LabelledImages,
    /// To be judged by.
    pub test: LabelledImages,
}

impl Task {
    /// Rock, scissors, paper: hands that show 0, 2 or 5 fingers. Takes `count` of each at random to learn from.
    pub fn rock_paper_scissors(hands: &Signs, count: usize, seed: u32) -> Self {
        const FINGERS: [usize; 3] = [0, 2, 5];
        let classes = ["rock", "scissors", "paper"].map(str::to_string).to_vec();
        let [train, test] = [&hands.train, &hands.test].map(|set| set.of_classes(&FINGERS));
        let mut taken = vec![0; classes.len()];
        let mut take = |place: &usize| {
            let taken = &mut taken[train.labels()[*place]];
            *taken += 1;
            *taken <= count
        };
        let order = NumpyRng::new(seed).permutation(train.len());
        let places: Vec<usize> = order.into_iter().filter(|place| take(place)).collect();
        Self { classes, few: train.subset(&places), test }
    }
}

/// How long and how fast to learn.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Times through the pictures.
    pub epochs: usize,
    /// Learning rate at the start.
    pub rate: f64,
    /// Seed of first weights and the order of the pictures.
    pub seed: u32,
}

impl Pace {
    fn config(self) -> SupervisedConfig {
        SupervisedConfig::new(self.epochs).with_batch_size(16).with_seed(self.seed)
    }
}

/// Trains a new head on the features of a network, which are computed once, and returns the network under the
/// head.
///
/// # Errors
/// When a training cannot work or the device fails.
pub fn train_head(
    run: &mut Run,
    base: &Network,
    pixels: Pixels,
    task: &Task,
    pace: Pace,
    device: &Device,
) -> Result<(NewHead<Network>, Curve), Failure> {
    let features = |images: &LabelledImages| {
        let seen = precompute(&images.images(device), BATCH, |x| pooled_features(base, pixels, x));
        (seen, images.class_indices(device))
    };
    let (few, test) = (features(&task.few), features(&task.test));
    let [_, inputs] = few.0.dims();
    let head = LinearConfig::new(inputs, task.classes.len()).init(device);
    let head = initialize(head, Initializer::Glorot, &mut NumpyRng::new(pace.seed));
    let answer = |head: &Linear, (x, labels): (Tensor<2>, Tensor<1, Int>)| {
        Score::of_classes(head.forward(x), labels)
    };
    let training = classify::training(pace.config(), task.few.len(), pace.rate, 1e-2)?;
    let stage = run.epoch_stage("head", "a head on features").quietly();
    let (head, curve) = stage.train(training, head, answer, &few, &test)?;
    Ok((NewHead::new(base.clone(), pixels, head, DROPOUT), curve))
}

/// Trains the last layers of a network further, those from `from` on in the order of its parameters, on pictures
/// changed anew in every epoch.
///
/// As in the assignment, batch normalisation goes on with the statistics of the old task (`training=False`):
/// those of few pictures would undo what the layers behind it have learnt. From scratch, where `from` is 0, it
/// learns its own.
///
/// # Errors
/// As [`train_head`].
pub fn fine_tune(
    run: &mut Run,
    stage: &str,
    net: NewHead<Network>,
    from: f64,
    task: &Task,
    pace: Pace,
    device: &Device,
) -> Result<(NewHead<Network>, Curve), Failure> {
    let names = parameter_names(&net);
    let first = ((names.len() as f64 * from) as usize).min(names.len() - 1);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let is_kept = |name: &str| STATISTICS.iter().any(|kept| name.ends_with(kept));
    let thawed: Vec<&str> =
        all[first..].iter().copied().filter(|name| first == 0 || !is_kept(name)).collect();
    let net = unfreeze(freeze(net, &all)?, &thawed)?;
    let few = classify::examples(run, task.few.clone(), device)?;
    let few = classify::augmented(&few, &classify::CHANGES_OF_HANDS, pace.seed)?;
    let test = classify::examples(run, task.test.clone(), device)?;
    let training = classify::training(pace.config(), task.few.len(), pace.rate, 1e-2)?;
    let stage = run.epoch_stage(stage, "a network under a new head").quietly();
    stage.train(
        training,
        net,
        classify::answer,
        &classify::batches(&few),
        &classify::batches(&test),
    )
}
