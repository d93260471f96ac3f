//! Ways to learn a task from few pictures, side by side.

use fireside_recipes::signs_transfer::{Spread, Way};

use super::{Cell, Table};
use crate::Failure;
use crate::plot::Series;
use crate::run::Run;

/// The test accuracy of each way to learn, said row by row while they are tried.
#[derive(Debug)]
pub struct WaysTable {
    table: Table,
    lines: [Series; Way::ALL.len()],
}

impl WaysTable {
    /// Says what the columns are called.
    pub fn begin(run: &Run) -> Self {
        let columns = Way::ALL.iter().map(|way| (way.name(), 14));
        let table = Table::begin(run, [("     of each", 12)].into_iter().chain(columns));
        Self { table, lines: Way::ALL.map(|way| Series::new(way.name(), Vec::new())) }
    }

    /// Says mean and standard deviation, in percent, of each way to learn from `count` pictures, in their order, and
    /// keeps the means as `test_accuracy_WAY_COUNT`.
    pub fn row(&mut self, run: &mut Run, count: usize, found: &[(f64, Spread)]) {
        let mut row = vec![Cell::said(format!("{count:>12}"))];
        let ways = Way::ALL.into_iter().zip(&mut self.lines);
        for ((way, line), &(mean, Spread { deviation, least, most })) in ways.zip(found) {
            line.points.push((count as f64, mean));
            line.spread.push([least, most]);
            let cell = Cell::said(format!("{mean:.1} ± {deviation:.1}"));
            row.push(cell.keeping(format!("test_accuracy {} {count}", way.name()), mean));
        }
        self.table.row(run, row);
    }

    /// Draws the means over the pictures, and the least and the most that each is of: `accuracy-by-pictures.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn end(self, run: &mut Run) -> Result<(), Failure> {
        let axes = ["pictures of each to learn from", "test accuracy in %"];
        let title = "4 or 5 fingers, by a net that knows 0 to 3: mean, least and most";
        run.accuracy_curves("accuracy-by-pictures.png", title, axes, &self.lines)
    }
}
