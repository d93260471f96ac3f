//! What the recipes about cats have in common.

use burn::tensor::{Device, Tensor};
use fireside_datasets::cats::Cats;
use fireside_training::metrics::{accuracy, binary_accuracy, binary_predictions};

use crate::RecipeError;
use crate::comparison::{Comparison, Reference};

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

/// How well a model tells cats from other things.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Shares of the training and of the test pictures that it gets right.
    pub shares: [f64; 2],
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
    ) -> Result<Self, RecipeError> {
        let train = binary_accuracy(logits(tensors.x_train.clone()), cats.train.labels())?;
        let predictions = binary_predictions(logits(tensors.x_test.clone()))?;
        let test = accuracy(&predictions, cats.test.labels());
        Ok(Self { shares: [train, test], predictions })
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
    ) -> Result<(), RecipeError> {
        comparison.add_accuracies(run, reference, self.shares.map(|share| whole * share))
    }
}
