//! Two models that learn the same, side by side.

use fireside_training::supervised::Curve;

use crate::Failure;
use crate::plot::Series;
use crate::run::Run;

impl Run {
    /// Draws over the epochs how much several models get right of what they learn and of what is `held_out`, such as
    /// `test`: `accuracies.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn rival_curves(
        &mut self,
        title: &str,
        held_out: &str,
        models: &[(&str, &Curve)],
    ) -> Result<(), Failure> {
        let axes = ["epoch", "accuracy in %"];
        self.accuracy_curves("accuracies.png", title, axes, &rivals(held_out, models))
    }
}

/// How much several models get right, in percent, over the epochs: two lines for each, of what it learns and of what is `held_out`.
pub fn rivals(held_out: &str, models: &[(&str, &Curve)]) -> Vec<Series> {
    let lines = models.iter().flat_map(|(name, curve)| {
        let train = format!("{name}, training set");
        let other = format!("{name}, {held_out} set");
        [
            Series::of_epochs(train, curve, |point| point.train.accuracy).in_percent(),
            Series::of_epochs(other, curve, |point| point.held_out.accuracy).in_percent(),
        ]
    });
    lines.collect()
}
