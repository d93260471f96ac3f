//! What may go wrong with sets that can be made, and with predictions that can be scored.
//!
//! Course 3, "Train/dev/test distributions".

use std::fmt;

use serde::Serialize;

use crate::number::{counted, percent};

/// A dev or test set below this size is warned of: one mistake in it is more than a point.
pub const SMALL: usize = 100;

/// What may go wrong with what can be worked out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "warning", rename_all = "kebab-case")]
pub enum Warning {
    /// The dev set does not come from where the test set comes from: one aims at one target and is judged by
    /// another.
    DifferentSources {
        /// Share of each source in the dev set.
        dev: Vec<(String, f64)>,
        /// Share of each source in the test set.
        test: Vec<(String, f64)>,
    },
    /// A set has no example of a class.
    MissingClass {
        /// The class.
        class: String,
        /// The set.
        set: &'static str,
    },
    /// One mistake moves the set's error by more than a point.
    SmallSet {
        /// The set.
        set: &'static str,
        /// Its number of examples.
        examples: usize,
    },
    /// No prediction is one of the labels: the same classes may be written in two ways.
    NoSharedClass {
        /// The classes of the labels.
        labels: Vec<String>,
        /// The classes of the predictions.
        predictions: Vec<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |shares: &[(String, f64)]| {
            let parts = shares.iter().filter(|(_, share)| *share > 0.0);
            let parts = parts.map(|(source, share)| format!("{source} {}", percent(*share)));
            parts.collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::DifferentSources { dev, test } => write!(
                f,
                "dev and test set come from different sources (dev: {}; test: {}): draw both from the data \
                 the product will meet",
                list(dev),
                list(test)
            ),
            Self::MissingClass { class, set } => {
                write!(f, "the {set} set has no example of class {class}")
            }
            Self::SmallSet { set, examples } => write!(
                f,
                "one mistake moves the error of the {set} set by {} ({}): consider \
                 cross-validation, or more data",
                percent(1.0 / *examples as f64),
                counted(*examples, "example")
            ),
            Self::NoSharedClass { labels, predictions } => write!(
                f,
                "no prediction is one of the labels (labels: {}; predictions: {}): write both in the same way",
                some(labels),
                some(predictions)
            ),
        }
    }
}

/// The first few of some names.
fn some(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let shown = names.iter().take(SHOWN).map(String::as_str);
    let more = (names.len() > SHOWN).then_some("...");
    shown.chain(more).collect::<Vec<_>>().join(", ")
}

/// Warns when the shares of the sources in dev and test set, given for the same sources in the same order,
/// differ by more than 5 points in all beyond what one example of the smaller set makes up.
#[must_use]
pub fn different_sources(
    dev: &[(String, f64)],
    test: &[(String, f64)],
    smaller: usize,
) -> Option<Warning> {
    let sum = |shares: &[(String, f64)]| shares.iter().map(|(_, share)| share).sum::<f64>();
    if smaller == 0 || sum(dev) == 0.0 || sum(test) == 0.0 {
        return None;
    }
    let apart = dev.iter().zip(test).map(|(dev, test)| (dev.1 - test.1).abs()).sum::<f64>() / 2.0;
    (apart > 0.05 + 1.0 / smaller as f64)
        .then(|| Warning::DifferentSources { dev: dev.to_vec(), test: test.to_vec() })
}
