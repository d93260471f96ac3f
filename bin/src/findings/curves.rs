//! How figures went while a model learnt, or over a setting.

use fireside_report::lines::in_words;
use fireside_training::supervised::Curve;

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

impl Run {
    /// Draws lines over a common axis, `axes` names it and the other. Where none of them has two points, or all are at
    /// one level, their values are said instead.
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
        self.curves_by(plot::lines, file, title, axes, lines)
    }

    /// As [`Run::curves`], of percentages.
    ///
    /// # Errors
    /// As [`Run::curves`].
    pub fn accuracy_curves(
        &mut self,
        file: &str,
        title: &str,
        axes: [&str; 2],
        lines: &[Series],
    ) -> Result<(), Failure> {
        self.curves_by(plot::percentages, file, title, axes, lines)
    }

    /// As [`Run::curves`], by their magnitudes: the vertical axis is logarithmic.
    ///
    /// # Errors
    /// As [`Run::curves`].
    pub fn magnitude_curves(
        &mut self,
        file: &str,
        title: &str,
        axes: [&str; 2],
        lines: &[Series],
    ) -> Result<(), Failure> {
        self.curves_by(plot::lines_by_magnitude, file, title, axes, lines)
    }

    /// Draws lines by `draw`, or says their values where they make no diagram.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub(super) fn curves_by(
        &mut self,
        draw: fn(Titles<'_>, &[Series]) -> Result<Vec<u8>, Failure>,
        file: &str,
        title: &str,
        [x, y]: [&str; 2],
        lines: &[Series],
    ) -> Result<(), Failure> {
        let named: Vec<_> = lines.iter().map(|line| (&*line.name, &line.points[..])).collect();
        match in_words(title, [x, y], &named) {
            Some(words) => {
                self.say(&words);
                Ok(())
            }
            None => self.picture(file, &draw(Titles { title, x, y }, lines)?),
        }
    }

    /// Draws cost and accuracy of both sets over the epochs of a training, below these titles: `costs.png` and
    /// `accuracies.png`.
    ///
    /// # Errors
    /// When a picture cannot be drawn or written.
    pub fn epoch_curves(&mut self, titles: [&str; 2], curve: &Curve) -> Result<(), Failure> {
        let [cost, accuracy] = titles;
        let costs = [
            Series::of_epochs("training set", curve, |point| point.train.loss),
            Series::of_epochs("test set", curve, |point| point.held_out.loss),
        ];
        self.curves("costs.png", cost, ["epoch", "cost"], &costs)?;
        let shares = [
            Series::of_epochs("training set", curve, |point| point.train.accuracy).in_percent(),
            Series::of_epochs("test set", curve, |point| point.held_out.accuracy).in_percent(),
        ];
        self.accuracy_curves("accuracies.png", accuracy, ["epoch", "accuracy in %"], &shares)
    }
}
