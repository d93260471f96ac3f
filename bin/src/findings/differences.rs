//! How far results by hand are from autodiff's, from the layers' and from differences of the cost.

use fireside_recipes::by_hand::Difference;
use fireside_recipes::deep::BothGradients;
use fireside_report::text::significant;

use crate::Failure;
use crate::run::Run;

/// The least width of the column with the names.
const LEAST_WIDTH: usize = 40;
/// Entries of each gradient that are printed side by side.
const SHOWN: usize = 3;

impl Run {
    /// Says every difference in a row of a table, and keeps the worst: `worst_difference`.
    ///
    /// # Errors
    /// When one is not below `tolerance`.
    pub fn differences(&mut self, found: &[Difference], tolerance: f64) -> Result<(), Failure> {
        let length = |found: &Difference| found.what.chars().count();
        let width = found.iter().map(length).max().unwrap_or(0).max(LEAST_WIDTH);
        let title = "By hand, relative difference from";
        self.say(&format!("{title:width$} {:>10} {:>10}", "autodiff", "layers"));
        let mut worst = 0.0_f64;
        for Difference { what, autodiff, layers } in found {
            let [of_autodiff, of_layers] = [*autodiff, *layers].map(|apart| significant(apart, 2));
            self.say(&format!("{what:width$} {of_autodiff:>10} {of_layers:>10}"));
            worst = worst.max(*autodiff).max(*layers);
        }
        self.result("worst_difference", worst);
        match worst < tolerance {
            true => Ok(()),
            false => {
                let apart = significant(worst, 2);
                Err(Failure::Run(format!("results by hand differ by {apart}")))
            }
        }
    }

    /// Says the first entries of every gradient by hand and by autodiff side by side, and keeps how far apart the worst
    /// pair is: `gradient_difference`.
    ///
    /// # Errors
    /// When that is not below `tolerance`.
    pub fn gradients_both_ways(
        &mut self,
        gradients: &[BothGradients],
        tolerance: f64,
    ) -> Result<(), Failure> {
        let mut worst = 0.0_f64;
        for gradient in gradients {
            let difference = gradient.difference();
            worst = worst.max(difference);
            let apart = significant(difference, 2);
            self.say(&format!("{}: relative difference {apart}", gradient.name));
            let entries = gradient.by_hand.iter().zip(&gradient.by_autodiff);
            for (hand, autodiff) in entries.take(SHOWN) {
                self.say(&format!("    by hand {hand:>14.9}    autodiff {autodiff:>14.9}"));
            }
        }
        self.result("gradient_difference", worst);
        match worst < tolerance {
            true => Ok(()),
            false => {
                let apart = significant(worst, 2);
                Err(Failure::Run(format!("the gradients differ by {apart}")))
            }
        }
    }
}
