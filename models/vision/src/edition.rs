use std::fmt;
use std::str::FromStr;

use burn::config::Config;
use fireside_layers::{ConfigError, Pixels};

/// Whose network it is. Some were written several times, a little different each time, so that the weights of one
/// do not fit another, or want other pixels. The page of each architecture says which editions it has and how they
/// differ; building one that it has not is an error.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edition {
    /// Of the paper.
    Paper,
    /// Of the lectures.
    Lecture,
    /// Of torchvision.
    Torchvision,
    /// Of `keras.applications`.
    Keras,
    /// Of the assignment.
    Course,
}

impl Edition {
    const ALL: [Self; 5] =
        [Self::Paper, Self::Lecture, Self::Torchvision, Self::Keras, Self::Course];

    /// What it is called in small letters: `keras`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Lecture => "lecture",
            Self::Torchvision => "torchvision",
            Self::Keras => "keras",
            Self::Course => "course",
        }
    }

    /// Checks that it is one of those that an architecture has.
    pub(crate) fn check(self, had: &[Self]) -> Result<(), ConfigError> {
        match had.contains(&self) {
            true => Ok(()),
            false => Err(ConfigError::Setting {
                name: "edition",
                expected: list(had),
                found: self.name().to_string(),
            }),
        }
    }

    /// The error of an edition without published weights.
    pub(crate) fn unpublished<T>(self, published: &[Self]) -> Result<T, ConfigError> {
        unpublished("edition", self.name(), &list(published))
    }
}

/// The error of a network for which nobody has published weights.
pub(crate) fn unpublished<T>(
    name: &'static str,
    found: impl fmt::Display,
    expected: &str,
) -> Result<T, ConfigError> {
    let (expected, found) = (expected.to_string(), found.to_string());
    Err(ConfigError::Unpublished { name, expected, found })
}

/// Pixels that published weights want, if the images have as many channels.
pub(crate) fn in_colour(channels: usize, pixels: Pixels) -> Result<Pixels, ConfigError> {
    match channels {
        3 => Ok(pixels),
        other => unpublished("channels", other, "3"),
    }
}

fn list(editions: &[Edition]) -> String {
    let names: Vec<&str> = editions.iter().map(|edition| edition.name()).collect();
    names.join(" or ")
}

impl FromStr for Edition {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let found = Edition::ALL.into_iter().find(|edition| edition.name() == text);
        found.ok_or_else(|| ConfigError::Setting {
            name: "edition",
            expected: list(&Edition::ALL),
            found: text.to_string(),
        })
    }
}
