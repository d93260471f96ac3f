//! Which of the boxes that a detector draws are kept.

use fireside_layers::ConfigError;

use super::nms::Nms;
use super::{Bounds, Detection};

/// A least score, and which boxes suppress which.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Selection {
    score_threshold: f64,
    nms: Nms,
    is_by_class: bool,
}

impl Selection {
    /// Boxes of at least `score_threshold`, all of which suppress one another, as in the course.
    ///
    /// # Errors
    /// When the threshold is no number.
    pub fn new(score_threshold: f64, nms: Nms) -> Result<Self, ConfigError> {
        match score_threshold.is_nan() {
            true => Err(ConfigError::Setting {
                name: "score_threshold",
                expected: "a number".to_string(),
                found: "NaN".to_string(),
            }),
            false => Ok(Self { score_threshold, nms, is_by_class: false }),
        }
    }

    /// Only boxes of one class suppress one another.
    #[must_use]
    pub fn by_class(self) -> Self {
        Self { is_by_class: true, ..self }
    }

    /// The least score.
    #[must_use]
    pub fn score_threshold(&self) -> f64 {
        self.score_threshold
    }

    /// Returns those that are kept, by falling score.
    #[must_use]
    pub fn keep(&self, mut found: Vec<Detection>) -> Vec<Detection> {
        found.retain(|found| found.score >= self.score_threshold);
        let bounds: Vec<Bounds> = found.iter().map(|found| found.bounds).collect();
        let scores: Vec<f64> = found.iter().map(|found| found.score).collect();
        let kept = if self.is_by_class {
            let classes: Vec<usize> = found.iter().map(|found| found.class).collect();
            self.nms.keep_by_class(&bounds, &scores, &classes)
        } else {
            self.nms.keep(&bounds, &scores)
        };
        kept.into_iter().map(|place| found[place]).collect()
    }
}
