//! What runs left behind: read into records, put on one HTML page, listed and cleared away.
//!
//! A run is a folder with `config.json` in it, and, as far as it came, `metrics.json`, `metrics.csv`, `epochs.csv`,
//! pictures, sounds and trained models. [`record::read_all`] reads all below some folders; [`page::page`] makes the
//! page, [`listing`] the list, [`clearing`] says which may go and deletes them.
//!
//! Nothing here prints, and nothing in a run's files can stop a report: what is damaged is said in a sentence of the
//! record, [`record::RunRecord::problems`].

pub mod axis;
pub mod clearing;
pub mod curve;
pub mod entry;
mod error;
mod files;
pub mod lines;
pub mod listing;
pub mod page;
pub mod record;
pub mod text;

pub use error::ReportError;
pub use record::{CONFIG_FILE, DATA_FILE, LOCK_FILE, RunRecord, State};

/// The time of now where the computer stands, for [`page::page`] and [`clearing::plan`].
pub fn written_now() -> jiff::civil::DateTime {
    jiff::Zoned::now().datetime()
}

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
