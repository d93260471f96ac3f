//! Plain and residual networks of several depths.

use fireside_training::supervised::Curve;

use super::{Cell, Table};
use crate::Failure;
use crate::plot::Series;
use crate::run::Run;

/// The errors of networks, said row by row while they are trained.
#[derive(Debug)]
pub struct DepthTable {
    table: Table,
    lines: Vec<Series>,
}

impl DepthTable {
    /// Says what the columns are called.
    pub fn begin(run: &Run) -> Self {
        let columns = [("network", 12), ("train error %", 14), ("test error %", 14)];
        Self { table: Table::begin(run, columns), lines: Vec::new() }
    }

    /// Says the errors of a network after its last epoch, in percent, and keeps them: `train_error_NAME` and
    /// `test_error_NAME`; `called` names its line.
    pub fn row(&mut self, run: &mut Run, [name, called]: [&str; 2], curve: &Curve) {
        let percent = |share: f64| 100.0 * (1.0 - share);
        if let Some(last) = curve.last() {
            let [learnt, tested] = [last.train, last.held_out].map(|set| percent(set.accuracy));
            let learnt = Cell::figure(format!("train_error_{name}"), learnt, 2);
            let tested = Cell::figure(format!("test_error_{name}"), tested, 2);
            self.table.row(run, [Cell::said(name), learnt, tested]);
        }
        self.lines.push(Series::of_epochs(called, curve, |point| percent(point.train.accuracy)));
    }

    /// Draws how the training errors went: `plain-and-residual.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn end(self, run: &mut Run) -> Result<(), Failure> {
        let axes = ["epoch", "training error in %"];
        run.accuracy_curves(
            "plain-and-residual.png",
            "Plain and residual networks",
            axes,
            &self.lines,
        )
    }
}
