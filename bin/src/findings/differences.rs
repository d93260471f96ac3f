//! How far results by hand are from autodiff's and from the layers'.

use fireside_recipes::by_hand::Difference;

use crate::Failure;
use crate::run::Run;

/// The least width of the column with the names.
const LEAST_WIDTH: usize = 40;

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
            self.say(&format!("{what:width$} {autodiff:>10.1e} {layers:>10.1e}"));
            worst = worst.max(*autodiff).max(*layers);
        }
        self.result("worst_difference", worst);
        match worst < tolerance {
            true => Ok(()),
            false => Err(Failure::Run(format!("results by hand differ by {worst:.1e}"))),
        }
    }
}
