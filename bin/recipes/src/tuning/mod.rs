//! A small network whose hyperparameters are searched: the space, the searches, and the training inside a trial.

mod plans;
mod problem;
mod training;

use fireside_search::{Dimension, Range, Space, SpaceError};

pub use self::plans::{BEST, Extent, Plan, Plans, describe, in_words};
pub use self::problem::{Data, Problem};
pub use self::training::{Prepared, interval, is_looked_at};

/// The hyperparameters of the notes' list, each on its scale.
///
/// All are for Adam, of which `beta` is β₁: each optimiser has learning rates of its own, and beside others the best
/// rate of one would be the worst of the next.
///
/// # Errors
/// None: the ranges are in order.
pub fn space() -> Result<Space, SpaceError> {
    let range = |name: &str, range: Range| Dimension::new(name, range);
    Space::new(vec![
        range("learning_rate", Range::LogUniform { low: 1e-4, high: 1.0 }),
        range("beta", Range::OneMinusLogUniform { low: 0.9, high: 0.999 }),
        range("batch_size", Range::choice([16, 32, 64, 128])),
        range("hidden", Range::integers(4, 32)),
        range("layers", Range::integers(1, 4)),
        range("l2", Range::LogUniform { low: 1e-3, high: 1.0 }),
    ])
}
