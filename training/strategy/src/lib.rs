//! Course 3: what to do next, worked out from a team's own numbers.
//!
//! - [`metric`]: precision, recall, F1, weighted error and the confusion matrix of one classifier;
//! - [`ranking`]: one number to choose among several models by;
//! - [`split`]: train, train-dev, dev and test sets, and folds, of [`examples`] in a folder or a table, in
//!   [`ratios`] that fit their number, with each [`warning`] that applies;
//! - [`diagnose`]: bias, variance, data mismatch, overfitting to the dev set, and what to try;
//! - [`error_analysis`]: error analysis of misclassified examples;
//! - [`project`]: all that is known of one project, and its [`plan`], a page to read;
//! - [`table`]: CSV files as people save them, with the oddities that [`text`] and [`sheet`] know of.
//!
//! Results are plain data. Each can say its `verdict` in a sentence and lay out its `details` or `report` as
//! [`document::Block`]s, which are written as text, Markdown or HTML.
//!
//! ```
//! use fireside_strategy::diagnose::{ErrorRates, Gap, diagnose};
//!
//! let rates = ErrorRates {
//!     human: vec!["1%".parse()?],
//!     train: "8%".parse()?,
//!     train_dev: None,
//!     dev: "10%".parse()?,
//!     test: None,
//! };
//! assert_eq!(diagnose(&rates).dominant, [Gap::AvoidableBias]);
//! # Ok::<(), fireside_strategy::StrategyError>(())
//! ```

pub mod diagnose;
pub mod document;
mod error;
pub mod error_analysis;
pub mod examples;
mod file;
pub mod metric;
pub mod number;
pub mod plan;
pub mod project;
pub mod ranking;
pub mod ratios;
pub mod sheet;
pub mod split;
pub mod table;
pub mod text;
pub mod warning;

pub use error::StrategyError;

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
