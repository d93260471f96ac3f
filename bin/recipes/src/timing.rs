//! How long a task takes.

use std::time::Instant;

/// Each way is timed this often, and the median counts.
const REPETITIONS: usize = 9;

/// How often a task is called to time it.
pub const CALLS: usize = 1 + REPETITIONS;

/// Returns the median time of a task in seconds, after a first call to warm up.
///
/// # Errors
/// When the task fails.
pub fn median_seconds<E>(mut task: impl FnMut() -> Result<(), E>) -> Result<f64, E> {
    task()?; // the first call warms up
    let mut seconds = Vec::with_capacity(REPETITIONS);
    for _ in 0..REPETITIONS {
        let start = Instant::now();
        task()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    Ok(seconds[REPETITIONS / 2])
}
