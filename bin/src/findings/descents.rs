//! How optimisers descend, and how their learning rates fall.

use fireside_recipes::bowl;
use fireside_recipes::schedules::Rates;

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

    /// Draws how learning rates fall.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn schedules(
        &mut self,
        file: &str,
        title: &str,
        schedules: Vec<(&'static str, Rates)>,
    ) -> Result<(), Failure> {
        let lines = schedules.into_iter().map(|(name, rates)| Series::new(name, rates));
        self.curves(file, title, ["epoch", "learning rate"], &lines.collect::<Vec<_>>())
    }
}
