//! Products and sums as loops over numbers against the same as one tensor operation, timed.

use std::hint::black_box;

use burn::tensor::{Device, Tensor, TensorData};
use fireside_numpy_rng::NumpyRng;

use crate::RecipeError;
use crate::timing::median_seconds;

/// How long an operation takes.
#[derive(Debug, Clone)]
pub struct Timed {
    /// Which operation.
    pub operation: &'static str,
    /// The same with its sizes.
    pub name: String,
    /// Seconds as a loop over numbers.
    pub looped: f64,
    /// Seconds as one tensor operation.
    pub vectorised: f64,
}

/// Times four operations both ways, on square matrices of side `size` and vectors that have as many entries as one.
///
/// # Errors
/// When the device fails.
pub fn time_both_ways(size: usize, seed: u32, device: &Device) -> Result<[Timed; 4], RecipeError> {
    let mut rng = NumpyRng::new(seed);
    let long = size * size;
    let mut draw = || -> Vec<f32> { (0..long).map(|_| rng.random_sample() as f32).collect() };
    let (a, b) = (draw(), draw());
    let tensor = |values: &[f32], shape: [usize; 2]| {
        Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), device)
    };
    let (long_a, long_b) = (tensor(&a, [1, long]), tensor(&b, [1, long]));
    let matrix = tensor(&a, [size, size]);
    let (row, column) = (tensor(&a[..size], [1, size]), tensor(&b[..size], [size, 1]));

    Ok([
        timed(
            "dot",
            format!("dot {long} · {long}"),
            || looped_dot(&a, &b),
            || long_a.clone().matmul(long_b.clone().transpose()),
        )?,
        timed(
            "outer",
            format!("outer {size} x {size}"),
            || looped_outer(&a[..size], &b[..size]),
            || column.clone() * row.clone(),
        )?,
        timed(
            "element-wise",
            format!("element-wise {long} * {long}"),
            || looped_product(&a, &b),
            || long_a.clone() * long_b.clone(),
        )?,
        timed(
            "matrix-vector",
            format!("matrix-vector {size}x{size} · {size}"),
            || looped_matrix_vector(&a, &b[..size]),
            || matrix.clone().matmul(column.clone()),
        )?,
    ])
}

fn timed<T>(
    operation: &'static str,
    name: String,
    looped: impl Fn() -> T,
    vectorised: impl Fn() -> Tensor<2>,
) -> Result<Timed, RecipeError> {
    let looped = median_seconds(|| {
        black_box(looped());
        Ok::<(), RecipeError>(())
    })?;
    let vectorised = median_seconds(|| vectorised().device().sync())?;
    Ok(Timed { operation, name, looped, vectorised })
}

/// The sum of the products.
fn looped_dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

/// Every product of an entry of `b` with one of `a`, `[b, a]`.
fn looped_outer(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut outer = vec![0.0; a.len() * b.len()];
    for i in 0..b.len() {
        for j in 0..a.len() {
            outer[i * a.len() + j] = b[i] * a[j];
        }
    }
    outer
}

/// The product, entry by entry.
fn looped_product(a: &[f32], b: &[f32]) -> Vec<f32> {
    let mut product = vec![0.0; a.len()];
    for i in 0..a.len() {
        product[i] = a[i] * b[i];
    }
    product
}

/// The product of a square matrix, row-major, with a vector.
fn looped_matrix_vector(w: &[f32], x: &[f32]) -> Vec<f32> {
    let mut result = Vec::with_capacity(x.len());
    for row in w.chunks_exact(x.len()) {
        let mut sum = 0.0;
        for (w, x) in row.iter().zip(x) {
            sum += w * x;
        }
        result.push(sum);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1·5 + 2·6 and 3·5 + 4·6.
    #[test]
    fn loops_compute_what_they_are_timed_for() {
        let (w, x) = ([1.0, 2.0, 3.0, 4.0], [5.0, 6.0]);
        assert_eq!(looped_matrix_vector(&w, &x), [17.0, 39.0]);
        assert_eq!(looped_dot(&w[..2], &x), 17.0);
        assert_eq!(looped_product(&w[..2], &x), [5.0, 12.0]);
        assert_eq!(looped_outer(&x, &w[..2]), [5.0, 6.0, 10.0, 12.0]);
    }
}
