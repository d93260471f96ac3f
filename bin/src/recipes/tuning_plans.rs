//! The searches of the tuning program: where each draws its trials, and how long it trains them.

use fireside_search::halving::Halving;
use fireside_search::{Dimension, Direction, Sampling, Search, Space};

use crate::Failure;
use crate::searching::Plan;

/// One in so many trials survives a round of halving.
const ETA: usize = 3;

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

/// Everywhere in the space, at random.
///
/// # Errors
/// When halving leaves nothing to train.
pub fn coarse(extent: &Extent, space: &Space) -> Result<Plan, Failure> {
    let sampling = Sampling::Random { trials: extent.trials, seed: extent.seed };
    let search = Search {
        space: space.clone(),
        sampling,
        direction: Direction::HigherIsBetter,
        budget: extent.epochs as u64,
        first_number: 0,
    };
    if !extent.halving {
        return Ok(Plan::Equal(search));
    }
    // The first round gets what leaves the epochs asked for to the last one, or one epoch at least.
    let mut halving = Halving { search: Search { budget: 1, ..search }, eta: ETA };
    let last = halving.rounds()?.last().map_or(1, |round| round.budget);
    halving.search.budget = (extent.epochs as u64 / last).max(1);
    Ok(Plan::Halving(halving))
}

/// Around the best, as long as the longest of the coarse trials: else the scores would not compare.
pub fn fine(extent: &Extent, coarse: &Plan, narrow: Space) -> Plan {
    let (search, budget) = longest(coarse);
    Plan::Equal(Search {
        space: narrow,
        sampling: Sampling::Random { trials: extent.fine, seed: extent.seed.wrapping_add(1) },
        budget,
        first_number: extent.trials,
        ..search.clone()
    })
}

/// The same number of trials on a grid of the two dimensions that the notes call the most important, the
/// others in their middle.
pub fn grid(extent: &Extent, coarse: &Plan, space: &Space) -> Plan {
    let betas = extent.trials.isqrt();
    let count = |dimension: &Dimension| match dimension.name.as_str() {
        "learning_rate" => extent.trials / betas,
        "beta" => betas,
        _ => 1,
    };
    let (search, budget) = longest(coarse);
    Plan::Equal(Search {
        space: space.clone(),
        sampling: Sampling::Grid { points: space.dimensions().iter().map(count).collect() },
        budget,
        first_number: extent.trials + extent.fine,
        ..search.clone()
    })
}

/// Returns a plan's search, and the longest that one of its trials is trained.
pub fn longest(plan: &Plan) -> (&Search, u64) {
    match plan {
        Plan::Equal(search) => (search, search.budget),
        Plan::Halving(halving) => {
            let rounds = halving.rounds().unwrap_or_default();
            (&halving.search, rounds.last().map_or(halving.search.budget, |round| round.budget))
        }
    }
}

/// Names every dimension with its range.
pub fn describe(space: &Space) -> String {
    let ranges = space.dimensions().iter();
    let ranges = ranges.map(|Dimension { name, range }| format!("{name} {range}"));
    ranges.collect::<Vec<_>>().join("; ")
}
