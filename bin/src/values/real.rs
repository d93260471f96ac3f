//! Numbers that keep a rule.

use std::fmt::{self, Debug, Display};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Wrong, checked};

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
/// The rule of [`Probability`].
#[derive(Debug)]
pub struct FromZeroToOne;
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
/// How likely something is, or how far two things overlap.
pub type Probability = Real<FromZeroToOne>;
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

impl Rule for FromZeroToOne {
    const WORDS: &'static str = "a number from 0 to 1";

    fn holds(number: f64) -> bool {
        (0.0..=1.0).contains(&number)
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
