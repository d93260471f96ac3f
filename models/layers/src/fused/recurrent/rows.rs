//! What the kernels do with a row of gates.

use crate::kernels::real::Real;

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
