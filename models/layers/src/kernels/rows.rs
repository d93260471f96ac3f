//! One function over every row of a tensor, its last axis.

use burn::backend::flex::FlexTensor;

use super::elementwise::Cost;
use super::memory::{contiguous, tensor};
use super::parallel;
use super::real::Real;
use super::simd::vectorized;

/// The number of rows and their width, for a tensor that has a last axis.
pub(crate) fn rows_and_width(x: &FlexTensor) -> (usize, usize) {
    let shape = x.layout().shape();
    let width = shape[shape.num_dims() - 1];
    (if width == 0 { 0 } else { shape.num_elements() / width }, width)
}

/// Changes every row by `function(row)`, in place where nobody else holds the tensor.
pub(crate) fn map<T: Real>(
    x: FlexTensor,
    cost: Cost,
    function: impl Fn(&mut [T]) + Send + Sync,
) -> FlexTensor {
    update(x, cost, |row, _| function(row))
}

/// Changes every row of `a` by `function(row of a, row of b)`, in place where nobody else holds `a`.
pub(crate) fn zip<T: Real>(
    a: FlexTensor,
    b: FlexTensor,
    cost: Cost,
    function: impl Fn(&mut [T], &[T]) + Send + Sync,
) -> FlexTensor {
    let (_, width) = rows_and_width(&b);
    let b = contiguous::<T>(b);
    let b = b.storage::<T>();
    update(a, cost, |row, index| function(row, &b[index * width..(index + 1) * width]))
}

/// Changes every row by `function(row, index)`.
fn update<T: Real>(
    x: FlexTensor,
    cost: Cost,
    function: impl Fn(&mut [T], usize) + Send + Sync,
) -> FlexTensor {
    let (rows, width) = rows_and_width(&x);
    if rows == 0 {
        return x;
    }
    let mut x = contiguous::<T>(x);
    let ranges = parallel::ranges(rows, rows * width * cost.0);
    // One loop for both cases, so that `function` has one caller, into which it is compiled.
    let each = |values: &mut [T], source: Option<&[T]>| {
        let parts = parallel::cut(values, width, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(part, range)| {
            vectorized(|| {
                for (row, index) in part.chunks_exact_mut(width).zip(range) {
                    if let Some(source) = source {
                        row.copy_from_slice(&source[index * width..(index + 1) * width]);
                    }
                    function(row, index);
                }
            });
        });
    };
    if let Some(values) = x.try_storage_mut::<T>() {
        each(values, None);
        return x;
    }
    let mut output = vec![T::ZERO; rows * width];
    each(&mut output, Some(x.storage::<T>()));
    tensor(output, x.layout().shape().clone())
}
