//! Matrix products on slices, by the `gemm` library.

use std::ops::Range;

use gemm::Parallelism;

use super::parallel;
use super::real::Real;
use super::simd::vectorized;

/// A matrix within a slice: element `(row, column)` is at `row * row_stride + column * column_stride`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matrix<'a, T> {
    values: &'a [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// `values` row by row.
    pub(crate) fn new(values: &'a [T], rows: usize, columns: usize) -> Self {
        Self::with_stride(values, rows, columns, columns)
    }

    /// Rows that begin `row_stride` elements apart.
    pub(crate) fn with_stride(
        values: &'a [T],
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Self {
        check(values.len(), rows, columns, row_stride);
        Self { values, rows, columns, row_stride, column_stride: 1 }
    }

    /// The transpose, without moving anything.
    pub(crate) fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    /// The sum over the rows, one for each column of a matrix that is not transposed.
    pub(crate) fn sum_of_rows(self) -> Vec<T>
    where
        T: Real,
    {
        let mut sums = vec![T::ZERO; self.columns];
        vectorized!(|| {
            for row in self.values.chunks(self.row_stride.max(1)).take(self.rows) {
                for (sum, value) in sums.iter_mut().zip(row) {
                    *sum += *value;
                }
            }
        });
        sums
    }

    /// A range of the rows.
    fn rows_of(self, range: &Range<usize>) -> Self {
        assert!(range.end <= self.rows, "rows {range:?} of {}", self.rows);
        let start = (range.start * self.row_stride).min(self.values.len());
        Self { values: &self.values[start..], rows: range.len(), ..self }
    }

    /// A range of the columns.
    fn columns_of(self, range: &Range<usize>) -> Self {
        self.transposed().rows_of(range).transposed()
    }
}

/// The matrix that a product is written to, row by row.
#[derive(Debug)]
pub(crate) struct MatrixMut<'a, T> {
    values: &'a mut [T],
    rows: usize,
    columns: usize,
    row_stride: usize,
}

impl<'a, T> MatrixMut<'a, T> {
    /// `values` row by row.
    pub(crate) fn new(values: &'a mut [T], rows: usize, columns: usize) -> Self {
        Self::with_stride(values, rows, columns, columns)
    }

    /// Rows that begin `row_stride` elements apart.
    pub(crate) fn with_stride(
        values: &'a mut [T],
        rows: usize,
        columns: usize,
        row_stride: usize,
    ) -> Self {
        check(values.len(), rows, columns, row_stride);
        Self { values, rows, columns, row_stride }
    }
}

/// Every element lies within the slice, and no two rows overlap.
fn check(len: usize, rows: usize, columns: usize, row_stride: usize) {
    let needed = if rows == 0 || columns == 0 { 0 } else { (rows - 1) * row_stride + columns };
    assert!(
        needed <= len && (rows <= 1 || columns <= row_stride),
        "a {rows}x{columns} matrix with rows {row_stride} apart does not fit {len} elements"
    );
}

/// The product of the two is as large as the output. Of a part of the work alone this would say less: a range of the
/// columns fits an output that is too narrow.
fn check_sizes<T>(output: &MatrixMut<'_, T>, lhs: &Matrix<'_, T>, rhs: &Matrix<'_, T>) {
    let fits = lhs.columns == rhs.rows && [lhs.rows, rhs.columns] == [output.rows, output.columns];
    assert!(
        fits,
        "{}x{} times {}x{} is not {}x{}",
        lhs.rows, lhs.columns, rhs.rows, rhs.columns, output.rows, output.columns
    );
}

/// What becomes of the values that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Onto {
    /// They are overwritten.
    Nothing,
    /// The product is added to them.
    Values,
}

/// `output = scale * lhs rhs`, or that added to it, on this thread alone.
pub(crate) fn product<T: Real>(
    output: MatrixMut<'_, T>,
    onto: Onto,
    scale: T,
    lhs: Matrix<'_, T>,
    rhs: Matrix<'_, T>,
) {
    multiply(output, onto, scale, lhs, rhs, Parallelism::None);
}

/// [`product`] on all threads, where that pays.
pub(crate) fn shared_product<T: Real>(
    output: MatrixMut<'_, T>,
    onto: Onto,
    scale: T,
    lhs: Matrix<'_, T>,
    rhs: Matrix<'_, T>,
) {
    check_sizes(&output, &lhs, &rhs);
    let threads = parallel::threads();
    // A multiply-add takes a 32nd of the time of the cheap work that `worth_sharing` counts.
    let work = output.rows * output.columns * lhs.columns / 32;
    if !parallel::worth_sharing(work) {
        product(output, onto, scale, lhs, rhs);
    } else if output.rows >= 32 * threads {
        let MatrixMut { values, rows, columns, row_stride } = output;
        let ranges = parallel::split(rows, threads);
        let mut rest = values;
        let mut parts = Vec::with_capacity(threads);
        for range in ranges {
            let take = (range.len() * row_stride).min(rest.len());
            let (part, after) = rest.split_at_mut(take);
            rest = after;
            parts.push((range, part));
        }
        parallel::for_each(parts, |(range, part)| {
            let output = MatrixMut::with_stride(part, range.len(), columns, row_stride);
            product(output, onto, scale, lhs.rows_of(&range), rhs);
        });
    } else if output.rows == 1 {
        // The library takes a single row on one thread, however long.
        let ranges = parallel::split(output.columns, threads);
        let parts = parallel::cut(output.values, 1, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(part, range)| {
            let output = MatrixMut::new(part, 1, range.len());
            product(output, onto, scale, lhs, rhs.columns_of(&range));
        });
    } else {
        multiply(output, onto, scale, lhs, rhs, Parallelism::Rayon(threads));
    }
}

fn multiply<T: Real>(
    output: MatrixMut<'_, T>,
    onto: Onto,
    scale: T,
    lhs: Matrix<'_, T>,
    rhs: Matrix<'_, T>,
    parallelism: Parallelism,
) {
    check_sizes(&output, &lhs, &rhs);
    let MatrixMut { values, rows, columns, row_stride } = output;
    let onto_values = onto == Onto::Values;
    if lhs.columns == 0 {
        if !onto_values {
            for row in values.chunks_mut(row_stride.max(1)).take(rows) {
                row[..columns].fill(T::ZERO);
            }
        }
        return;
    }
    // SAFETY: `gemm` reads and writes through pointers and trusts sizes and strides. All three matrices were
    // made by `check`ed constructors from slices that they still borrow, `transposed`, `rows_of` and `columns_of`
    // keep every element inside, and the sizes were compared just above; so every element that it touches is
    // within its slice. `values` is borrowed mutably, so it does not overlap the other two, and its rows do
    // not overlap one another. `T` is `f32` or `f64`, both of which `gemm` knows.
    #[expect(unsafe_code, reason = "the matrix product library takes pointers; see above")]
    unsafe {
        gemm::gemm(
            rows,
            columns,
            lhs.columns,
            values.as_mut_ptr(),
            1,
            row_stride as isize,
            onto_values,
            lhs.values.as_ptr(),
            lhs.column_stride as isize,
            lhs.row_stride as isize,
            rhs.values.as_ptr(),
            rhs.column_stride as isize,
            rhs.row_stride as isize,
            T::ONE,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row times a matrix two columns wider than the output, large enough to be shared.
    #[test]
    #[should_panic(expected = "1x2048 times 2048x2050 is not 1x2048")]
    fn an_output_that_is_too_narrow_is_noticed_before_the_work_is_shared() {
        let (row, wide) = (vec![0.0f32; 2048], vec![0.0f32; 2048 * 2050]);
        let mut output = vec![0.0f32; 2048];
        shared_product(
            MatrixMut::new(&mut output, 1, 2048),
            Onto::Nothing,
            1.0,
            Matrix::new(&row, 1, 2048),
            Matrix::new(&wide, 2048, 2050),
        );
    }
}
