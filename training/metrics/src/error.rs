//! What cannot be counted.

/// What cannot be counted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// A box or a score that is no number, or a corner before the other.
    #[error("picture {picture}: {what} {number} {problem}")]
    Box {
        /// The picture, counted from 0.
        picture: usize,
        /// `truth` or `detection`.
        what: &'static str,
        /// Which of them, counted from 0.
        number: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// A threshold outside its range.
    #[error("a threshold of {found}: it must be between 0 and 1")]
    Threshold {
        /// The threshold.
        found: f64,
    },
}
