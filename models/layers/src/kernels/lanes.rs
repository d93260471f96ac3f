//! One rule over the elements of several slices at once.

use super::real::Real;
use super::simd::{Kernel, run};

/// Elements that are worked on at once: several vector registers full.
const LANES: usize = 32;

/// What becomes of some numbers beside others.
///
/// A trait, because a long closure is not inlined, and then does without vector instructions.
pub(crate) trait Rule<T, const CHANGED: usize, const SEEN: usize>: Copy {
    fn apply(self, changed: [T; CHANGED], seen: [T; SEEN]) -> [T; CHANGED];
}

/// Changes some slices element by element, seeing others; all are of one length.
pub(crate) fn change<T: Real, const CHANGED: usize, const SEEN: usize>(
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
