//! Numbers as people write them in tables: plain, or with a percent sign.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Deserialize as DeserializeDerive, Serialize};

use crate::StrategyError;

/// Reads a finite number; `8%` and `8 %` are 0.08.
///
/// ```
/// use fireside_strategy::number::parse;
///
/// assert_eq!(parse("0.5 %"), Some(0.005));
/// assert_eq!(parse("nan"), None);
/// ```
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    let value = match text.strip_suffix('%') {
        // Dividing the decimal's digits, not its rounded value, keeps 0.3% equal to 0.003.
        Some(percent) => format!("{}e-2", percent.trim_end()).parse::<f64>().ok()?,
        None => text.parse().ok()?,
    };
    value.is_finite().then_some(value)
}

/// The name of a class, a number in its shortest form: classes that are numbers are the same however they are
/// written. Programs turn whole numbers into reals where a value was missing in their column.
///
/// ```
/// use fireside_strategy::number::class_name;
///
/// assert_eq!(["1", "1.0", "+1e0", "01"].map(class_name), ["1"; 4]);
/// assert_eq!(["0.50", "v1.0", "nan"].map(class_name), ["0.5", "v1.0", "nan"]);
/// ```
#[must_use]
pub fn class_name(name: &str) -> Cow<'_, str> {
    /// Whole numbers beyond it are not all reals.
    const LARGEST: f64 = (1_u64 << 53) as f64;
    match name.parse::<f64>() {
        Ok(number) if number.abs() <= LARGEST => match (number + 0.0).to_string() {
            written if written == name => Cow::Borrowed(name),
            written => Cow::Owned(written),
        },
        _ => Cow::Borrowed(name),
    }
}

/// Writes a share or a difference of shares as a percentage of at most three decimals: `8.5 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{} %", plain(100.0 * share, 3))
}

/// Writes a share as a percentage of so many decimals, for columns of them: `66.7 %`.
#[must_use]
pub fn fixed(share: f64, decimals: usize) -> String {
    format!("{:.decimals$} %", 100.0 * share)
}

/// Writes a number with at most `decimals` decimals and no zeros behind them.
#[must_use]
pub fn plain(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    if text == "-0" { "0".to_string() } else { text.to_string() }
}

/// Writes how many there are of something: `1 example`, `2 examples`.
///
/// ```
/// use fireside_strategy::number::counted;
///
/// assert_eq!([0, 1, 2].map(|count| counted(count, "fold")), ["0 folds", "1 fold", "2 folds"]);
/// ```
#[must_use]
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Writes a value that may be undefined, `-` if it is.
#[must_use]
pub fn or_dash(value: Option<f64>, write: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".to_string(), write)
}

/// Takes one number from another and rounds to 12 decimals, so that 16 % less 15 % is 1 %.
#[must_use]
pub fn difference(from: f64, taken: f64) -> f64 {
    ((from - taken) * 1e12).round() / 1e12
}

/// A share of examples that are wrong, in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
pub struct ErrorRate(f64);

impl ErrorRate {
    /// Checks a share.
    ///
    /// # Errors
    /// [`StrategyError::Rate`] when it lies outside 0..=1.
    pub fn new(share: f64) -> Result<Self, StrategyError> {
        match (0.0..=1.0).contains(&share) {
            true => Ok(Self(share)),
            false => Err(StrategyError::Rate { text: share.to_string() }),
        }
    }

    /// The share, in 0..=1.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0
    }
}

impl FromStr for ErrorRate {
    type Err = StrategyError;

    fn from_str(text: &str) -> Result<Self, StrategyError> {
        let wrong = || StrategyError::Rate { text: text.to_string() };
        Self::new(parse(text).ok_or_else(wrong)?).map_err(|_| wrong())
    }
}

impl fmt::Display for ErrorRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&percent(self.0))
    }
}

/// A number from 0 to 1, or a text such as `"8%"`.
impl<'de> Deserialize<'de> for ErrorRate {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        #[derive(DeserializeDerive)]
        #[serde(
            untagged,
            expecting = "an error rate: a share from 0 to 1, or a text such as \"8%\""
        )]
        enum Written {
            Share(f64),
            Text(String),
        }
        let rate = match Written::deserialize(source)? {
            Written::Share(share) => Self::new(share),
            Written::Text(text) => text.parse(),
        };
        rate.map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_is_a_share_or_a_percentage() {
        for text in ["0.08", "8%", " 8 % ", "8.0%"] {
            assert_eq!(text.parse::<ErrorRate>().unwrap().share(), 0.08, "{text}");
        }
        assert_eq!(serde_json::from_str::<ErrorRate>("0.08").unwrap().share(), 0.08);
        assert_eq!(serde_json::from_str::<ErrorRate>("\"8%\"").unwrap().share(), 0.08);
    }

    #[test]
    fn rate_outside_its_range_is_refused_by_value() {
        for text in ["8", "-0.1", "101%", "NaN", "inf", "much", "", "%"] {
            let refused = text.parse::<ErrorRate>();
            assert_eq!(refused, Err(StrategyError::Rate { text: text.to_string() }));
        }
        assert!(serde_json::from_str::<ErrorRate>("8").is_err());
        assert!(ErrorRate::new(f64::NAN).is_err());
    }

    #[test]
    fn percentages_are_written_without_rounding_noise() {
        assert_eq!(percent(difference(0.16, 0.15)), "1 %");
        assert_eq!(percent(0.085), "8.5 %");
        assert_eq!(percent(-0.04), "-4 %");
        assert_eq!(percent(-1e-9), "0 %");
        assert_eq!(percent(1.0), "100 %");
        assert_eq!(plain(120.0, 0), "120");
    }
}
