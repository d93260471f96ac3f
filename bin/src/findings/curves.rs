//! How figures went while a model learnt, or over a setting.

use fireside_training::supervised::Curve;

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

impl Run {
    /// Draws lines over a common axis, `axes` names it and the other. Where none of them has two points, their values
    /// are said instead.
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

    /// Draws lines by `draw`, or says their values where each has but one.
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
        match values_at_one(x, y, lines) {
            Some(values) => {
                self.say(&format!("{title}: {values}; no picture, for one value is no curve."));
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

/// What lines of a single point each have there; none where one of them has two points.
fn values_at_one(x: &str, y: &str, lines: &[Series]) -> Option<String> {
    if lines.iter().any(|line| line.points.len() > 1) {
        return None;
    }
    let value = |line: &Series| match line.points.first() {
        Some((at, value)) => format!("{} {value:.4} at {x} {at}", line.name),
        None => format!("{} has none", line.name),
    };
    Some(format!("{y}: {}", lines.iter().map(value).collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_one_epoch_has_values_and_no_curve() {
        let one = Series::new("training set", vec![(1.0, 0.5)]);
        let none = Series::new("test set", Vec::new());
        let told = values_at_one("epoch", "cost", &[one.clone(), none]).unwrap();
        assert_eq!(told, "cost: training set 0.5000 at epoch 1, test set has none");
        let two = Series::new("test set", vec![(1.0, 0.5), (2.0, 0.4)]);
        assert_eq!(values_at_one("epoch", "cost", &[one, two]), None);
    }
}
