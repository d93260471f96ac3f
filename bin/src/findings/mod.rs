//! What a finding looks like: each kind is said on the terminal, put into `metrics.json` and drawn by one call, the
//! same from every assignment.

mod accuracy;
mod curves;
mod differences;
mod emoji;
mod entities;
mod gender;
mod names;
mod piano_roll;
mod rivals;
mod sentiment;
mod word_map;
mod word_vectors;
