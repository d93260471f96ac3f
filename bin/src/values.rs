//! Values that are checked where they come in, be it from a flag or from the `config.json` of a run.

use std::ffi::OsString;
use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a value must be, such as `a number above 0`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it must be {0}")]
pub struct Wrong(String);

/// A whole number from `LEAST` to `MOST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Whole<const LEAST: usize, const MOST: usize>(usize);

/// How many of something: epochs, updates, examples.
pub type Count = Whole<1, 100_000_000>;
/// The size of a layer, of a batch, of a vector.
pub type Units = Whole<1, 10_000>;
/// How often something is tried.
pub type Trials = Whole<1, 10_000>;
/// Threads that work at once.
pub type Workers = Whole<1, 1024>;
/// The side of a square, of numbers or of pixels.
pub type Side = Whole<1, 4096>;

impl<const LEAST: usize, const MOST: usize> Whole<LEAST, MOST> {
    /// The number.
    pub fn get(self) -> usize {
        self.0
    }

    fn wrong() -> Wrong {
        Wrong(format!("a whole number from {LEAST} to {MOST}"))
    }
}

impl<const LEAST: usize, const MOST: usize> TryFrom<usize> for Whole<LEAST, MOST> {
    type Error = Wrong;

    fn try_from(number: usize) -> Result<Self, Wrong> {
        match (LEAST..=MOST).contains(&number) {
            true => Ok(Self(number)),
            false => Err(Self::wrong()),
        }
    }
}

impl<const LEAST: usize, const MOST: usize> FromStr for Whole<LEAST, MOST> {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        text.parse::<usize>().map_or_else(|_| Err(Self::wrong()), Self::try_from)
    }
}

impl<const LEAST: usize, const MOST: usize> Display for Whole<LEAST, MOST> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl<const LEAST: usize, const MOST: usize> Serialize for Whole<LEAST, MOST> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de, const LEAST: usize, const MOST: usize> Deserialize<'de> for Whole<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        checked(usize::deserialize(from)?)
    }
}

/// What a [`Real`] must be.
pub trait Rule {
    /// In words, such as `a number above 0`.
    const WORDS: &'static str;

    /// Whether a finite number is one.
    fn holds(number: f64) -> bool;
}

/// A finite number that keeps a rule.
pub struct Real<R>(f64, PhantomData<R>);

/// The rule of [`LearningRate`], [`Temperature`] and [`Epsilon`].
#[derive(Debug)]
pub struct AboveZero;
/// The rule of [`Penalty`].
#[derive(Debug)]
pub struct ZeroOrMore;
/// The rule of [`Share`].
#[derive(Debug)]
pub struct BelowOne;
/// The rule of [`KeepProbability`].
#[derive(Debug)]
pub struct UpToOne;
/// The rule of [`Degrees`].
#[derive(Debug)]
pub struct Any;

/// The step of a descent.
pub type LearningRate = Real<AboveZero>;
/// What logits are divided by before one is drawn.
pub type Temperature = Real<AboveZero>;
/// A small distance.
pub type Epsilon = Real<AboveZero>;
/// The strength of a penalty.
pub type Penalty = Real<ZeroOrMore>;
/// A part of a whole, less than all of it.
pub type Share = Real<BelowOne>;
/// The probability that dropout keeps a unit.
pub type KeepProbability = Real<UpToOne>;
/// An angle.
pub type Degrees = Real<Any>;

impl Rule for AboveZero {
    const WORDS: &'static str = "a number above 0";

    fn holds(number: f64) -> bool {
        number > 0.0
    }
}

impl Rule for ZeroOrMore {
    const WORDS: &'static str = "a number of at least 0";

    fn holds(number: f64) -> bool {
        number >= 0.0
    }
}

impl Rule for BelowOne {
    const WORDS: &'static str = "0 or more and below 1";

    fn holds(number: f64) -> bool {
        (0.0..1.0).contains(&number)
    }
}

impl Rule for UpToOne {
    const WORDS: &'static str = "above 0 and at most 1";

    fn holds(number: f64) -> bool {
        number > 0.0 && number <= 1.0
    }
}

impl Rule for Any {
    const WORDS: &'static str = "a number";

    fn holds(_: f64) -> bool {
        true
    }
}

impl<R> Real<R> {
    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl<R> Clone for Real<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Real<R> {}

impl<R> PartialEq for Real<R> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<R> Debug for Real<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&self.0, f)
    }
}

impl<R> Display for Real<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.0, f)
    }
}

impl<R: Rule> TryFrom<f64> for Real<R> {
    type Error = Wrong;

    fn try_from(number: f64) -> Result<Self, Wrong> {
        match number.is_finite() && R::holds(number) {
            true => Ok(Self(number, PhantomData)),
            false => Err(Wrong(R::WORDS.to_string())),
        }
    }
}

impl<R: Rule> FromStr for Real<R> {
    type Err = Wrong;

    fn from_str(text: &str) -> Result<Self, Wrong> {
        Self::try_from(text.parse().unwrap_or(f64::NAN))
    }
}

impl<R> Serialize for Real<R> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<'de, R: Rule> Deserialize<'de> for Real<R> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        checked(f64::deserialize(from)?)
    }
}

fn checked<N: Copy + Display, T: TryFrom<N, Error = Wrong>, E: serde::de::Error>(
    number: N,
) -> Result<T, E> {
    T::try_from(number).map_err(|wrong| E::custom(format!("{number} is given: {wrong}")))
}

/// What a flag is one of: each choice with its name and what it means.
pub fn one_of<T: Clone + Send + Sync + 'static, const COUNT: usize>(
    choices: [(&'static str, &'static str, T); COUNT],
) -> impl TypedValueParser<Value = T> {
    let names = choices.clone().map(|(name, help, _)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(names).try_map(move |given| {
        let chosen = choices.iter().find(|(name, ..)| *name == given);
        let names = || choices.each_ref().map(|(name, ..)| *name).join(", ");
        chosen
            .map(|(.., choice)| choice.clone())
            .ok_or_else(|| Wrong(format!("one of {}", names())))
    })
}

/// A file or folder to read: kept as an absolute path, so that a run can be continued from any folder.
///
/// Written as `{"path": "/..."}`, and where it is no UTF-8 as `{"path_bytes": [...]}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputPath(PathBuf);

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    Path(String),
    PathBytes(Vec<u8>),
}

impl InputPath {
    /// Whether a value in JSON is a path as it is written here.
    pub fn is(value: &serde_json::Value) -> bool {
        value.get("path").is_some() || value.get("path_bytes").is_some()
    }
}

impl From<OsString> for InputPath {
    fn from(given: OsString) -> Self {
        let path = PathBuf::from(given);
        Self(std::path::absolute(&path).unwrap_or(path))
    }
}

impl Deref for InputPath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl AsRef<Path> for InputPath {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Serialize for InputPath {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let written = match self.0.to_str() {
            Some(text) => Written::Path(text.to_string()),
            None => Written::PathBytes(self.0.as_os_str().as_encoded_bytes().to_vec()),
        };
        written.serialize(to)
    }
}

impl<'de> Deserialize<'de> for InputPath {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Written::deserialize(from)? {
            Written::Path(text) => Ok(Self(text.into())),
            Written::PathBytes(bytes) => from_bytes(bytes).map(Self).ok_or_else(|| {
                D::Error::custom("a path of another system: give the file again with its flag")
            }),
        }
    }
}

#[cfg(unix)]
fn from_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    Some(OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn from_bytes(_: Vec<u8>) -> Option<PathBuf> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_checked_alike_from_flags_and_from_files() {
        assert_eq!("7".parse::<Units>().unwrap().get(), 7);
        assert_eq!(serde_json::from_value::<Units>(json!(7)).unwrap().get(), 7);
        for nonsense in ["0", "-1", "10001", "1.5", "many", ""] {
            let wrong = nonsense.parse::<Units>().unwrap_err();
            assert_eq!(wrong.to_string(), "it must be a whole number from 1 to 10000");
        }
        let wrong = serde_json::from_value::<Units>(json!(0)).unwrap_err();
        assert_eq!(wrong.to_string(), "0 is given: it must be a whole number from 1 to 10000");

        assert_eq!("0.5".parse::<LearningRate>().unwrap().get(), 0.5);
        for nonsense in ["0", "-1", "inf", "NaN", "fast"] {
            nonsense.parse::<LearningRate>().unwrap_err();
        }
        let wrong = serde_json::from_value::<Share>(json!(1.0)).unwrap_err();
        assert_eq!(wrong.to_string(), "1 is given: it must be 0 or more and below 1");
        assert_eq!("1".parse::<KeepProbability>().unwrap().get(), 1.0);
        "1.1".parse::<KeepProbability>().unwrap_err();
    }

    #[test]
    fn paths_come_back_as_they_were_given_but_absolute() {
        let path = InputPath::from(OsString::from("data/cats"));
        assert!(path.is_absolute());
        let written = serde_json::to_value(&path).unwrap();
        assert_eq!(serde_json::from_value::<InputPath>(written).unwrap(), path);
    }

    #[cfg(unix)]
    #[test]
    fn paths_that_are_no_utf8_are_kept() {
        use std::os::unix::ffi::OsStringExt;
        let path = InputPath::from(OsString::from_vec(b"/caf\xe9".to_vec()));
        let written = serde_json::to_value(&path).unwrap();
        assert_eq!(serde_json::from_value::<InputPath>(written).unwrap(), path);
    }
}
