//! What a finding looks like: each kind is said on the terminal, put into `metrics.json` and drawn by one call, the
//! same from every assignment.

mod accuracy;
mod answer;
pub mod boundary;
pub mod confusion;
mod costs;
mod curves;
mod descents;
mod differences;
mod edges;
mod emoji;
mod entities;
mod gender;
mod layer_table;
mod look;
mod misclassified;
mod names;
mod piano_roll;
mod rivals;
mod sentiment;
mod table;
pub mod trials;
mod word_map;
mod word_vectors;
mod words;

pub use boundary::Boundaries;
pub use costs::CostTable;
pub use table::{Cell, Table};
