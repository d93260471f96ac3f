//! How figures went while a model learnt, or over a setting.

use fireside_training::supervised::Curve;

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

impl Run {
    /// Draws lines over a common axis, `axes` names it and the other.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn curves(
        &mut self,
        file: &str,
        title: &str,
        axes: [&str; 2],
        lines: &[Series],
    ) -> Result<(), Failure> {
        let [x, y] = axes;
        self.picture(file, &plot::lines(Titles { title, x, y }, lines)?)
    }

    /// Draws cost and accuracy of both sets over the epochs of a training, below these titles: `costs.png` and
    /// `accuracies.png`.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn epoch_curves(&mut self, titles: [&str; 2], curve: &Curve) -> Result<(), Failure> {
        let [cost, accuracy] = titles;
        let costs = [
            Series::of_epochs("train", curve, |point| point.train.loss),
            Series::of_epochs("test", curve, |point| point.held_out.loss),
        ];
        self.curves("costs.png", cost, ["epoch", "cost"], &costs)?;
        let shares = [
            Series::of_epochs("train", curve, |point| point.train.accuracy),
            Series::of_epochs("test", curve, |point| point.held_out.accuracy),
        ];
        self.curves("accuracies.png", accuracy, ["epoch", "share right"], &shares)
    }
}
