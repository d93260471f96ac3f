//! Whole numbers within limits.

use std::fmt::{self, Display};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Wrong, checked};

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
