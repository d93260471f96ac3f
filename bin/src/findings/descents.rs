//! How optimisers descend, and how their learning rates fall.

use burn::tensor::Tensor;
use fireside_recipes::schedules::Rates;
use fireside_recipes::trained::Card;
use fireside_recipes::{bowl, counted};
use fireside_training::history::History;

use super::Boundaries;
use crate::Failure;
use crate::plot::{self, Series, Titles};
use crate::run::Run;

impl Run {
    /// Draws paths down an elongated bowl.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn bowl(
        &mut self,
        file: &str,
        title: &str,
        paths: impl IntoIterator<Item = (&'static str, bowl::Path)>,
    ) -> Result<(), Failure> {
        let paths = paths.into_iter().map(|(name, points)| Series::new(name, points));
        let paths: Vec<Series> = paths.collect();
        let titles = Titles { title, x: "w1", y: "w2" };
        self.picture(file, &plot::paths(titles, &bowl::levels(), &paths)?)
    }

    /// Draws how learning rates fall by some schedules, such as `the course's schedules`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn schedules(
        &mut self,
        file: &str,
        whose: &str,
        schedules: Vec<(&'static str, Rates)>,
    ) -> Result<(), Failure> {
        let lines = schedules.into_iter().map(|(name, rates)| Series::new(name, rates));
        let title = format!("How the learning rate falls: {whose}");
        self.curves(file, &title, ["epochs done", "learning rate"], &lines.collect::<Vec<_>>())
    }

    /// Says after how many updates early stopping found its best network, keeps it as `early_stopping_completed`, and
    /// describes the network.
    ///
    /// # Errors
    /// As [`Run::describe`].
    pub fn stopped_early(&mut self, updates: usize, card: &Card) -> Result<(), Failure> {
        self.say(&format!("Early stopping: the best was after {}.", counted(updates, "update")));
        self.result("early_stopping_completed", updates);
        self.describe("early-stopping", card)
    }

    /// Says what an optimiser came to, by its name and when its rate falls, keeps it as `accuracy_KEY` and `cost_KEY`,
    /// and adds its network to the boundaries.
    ///
    /// # Errors
    /// When the device fails.
    pub fn optimized(
        &mut self,
        [name, when, key]: [&str; 3],
        rate: f64,
        history: &History,
        panels: &mut Boundaries<'_>,
        logits: impl Fn(Tensor<2>) -> Tensor<2>,
    ) -> Result<(), Failure> {
        let percent = 100.0 * panels.share(&logits)?;
        let cost = history.last_cost().unwrap_or(f64::NAN);
        self.say(&format!(
            "{name:16} rate {rate:<6} {when:17} cost {cost:.6} accuracy {percent:.2} %"
        ));
        self.result(&format!("accuracy_{key}"), percent);
        self.result(&format!("cost_{key}"), cost);
        panels.add(format!("{name}, {when}: {percent:.1} %"), logits)
    }
}
