//! What a finding looks like: each kind is said on the terminal, put into `metrics.json` and drawn by one call, the
//! same from every assignment.

mod accuracy;
mod answer;
pub mod boundary;
mod curves;
mod descents;
mod differences;
mod emoji;
mod entities;
mod gender;
mod misclassified;
mod names;
mod piano_roll;
mod rivals;
mod sentiment;
mod table;
pub mod trials;
mod word_map;
mod word_vectors;

pub use boundary::Boundaries;
pub use table::{Cell, Table};
