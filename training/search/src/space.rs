//! What may vary in a search, and on which scale.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::point::{Point, Value, short};

/// Whole numbers up to here are exact as 64-bit floats too.
const MAX_INTEGER: i64 = 1 << 53;

/// The values that a hyperparameter may take, and how a draw spreads over them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    /// A real number of `low..=high`, every one as likely as the next.
    Uniform {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// `10^r` with `r` uniform: every decade of `low..=high` is as likely as the next. For learning rates
    /// and regularisation strengths.
    LogUniform {
        /// Smallest value, above 0.
        low: f64,
        /// Largest value.
        high: f64,
    },
    /// `1 - 10^r` with `r` uniform: denser towards 1, because an average over `1 / (1 - β)` values changes
    /// most there. For the β of momentum, RMSprop and Adam.
    ///
    /// Here `r` is continuous, and β reaches from 0.9 to 0.999 for `low: 0.9, high: 0.999`. Course notes that
    /// draw it with `np.random.randint(low=-3, high=-1)` get -3 and -2 alone: 0.999, 0.99 and nothing near
    /// 0.9.
    OneMinusLogUniform {
        /// Smallest value.
        low: f64,
        /// Largest value, below 1.
        high: f64,
    },
    /// One of `low`, `low + step`, `low + 2 step`, ... up to `high`.
    Integer {
        /// Smallest value.
        low: i64,
        /// Largest value, reached if a whole number of steps lies between.
        high: i64,
        /// From one value to the next, at least 1.
        #[serde(default = "one")]
        step: i64,
    },
    /// One of these, in no order.
    Choice {
        /// The values.
        values: Vec<Value>,
    },
}

fn one() -> i64 {
    1
}

impl Range {
    /// Returns every whole number from `low` to `high`.
    #[must_use]
    pub fn integers(low: i64, high: i64) -> Self {
        Self::Integer { low, high, step: 1 }
    }

    /// Returns a choice of `values`.
    #[must_use]
    pub fn choice<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::Choice { values: values.into_iter().map(V::into).collect() }
    }

    /// Returns the number of values, none for real numbers.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        match self {
            Self::Integer { low, high, step } => Some(((high - low) / step + 1) as usize),
            Self::Choice { values } => Some(values.len()),
            _ => None,
        }
    }

    /// Returns the value `share` of the way along the range on its own scale, with `share` in 0..=1.
    /// A uniform `share` in `[0, 1)` gives the distribution of the range.
    #[must_use]
    pub fn at(&self, share: f64) -> Value {
        match self.ends() {
            Some((low, high)) => {
                let (from, to) = (self.stretch(low), self.stretch(high));
                Value::Number(match share {
                    // Logarithm and power would miss the ends by their last bit.
                    ..=0.0 => low,
                    1.0.. => high,
                    _ => self.unstretch(from + (to - from) * share).clamp(low, high),
                })
            }
            None => {
                let count = self.count().unwrap_or(1);
                self.nth(((share * count as f64) as usize).min(count - 1))
            }
        }
    }

    /// Returns how far along the range `value` lies on the range's own scale, in 0..=1; none outside the
    /// range. The middle of its share for whole numbers and choices: [`at`](Self::at) finds it again.
    #[must_use]
    pub fn share_of(&self, value: &Value) -> Option<f64> {
        let Some((low, high)) = self.ends() else {
            let (index, count) = (self.index_of(value)?, self.count()?);
            return Some((index as f64 + 0.5) / count as f64);
        };
        let number = value.as_number().filter(|number| (low..=high).contains(number))?;
        let (from, to) = (self.stretch(low), self.stretch(high));
        let share = if to > from { (self.stretch(number) - from) / (to - from) } else { 0.5 };
        Some(share.clamp(0.0, 1.0))
    }

    /// The ends of a range of real numbers.
    pub(crate) fn ends(&self) -> Option<(f64, f64)> {
        match self {
            Self::Uniform { low, high }
            | Self::LogUniform { low, high }
            | Self::OneMinusLogUniform { low, high } => Some((*low, *high)),
            _ => None,
        }
    }

    /// The same kind of range between other ends.
    pub(crate) fn between(&self, low: f64, high: f64) -> Self {
        match self {
            Self::LogUniform { .. } => Self::LogUniform { low, high },
            Self::OneMinusLogUniform { .. } => Self::OneMinusLogUniform { low, high },
            _ => Self::Uniform { low, high },
        }
    }

    /// The value at `index` of a range of whole numbers or choices.
    pub(crate) fn nth(&self, index: usize) -> Value {
        match self {
            Self::Integer { low, step, .. } => Value::Integer(low + step * index as i64),
            Self::Choice { values } => values[index].clone(),
            _ => self.at(0.0),
        }
    }

    /// The place of `value` among whole numbers or choices.
    pub(crate) fn index_of(&self, value: &Value) -> Option<usize> {
        match (self, value) {
            (Self::Integer { low, high, step }, Value::Integer(value)) => {
                let inside = (low..=high).contains(&value) && (value - low) % step == 0;
                inside.then(|| ((value - low) / step) as usize)
            }
            (Self::Choice { values }, value) => values.iter().position(|known| known == value),
            _ => None,
        }
    }

    /// From a value to the scale on which draws are uniform.
    fn stretch(&self, value: f64) -> f64 {
        match self {
            Self::LogUniform { .. } => value.ln(),
            Self::OneMinusLogUniform { .. } => -(-value).ln_1p(), // grows with the value
            _ => value,
        }
    }

    fn unstretch(&self, place: f64) -> f64 {
        match self {
            Self::LogUniform { .. } => place.exp(),
            Self::OneMinusLogUniform { .. } => -(-place).exp_m1(),
            _ => place,
        }
    }

    fn check(&self, name: &str) -> Result<(), SpaceError> {
        let wrong = |low: f64, high: f64, must: &'static str| {
            Err(SpaceError::Ends { name: name.to_string(), low, high, must })
        };
        match self {
            Self::Uniform { low, high }
            | Self::LogUniform { low, high }
            | Self::OneMinusLogUniform { low, high } => {
                let (low, high) = (*low, *high);
                if !(low.is_finite() && high.is_finite() && (high - low).is_finite()) {
                    return wrong(low, high, "both ends and their distance must be finite");
                }
                if low > high {
                    return wrong(low, high, "the low end must not be above the high end");
                }
                match self {
                    Self::LogUniform { .. } if low <= 0.0 => {
                        wrong(low, high, "a logarithmic range must begin above 0")
                    }
                    Self::OneMinusLogUniform { .. } if high >= 1.0 => {
                        wrong(low, high, "a range logarithmic towards 1 must end below 1")
                    }
                    _ => Ok(()),
                }
            }
            Self::Integer { low, high, step } => {
                let (low_end, high_end) = (*low as f64, *high as f64);
                if low > high {
                    return wrong(low_end, high_end, "the low end must not be above the high end");
                }
                if !(-MAX_INTEGER..=MAX_INTEGER).contains(low) || *high > MAX_INTEGER {
                    return wrong(low_end, high_end, "whole numbers reach to 2^53 either way");
                }
                match *step {
                    ..1 => Err(SpaceError::Step { name: name.to_string(), step: *step }),
                    _ => Ok(()),
                }
            }
            Self::Choice { values } => {
                if values.is_empty() {
                    return Err(SpaceError::NoChoice { name: name.to_string() });
                }
                let wrong = values.iter().enumerate().find(|(index, value)| {
                    value.as_number().is_some_and(|number| !number.is_finite())
                        || values[..*index].contains(value)
                });
                match wrong {
                    Some((_, value)) => {
                        Err(SpaceError::Choice { name: name.to_string(), value: value.clone() })
                    }
                    None => Ok(()),
                }
            }
        }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uniform { low, high }
            | Self::LogUniform { low, high }
            | Self::OneMinusLogUniform { low, high } => match [*low, *high].map(end) {
                [low, high] if low == high => f.write_str(&low),
                [low, high] => write!(f, "{low} to {high}"),
            },
            Self::Integer { low, high, .. } if low == high => write!(f, "{low}"),
            Self::Integer { low, high, step: 1 } => write!(f, "{low} to {high}"),
            Self::Integer { low, high, step } => write!(f, "{low} to {high} by {step}"),
            Self::Choice { values } => {
                let values: Vec<_> = values.iter().map(Value::to_string).collect();
                f.write_str(&values.join(", "))
            }
        }
    }
}

/// An end of a range as people read it: without the zeros behind it.
fn end(value: f64) -> String {
    let text = short(value);
    match text.contains('.') && !text.contains('e') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => text,
    }
}

/// A hyperparameter that varies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dimension {
    /// What it is called.
    pub name: String,
    /// What it may be.
    pub range: Range,
}

impl Dimension {
    /// Names a range.
    #[must_use]
    pub fn new(name: impl Into<String>, range: Range) -> Self {
        Self { name: name.into(), range }
    }
}

/// What is wrong with a search space.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// There is nothing to search.
    #[error("the search space is empty: it needs at least one dimension")]
    Empty,
    /// Two dimensions cannot be told apart.
    #[error("two dimensions of the search space are called {name:?}")]
    Duplicate {
        /// Their name.
        name: String,
    },
    /// The ends of a range cannot be.
    #[error("{name} reaches from {low} to {high}: {must}")]
    Ends {
        /// The dimension.
        name: String,
        /// Its low end.
        low: f64,
        /// Its high end.
        high: f64,
        /// What must hold.
        must: &'static str,
    },
    /// A range of whole numbers that does not move on.
    #[error("{name} has a step of {step}: it must be at least 1")]
    Step {
        /// The dimension.
        name: String,
        /// Its step.
        step: i64,
    },
    /// A choice of nothing.
    #[error("{name} has nothing to choose from")]
    NoChoice {
        /// The dimension.
        name: String,
    },
    /// A choice that cannot be told apart from another, or from nothing.
    #[error("{name} can be {value}: every choice must be finite and there once")]
    Choice {
        /// The dimension.
        name: String,
        /// The choice.
        value: Value,
    },
}

/// A search space that was found to be in order: at least one dimension, each with a name of its own and at
/// least one value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Dimension>", into = "Vec<Dimension>")]
pub struct Space {
    dimensions: Vec<Dimension>,
}

impl Space {
    /// Checks dimensions. A range whose ends are equal holds its hyperparameter fixed.
    ///
    /// # Errors
    /// [`SpaceError`] that names the dimension.
    pub fn new(dimensions: Vec<Dimension>) -> Result<Self, SpaceError> {
        if dimensions.is_empty() {
            return Err(SpaceError::Empty);
        }
        let mut names = HashSet::new();
        for Dimension { name, range } in &dimensions {
            if !names.insert(name) {
                return Err(SpaceError::Duplicate { name: name.clone() });
            }
            range.check(name)?;
        }
        Ok(Self { dimensions })
    }

    /// Returns the dimensions in their order.
    #[must_use]
    pub fn dimensions(&self) -> &[Dimension] {
        &self.dimensions
    }

    /// Returns the names of the dimensions in their order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.dimensions.iter().map(|dimension| dimension.name.as_str()).collect()
    }

    /// Returns the point whose values `value_of` gives, dimension by dimension.
    pub(crate) fn point(&self, mut value_of: impl FnMut(&Range) -> Value) -> Point {
        let value = |Dimension { name, range }: &Dimension| (name.clone(), value_of(range));
        self.dimensions.iter().map(value).collect()
    }
}

impl TryFrom<Vec<Dimension>> for Space {
    type Error = SpaceError;

    fn try_from(dimensions: Vec<Dimension>) -> Result<Self, SpaceError> {
        Self::new(dimensions)
    }
}

impl From<Space> for Vec<Dimension> {
    fn from(space: Space) -> Self {
        space.dimensions
    }
}

#[cfg(test)]
mod tests;
