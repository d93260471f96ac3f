//! Where the error comes from, and what to try first.
//!
//! Course 2, "Bias/Variance"; course 3, "Avoidable bias", "Improving model performance", "Bias and variance
//! with mismatched data distributions" and "Addressing data mismatch".

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};

use crate::StrategyError;
use crate::document::Block;
use crate::file::read_json;
use crate::number::{ErrorRate, difference, or_dash, percent};

/// A gap below one point is low: the course calls half a point low, and two points worth working on.
pub const LOW: f64 = 0.01;

/// A gap counts beside the largest when it is at least half of it.
pub const BESIDE_THE_LARGEST: f64 = 0.5;

/// The error rates of one system, and of people on the same task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorRates {
    /// Of people, or teams of them; one, a list, or none if nobody has measured it.
    #[serde(default, deserialize_with = "one_or_many")]
    pub human: Vec<ErrorRate>,
    /// On the training set.
    pub train: ErrorRate,
    /// On data distributed as the training set but not trained on.
    #[serde(default)]
    pub train_dev: Option<ErrorRate>,
    /// On the dev set.
    pub dev: ErrorRate,
    /// On the test set.
    #[serde(default)]
    pub test: Option<ErrorRate>,
}

fn one_or_many<'de, D: Deserializer<'de>>(source: D) -> Result<Vec<ErrorRate>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "an error rate, or a list of them: 0.08 or \"8%\"")]
    enum Written {
        One(ErrorRate),
        Many(Vec<ErrorRate>),
    }
    Ok(match Written::deserialize(source)? {
        Written::One(rate) => vec![rate],
        Written::Many(rates) => rates,
    })
}

impl ErrorRates {
    /// Reads them from a JSON file: `{"human": ["1%"], "train": "8%", "train_dev": 0.085, "dev": 0.1}`.
    ///
    /// # Errors
    /// When it cannot be read, a rate is missing or outside 0..=1, or a name is unknown.
    pub fn read(path: &Path) -> Result<Self, StrategyError> {
        read_json(path)
    }
}

/// A step on the way from the best possible error to that on the test set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// From human level to the training set.
    AvoidableBias,
    /// From the training set to the train-dev set, or without one to the dev set.
    Variance,
    /// From the train-dev set to the dev set.
    DataMismatch,
    /// From the dev set to the test set.
    DevOverfitting,
}

impl Gap {
    /// Its name in the course.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AvoidableBias => "avoidable bias",
            Self::Variance => "variance",
            Self::DataMismatch => "data mismatch",
            Self::DevOverfitting => "overfitting to the dev set",
        }
    }

    /// What the course tries against it, in order.
    #[must_use]
    pub fn remedies(self) -> &'static [&'static str] {
        match self {
            Self::AvoidableBias => &[
                "Train a bigger network.",
                "Train longer, or with a better optimiser (momentum, RMSprop, Adam).",
                "Search for a better architecture and hyperparameters; regularise less.",
            ],
            Self::Variance => &[
                "Regularise: L2, dropout, data augmentation.",
                "Train on more data.",
                "Search for a better architecture and hyperparameters.",
            ],
            Self::DataMismatch => &[
                "Look at errors by hand: how does the dev set differ from the training set?",
                "Collect more training data like the dev set.",
                "Make training data more like it, by synthesis too, but not from a few samples over and over.",
            ],
            Self::DevOverfitting => &["Get a bigger dev set.", "Regularise more."],
        }
    }
}

/// The gaps of a system and which of them to work on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// Error of the best people, which the best possible error does not exceed.
    pub human: Option<f64>,
    /// Training error less human error; unknown without the latter. Like every gap in -1..=1 and rounded to
    /// 12 decimals.
    pub avoidable_bias: Option<f64>,
    /// Train-dev error less training error, or dev error less training error without a train-dev set.
    pub variance: f64,
    /// Dev error less train-dev error; unknown without a train-dev set.
    pub data_mismatch: Option<f64>,
    /// Test error less dev error; unknown without a test set.
    pub dev_overfitting: Option<f64>,
    /// The gaps to work on, the largest first; none when all are low, or when it is [`Self::undecided`].
    pub dominant: Vec<Gap>,
    /// Whether it depends on the unknown human level what dominates.
    pub undecided: bool,
}

/// Takes the best of several people: the best possible (Bayes) error is not above anyone's, so the lowest is
/// the closest estimate.
#[must_use]
pub fn human_level(people: &[ErrorRate]) -> Option<ErrorRate> {
    people.iter().copied().min_by(|a, b| a.share().total_cmp(&b.share()))
}

/// Measures the gaps and finds those that dominate: the largest, and each that is at least half of it, but
/// none below [`LOW`].
///
/// Without a human level, avoidable bias may be anything from 0 to the training error. Then a gap dominates
/// when it does so at both ends; if the ends differ, nothing is decided yet.
#[must_use]
pub fn diagnose(rates: &ErrorRates) -> Diagnosis {
    let human = human_level(&rates.human).map(ErrorRate::share);
    let (train, dev) = (rates.train.share(), rates.dev.share());
    let train_dev = rates.train_dev.map(ErrorRate::share);
    let avoidable_bias = human.map(|human| difference(train, human));
    let variance = difference(train_dev.unwrap_or(dev), train);
    let data_mismatch = train_dev.map(|train_dev| difference(dev, train_dev));
    let dev_overfitting = rates.test.map(|test| difference(test.share(), dev));
    let dominant_with = |bias: f64| {
        dominant([
            (Gap::AvoidableBias, bias),
            (Gap::Variance, variance),
            (Gap::DataMismatch, data_mismatch.unwrap_or(0.0)),
            (Gap::DevOverfitting, dev_overfitting.unwrap_or(0.0)),
        ])
    };
    let least = dominant_with(avoidable_bias.unwrap_or(0.0));
    let most = dominant_with(avoidable_bias.unwrap_or(train));
    let undecided = least != most;
    Diagnosis {
        human,
        avoidable_bias,
        variance,
        data_mismatch,
        dev_overfitting,
        dominant: if undecided { Vec::new() } else { least },
        undecided,
    }
}

fn dominant(mut gaps: [(Gap, f64); 4]) -> Vec<Gap> {
    gaps.sort_by(|a, b| b.1.total_cmp(&a.1));
    let least = LOW.max(BESIDE_THE_LARGEST * gaps[0].1);
    gaps.into_iter().filter(|&(_, size)| size >= least).map(|(gap, _)| gap).collect()
}

impl Diagnosis {
    /// The size of a gap, if it was measured.
    #[must_use]
    pub fn size(&self, gap: Gap) -> Option<f64> {
        match gap {
            Gap::AvoidableBias => self.avoidable_bias,
            Gap::Variance => Some(self.variance),
            Gap::DataMismatch => self.data_mismatch,
            Gap::DevOverfitting => self.dev_overfitting,
        }
    }

    /// What to work on, in a sentence.
    #[must_use]
    pub fn verdict(&self) -> String {
        if self.undecided {
            return "Measure human-level error first: whether bias or another gap is the larger depends on it."
                .to_string();
        }
        let names: Vec<&str> = self.dominant.iter().map(|gap| gap.name()).collect();
        match names[..] {
            [] => "Every gap is low: look at single errors, or raise the goal.".to_string(),
            _ => format!("Work on {}.", names.join(" and ")),
        }
    }

    /// What to work on, in a word or a few.
    #[must_use]
    pub fn summary(&self) -> String {
        let names: Vec<&str> = self.dominant.iter().map(|gap| gap.name()).collect();
        match (self.undecided, names.is_empty()) {
            (true, _) => "human level unknown".to_string(),
            (false, true) => "nothing: all low".to_string(),
            (false, false) => names.join(", "),
        }
    }

    /// What else the figures say.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if self.avoidable_bias.is_some_and(|bias| bias < 0.0) {
            remarks.push(
                "The system does better than people: the best possible error is lower than theirs, and how far \
                 it is away is not known. Progress will be slower.",
            );
        }
        if self.data_mismatch.is_none() && self.dominant.contains(&Gap::Variance) {
            remarks.push(
                "If training and dev data come from different sources, part of the variance is data mismatch: \
                 a train-dev set would tell.",
            );
        }
        if self.data_mismatch.is_some_and(|mismatch| mismatch <= -LOW) {
            remarks.push("The dev set is easier than the training data.");
        }
        remarks.into_iter().map(String::from).collect()
    }

    /// The gaps, and what to try against those that dominate.
    #[must_use]
    pub fn details(&self) -> Vec<Block> {
        let all = [Gap::AvoidableBias, Gap::Variance, Gap::DataMismatch, Gap::DevOverfitting];
        let rows = all.into_iter().map(|gap| {
            let works = if self.dominant.contains(&gap) { "work on it" } else { "" };
            vec![gap.name().to_string(), or_dash(self.size(gap), percent), works.to_string()]
        });
        let mut blocks = vec![Block::table(&["gap", "size", ""], rows.collect())];
        for gap in &self.dominant {
            blocks.push(Block::Paragraph(format!("Against {}, in this order:", gap.name())));
            blocks.push(Block::Steps(gap.remedies().iter().map(ToString::to_string).collect()));
        }
        let remarks = self.remarks();
        if !remarks.is_empty() {
            blocks.push(Block::List(remarks));
        }
        blocks
    }
}

#[cfg(test)]
mod tests;
