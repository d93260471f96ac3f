//! What is in a street scene: one network for all questions, or one for each.

use burn::tensor::{Device, Tensor};
use fireside_datasets::scenes::{IMAGE_SHAPE, NUM_FEATURES, Scenes, TASKS};
use fireside_dense::deep_net::DeepNet;
use fireside_training::normalization::Standardizer;
use fireside_training::supervised::{Score, Supervised};

use crate::lesson::Lesson;
use crate::trained::{Architecture, Card, Pictures, Reading, Task};
use crate::{RecipeError, signs_softmax};

/// Units of the hidden layers of the one network.
const SHARED: [usize; 2] = [64, 32];
/// Units of the hidden layers of each network where there is one for each task: together about as many weights.
const ALONE: [usize; 2] = [16, 8];

/// Standardised features `[count, features]`, labels and which are known, both `[count, tasks]`.
pub type TaskExamples = (Tensor<2>, (Tensor<2>, Tensor<2>));

/// Moves scenes to learn from and to judge by to a device, each value of a pixel brought to mean 0 and variance 1 over
/// those to learn from, and returns what does it. With all inputs above 0 most units of a small network are on for
/// every scene or for none, and with some seeds all of a layer for none.
///
/// # Errors
/// When there are no scenes to learn from.
pub fn examples(
    sets: [&Scenes; 2],
    device: &Device,
) -> Result<(Standardizer, [TaskExamples; 2]), RecipeError> {
    let raw = sets.map(|set| (set.features(device), (set.targets(device), set.mask(device))));
    let standardizer = Standardizer::fit(&raw[0].0)
        .map_err(|error| RecipeError::Input(format!("scenes to learn from: {error}")))?;
    let examples = raw.map(|(x, labels)| (standardizer.apply(&x), labels));
    Ok((standardizer, examples))
}

/// Several yes-or-no tasks.
fn answer(net: &DeepNet, (x, (labels, known)): TaskExamples) -> Score {
    Score::of_tasks(net.forward(x), labels, known)
}

/// A network to train.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// What it is called.
    pub name: String,
    /// The tasks it learns, as positions in [`TASKS`].
    pub tasks: Vec<usize>,
    /// Units of every layer, the input first.
    pub layer_sizes: Vec<usize>,
}

impl Plan {
    /// One network for all tasks.
    pub fn shared() -> Self {
        let tasks: Vec<usize> = (0..TASKS.len()).collect();
        let layer_sizes = [&[NUM_FEATURES], &SHARED[..], &[TASKS.len()]].concat();
        Self { name: "together".to_string(), tasks, layer_sizes }
    }

    /// A network for each task.
    pub fn alone() -> Vec<Self> {
        let plan = |(task, name): (usize, &&str)| Self {
            name: name.replace(' ', "-"),
            tasks: vec![task],
            layer_sizes: [&[NUM_FEATURES], &ALONE[..], &[1]].concat(),
        };
        TASKS.iter().enumerate().map(plan).collect()
    }

    /// The network learns its tasks of scenes that were standardised, with such a share of the labels `missing`. Of all
    /// that are trained, the one for all tasks with all labels is the main one.
    ///
    /// # Errors
    /// When the device fails.
    pub fn lesson(
        &self,
        missing: f64,
        training: Supervised,
        standardizer: &Standardizer,
        device: &Device,
    ) -> Result<Lesson<DeepNet, TaskExamples>, RecipeError> {
        let tasks: Vec<&str> = self.tasks.iter().map(|task| TASKS[*task]).collect();
        let [height, width, _] = IMAGE_SHAPE;
        let pictures = Pictures::new([height, width], Reading::each(&tasks));
        let pictures = pictures.standardized(standardizer)?;
        let card = Card::new(Architecture::deep_net(&self.layer_sizes), Task::Pictures(pictures));
        let (percent, is_shared) = (100.0 * missing, self.tasks.len() == TASKS.len());
        let who = match is_shared {
            true => "one network for all questions".to_string(),
            false => format!("a network for {} alone", tasks.join(", ")),
        };
        let labels = match percent > 0.0 {
            true => format!("{percent} % of the labels missing"),
            false => "all labels".to_string(),
        };
        let card = card.called(format!("{who}, {labels}"));
        Ok(Lesson {
            stage: format!("{}-{percent}", self.name),
            card: card.as_main_if(is_shared && missing == 0.0),
            net: signs_softmax::build(&self.layer_sizes, training.config().seed, device)?,
            training,
            answer,
        })
    }

    /// Returns the examples with the labels of this network's tasks alone.
    pub fn of(&self, (x, (labels, known)): &TaskExamples) -> TaskExamples {
        let columns = self.tasks[0]..self.tasks[self.tasks.len() - 1] + 1;
        let pick = |labels: &Tensor<2>| labels.clone().slice_dim(1, columns.clone());
        (x.clone(), (pick(labels), pick(known)))
    }
}

/// What a network answers: for each of its tasks, yes or no for every scene.
///
/// # Errors
/// When the device fails.
pub fn answers(net: &DeepNet, x: &Tensor<2>) -> Result<Vec<Vec<bool>>, RecipeError> {
    let yes = net.forward(x.clone()).greater_elem(0.0); // [count, tasks]
    let [_, tasks] = yes.dims();
    let yes: Vec<bool> = yes.try_into_data()?.iter::<bool>().collect();
    Ok((0..tasks).map(|task| yes.iter().skip(task).step_by(tasks).copied().collect()).collect())
}

/// The percentage of the known labels of each task that the answers hit.
pub fn percent_right(answers: &[Vec<bool>], scenes: &Scenes) -> Vec<f64> {
    let each = answers.iter().enumerate();
    each.map(|(task, answers)| 100.0 * share_right(answers, scenes, task)).collect()
}

/// What a scene shows by the answers, in the last word of each name: there is little room below a picture.
pub fn describe(answers: &[Vec<bool>], scene: usize) -> String {
    let seen = TASKS.iter().zip(answers).filter(|(_, yes)| yes[scene]);
    let seen: Vec<&str> = seen.filter_map(|(name, _)| name.split(' ').next_back()).collect();
    match seen.is_empty() {
        true => "nothing".to_string(),
        false => seen.join(", "),
    }
}

/// The share of the known labels of a task that the answers hit, in 0..=1.
fn share_right(answers: &[bool], scenes: &Scenes, task: usize) -> f64 {
    let known = scenes.labels().iter().zip(answers);
    let known: Vec<bool> =
        known.filter_map(|(labels, answer)| Some(labels[task]? == *answer)).collect();
    known.iter().filter(|right| **right).count() as f64 / known.len().max(1) as f64
}
