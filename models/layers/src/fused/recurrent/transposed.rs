//! Weights turned, so that the products of the way back read them row by row.

use crate::kernels::real::Real;

/// The transpose of a matrix of so many rows and columns.
pub(super) fn transposed<T: Real>(matrix: &[T], rows: usize, columns: usize) -> Vec<T> {
    /// Rows and columns of a tile that fits the first-level cache.
    const TILE: usize = 16;
    let mut turned = vec![T::ZERO; matrix.len()];
    for top in (0..rows).step_by(TILE) {
        for left in (0..columns).step_by(TILE) {
            for column in left..columns.min(left + TILE) {
                for row in top..rows.min(top + TILE) {
                    turned[column * rows + row] = matrix[row * columns + column];
                }
            }
        }
    }
    turned
}
