//! What networks cost, side by side.

use burn::tensor::Device;
use fireside_recipes::networks::{Cost, NetworkName, chosen, measure};
use fireside_vision::summary::thousands;

use crate::plot::{self, Kind, Series, Titles};
use crate::run::Run;
use crate::{Failure, interrupt};

impl Run {
    /// Measures the networks that are asked for, or one of each architecture, and says what each costs, with its layers
    /// where they are wanted, on images of so many rows and columns or of its own. Keeps all rows as `networks`, and
    /// draws what an image costs beside each other: `costs.png`. In a dry run it is one network.
    ///
    /// # Errors
    /// When the images are too small for a network, the device fails, the picture cannot be drawn or written, or
    /// Ctrl-C ended it early.
    pub fn network_costs(
        &mut self,
        asked: &[NetworkName],
        side: Option<usize>,
        with_layers: bool,
        device: &Device,
    ) -> Result<(), Failure> {
        self.say(&format!(
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
        if self.resumes() {
            self.say("Times compare within one run alone: all networks are measured anew.");
        }
        let mut costs = Vec::new();
        let networks = chosen(asked);
        let count = if self.folder().is_some() { networks.len() } else { 1 };
        let meter = self.voice().meter("costs", "networks", count);
        for (number, entry) in networks.iter().take(count).enumerate() {
            if interrupt::requested() {
                return Err(Failure::stopped(format!(
                    "stopped before {}; times compare within one run alone, so nothing is kept: \
                     start again",
                    entry.name
                )));
            }
            let dial = meter.dial();
            dial.note(entry.name.to_string());
            let done = |share: f64| dial.at(number as f64 + share);
            let (cost, layers) = measure(entry, side.unwrap_or(entry.side), device, done)?;
            self.say(&row(&cost));
            if with_layers {
                self.say(&layers.to_string());
            }
            costs.push(cost);
        }
        drop(meter);
        if costs.len() > 1 {
            self.draw_costs(&costs)?;
        }
        let rows = serde_json::to_value(costs);
        self.result("networks", rows.map_err(|error| Failure::Run(error.to_string()))?);
        Ok(())
    }

    fn draw_costs(&mut self, costs: &[Cost]) -> Result<(), Failure> {
        let point = |cost: &Cost| {
            let place = (cost.multiply_adds as f64 / 1e9, cost.forward_ms);
            Series::new(cost.name.clone(), vec![place])
        };
        let points: Vec<Series> = costs.iter().map(point).collect();
        let titles = Titles {
            title: "What an image costs, by network",
            x: "multiply-adds in thousand millions",
            y: "milliseconds forward",
        };
        self.picture("costs.png", &plot::points(titles, [Kind::Figure; 2], &points)?)
    }
}

fn row(cost: &Cost) -> String {
    format!(
        "{:>20} {:>5} {:>6} {:>12} {:>15} {:>11.1} {:>13.1} {:>11.0}",
        cost.name,
        cost.year,
        cost.side,
        thousands(cost.parameters as u64),
        thousands(cost.multiply_adds),
        cost.forward_ms,
        cost.step_ms,
        cost.memory_mib
    )
}
