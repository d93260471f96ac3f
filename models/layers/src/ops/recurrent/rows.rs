//! What the kernels do with a row of gates.

use crate::kernels::real::Real;
use crate::kernels::simd::{Kernel, run};

/// What keeps a gate between 0 and 1, and its derivative.
pub(super) trait Gate<T>: Copy {
    fn value(self, x: T) -> T;

    /// The derivative where the value is `y`.
    fn derivative(self, y: T) -> T;
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Logistic;

impl<T: Real> Gate<T> for Logistic {
    #[inline(always)]
    fn value(self, x: T) -> T {
        x.sigmoid()
    }

    #[inline(always)]
    fn derivative(self, y: T) -> T {
        y * (T::ONE - y)
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct HardSigmoid<T> {
    pub(super) slope: T,
    pub(super) offset: T,
}

impl<T: Real> Gate<T> for HardSigmoid<T> {
    #[inline(always)]
    fn value(self, x: T) -> T {
        let y = x * self.slope + self.offset;
        let y = if y < T::ZERO { T::ZERO } else { y };
        if y > T::ONE { T::ONE } else { y }
    }

    #[inline(always)]
    fn derivative(self, y: T) -> T {
        if y > T::ZERO && y < T::ONE { self.slope } else { T::ZERO }
    }
}

/// The four quarters of a row.
#[inline(always)]
pub(super) fn quarters<T>(row: &mut [T]) -> [&mut [T]; 4] {
    let (front, back) = row.split_at_mut(row.len() / 2);
    let half = front.len() / 2;
    let (first, second) = front.split_at_mut(half);
    let (third, fourth) = back.split_at_mut(half);
    [first, second, third, fourth]
}

/// Elements that are worked on at once: several vector registers full.
const LANES: usize = 32;

/// What becomes of some numbers beside others.
///
/// A trait, because a long closure is not inlined, and then does without vector instructions.
pub(super) trait Rule<T, const CHANGED: usize, const SEEN: usize>: Copy {
    fn apply(self, changed: [T; CHANGED], seen: [T; SEEN]) -> [T; CHANGED];
}

/// Changes some slices element by element, seeing others; all are of one length.
pub(super) fn change<T: Real, const CHANGED: usize, const SEEN: usize>(
    rule: impl Rule<T, CHANGED, SEEN>,
    changed: [&mut [T]; CHANGED],
    seen: [&[T]; SEEN],
) {
    run(Change { rule, changed, seen });
}

/// The elements go through arrays of their own, because a loop over many slices at once does not become
/// vector instructions: the compiler would have to prove that no two of them overlap.
struct Change<'a, T, R, const CHANGED: usize, const SEEN: usize> {
    rule: R,
    changed: [&'a mut [T]; CHANGED],
    seen: [&'a [T]; SEEN],
}

impl<T: Real, R: Rule<T, CHANGED, SEEN>, const CHANGED: usize, const SEEN: usize> Kernel
    for Change<'_, T, R, CHANGED, SEEN>
{
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let len = self.changed[0].len();
        let mut start = 0;
        while start < len {
            let width = LANES.min(len - start);
            let mut changed = [[T::ZERO; LANES]; CHANGED];
            let mut seen = [[T::ZERO; LANES]; SEEN];
            for (block, values) in changed.iter_mut().zip(&self.changed) {
                load(block, &values[start..start + width]);
            }
            for (block, values) in seen.iter_mut().zip(&self.seen) {
                load(block, &values[start..start + width]);
            }
            for lane in 0..LANES {
                let mut before = [T::ZERO; CHANGED];
                let mut beside = [T::ZERO; SEEN];
                for index in 0..CHANGED {
                    before[index] = changed[index][lane];
                }
                for index in 0..SEEN {
                    beside[index] = seen[index][lane];
                }
                let after = self.rule.apply(before, beside);
                for index in 0..CHANGED {
                    changed[index][lane] = after[index];
                }
            }
            for (block, values) in changed.iter().zip(&mut self.changed) {
                values[start..start + width].copy_from_slice(&block[..width]);
            }
            start += width;
        }
    }
}

/// Fills the beginning of a block.
#[inline(always)]
fn load<T: Real>(block: &mut [T; LANES], values: &[T]) {
    match <&[T; LANES]>::try_from(values) {
        Ok(whole) => *block = *whole,
        Err(_) => block[..values.len()].copy_from_slice(values),
    }
}
