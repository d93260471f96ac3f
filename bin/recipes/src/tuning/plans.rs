//! The searches for hyperparameters: where each draws its trials, and how long it trains them.

use fireside_search::halving::Halving;
use fireside_search::{
    Dimension, Direction, Point, Sampling, Search, SearchError, Space, Trial, ZoomError, zoom,
};
use serde::Serialize;

use super::space;
use crate::{RecipeError, counted};

/// One in so many trials survives a round of halving.
const ETA: usize = 3;
/// Trials of the coarse search that the fine one goes around.
pub const BEST: usize = 3;
/// The fine search goes this far beyond them on each scale.
const MARGIN: f64 = 0.03;

/// What a search does with its points.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Plan {
    /// Trains each as long as the other.
    Equal(Search),
    /// Trains all briefly and the better ones longer.
    Halving(Halving),
}

impl Plan {
    /// How many trainings that is.
    ///
    /// # Errors
    /// When it leaves nothing to train.
    pub fn trainings(&self) -> Result<usize, SearchError> {
        match self {
            Self::Equal(search) => Ok(search.trials()?.len()),
            Self::Halving(halving) => Ok(halving.rounds()?.iter().map(|round| round.trials).sum()),
        }
    }

    /// Says how many trials are trained in each round of halving, and for how many epochs; nothing where all are trained
    /// alike.
    ///
    /// # Errors
    /// When it leaves nothing to train.
    pub fn describe_rounds(&self) -> Result<Option<String>, SearchError> {
        let Self::Halving(halving) = self else { return Ok(None) };
        let rounds = halving.rounds()?;
        let round = rounds.iter().map(|round| {
            format!("{} for {}", round.trials, counted(round.budget as usize, "epoch"))
        });
        Ok(Some(format!("Halving: {}.", round.collect::<Vec<_>>().join(", "))))
    }

    /// The search, and the longest that one of its trials is trained.
    fn longest(&self) -> (&Search, u64) {
        match self {
            Self::Equal(search) => (search, search.budget),
            Self::Halving(halving) => {
                let rounds = halving.rounds().unwrap_or_default();
                (&halving.search, rounds.last().map_or(halving.search.budget, |round| round.budget))
            }
        }
    }
}

/// How far a search goes.
#[derive(Debug, Clone)]
pub struct Extent {
    /// Trials of the coarse search.
    pub trials: usize,
    /// Trials of the fine search.
    pub fine: usize,
    /// Epochs of each trial; with halving, of the last at most.
    pub epochs: usize,
    /// Seed of the points of the search, and of weights and mini-batches.
    pub seed: u32,
    /// Train all coarse trials briefly and only the better ones longer, by successive halving.
    pub halving: bool,
}

/// The searches of an extent, from coarse to fine.
#[derive(Debug, Clone)]
pub struct Plans {
    /// Where they search.
    pub space: Space,
    /// Everywhere in the space, at random.
    pub coarse: Plan,
    extent: Extent,
}

impl Plans {
    /// Plans them.
    ///
    /// # Errors
    /// When halving leaves nothing to train.
    pub fn new(extent: Extent) -> Result<Self, RecipeError> {
        let space = space()?;
        let search = Search {
            space: space.clone(),
            sampling: Sampling::Random { trials: extent.trials, seed: extent.seed },
            direction: Direction::HigherIsBetter,
            budget: extent.epochs as u64,
            first_number: 0,
        };
        if !extent.halving {
            return Ok(Self { space, coarse: Plan::Equal(search), extent });
        }
        // The first round gets what leaves the epochs asked for to the last one, or one epoch at least.
        let mut halving = Halving { search: Search { budget: 1, ..search }, eta: ETA };
        let last = halving.rounds()?.last().map_or(1, |round| round.budget);
        halving.search.budget = (extent.epochs as u64 / last).max(1);
        Ok(Self { space, coarse: Plan::Halving(halving), extent })
    }

    /// The part of the space around the best of the coarse trials.
    ///
    /// # Errors
    /// When there are none, or they are of another space.
    pub fn around(&self, best: &[&Point]) -> Result<Space, ZoomError> {
        zoom(&self.space, best, MARGIN)
    }

    /// Around the best, as long as the longest of the coarse trials: else the scores would not compare.
    pub fn fine(&self, narrow: Space) -> Plan {
        let seed = self.extent.seed.wrapping_add(1);
        let sampling = Sampling::Random { trials: self.extent.fine, seed };
        Plan::Equal(Search { space: narrow, ..self.search(sampling, self.extent.trials) })
    }

    /// The same number of trials on a grid of the two dimensions that the notes call the most important, the
    /// others in their middle.
    pub fn grid(&self) -> Plan {
        let trials = self.extent.trials;
        let betas = trials.isqrt();
        let count = |dimension: &Dimension| match dimension.name.as_str() {
            "learning_rate" => trials / betas,
            "beta" => betas,
            _ => 1,
        };
        let sampling =
            Sampling::Grid { points: self.space.dimensions().iter().map(count).collect() };
        Plan::Equal(self.search(sampling, trials + self.extent.fine))
    }

    /// One trial, from the middle of the space.
    ///
    /// # Errors
    /// None: there is such a point.
    pub fn middle(&self) -> Result<Trial, SearchError> {
        let points = vec![1; self.space.dimensions().len()];
        Ok(self.search(Sampling::Grid { points }, 0).trials()?.swap_remove(0))
    }

    fn search(&self, sampling: Sampling, first_number: usize) -> Search {
        let (search, budget) = self.coarse.longest();
        Search { sampling, budget, first_number, ..search.clone() }
    }
}

/// Names every dimension with its range.
pub fn describe(space: &Space) -> String {
    let ranges = space.dimensions().iter();
    let ranges = ranges.map(|Dimension { name, range }| format!("{} {range}", in_words(name)));
    ranges.collect::<Vec<_>>().join("; ")
}

/// What people call a dimension.
pub fn in_words(dimension: &str) -> String {
    match dimension {
        "l2" => "strength of L2".to_string(),
        "hidden" => "hidden units".to_string(),
        name => name.replace('_', " "),
    }
}
