//! A network that tells 0 to 3 fingers apart, taught to tell 4 from 5.

mod repeats;

use std::ops::ControlFlow;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_images::{LabelledImages, class_indices};
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_dense::deep_net::DeepNet;
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::minibatch::select;
use fireside_training::supervised::{Score, Supervised, SupervisedConfig};
use fireside_training::transfer::{freeze, precompute, unfreeze};

pub use self::repeats::Repeats;
use self::repeats::Trainings;
use crate::RecipeError;
use crate::lesson::Lesson;
use crate::signs_softmax::{self, ClassExamples};

/// Classes of the task with many pictures.
pub const KNOWN: [usize; 4] = [0, 1, 2, 3];
/// Classes of the task with few.
pub const NEW: [usize; 2] = [4, 5];
/// Pictures of each new class to learn from.
pub const COUNTS: [usize; 3] = [10, 20, 40];
/// Units of the hidden layers: enough for features that another task can use.
const HIDDEN: [usize; 3] = [64, 32, 16];

/// Units of every layer of the network of the old task, the input first.
pub fn layer_sizes(num_features: usize) -> Vec<usize> {
    [&[num_features], &HIDDEN[..], &[KNOWN.len()]].concat()
}

/// A network learns the old task, from pictures such as these.
///
/// # Errors
/// None: every layer has units.
pub fn old_task(
    images: &LabelledImages,
    training: Supervised,
    device: &Device,
) -> Result<Lesson<DeepNet, ClassExamples>, RecipeError> {
    let (sizes, classes) = (layer_sizes(images.num_features()), KNOWN.map(|known| CLASSES[known]));
    let lesson =
        signs_softmax::lesson("pretrained", &sizes, images.side(), &classes, training, device)?;
    Ok(Lesson { card: lesson.card.called("trained on the old task"), ..lesson })
}

/// Freezes all but the head of a network of the old task, and takes it out of autodiff's hands.
///
/// # Errors
/// None: it has such layers.
pub fn freeze_features(net: DeepNet) -> Result<DeepNet, RecipeError> {
    Ok(freeze(net, &["layers"])?.valid())
}

/// Pictures of some classes, labelled from 0 in the order of these classes.
#[derive(Debug, Clone)]
pub struct Part {
    /// `[count, num_features]` in 0..=1.
    pub x: Tensor<2>,
    /// From 0.
    pub labels: Vec<usize>,
}

impl Part {
    /// Picks the pictures of `classes`.
    fn of(images: &LabelledImages, classes: &[usize], device: &Device) -> Self {
        let class_of = |label: &usize| classes.iter().position(|class| class == label);
        let labelled = images.labels().iter().enumerate();
        let (places, labels): (Vec<usize>, Vec<usize>) =
            labelled.filter_map(|(place, label)| Some((place, class_of(label)?))).unzip();
        Self { x: images.subset(&places).features(device), labels }
    }

    /// Picks the pictures of `classes` from both sets, the first `most` of each at most.
    pub fn of_both(signs: &Signs, classes: &[usize], most: usize, device: &Device) -> [Self; 2] {
        [&signs.train, &signs.test].map(|images| {
            let Self { x, mut labels } = Self::of(images, classes, device);
            labels.truncate(most);
            Self { x: x.narrow(0, 0, labels.len()), labels }
        })
    }

    /// Draws `count` pictures of each new class without repetition; all of them where there are fewer.
    pub fn few(&self, count: usize, seed: u32) -> Self {
        let mut taken = [0; NEW.len()];
        let mut take = |place: &usize| {
            let taken = &mut taken[self.labels[*place]];
            *taken += 1;
            *taken <= count
        };
        let order = NumpyRng::new(seed).permutation(self.labels.len());
        let places: Vec<usize> = order.into_iter().filter(|place| take(place)).collect();
        let labels = places.iter().map(|&place| self.labels[place]).collect();
        Self { x: select(&self.x, &places), labels }
    }

    /// As a training wants it.
    pub fn examples(&self) -> ClassExamples {
        (self.x.clone(), class_indices(&self.labels, &self.x.device()))
    }
}

/// A way to learn the new task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A network of the same size, from random weights.
    FromScratch,
    /// The trained network's hidden layers as they are, and a new head.
    HeadOnly,
    /// The same, and then everything with a smaller learning rate.
    FineTuned,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::FromScratch, Self::HeadOnly, Self::FineTuned];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::FromScratch => "from scratch",
            Self::HeadOnly => "head only",
            Self::FineTuned => "fine-tuned",
        }
    }
}

/// How long and how fast to learn the new task.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Epochs of each training.
    pub epochs: usize,
    /// Learning rate of a network from scratch.
    pub whole: f64,
    /// Learning rate of a head alone.
    pub head: f64,
    /// Learning rate to fine-tune with.
    pub fine: f64,
}

impl Rates {
    fn training(self, learning_rate: f64, seed: u32) -> Supervised {
        let config = SupervisedConfig::new(self.epochs).with_batch_size(8).with_seed(seed);
        signs_softmax::training(config, learning_rate)
    }
}

/// How the figures of several trainings spread.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    /// Their standard deviation.
    pub deviation: f64,
    /// The least of them.
    pub least: f64,
    /// The most.
    pub most: f64,
}

/// The new task, and what it is learnt from.
#[derive(Debug)]
pub struct NewTask {
    /// The network of the old task, its hidden layers frozen.
    pub pretrained: DeepNet,
    /// Pictures to choose few from, and pictures to test.
    pub parts: [Part; 2],
    /// How long and how fast to learn.
    pub rates: Rates,
    /// How often, with other pictures and other first weights.
    pub repeats: u32,
    /// They are of the seeds after this one.
    pub seed: u32,
}

impl NewTask {
    /// Learns the task from `count` pictures of each class in every way, again and again, and returns the mean of the
    /// test accuracies in percent, and how they spread. What is over is in `kept`, or comes to it. `heed` may break off
    /// between any two batches: then there are none.
    ///
    /// # Errors
    /// When a training cannot work, something cannot be kept, or the device fails.
    pub fn repeat_each_way(
        &self,
        count: usize,
        kept: &mut Repeats,
        heed: fn() -> ControlFlow<()>,
    ) -> Result<Option<Vec<(f64, Spread)>>, RecipeError> {
        let mut found = Vec::new();
        for way in Way::ALL {
            let Some(percent) = self.repeat(way, count, kept, heed)? else { return Ok(None) };
            found.push(percent);
        }
        Ok(Some(found))
    }

    fn repeat(
        &self,
        way: Way,
        count: usize,
        kept: &mut Repeats,
        heed: fn() -> ControlFlow<()>,
    ) -> Result<Option<(f64, Spread)>, RecipeError> {
        let [train, test] = &self.parts;
        let mut found = Vec::new();
        for repeat in 1..=self.repeats {
            let name = format!("{}-{count}-{repeat}", way.name().replace(' ', "-"));
            if let Some(percent) = kept.get(&name) {
                found.push(percent);
                continue;
            }
            let seed = self.seed.wrapping_add(repeat);
            let trainings = kept.trainings(&name, self.rates.epochs, heed);
            let Some(net) = self.learn(way, &train.few(count, seed), seed, &trainings)? else {
                kept.save()?;
                return Ok(None);
            };
            let percent = 100.0 * signs_softmax::share_right(&net, &test.x, &test.labels)?;
            kept.add(name, percent)?;
            trainings.clear();
            found.push(percent);
        }
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let squares = found.iter().map(|figure| (figure - mean).powi(2)).sum::<f64>();
        let spread = Spread {
            deviation: (squares / found.len() as f64).sqrt(),
            least: found.iter().copied().fold(f64::INFINITY, f64::min),
            most: found.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        };
        Ok(Some((mean, spread)))
    }

    /// Learns the new task from `few` pictures, and returns the network; none if it was broken off.
    fn learn(
        &self,
        way: Way,
        few: &Part,
        seed: u32,
        trainings: &Trainings,
    ) -> Result<Option<DeepNet>, RecipeError> {
        let (device, set, rates) = (few.x.device(), few.examples(), self.rates);
        let whole = |net: DeepNet, rate: f64| {
            trainings.run("whole", rates.training(rate, seed), net, signs_softmax::answer, &set)
        };
        let [_, num_features] = few.x.dims();
        if way == Way::FromScratch {
            let sizes = [&[num_features], &HIDDEN[..], &[NEW.len()]].concat();
            return whole(signs_softmax::build(&sizes, seed, &device)?, rates.whole);
        }

        let head = LinearConfig::new(HIDDEN[HIDDEN.len() - 1], NEW.len()).init(&device);
        let head = initialize(head, Initializer::Glorot, &mut NumpyRng::new(seed));
        let activations = precompute(&few.x, 64, |x| self.pretrained.activations(x));
        let seen = (activations, set.1.clone());
        let answer =
            |head: &Linear, (x, labels): ClassExamples| Score::of_classes(head.forward(x), labels);
        let training = rates.training(rates.head, seed);
        let Some(head) = trainings.run("head", training, head, answer, &seen)? else {
            return Ok(None);
        };
        let net = self.pretrained.clone().with_head(head)?;
        match way {
            Way::FineTuned => whole(unfreeze(net, &["layers"])?, rates.fine),
            _ => Ok(Some(net)),
        }
    }
}
