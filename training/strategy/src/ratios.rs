//! How large train, dev and test set should be.
//!
//! Course 2, "Train/dev/test sets"; course 3, "Size of dev and test sets".

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::StrategyError;
use crate::number::percent;

/// The shares of the sets; they sum to 1. Only the training set must not be empty: without hyperparameters to
/// tune no dev set is needed, and in some cases no test set.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 3]", into = "[f64; 3]")]
pub struct Ratios {
    /// Share to train on, above 0.
    pub train: f64,
    /// Share to tune hyperparameters and choose models on.
    pub dev: f64,
    /// Share to judge the chosen model on, once.
    pub test: f64,
}

impl From<[f64; 3]> for Ratios {
    fn from([train, dev, test]: [f64; 3]) -> Self {
        Self { train, dev, test }
    }
}

impl From<Ratios> for [f64; 3] {
    fn from(ratios: Ratios) -> Self {
        [ratios.train, ratios.dev, ratios.test]
    }
}

/// As in `60/20/20`, in percent.
impl fmt::Display for Ratios {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shares = <[f64; 3]>::from(*self).map(|share| percent(share).replace(" %", ""));
        f.write_str(&shares.join("/"))
    }
}

/// The ratios that the course advises for so many examples.
///
/// Dev and test set get a fifth each, but no more than 10,000 examples, for that many tell models apart whose
/// error differs by a few tenths of a point; beyond four million examples, 0.25 % each. This gives the
/// course's 60/20/20 for up to 10,000 examples, 98/1/1 for a million, and 99.5/0.25/0.25 for more.
#[must_use]
pub fn advised_ratios(examples: usize) -> Ratios {
    let share = (10_000.0 / examples.max(1) as f64).clamp(0.0025, 0.2);
    Ratios { train: 1.0 - 2.0 * share, dev: share, test: share }
}

/// The most examples shared out; products of more with a share are not exact enough.
const MAX_EXAMPLES: usize = 1_000_000_000;

/// Returns how many examples train, dev and test set get: rounded down, the rest to the largest remainders.
///
/// # Errors
/// When the ratios are no shares or do not sum to 1, a set with a share would be empty, or there are more than a
/// billion examples.
pub fn set_sizes(examples: usize, ratios: Ratios) -> Result<[usize; 3], StrategyError> {
    if examples > MAX_EXAMPLES {
        let (found, limit) = (examples, MAX_EXAMPLES);
        return Err(StrategyError::TooMany { found, what: "examples", limit });
    }
    let shares = <[f64; 3]>::from(ratios);
    let sum: f64 = shares.iter().sum();
    let in_range = shares.iter().all(|share| (0.0..=1.0).contains(share)) && ratios.train > 0.0;
    if !in_range || (sum - 1.0).abs() > 1e-9 {
        let given = shares.map(|share| share.to_string()).join(", ");
        return Err(StrategyError::Ratios { given, sum: (sum * 1e9).round() / 1e9 });
    }
    // The product of a decimal share may lie a hair below the whole number it stands for.
    let exact = shares.map(|share| share * examples as f64 + 1e-6);
    let mut sizes = exact.map(|size| size as usize);
    let mut places = [0, 1, 2];
    places.sort_by(|&a, &b| exact[b].fract().total_cmp(&exact[a].fract()));
    let missing = examples.saturating_sub(sizes.iter().sum());
    places.iter().take(missing).for_each(|&place| sizes[place] += 1);
    for (place, set) in ["training", "dev", "test"].into_iter().enumerate() {
        if shares[place] > 0.0 && sizes[place] == 0 {
            return Err(StrategyError::EmptySet { set, share: shares[place], examples });
        }
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advised_ratios_are_those_of_the_course() {
        for (count, expected) in [
            (100, "60/20/20"),
            (10_000, "60/20/20"),
            (1_000_000, "98/1/1"),
            (4_000_000, "99.5/0.25/0.25"),
            (10_000_000, "99.5/0.25/0.25"),
        ] {
            assert_eq!(advised_ratios(count).to_string(), expected, "{count}");
        }
        assert_eq!(advised_ratios(0), advised_ratios(1));
    }
}
