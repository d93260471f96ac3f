//! What a finding looks like: each kind is said on the terminal, put into `metrics.json` and drawn by one call, the
//! same from every assignment.

mod accuracy;
mod answer;
pub mod boundary;
mod boxes;
mod captioned;
pub mod confusion;
mod costs;
mod curves;
mod depths;
mod descents;
mod detections;
mod differences;
mod edges;
mod emoji;
mod entities;
mod foresight;
mod frequencies;
mod gender;
mod gradient_checks;
mod grid;
mod layer_table;
mod localization;
mod look;
mod misclassified;
mod names;
mod piano_roll;
mod regions;
mod rivals;
mod scenes;
mod sentiment;
mod table;
pub mod trials;
mod ways;
mod windows;
mod word_map;
mod word_vectors;
mod words;

pub use boundary::Boundaries;
pub use boxes::Boxed;
pub use depths::DepthTable;
pub use gradient_checks::GradientChecks;
pub use rivals::rivals;
pub use table::{Cell, Table};
pub use ways::WaysTable;
