//! What networks cost, side by side.

use fireside_recipes::networks::Cost;
use fireside_vision::summary::thousands;

use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

/// The table of what networks cost, said row by row while they are measured.
#[derive(Debug, Default)]
pub struct CostTable {
    costs: Vec<Cost>,
}

impl CostTable {
    /// Says what the columns are called.
    pub fn begin(run: &Run) -> Self {
        run.say(&format!(
            "{:>20} {:>5} {:>6} {:>12} {:>15} {:>11} {:>13} {:>11}",
            "network",
            "year",
            "side",
            "parameters",
            "multiply-adds",
            "forward ms",
            "step ms/image",
            "memory MiB"
        ));
        Self::default()
    }

    /// Says the row of a network.
    pub fn row(&mut self, run: &Run, cost: Cost) {
        run.say(&format!(
            "{:>20} {:>5} {:>6} {:>12} {:>15} {:>11.1} {:>13.1} {:>11.0}",
            cost.name,
            cost.year,
            cost.side,
            thousands(cost.parameters as u64),
            thousands(cost.multiply_adds),
            cost.forward_ms,
            cost.step_ms,
            cost.memory_mib
        ));
        self.costs.push(cost);
    }

    /// Keeps all rows as `networks`, and draws what an image costs: `costs.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn end(self, run: &mut Run) -> Result<(), Failure> {
        let point = |cost: &Cost| {
            let place = (cost.multiply_adds as f64 / 1e9, cost.forward_ms);
            Series::new(cost.name.clone(), vec![place])
        };
        let points: Vec<Series> = self.costs.iter().map(point).collect();
        let rows = serde_json::to_value(self.costs);
        run.result("networks", rows.map_err(|error| Failure::Run(error.to_string()))?);
        let titles = Titles {
            title: "What an image costs, by network",
            x: "multiply-adds in thousand millions",
            y: "milliseconds forward",
        };
        run.picture("costs.png", &plot::points(titles, &points)?)
    }
}
