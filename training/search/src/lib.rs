//! Hyperparameter search: random points on each dimension's own scale, from coarse to fine (course 2,
//! week 3).
//!
//! ```text
//! Space        what may vary, and on which scale
//! Sampling     random points, or a grid for contrast        sampler
//! run          every point, one at a time or several at once
//! halving::run many points briefly, the better ones longer
//! Journal      what has been tried, on disk, to resume from
//! zoom         the space around the best points, to search again
//! ```
//!
//! The *panda* way babysits one training after the other: `workers` is 1, and the observer of [`run()`]
//! watches the curve and may stop a trial. The *caviar* way trains many at once: `workers` is the number of
//! cores. Both give the same records.
//!
//! ```
//! use fireside_search::{
//!     Curve, Dimension, Direction, Journal, Range, Sampling, Search, Space, Trial, TrialError, run, zoom,
//! };
//! use std::ops::ControlFlow;
//!
//! // A stand-in for a training: best at a learning rate of 0.01.
//! fn objective(trial: &Trial, _: &mut Curve<'_>) -> Result<f64, TrialError> {
//!     let rate = trial.point.number("learning_rate")?;
//!     Ok(-(rate.log10() + 2.0).abs())
//! }
//! let rates = Range::LogUniform { low: 1e-4, high: 1.0 };
//! let space = Space::new(vec![Dimension::new("learning_rate", rates)])?;
//! let coarse = Search {
//!     space,
//!     sampling: Sampling::Random { trials: 20, seed: 1 },
//!     direction: Direction::HigherIsBetter,
//!     budget: 1,
//!     first_number: 0,
//! };
//! let tried = run(&coarse, &mut Journal::in_memory(), 2, objective, |_| ControlFlow::Continue(()))?;
//!
//! let best: Vec<_> = tried.ranked().iter().take(3).map(|record| &record.point).collect();
//! let fine = Search { space: zoom(&coarse.space, &best, 0.05)?, first_number: 20, ..coarse };
//! let tried = run(&fine, &mut Journal::in_memory(), 2, objective, |_| ControlFlow::Continue(()))?;
//! assert!((tried.ranked()[0].point.number("learning_rate")? - 0.01).abs() < 1e-3);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod halving;
mod journal;
mod point;
mod run;
mod sampler;
mod space;
pub mod table;
mod trial;
mod zoom;

pub use journal::{Journal, JournalError};
pub use point::{Point, PointError, Value};
pub use run::{Curve, Event, Outcome, Search, SearchError, Stop, run};
pub use sampler::{MAX_TRIALS, Sampling, SamplingError, grid, random};
pub use space::{Dimension, Range, Space, SpaceError};
pub use trial::{CurvePoint, Direction, Record, Status, Trial, TrialError, rank};
pub use zoom::{ZoomError, zoom};

/// Compiles and runs what the README shows.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
