//! What each program is to teach on the embedded data, as a claim, and how many seeds show it.
//!
//! A claim and its margin are written before they are measured, with the reason for the margin. It has to hold for nine
//! of ten seeds, 0 to 9, at the settings that the program has without flags. Data and settings are chosen by other
//! seeds, from 100 on.
//!
//! ```text
//! cargo test --release -p fireside-recipes --test lessons                               the quick ones
//! cargo test --release -p fireside-recipes --test lessons -- --include-ignored --nocapture    all, some take hours
//! FIRESIDE_LESSONS_FROM=100 FIRESIDE_LESSONS_SEEDS=3 cargo test ...                      seeds 100 to 102
//! tests/lessons                                         all, seed by seed, and what they show into docs/lessons.md
//! ```
#![cfg(feature = "flex")]
#![allow(
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "what the lessons share is test code too, and tells what each seed shows"
)]

mod counting;
mod course1;
mod course2;
mod course3;
mod course4;
mod course4_boxes;
mod course4_regions;
mod course5;
mod course5_next;
