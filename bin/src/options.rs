//! Flags that programs share.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use fireside_datasets::source::Source;
use fireside_training::regularizer::dropout::KeepProb;
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::backend::Floats;

/// Flags of every program that runs an assignment.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Running")]
pub struct Common {
    /// Folder to write into [default: runs/ASSIGNMENT/TIME]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "resume")]
    pub out: Option<PathBuf>,
    /// Continue the run in this folder, with the settings and data it was started with
    #[arg(
        long,
        value_name = "DIR",
        value_hint = ValueHint::DirPath,
        conflicts_with_all = ["Settings", "dry_run"]
    )]
    pub resume: Option<PathBuf>,
    /// Where to compute, out of the backends this program was built with [default: the first of them]
    #[arg(long, value_name = "NAME")]
    pub device: Option<String>,
    /// Write the trained models as safetensors too
    #[arg(long)]
    pub export: bool,
    /// Go through every step with two iterations each and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object and nothing else
    #[arg(long)]
    pub json: bool,
    /// Print nothing but errors
    #[arg(long, conflicts_with = "json")]
    pub quiet: bool,
}

/// Where an assignment's data comes from.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct Data {
    /// Folder of the course's own files [default: embedded data, made by a generator]
    #[arg(long, value_name = "DIR", env = "FIRESIDE_DATA", value_hint = ValueHint::DirPath)]
    pub data: Option<PathBuf>,
}

impl Data {
    /// Returns the source that the flag chose.
    pub fn source(&self) -> Source {
        match &self.data {
            Some(folder) => Source::Real(folder.clone()),
            None => Source::Embedded,
        }
    }
}

/// Burn's dashboard.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Running")]
pub struct Dashboard {
    /// Show the training as a dashboard in the terminal instead of lines (builds with --features tui)
    #[arg(long)]
    pub dashboard: bool,
}

impl Dashboard {
    /// Refuses what this build cannot show.
    ///
    /// # Errors
    /// When a dashboard is wanted, and the program was built without.
    pub fn check(&self) -> Result<(), Failure> {
        match self.dashboard && !cfg!(feature = "tui") {
            false => Ok(()),
            true => Err(Failure::Input(
                "--dashboard: this build has none: build with --features tui".into(),
            )),
        }
    }
}

/// Comparison with the course's figures.
#[derive(Args, Debug, Clone)]
#[command(next_help_heading = "Verifying")]
pub struct Verify {
    /// Repeat the course's own runs in 64-bit floats and compare figure by figure; exit 1 if one differs
    #[arg(long, conflicts_with_all = ["resume", "export", "dry_run"])]
    pub verify: bool,
    /// Folder with the reference runs, models.json
    #[arg(
        long,
        value_name = "DIR",
        env = "FIRESIDE_CONFORMANCE",
        default_value = "../shared/conformance",
        value_hint = ValueHint::DirPath
    )]
    pub reference: PathBuf,
}

impl Verify {
    /// Refuses to compare the course's figures with those of embedded data.
    ///
    /// # Errors
    /// When the run would compare, and no data folder is given.
    pub fn needs(&self, data: &Data) -> Result<(), Failure> {
        match (self.verify, data.source()) {
            (true, Source::Embedded) => Err(Failure::Input(
                "--verify compares figures of the course's own files: give their folder with --data".into(),
            )),
            _ => Ok(()),
        }
    }

    /// The width of the floats that the run needs.
    pub fn floats(&self) -> Floats {
        if self.verify { Floats::F64 } else { Floats::F32 }
    }
}

/// Parses a learning rate: a number above 0.
///
/// # Errors
/// A phrase that says what it must be.
pub fn learning_rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("it must be a number above 0".to_string()),
    }
}

/// Parses the strength of a penalty: a number of at least 0.
///
/// # Errors
/// A phrase that says what it must be.
pub fn lambda(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(lambda) if lambda.is_finite() && lambda >= 0.0 => Ok(lambda),
        _ => Err("it must be a number of at least 0".to_string()),
    }
}

/// Parses the probability of keeping a unit.
///
/// # Errors
/// A phrase that says what it must be.
pub fn keep_prob(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().map_err(|_| "it must be a number".to_string())?;
    KeepProb::new(number).map(KeepProb::get).map_err(|_| "it must be above 0 and at most 1".into())
}

/// Parses a share: a number of 0 or more and below 1.
///
/// # Errors
/// A phrase that says what it must be.
pub fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err("it must be 0 or more and below 1".to_string()),
    }
}

/// Parses an angle: any number of degrees.
///
/// # Errors
/// A phrase that says what it must be.
pub fn degrees(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(degrees) if degrees.is_finite() => Ok(degrees),
        _ => Err("it must be a number".to_string()),
    }
}

/// Parses a number of updates.
///
/// # Errors
/// A phrase that says what it must be.
pub fn iterations(text: &str) -> Result<usize, String> {
    bounded(text, 100_000_000)
}

/// Parses the size of a layer.
///
/// # Errors
/// A phrase that says what it must be.
pub fn units(text: &str) -> Result<usize, String> {
    bounded(text, 10_000)
}

/// Parses a number of trials.
///
/// # Errors
/// A phrase that says what it must be.
pub fn trials(text: &str) -> Result<usize, String> {
    bounded(text, 10_000)
}

/// Parses a number of workers.
///
/// # Errors
/// A phrase that says what it must be.
pub fn workers(text: &str) -> Result<usize, String> {
    bounded(text, 1024)
}

/// Parses the side of a square matrix.
///
/// # Errors
/// A phrase that says what it must be.
pub fn side(text: &str) -> Result<usize, String> {
    bounded(text, 4096)
}

/// The same checks for settings that come from the `config.json` of a run to resume.
pub mod checked {
    use std::fmt::Display;

    use serde::de::{Deserialize, Deserializer, Error};

    /// See [`super::learning_rate`].
    ///
    /// # Errors
    /// When the value is no learning rate.
    pub fn learning_rate<'de, D: Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
        check(f64::deserialize(source)?, super::learning_rate)
    }

    /// See [`super::lambda`].
    ///
    /// # Errors
    /// When the value is no strength of a penalty.
    pub fn lambda<'de, D: Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
        check(f64::deserialize(source)?, super::lambda)
    }

    /// See [`super::keep_prob`].
    ///
    /// # Errors
    /// When the value is no probability of keeping a unit.
    pub fn keep_prob<'de, D: Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
        check(f64::deserialize(source)?, super::keep_prob)
    }

    /// See [`super::share`].
    ///
    /// # Errors
    /// When the value is no share.
    pub fn share<'de, D: Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
        check(f64::deserialize(source)?, super::share)
    }

    /// See [`super::degrees`].
    ///
    /// # Errors
    /// When the value is no angle.
    pub fn degrees<'de, D: Deserializer<'de>>(source: D) -> Result<f64, D::Error> {
        check(f64::deserialize(source)?, super::degrees)
    }

    /// See [`super::iterations`].
    ///
    /// # Errors
    /// When the value is no number of updates.
    pub fn iterations<'de, D: Deserializer<'de>>(source: D) -> Result<usize, D::Error> {
        check(usize::deserialize(source)?, super::iterations)
    }

    /// See [`super::units`].
    ///
    /// # Errors
    /// When the value is no size of a layer.
    pub fn units<'de, D: Deserializer<'de>>(source: D) -> Result<usize, D::Error> {
        check(usize::deserialize(source)?, super::units)
    }

    /// See [`super::units`], for every layer.
    ///
    /// # Errors
    /// When a value is no size of a layer.
    pub fn units_of_layers<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<usize>, D::Error> {
        let sizes = Vec::<usize>::deserialize(source)?;
        sizes.into_iter().map(|size| check(size, super::units)).collect()
    }

    /// See [`super::trials`].
    ///
    /// # Errors
    /// When the value is no number of trials.
    pub fn trials<'de, D: Deserializer<'de>>(source: D) -> Result<usize, D::Error> {
        check(usize::deserialize(source)?, super::trials)
    }

    /// See [`super::side`].
    ///
    /// # Errors
    /// When the value is no side of a matrix.
    pub fn side<'de, D: Deserializer<'de>>(source: D) -> Result<usize, D::Error> {
        check(usize::deserialize(source)?, super::side)
    }

    fn check<T: Display, E: Error>(value: T, parse: fn(&str) -> Result<T, String>) -> Result<T, E> {
        parse(&value.to_string()).map_err(|must| E::custom(format!("{value} is given: {must}")))
    }
}

fn bounded(text: &str, largest: usize) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(count) if (1..=largest).contains(&count) => Ok(count),
        _ => Err(format!("it must be a whole number from 1 to {largest}")),
    }
}
