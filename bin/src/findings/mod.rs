//! What a finding looks like: each kind is said on the terminal, put into `metrics.json` and drawn by one call, the
//! same from every assignment.

mod accuracy;
mod answer;
pub mod confusion;
mod costs;
mod curves;
mod differences;
mod edges;
mod layer_table;
mod misclassified;
mod table;

pub use costs::CostTable;
pub use table::{Cell, Table};
