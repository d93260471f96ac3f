//! From coarse to fine: a smaller space around the points that did best.

use crate::point::{Point, PointError, Value};
use crate::space::{Dimension, Range, Space, SpaceError};

/// Why there is nothing to zoom in on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ZoomError {
    /// No point did well.
    #[error("there is no point to search around")]
    NoPoints,
    /// The margin is no share of a range.
    #[error("the margin is {0}: it must be in 0..=1")]
    Margin(f64),
    /// A point lacks a dimension.
    #[error(transparent)]
    Point(#[from] PointError),
    /// A point is of another space.
    #[error("{name} is {value}, outside the space")]
    Outside {
        /// The dimension.
        name: String,
        /// The value.
        value: Value,
    },
    /// The smaller space is none.
    #[error(transparent)]
    Space(#[from] SpaceError),
}

/// Returns the part of `space` that holds the `best` points.
///
/// In each dimension, on its own scale: from the smallest to the largest of their values, wider by `margin`
/// times the old range on either side (a share in 0..=1; whole numbers round it to steps), and never wider
/// than the old range. Of choices, those among the best stay. A dimension whose best values lie all over it
/// hardly shrinks: it matters little, and there is no reason to give half of it up.
///
/// # Errors
/// [`ZoomError`] when there are no points, or they are not of this space.
pub fn zoom(space: &Space, best: &[&Point], margin: f64) -> Result<Space, ZoomError> {
    if best.is_empty() {
        return Err(ZoomError::NoPoints);
    }
    if !(0.0..=1.0).contains(&margin) {
        return Err(ZoomError::Margin(margin));
    }
    let dimensions = space.dimensions().iter().map(|dimension| {
        let range = around(dimension, best, margin)?;
        Ok(Dimension::new(dimension.name.clone(), range))
    });
    Ok(Space::new(dimensions.collect::<Result<_, ZoomError>>()?)?)
}

fn around(dimension: &Dimension, best: &[&Point], margin: f64) -> Result<Range, ZoomError> {
    let Dimension { name, range } = dimension;
    let values = best.iter().map(|point| point.value(name)).collect::<Result<Vec<_>, _>>()?;
    let outside = |value: &Value| ZoomError::Outside { name: name.clone(), value: value.clone() };
    if range.ends().is_some() {
        let shares = values.iter().map(|value| range.share_of(value).ok_or_else(|| outside(value)));
        let shares = shares.collect::<Result<Vec<_>, _>>()?;
        let low = shares.iter().copied().fold(1.0, f64::min) - margin;
        let high = shares.iter().copied().fold(0.0, f64::max) + margin;
        let end = |share: f64| range.at(share.clamp(0.0, 1.0)).as_number();
        return Ok(match (end(low), end(high)) {
            (Some(low), Some(high)) => range.between(low, high.max(low)),
            _ => range.clone(),
        });
    }
    let places = values.iter().map(|value| range.index_of(value).ok_or_else(|| outside(value)));
    let places = places.collect::<Result<Vec<_>, _>>()?;
    Ok(match range {
        Range::Integer { low, high, step } => {
            let last = (high - low) / step;
            let wider = (margin * last as f64).round() as i64;
            let smallest = places.iter().copied().min().unwrap_or(0) as i64;
            let largest = places.iter().copied().max().unwrap_or(0) as i64;
            Range::Integer {
                low: low + step * (smallest - wider).max(0),
                high: low + step * (largest + wider).min(last),
                step: *step,
            }
        }
        Range::Choice { values } => {
            let kept = values.iter().enumerate().filter(|(place, _)| places.contains(place));
            Range::Choice { values: kept.map(|(_, value)| value.clone()).collect() }
        }
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    fn space() -> Space {
        Space::new(vec![
            Dimension::new("rate", Range::LogUniform { low: 1e-4, high: 1.0 }),
            Dimension::new("beta", Range::OneMinusLogUniform { low: 0.9, high: 0.999 }),
            Dimension::new("keep", Range::Uniform { low: 0.5, high: 1.0 }),
            Dimension::new("units", Range::Integer { low: 10, high: 110, step: 5 }),
            Dimension::new("optimizer", Range::choice(["a", "b", "c", "d"])),
        ])
        .unwrap()
    }

    fn point(rate: f64, beta: f64, keep: f64, units: i64, optimizer: &str) -> Point {
        let values: [(&str, Value); 5] = [
            ("rate", rate.into()),
            ("beta", beta.into()),
            ("keep", keep.into()),
            ("units", units.into()),
            ("optimizer", optimizer.into()),
        ];
        values.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }

    /// A margin of 1/8 is half a decade of four, a quarter of one of two, 0.0625 of 0.5, and 2.5 of 20 steps,
    /// which rounds to 3.
    #[test]
    fn space_shrinks_around_the_best_on_each_scale() {
        let best = [point(1e-2, 0.99, 0.75, 40, "d"), point(1e-1, 0.99, 0.8, 50, "b")];
        let fine = zoom(&space(), &best.iter().collect::<Vec<_>>(), 0.125).unwrap();
        let ends = |index: usize| fine.dimensions()[index].range.ends().unwrap();
        let close = |found: (f64, f64), low: f64, high: f64| {
            let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
            assert!(near(found.0, low) && near(found.1, high), "{found:?}");
        };
        close(ends(0), 10_f64.powf(-2.5), 10_f64.powf(-0.5));
        close(ends(1), 1.0 - 10_f64.powf(-1.75), 1.0 - 10_f64.powf(-2.25));
        close(ends(2), 0.6875, 0.8625);
        let range = |index: usize| fine.dimensions()[index].range.clone();
        assert_eq!(range(3), Range::Integer { low: 25, high: 65, step: 5 });
        assert_eq!(range(4), Range::choice(["b", "d"]));
    }

    #[test]
    fn zoom_stays_inside_and_keeps_the_best_whatever_they_are() {
        let space = space();
        let points = random(&space, 300, 11).unwrap();
        for (best, margin) in points.chunks(3).zip([0.0, 0.05, 0.3, 1.0].into_iter().cycle()) {
            let best: Vec<_> = best.iter().collect();
            let fine = zoom(&space, &best, margin).unwrap();
            for (new, old) in fine.dimensions().iter().zip(space.dimensions()) {
                if let (Some(new), Some(old)) = (new.range.ends(), old.range.ends()) {
                    assert!(new.0 >= old.0 && new.1 <= old.1, "{new:?} {old:?}");
                }
            }
            for drawn in random(&fine, 20, 1).unwrap() {
                for dimension in space.dimensions() {
                    let value = drawn.value(&dimension.name).unwrap();
                    assert!(dimension.range.share_of(value).is_some(), "{value}");
                }
            }
            // With a margin of 0, the last bit of a logarithm may leave the best one just outside.
            if margin > 0.0 {
                for (point, dimension) in best.iter().flat_map(|point| {
                    fine.dimensions().iter().map(move |dimension| (point, dimension))
                }) {
                    let value = point.value(&dimension.name).unwrap();
                    assert!(dimension.range.share_of(value).is_some(), "{value}");
                }
            }
        }
    }

    #[test]
    fn single_best_point_without_margin_is_the_whole_space() {
        let best = point(1e-2, 0.99, 0.75, 40, "c");
        let fine = zoom(&space(), &[&best], 0.0).unwrap();
        let drawn = &random(&fine, 1, 3).unwrap()[0];
        assert!((drawn.number("rate").unwrap() - 1e-2).abs() < 1e-15);
        assert_eq!(drawn.value("units"), best.value("units"));
        assert_eq!(drawn.value("optimizer"), best.value("optimizer"));
    }

    #[test]
    fn nothing_to_zoom_in_on_is_an_error() {
        assert_eq!(zoom(&space(), &[], 0.1), Err(ZoomError::NoPoints));
        let best = point(1e-2, 0.99, 0.75, 40, "c");
        assert_eq!(zoom(&space(), &[&best], -0.1), Err(ZoomError::Margin(-0.1)));
        for (wrong, culprit) in [
            (point(2.0, 0.99, 0.75, 40, "c"), "rate is 2, outside"),
            (point(0.1, 0.99, 0.75, 41, "c"), "units is 41, outside"),
            (point(0.1, 0.99, 0.75, 40, "e"), "optimizer is e, outside"),
            (Point::default(), "there is no rate"),
        ] {
            let error = zoom(&space(), &[&wrong], 0.1).unwrap_err().to_string();
            assert!(error.starts_with(culprit), "{error}");
        }
    }
}
