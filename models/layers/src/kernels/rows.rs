//! One function over every row of a tensor, its last axis.

use burn::backend::flex::FlexTensor;

use super::elementwise::Cost;
use super::memory::{contiguous, tensor};
use super::parallel;
use super::real::Real;
use super::simd::{Kernel, run};

/// The number of rows and their width, for a tensor that has a last axis.
pub(crate) fn rows_and_width(x: &FlexTensor) -> (usize, usize) {
    let shape = x.layout().shape();
    let width = shape[shape.num_dims() - 1];
    (shape.num_elements().checked_div(width).unwrap_or(0), width)
}

/// What becomes of a row.
pub(crate) trait RowFunction<T>: Copy + Send + Sync {
    /// Changes the row, given the same row of a second tensor, or nothing where there is none.
    /// Implementations are marked `#[inline(always)]`.
    fn change(self, row: &mut [T], other: &[T]);
}

/// Changes every row of `x` by `function`, in place where nobody else holds the tensor.
pub(crate) fn change<T: Real>(
    x: FlexTensor,
    other: Option<FlexTensor>,
    cost: Cost,
    function: impl RowFunction<T>,
) -> FlexTensor {
    let (rows, width) = rows_and_width(&x);
    if rows == 0 {
        return x;
    }
    let (mut x, other) = (contiguous::<T>(x), other.map(contiguous::<T>));
    let other = other.as_ref().map(|other| other.storage::<T>());
    let ranges = parallel::ranges(rows, rows * width * cost.0);
    let change = |values: &mut [T], source: Option<&[T]>| {
        let parts = parallel::cut(values, width, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(part, range)| {
            let range = range.start * width..range.end * width;
            if let Some(source) = source {
                part.copy_from_slice(&source[range.clone()]);
            }
            let other = other.map_or(&[][..], |other| &other[range]);
            run(Change { part, other, width, function });
        });
    };
    if let Some(values) = x.try_storage_mut::<T>() {
        change(values, None);
        return x;
    }
    let mut output = vec![T::ZERO; rows * width];
    change(&mut output, Some(x.storage::<T>()));
    tensor(output, x.layout().shape().clone())
}

struct Change<'a, T, F> {
    part: &'a mut [T],
    other: &'a [T],
    width: usize,
    function: F,
}

impl<T: Real, F: RowFunction<T>> Kernel for Change<'_, T, F> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for (index, row) in self.part.chunks_exact_mut(self.width).enumerate() {
            let start = (index * self.width).min(self.other.len());
            let end = (start + self.width).min(self.other.len());
            self.function.change(row, &self.other[start..end]);
        }
    }
}
