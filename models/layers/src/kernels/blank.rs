//! Results that are written once: memory that nobody clears first.
//!
//! A vector of zeros would be written twice, the first time by one thread, before the others begin.

use std::iter::Sum;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ops::Range;

use super::parallel;
use super::real::Real;

/// The lifetime as a mark, which is that of one call of [`written`] and of no other.
type Mark<'a> = PhantomData<fn(&'a ()) -> &'a ()>;

/// Memory without values.
#[derive(Debug)]
pub(crate) struct Blank<'a, T>(&'a mut [MaybeUninit<T>], Mark<'a>);

/// How many places of a [`Blank`] have their value. Only [`Blank::fill`] makes one.
#[derive(Debug)]
pub(crate) struct Written<'a>(usize, Mark<'a>);

/// Returns `len` numbers, which `write` must have written when it returns.
///
/// # Panics
/// When it has not.
pub(crate) fn written<T: Real>(
    len: usize,
    write: impl for<'a> FnOnce(Blank<'a, T>) -> Written<'a>,
) -> Vec<T> {
    let mut values = Vec::with_capacity(len);
    let Written(count, _) = write(Blank(&mut values.spare_capacity_mut()[..len], PhantomData));
    assert!(count == len, "{count} of {len} results were written");
    // SAFETY: the capacity is at least `len`, and the first `len` elements are initialised: `count` sums up
    // places that `Blank::fill` wrote. Its `Blank` was of this call, because the closure takes any lifetime `'a`
    // and `Written<'a>` is invariant in it; and no place was counted twice, because `fill` uses the `Blank` up
    // and `cut` parts it into pieces that do not overlap. So `len` places counted are all there are.
    #[expect(
        unsafe_code,
        reason = "clearing the memory first costs as much as many an operation; see above"
    )]
    unsafe {
        values.set_len(len);
    }
    values
}

impl<'a, T: Real> Blank<'a, T> {
    /// Parts rows of `width` as [`parallel::cut`] does.
    pub(crate) fn cut(self, width: usize, ranges: &[Range<usize>]) -> Vec<Self> {
        parallel::cut(self.0, width, ranges)
            .into_iter()
            .map(|part| Self(part, PhantomData))
            .collect()
    }

    /// Rows of `width`.
    pub(crate) fn rows(self, width: usize) -> impl Iterator<Item = Self> {
        self.0.chunks_mut(width.max(1)).map(|row| Self(row, PhantomData))
    }

    /// Writes as many of the values as there are places; within [`vectorized`](super::simd::vectorized).
    #[inline(always)]
    pub(crate) fn fill(self, values: impl Iterator<Item = T>) -> Written<'a> {
        let mut count = 0;
        for (place, value) in self.0.iter_mut().zip(values) {
            place.write(value);
            count += 1;
        }
        Written(count, PhantomData)
    }
}

impl<'a> Sum for Written<'a> {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        Self(parts.map(|part| part.0).sum(), PhantomData)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_from_every_part_in_its_place() {
        let ranges = parallel::split(5, 3);
        let values = written(10, |blank| {
            let parts = blank.cut(2, &ranges).into_iter().zip(&ranges);
            parts.map(|(part, range)| part.fill((2 * range.start..).map(|at| at as f32))).sum()
        });
        assert_eq!(values, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
    }

    #[test]
    #[should_panic(expected = "2 of 3 results were written")]
    fn a_place_that_is_left_out_is_noticed() {
        written(3, |blank| blank.fill([1.0f32, 2.0].into_iter()));
    }
}
