//! What a trained model says of an input of the user's.

use std::path::Path;

use burn::tensor::{Tensor, activation};
use fireside_datasets::cats;
use fireside_recipes::RecipeError;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says which class is the likeliest of a picture, and how likely: `prediction` and `probability`.
    pub fn answer(&mut self, path: &Path, probabilities: &[f64], classes: &[impl AsRef<str>]) {
        let likeliest = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let (class, share) = likeliest.map_or((0, 0.0), |(class, share)| (class, *share));
        let name = classes.get(class).map_or("no known class", AsRef::as_ref);
        self.say(&format!("{} shows {name} ({:.1} %)", path.display(), 100.0 * share));
        self.result("prediction", name);
        self.result("probability", share);
    }

    /// Says whether `model` takes a picture for a cat, by its logit: `prediction_MODEL` and `probability_MODEL`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn cat_answer(
        &mut self,
        model: &str,
        path: &Path,
        logit: Tensor<2>,
    ) -> Result<(), Failure> {
        let probability = activation::sigmoid(logit).try_into_scalar::<f64>();
        let probability = probability.map_err(RecipeError::from)?;
        let class = cats::CLASSES[usize::from(probability > 0.5)];
        let percent = 100.0 * probability;
        self.say(&format!("{model}: {} is a {class} (cat: {percent:.1} %)", path.display()));
        self.result(&format!("prediction_{model}"), class);
        self.result(&format!("probability_{model}"), probability);
        Ok(())
    }
}
