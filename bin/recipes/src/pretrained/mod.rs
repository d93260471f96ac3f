//! A convolutional network trained on one task and taught another from few pictures.

mod weights;

use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::signs::{CLASSES, Signs};
use fireside_numpy_rng::NumpyRng;
use fireside_training::initializer::{Initializer, initialize};
use fireside_training::supervised::Score;
use fireside_training::transfer::{freeze, parameter_names, precompute, unfreeze};
use fireside_vision::Pixels;
use fireside_vision::new_head::{NewHead, pooled_features};
use fireside_vision::zoo::{Entry, Network};

pub use self::weights::{EditionName, IMAGENET, Published, load_weights, published};
use crate::lesson::{Lesson, Pace};
use crate::picture_set::ImageBatch;
use crate::trained::{Architecture, Card, HeadOn, Named};
use crate::{RecipeError, networks};

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

/// A network learns the old task, from so many pictures.
///
/// # Errors
/// When it takes no pictures of this size, or the learning rate is not in 0..=1.
pub fn count_fingers(
    entry: &Entry,
    side: usize,
    pace: Pace,
    pictures: usize,
    device: &Device,
) -> Result<Lesson<Network, ImageBatch>, RecipeError> {
    let classes = CLASSES.map(str::to_string);
    let lesson = networks::lesson(entry, &classes, side, pace, pictures, device)?;
    let card = lesson.card.called("trained on the old task");
    Ok(Lesson { stage: "pretrained".to_string(), card, ..lesson })
}

/// A trained network that is to be taught another task.
#[derive(Debug, Clone)]
pub struct Base {
    /// The network.
    pub net: Network,
    /// What pixels it was trained on.
    pub pixels: Pixels,
    /// What it is called.
    pub known_as: Named,
}

impl Base {
    /// A network that has learnt the old task.
    pub fn of_fingers(net: Network, entry: &Entry, side: usize) -> Self {
        let known_as = Named::new(entry.name, CLASSES.len(), [3, side, side]);
        Self { net, pixels: Pixels::PLAIN, known_as }
    }

    /// The network under a new head.
    pub fn headed(self, head: Linear) -> Headed {
        let head_on = HeadOn::new(self.known_as, self.pixels, head.weight.dims());
        Headed { net: NewHead::new(self.net, self.pixels, head, DROPOUT), head_on }
    }
}

/// A network under a new head, with what it is.
#[derive(Debug, Clone)]
pub struct Headed {
    net: NewHead<Network>,
    head_on: HeadOn,
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

    /// Says in a sentence what it is.
    pub fn describe(&self) -> String {
        let (few, test) = (self.few.len(), self.test.len());
        format!(
            "The new task: rock, paper, scissors; {few} pictures to learn from, {test} to test."
        )
    }

    /// A new head alone learns the task, from features that are computed once: its lesson, what it learns from and what
    /// it is judged by.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn head(
        &self,
        base: &Base,
        pace: Pace,
        device: &Device,
    ) -> Result<(Lesson<Linear, FeatureBatch>, [FeatureBatch; 2]), RecipeError> {
        let sets = [&self.few, &self.test].map(|images| {
            let see = |x| pooled_features(&base.net, base.pixels, x);
            (precompute(&images.images(device), BATCH, see), images.class_indices(device))
        });
        let (inputs, outputs) = (sets[0].0.dims()[1], self.classes.len());
        let head = LinearConfig::new(inputs, outputs).init(device);
        let head_on = HeadOn::new(base.known_as.clone(), base.pixels, [inputs, outputs]);
        let lesson = Lesson {
            stage: "head".to_string(),
            card: head_on.card_of_head(&self.classes).called("head only"),
            net: initialize(head, Initializer::Glorot, &mut NumpyRng::new(pace.seed)),
            training: pace.training(self.few.len())?,
            answer: |head: &Linear, (x, labels)| Score::of_classes(head.forward(x), labels),
        };
        Ok((lesson, sets))
    }

    /// The last layers of a network learn with its head, those from the share `frozen` on.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn fine_tuned(
        &self,
        headed: &Headed,
        frozen: f64,
        pace: Pace,
    ) -> Result<Lesson<NewHead<Network>, ImageBatch>, RecipeError> {
        let lesson = self.whole("fine-tuned", headed, pace)?;
        Ok(Lesson { card: lesson.card.as_main(), net: thawed(lesson.net, frozen)?, ..lesson })
    }

    /// The same network learns from nothing, whole.
    ///
    /// # Errors
    /// When the learning rate is not in 0..=1.
    pub fn from_scratch(
        &self,
        headed: &Headed,
        pace: Pace,
        device: &Device,
    ) -> Result<Lesson<NewHead<Network>, ImageBatch>, RecipeError> {
        let lesson = self.whole("from-scratch", headed, pace)?.from_scratch(device);
        Ok(Lesson { net: thawed(lesson.net, 0.0)?, ..lesson })
    }

    fn whole(
        &self,
        stage: &str,
        headed: &Headed,
        pace: Pace,
    ) -> Result<Lesson<NewHead<Network>, ImageBatch>, RecipeError> {
        let Headed { net, head_on } = headed.clone();
        let card =
            Card::of_pictures(Architecture::NewHead(head_on), self.few.side(), &self.classes);
        let card = card.called(stage.replace('-', " "));
        Lesson::of_pictures(stage, card, net, pace, self.few.len())
    }
}

/// Features `[batch, features]`, and class indices `[batch]`.
pub type FeatureBatch = (Tensor<2>, Tensor<1, Int>);

/// Lets the last layers of a network learn, those from the share `from` on in the order of its parameters.
///
/// As in the assignment, batch normalisation goes on with the statistics of the old task (`training=False`):
/// those of few pictures would undo what the layers behind it have learnt. From scratch, where `from` is 0, it
/// learns its own.
///
/// # Errors
/// When a layer is unknown to the network.
fn thawed(net: NewHead<Network>, from: f64) -> Result<NewHead<Network>, RecipeError> {
    let names = parameter_names(&net);
    let first = ((names.len() as f64 * from) as usize).min(names.len() - 1);
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let is_kept = |name: &str| STATISTICS.iter().any(|kept| name.ends_with(kept));
    let thawed: Vec<&str> =
        all[first..].iter().copied().filter(|name| first == 0 || !is_kept(name)).collect();
    Ok(unfreeze(freeze(net, &all)?, &thawed)?)
}
