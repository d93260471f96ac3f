//! What the crossing tests share: the conformance data and its comparison.
//!
//! The tests themselves are the targets of this package: `conformance`, `backends`, `together`, and the
//! benchmarks. `peers/` holds the same work in other frameworks. Each model is tested in its own crate.

#![allow(clippy::expect_used, reason = "what fails here fails a test")]

pub mod case;
pub mod compare;
pub mod course1;
pub mod speed;
