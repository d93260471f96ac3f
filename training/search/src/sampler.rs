//! Which points to try: at random, or on a grid.

use serde::{Deserialize, Serialize};

use crate::point::Point;
use crate::space::{Range, Space};
use fireside_numpy_rng::NumpyRng;

/// No search tries more points than this.
pub const MAX_TRIALS: usize = 100_000;

/// How the points of a search are chosen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sampling {
    /// At random, as one should; see [`random`].
    Random {
        /// How many points.
        trials: usize,
        /// Seed of the draws.
        seed: u32,
    },
    /// Every combination; see [`grid`].
    Grid {
        /// How many values of each dimension, in the order of the space.
        points: Vec<usize>,
    },
}

/// Why no points can be chosen.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplingError {
    /// A search of nothing.
    #[error("a search of 0 trials finds nothing: it needs at least one")]
    NoTrials,
    /// More points than anyone waits for.
    #[error("a search of {trials} trials is too large: {MAX_TRIALS} are the most")]
    TooManyTrials {
        /// How many were asked for.
        trials: u128,
    },
    /// A grid for a space of other dimensions.
    #[error("the grid counts the values of {found} dimensions, and the space has {expected}")]
    OtherDimensions {
        /// Dimensions of the space.
        expected: usize,
        /// Dimensions of the grid.
        found: usize,
    },
    /// A dimension without a value.
    #[error("the grid has 0 values of {name}: it needs at least one")]
    NoValues {
        /// The dimension.
        name: String,
    },
}

impl Sampling {
    /// Returns the points of `space` in the order of their trials.
    ///
    /// # Errors
    /// [`SamplingError`] when there are none or too many.
    pub fn points(&self, space: &Space) -> Result<Vec<Point>, SamplingError> {
        match self {
            Self::Random { trials, seed } => random(space, *trials, *seed),
            Self::Grid { points } => grid(space, points),
        }
    }
}

/// Draws points at random, each dimension on its own scale.
///
/// All are drawn from one stream before the first is tried, so that no point depends on how many workers
/// there are or on which of them is done first. A longer search begins with the points of a shorter one.
///
/// # Errors
/// [`SamplingError`] when there are none or too many.
pub fn random(space: &Space, trials: usize, seed: u32) -> Result<Vec<Point>, SamplingError> {
    check_trials(trials as u128)?;
    let mut rng = NumpyRng::new(seed);
    Ok((0..trials).map(|_| space.point(|range| range.at(rng.random_sample()))).collect())
}

/// Returns every combination of so many values of each dimension, spread evenly over its scale from end to
/// end; a single one is the middle. The last dimension moves first.
///
/// For contrast: of 25 points on a grid over two dimensions, a dimension that matters sees 5 values; of 25
/// random ones it sees 25.
///
/// # Errors
/// [`SamplingError`] when the counts do not fit the space or there are too many points.
pub fn grid(space: &Space, counts: &[usize]) -> Result<Vec<Point>, SamplingError> {
    let dimensions = space.dimensions();
    if counts.len() != dimensions.len() {
        let (expected, found) = (dimensions.len(), counts.len());
        return Err(SamplingError::OtherDimensions { expected, found });
    }
    let mut trials: u128 = 1;
    for (dimension, &count) in dimensions.iter().zip(counts) {
        let count = number_of_values(&dimension.range, count);
        if count == 0 {
            return Err(SamplingError::NoValues { name: dimension.name.clone() });
        }
        trials = trials.saturating_mul(count as u128);
    }
    check_trials(trials)?;
    let points = (0..trials as usize).map(|number| {
        // The digits of the number, with a base for each dimension, are the places on the axes.
        let mut remaining = trials as usize;
        let mut counts = counts.iter();
        space.point(|range| {
            let count = number_of_values(range, counts.next().copied().unwrap_or(1));
            remaining /= count;
            value_on_axis(range, number / remaining % count, count)
        })
    });
    Ok(points.collect())
}

/// A range of few values has no more of them for being asked.
fn number_of_values(range: &Range, asked: usize) -> usize {
    range.count().map_or(asked, |there_are| asked.min(there_are))
}

/// The value at `place` out of `count` along the range.
fn value_on_axis(range: &Range, place: usize, count: usize) -> super::Value {
    let share = if count > 1 { place as f64 / (count - 1) as f64 } else { 0.5 };
    match range.count() {
        None => range.at(share),
        Some(there_are) => range.nth((share * (there_are - 1) as f64).floor() as usize),
    }
}

fn check_trials(trials: u128) -> Result<(), SamplingError> {
    match trials {
        0 => Err(SamplingError::NoTrials),
        _ if trials > MAX_TRIALS as u128 => Err(SamplingError::TooManyTrials { trials }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dimension, Value};

    fn space(range: Range) -> Space {
        Space::new(vec![Dimension::new("x", range)]).unwrap()
    }

    fn numbers(range: Range, count: usize) -> Vec<f64> {
        let points = random(&space(range), count, 7).unwrap();
        points.iter().map(|point| point.number("x").unwrap()).collect()
    }

    fn share(numbers: &[f64], within: impl Fn(f64) -> bool) -> f64 {
        numbers.iter().filter(|&&number| within(number)).count() as f64 / numbers.len() as f64
    }

    /// A share of 1/4 of 10,000 draws has a standard deviation of 0.0043; a uniform draw would have put 0.9
    /// of them into the last decade.
    #[test]
    fn log_uniform_gives_every_decade_its_share() {
        let drawn = numbers(Range::LogUniform { low: 1e-4, high: 1.0 }, 10_000);
        for decade in [1e-4, 1e-3, 1e-2, 1e-1] {
            let found = share(&drawn, |x| (decade..10.0 * decade).contains(&x));
            assert!((found - 0.25).abs() < 0.013, "{decade}: {found}");
        }
    }

    #[test]
    fn uniform_gives_every_quarter_its_share() {
        let drawn = numbers(Range::Uniform { low: -1.0, high: 3.0 }, 10_000);
        for low in [-1.0, 0.0, 1.0, 2.0] {
            let found = share(&drawn, |x| (low..low + 1.0).contains(&x));
            assert!((found - 0.25).abs() < 0.013, "{low}: {found}");
        }
    }

    /// As many draws average over 10 to 100 values as over 100 to 1000, and all in between occur: `randint`
    /// would give two values only.
    #[test]
    fn beta_is_denser_towards_1_and_continuous() {
        let drawn = numbers(Range::OneMinusLogUniform { low: 0.9, high: 0.999 }, 10_000);
        assert!(drawn.iter().all(|beta| (0.9..=0.999).contains(beta)));
        let found = share(&drawn, |beta| beta < 0.99);
        assert!((found - 0.5).abs() < 0.015, "{found}");
        for tenth in 0..20 {
            let low = 1.0 - 10_f64.powf(-1.0 - 0.1 * f64::from(tenth));
            let high = 1.0 - 10_f64.powf(-1.0 - 0.1 * f64::from(tenth + 1));
            let found = share(&drawn, |beta| (low..high).contains(&beta));
            assert!((found - 0.05).abs() < 0.007, "{low}: {found}");
        }
    }

    #[test]
    fn whole_numbers_reach_both_ends_and_every_value_is_as_likely() {
        let drawn = numbers(Range::Integer { low: 50, high: 100, step: 10 }, 10_000);
        for value in [50.0, 60.0, 70.0, 80.0, 90.0, 100.0] {
            let found = share(&drawn, |x| x == value);
            assert!((found - 1.0 / 6.0).abs() < 0.012, "{value}: {found}");
        }
    }

    #[test]
    fn every_choice_is_as_likely() {
        let points = random(&space(Range::choice(["a", "b", "c"])), 10_000, 7).unwrap();
        for choice in ["a", "b", "c"] {
            let found = points.iter().filter(|point| point.text("x") == Ok(choice)).count();
            assert!(found.abs_diff(3333) < 150, "{choice}: {found}");
        }
    }

    #[test]
    fn longer_search_begins_with_the_points_of_a_shorter_one() {
        let space = space(Range::Uniform { low: 0.0, high: 1.0 });
        let long = random(&space, 30, 5).unwrap();
        assert_eq!(long[..10], random(&space, 10, 5).unwrap());
        assert_ne!(long[..10], random(&space, 10, 6).unwrap());
    }

    #[test]
    fn grid_enumerates_every_combination_once_and_the_last_dimension_first() {
        let space = Space::new(vec![
            Dimension::new("rate", Range::Uniform { low: 0.0, high: 1.0 }),
            Dimension::new("units", Range::Integer { low: 10, high: 50, step: 10 }),
            Dimension::new("optimizer", Range::choice(["a", "b"])),
        ])
        .unwrap();
        let points = grid(&space, &[3, 2, 9]).unwrap();
        let expected = [0.0, 0.5, 1.0].into_iter().flat_map(|rate| {
            [(10, "a"), (10, "b"), (50, "a"), (50, "b")].map(|(units, name)| (rate, units, name))
        });
        let found = points.iter().map(|point| {
            let units = point.integer("units").unwrap();
            (point.number("rate").unwrap(), units, point.text("optimizer").unwrap())
        });
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }

    #[test]
    fn grid_of_one_value_takes_the_middle_of_each_scale() {
        let space = Space::new(vec![
            Dimension::new("rate", Range::LogUniform { low: 1e-4, high: 1.0 }),
            Dimension::new("units", Range::integers(1, 5)),
        ])
        .unwrap();
        let points = grid(&space, &[1, 1]).unwrap();
        assert_eq!(points.len(), 1);
        assert!((points[0].number("rate").unwrap() - 0.01).abs() < 1e-15);
        assert_eq!(points[0].value("units"), Ok(&Value::Integer(3)));
    }

    #[test]
    fn numbers_of_points_that_cannot_be_are_refused() {
        let space = space(Range::Uniform { low: 0.0, high: 1.0 });
        assert_eq!(random(&space, 0, 1), Err(SamplingError::NoTrials));
        assert!(matches!(random(&space, usize::MAX, 1), Err(SamplingError::TooManyTrials { .. })));
        assert!(matches!(grid(&space, &[usize::MAX]), Err(SamplingError::TooManyTrials { .. })));
        assert_eq!(grid(&space, &[0]), Err(SamplingError::NoValues { name: "x".to_string() }));
        let error = grid(&space, &[2, 2]);
        assert_eq!(error, Err(SamplingError::OtherDimensions { expected: 1, found: 2 }));
    }
}
