//! What the crossing tests share: the conformance data and its comparison, and the suite of every model.
//!
//! The tests themselves are the targets of this package: `conformance`, `models`, `backends`, and the
//! benchmark `course1`. `peers/` holds the same work in other frameworks.

#![allow(clippy::expect_used, reason = "what fails here fails a test")]

pub mod case;
pub mod compare;
pub mod course1;
pub mod image_suite;
pub mod parameters;
pub mod speed;
pub mod suite;
