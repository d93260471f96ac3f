//! What the programs about cats have in common.

use burn::tensor::{Device, Tensor, activation};
use fireside_datasets::cats::{CLASSES, Cats};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::source::Source;
use fireside_training::metrics::{accuracy, binary_accuracy, binary_predictions};

use crate::Failure;
use crate::pictures::{self, Question};
use crate::run::Run;
use fireside_recipes::comparison::{Comparison, Reference};

/// Both sets as tensors: features `[count, num_features]` in 0..=1, targets `[count, 1]`.
#[derive(Debug, Clone)]
pub struct CatTensors {
    /// Features of the training set.
    pub x_train: Tensor<2>,
    /// Labels of the training set as numbers.
    pub y_train: Tensor<2>,
    /// Features of the test set.
    pub x_test: Tensor<2>,
}

impl CatTensors {
    /// Moves both sets to a device.
    pub fn new(cats: &Cats, device: &Device) -> Self {
        Self {
            x_train: cats.train.features(device),
            y_train: cats.train.targets(device),
            x_test: cats.test.features(device),
        }
    }
}

/// Says in a sentence what was loaded.
pub fn describe(cats: &Cats, source: &Source) -> String {
    pictures::describe(&cats.train, &cats.test, source)
}

/// How well a model tells cats from other things.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Share of the training pictures it gets right.
    pub train: f64,
    /// Share of the test pictures it gets right.
    pub test: f64,
    /// The class it gives each test picture.
    pub predictions: Vec<usize>,
}

impl Judgement {
    /// Asks the model about every picture; `logits` maps `[batch, num_features]` to `[batch, 1]`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn new(
        cats: &Cats,
        tensors: &CatTensors,
        logits: impl Fn(Tensor<2>) -> Tensor<2>,
    ) -> Result<Self, Failure> {
        let train = binary_accuracy(logits(tensors.x_train.clone()), cats.train.labels())?;
        let predictions = binary_predictions(logits(tensors.x_test.clone()))?;
        let test = accuracy(&predictions, cats.test.labels());
        Ok(Self { train, test, predictions })
    }

    /// Says both accuracies in percent, and adds them to the run's results under `model`.
    pub fn report(&self, run: &mut Run, model: &str) {
        for (set, share) in [("train", self.train), ("test", self.test)] {
            let percent = 100.0 * share;
            run.say(&format!("{set} accuracy: {percent:.2} %"));
            run.result(&format!("{set}_accuracy_{model}"), percent);
        }
    }

    /// Adds both accuracies of a reference run and ours to a comparison; `whole` is what the run calls all
    /// pictures, 1 or 100.
    ///
    /// # Errors
    /// When the reference run has no accuracies.
    pub fn compare(
        &self,
        run: &str,
        whole: f64,
        reference: &Reference,
        comparison: &mut Comparison,
    ) -> Result<(), Failure> {
        Ok(comparison.add_accuracies(run, reference, [whole * self.train, whole * self.test])?)
    }

    /// Draws the test pictures that the model took for the other class.
    ///
    /// # Errors
    /// When the sheet cannot be drawn or written.
    pub fn draw_misclassified(
        &self,
        run: &mut Run,
        file: &str,
        images: &LabelledImages,
    ) -> Result<(), Failure> {
        run.misclassified(file, images, &self.predictions, &CLASSES)
    }
}

impl Question {
    /// Says what a model of cats answered.
    ///
    /// # Errors
    /// When the device fails.
    pub fn report(&self, run: &mut Run, model: &str, logit: Tensor<2>) -> Result<(), Failure> {
        let probability = activation::sigmoid(logit).try_into_scalar::<f64>();
        let probability = probability.map_err(|error| Failure::Run(error.to_string()))?;
        let class = CLASSES[usize::from(probability > 0.5)];
        let share = 100.0 * probability;
        run.say(&format!("{model}: {} is a {class} (cat: {share:.1} %)", self.path().display()));
        run.result(&format!("prediction_{model}"), class);
        run.result(&format!("probability_{model}"), probability);
        Ok(())
    }
}
