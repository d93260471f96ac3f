//! A point of a search space: a value for every dimension.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// The value of one hyperparameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A whole number: units, layers, examples.
    Integer(i64),
    /// A real number.
    Number(f64),
    /// The name of a choice.
    Text(String),
}

impl Value {
    /// Returns the number, whole or not; none for a text.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Number(value) => Some(*value),
            Self::Text(_) => None,
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_string())
    }
}

/// Four digits, enough to look at: 0.01234, 0.9987, 1.234e-5.
pub(crate) fn short(number: f64) -> String {
    if number == 0.0 {
        return "0".to_string();
    }
    if !(1e-4..1e6).contains(&number.abs()) {
        return format!("{number:.3e}");
    }
    let whole_digits = number.abs().log10().floor().clamp(-4.0, 6.0) as i32 + 1;
    let decimals = usize::try_from(4 - whole_digits).unwrap_or(0);
    format!("{number:.decimals$}")
}

/// What a point was asked for and does not have.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PointError {
    /// No dimension of the space has this name.
    #[error("there is no {name}: the point has {has}")]
    Missing {
        /// The name asked for.
        name: String,
        /// The names there are.
        has: String,
    },
    /// The value is of another kind.
    #[error("{name} is {value}, which is not {expected}")]
    Kind {
        /// The dimension.
        name: String,
        /// Its value.
        value: Value,
        /// What was asked for: `a number`, `a whole number`, `a text`.
        expected: &'static str,
    },
}

/// A value for every dimension, by name.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Point(BTreeMap<String, Value>);

impl Point {
    /// Returns the value called `name`.
    ///
    /// # Errors
    /// [`PointError::Missing`] with the names there are.
    pub fn value(&self, name: &str) -> Result<&Value, PointError> {
        self.0.get(name).ok_or_else(|| PointError::Missing {
            name: name.to_string(),
            has: self.0.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
        })
    }

    /// Returns the number called `name`; a whole number is one too.
    ///
    /// # Errors
    /// [`PointError`] when there is none or it is a text.
    pub fn number(&self, name: &str) -> Result<f64, PointError> {
        let value = self.value(name)?;
        value.as_number().ok_or_else(|| kind(name, value, "a number"))
    }

    /// Returns the whole number called `name`.
    ///
    /// # Errors
    /// [`PointError`] when there is none or it is something else.
    pub fn integer(&self, name: &str) -> Result<i64, PointError> {
        match self.value(name)? {
            Value::Integer(value) => Ok(*value),
            other => Err(kind(name, other, "a whole number")),
        }
    }

    /// Returns the whole number called `name` as a count.
    ///
    /// # Errors
    /// [`PointError`] when there is none, it is something else or below 0.
    pub fn count(&self, name: &str) -> Result<usize, PointError> {
        let value = self.integer(name)?;
        usize::try_from(value).map_err(|_| kind(name, &Value::Integer(value), "a count"))
    }

    /// Returns the text called `name`.
    ///
    /// # Errors
    /// [`PointError`] when there is none or it is a number.
    pub fn text(&self, name: &str) -> Result<&str, PointError> {
        match self.value(name)? {
            Value::Text(value) => Ok(value),
            other => Err(kind(name, other, "a text")),
        }
    }

    /// Returns names and values, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl FromIterator<(String, Value)> for Point {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

fn kind(name: &str, value: &Value, expected: &'static str) -> PointError {
    PointError::Kind { name: name.to_string(), value: value.clone(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point() -> Point {
        let values: [(&str, Value); 4] = [
            ("rate", 0.1.into()),
            ("units", 12.into()),
            ("shift", (-3).into()),
            ("optimizer", "adam".into()),
        ];
        values.into_iter().map(|(name, value)| (name.to_string(), value)).collect()
    }

    #[test]
    fn values_are_read_as_what_they_are() {
        let point = point();
        assert_eq!(point.number("rate"), Ok(0.1));
        assert_eq!(point.number("units"), Ok(12.0));
        assert_eq!(point.integer("shift"), Ok(-3));
        assert_eq!(point.count("units"), Ok(12));
        assert_eq!(point.text("optimizer"), Ok("adam"));
    }

    #[test]
    fn value_of_another_kind_is_refused_with_name_and_value() {
        let sentence = |error: PointError| error.to_string();
        let point = point();
        let error = point.integer("rate").map(|_| ()).map_err(sentence);
        assert_eq!(error, Err("rate is 0.1, which is not a whole number".to_string()));
        let error = point.number("optimizer").map(|_| ()).map_err(sentence);
        assert_eq!(error, Err("optimizer is adam, which is not a number".to_string()));
        let error = point.count("shift").map(|_| ()).map_err(sentence);
        assert_eq!(error, Err("shift is -3, which is not a count".to_string()));
        let error = point.text("units").map(|_| ()).map_err(sentence);
        assert_eq!(error, Err("units is 12, which is not a text".to_string()));
        let error = point.text("depth").map(|_| ()).map_err(sentence);
        let expected = "there is no depth: the point has optimizer, rate, shift, units";
        assert_eq!(error, Err(expected.to_string()));
    }

    /// A whole number stored as a real one must come back as a real one: the journal compares points.
    #[test]
    fn json_keeps_every_value_and_its_kind() {
        let mut values: Vec<(String, Value)> = vec![
            ("whole".into(), Value::Number(1.0)),
            ("tiny".into(), Value::Number(5e-324)),
            ("third".into(), Value::Number(1.0 / 3.0)),
            ("digits".into(), Value::Text("12".into())),
        ];
        values.extend(point().iter().map(|(name, value)| (name.to_string(), value.clone())));
        let point: Point = values.into_iter().collect();
        let text = serde_json::to_string(&point).unwrap();
        assert_eq!(serde_json::from_str::<Point>(&text).unwrap(), point, "{text}");
    }
}
