//! What stops a report, a list or a clearing.

use std::path::PathBuf;

/// What was asked for cannot be done. Damaged runs are no such error: their records say it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A folder to look for runs in cannot be read.
    #[error("{} cannot be read ({reason}): give a run's folder, or one that holds runs", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// There are no runs where they were looked for.
    #[error("no run in {}: give a run's folder, or one that holds runs", path.display())]
    NoRuns {
        /// The folder.
        path: PathBuf,
    },
    /// A name that was given is no run's.
    #[error("{name} is no run here: give an assignment's name, ASSIGNMENT/TIME, or a run's folder")]
    UnknownRun {
        /// The name.
        name: String,
    },
    /// A run could not be deleted whole.
    #[error("{} cannot be deleted ({reason})", path.display())]
    Undeletable {
        /// The run's folder.
        path: PathBuf,
        /// Why.
        reason: std::io::Error,
    },
    /// The page could not be put together.
    #[error("the page cannot be put together: {0}")]
    Page(String),
}
