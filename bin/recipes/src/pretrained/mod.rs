//! A convolutional network trained on one task and taught another from few pictures.

mod weights;

use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::Signs;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::{Score, Supervised, SupervisedConfig};
use fireside_training::transfer::{freeze, parameter_names, precompute, unfreeze};
use fireside_vision::Pixels;
use fireside_vision::new_head::{NewHead, pooled_features};
use fireside_vision::zoo::Network;

pub use self::weights::{EditionName, IMAGENET, Published, load_weights, published};
use crate::RecipeError;
use crate::classify;

/// What the head drops in training, as in the assignment.
const DROPOUT: f64 = 0.2;
/// Pictures whose features are computed at a time.
const BATCH: usize = 32;

/// What batch normalisation counts, and whether it does.
const STATISTICS: [&str; 3] = [".running_mean", ".running_var", ".training"];

/// The old task: drawn hands that show 0 to 5 fingers, other ones than the new task's of the same seed.
pub fn other_hands(seed: u32) -> Signs {
    let mut drawn = Signs::embedded(seed.wrapping_add(1));
    drawn.train = drawn.train.joined(&Signs::embedded(seed.wrapping_add(2)).train);
    drawn
}

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
    /// A training on few pictures.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn training(self, few: &LabelledImages) -> Result<Supervised, RecipeError> {
        let config = SupervisedConfig::new(self.epochs).with_batch_size(16).with_seed(self.seed);
        classify::training(config, few.len(), self.rate, 1e-2)
    }
}

/// Features `[batch, features]`, and class indices `[batch]`.
pub type FeatureExamples = (Tensor<2>, Tensor<1, Int>);

/// A new head, and the features of a network on which it learns.
#[derive(Debug)]
pub struct Head {
    /// The head with its first weights.
    pub head: Linear,
    /// To learn from.
    pub few: FeatureExamples,
    /// To be judged by.
    pub test: FeatureExamples,
}

impl Head {
    /// Computes the features of all pictures, once, and draws the head.
    pub fn new(base: &Network, pixels: Pixels, task: &Task, seed: u32, device: &Device) -> Self {
        let features = |images: &LabelledImages| {
            let see = |x| pooled_features(base, pixels, x);
            (precompute(&images.images(device), BATCH, see), images.class_indices(device))
        };
        let (few, test) = (features(&task.few), features(&task.test));
        let [_, inputs] = few.0.dims();
        let head = LinearConfig::new(inputs, task.classes.len()).init(device);
        let head = initialize(head, Initializer::Glorot, &mut NumpyRng::new(seed));
        Self { head, few, test }
    }

    /// One class of several.
    pub fn answer(head: &Linear, (x, labels): FeatureExamples) -> Score {
        Score::of_classes(head.forward(x), labels)
    }
}

/// A network under its new head.
pub fn headed(base: Network, pixels: Pixels, head: Linear) -> NewHead<Network> {
    NewHead::new(base, pixels, head, DROPOUT)
}

/// Lets the last layers of a network learn, those from the share `from` on in the order of its parameters.
///
/// As in the assignment, batch normalisation goes on with the statistics of the old task (`training=False`):
/// those of few pictures would undo what the layers behind it have learnt. From scratch, where `from` is 0, it
/// learns its own.
///
/// # Errors
/// When a layer is unknown to the network.
pub fn thawed(net: NewHead<Network>, from: f64) -> Result<NewHead<Network>, RecipeError> {
    let names = parameter_names(&net);
    let first = ((names.len() as f64 * from) as usize).min(names.len() - 1);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let is_kept = |name: &str| STATISTICS.iter().any(|kept| name.ends_with(kept));
    let thawed: Vec<&str> =
        all[first..].iter().copied().filter(|name| first == 0 || !is_kept(name)).collect();
    Ok(unfreeze(freeze(net, &all)?, &thawed)?)
}
