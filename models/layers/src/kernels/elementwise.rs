//! One function over every element.

use burn::backend::flex::FlexTensor;

use super::blank::written;
use super::memory::{contiguous, tensor};
use super::parallel;
use super::real::Real;
use super::simd::vectorized;

/// How many additions one call of the function is worth: what decides about a second thread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost(pub(crate) usize);

impl Cost {
    /// An `exp` or two.
    pub(crate) const EXP: Self = Self(8);
}

/// `function` of every element, in place where nobody else holds the tensor.
pub(crate) fn map<T: Real>(
    x: FlexTensor,
    cost: Cost,
    function: impl Fn(T) -> T + Copy + Send + Sync,
) -> FlexTensor {
    let mut x = contiguous::<T>(x);
    let shape = x.layout().shape().clone();
    if let Some(values) = x.try_storage_mut::<T>() {
        let ranges = parallel::ranges(values.len(), values.len() * cost.0);
        parallel::for_each(parallel::cut(values, 1, &ranges), |part| {
            vectorized!(|| part.iter_mut().for_each(|value| *value = function(*value)));
        });
        return x;
    }
    let values = x.storage::<T>();
    let output = written(values.len(), |output| {
        let ranges = parallel::ranges(values.len(), values.len() * cost.0);
        let parts = output.cut(1, &ranges).into_iter().zip(ranges);
        let parts = parallel::map(parts.collect(), |(part, range)| {
            let values = values[range].iter();
            vectorized!(|| part.fill(values.map(|value| function(*value))))
        });
        parts.into_iter().sum()
    });
    tensor(output, shape)
}

/// `function(a, b)` of every pair, in the memory of `a` where nobody else holds it.
pub(crate) fn zip<T: Real>(
    a: FlexTensor,
    b: FlexTensor,
    cost: Cost,
    function: impl Fn(T, T) -> T + Copy + Send + Sync,
) -> FlexTensor {
    let (mut a, b) = (contiguous::<T>(a), contiguous::<T>(b));
    let shape = a.layout().shape().clone();
    let b = b.storage::<T>();
    if let Some(values) = a.try_storage_mut::<T>() {
        let ranges = parallel::ranges(values.len(), values.len() * cost.0);
        let parts = parallel::cut(values, 1, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(part, range)| {
            vectorized!(|| {
                for (value, b) in part.iter_mut().zip(&b[range]) {
                    *value = function(*value, *b);
                }
            });
        });
        return a;
    }
    let values = a.storage::<T>();
    let output = written(values.len(), |output| {
        let ranges = parallel::ranges(values.len(), values.len() * cost.0);
        let parts = output.cut(1, &ranges).into_iter().zip(ranges);
        let parts = parallel::map(parts.collect(), |(part, range)| {
            let pairs = values[range.clone()].iter().zip(&b[range]);
            vectorized!(|| part.fill(pairs.map(|(a, b)| function(*a, *b))))
        });
        parts.into_iter().sum()
    });
    tensor(output, shape)
}
