//! Products as loops over numbers, to time against one tensor operation, and the clock for it.

use std::time::Instant;

/// Each way is timed this often, and the median counts.
const REPETITIONS: usize = 9;

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

/// The sum of the products.
pub fn looped_dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

/// Every product of an entry of `b` with one of `a`, `[b, a]`.
pub fn looped_outer(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut outer = vec![0.0; a.len() * b.len()];
    for i in 0..b.len() {
        for j in 0..a.len() {
            outer[i * a.len() + j] = b[i] * a[j];
        }
    }
    outer
}

/// The product, entry by entry.
pub fn looped_product(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut product = vec![0.0; a.len()];
    for i in 0..a.len() {
        product[i] = a[i] * b[i];
    }
    product
}

/// The product of a square matrix, row-major, with a vector.
pub fn looped_matrix_vector(w: &[f32], x: &[f32]) -> Vec<f32> {
    let mut result = vec![0.0; x.len()];
    for i in 0..x.len() {
        for j in 0..x.len() {
            result[i] += w[i * x.len() + j] * x[j];
        }
    }
    result
}
