//! The trainings of the programs: how each starts, how it takes one update, and how `--verify` repeats the
//! course's own runs of it.

pub mod deep;
pub mod logistic;
pub mod planar;
