//! One binary for old and new processors: the instruction set is chosen at run time.

use std::sync::OnceLock;

use pulp::{Arch, Simd, WithSimd};

use super::real::Real;

/// Runs a closure compiled for the widest vector instructions of this processor.
///
/// What it calls takes part where it is inlined: helpers carry `#[inline(always)]`. A macro, to put that on the
/// closure as well: the compiler would leave a long one outside the code of the instruction sets, compiled for
/// none, where `mul_add` is a call of the C library.
macro_rules! vectorized {
    ($($body:tt)+) => {
        $crate::kernels::simd::dispatched(#[inline(always)] $($body)+)
    };
}
pub(crate) use vectorized;

/// See [`vectorized`].
#[inline(always)]
pub(crate) fn dispatched<R>(body: impl FnOnce() -> R) -> R {
    arch().dispatch(body)
}

/// Work with a name that is compiled for vector instructions by [`run`].
pub(crate) trait Kernel {
    /// What comes out.
    type Output;

    /// Does the work. Implementations are marked `#[inline(always)]`, and so is what they call; closures
    /// within are short.
    fn run(self) -> Self::Output;
}

/// Runs work that asks which vector instructions there are.
#[inline(always)]
pub(crate) fn dispatch<W: WithSimd>(work: W) -> W::Output {
    arch().dispatch(work)
}

/// Runs `kernel` compiled for the widest vector instructions of this processor.
#[inline(always)]
pub(crate) fn run<K: Kernel>(kernel: K) -> K::Output {
    dispatch(Dispatched(kernel))
}

struct Dispatched<K>(K);

impl<K: Kernel> WithSimd for Dispatched<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> K::Output {
        self.0.run()
    }
}

fn arch() -> Arch {
    static ARCH: OnceLock<Arch> = OnceLock::new();
    *ARCH.get_or_init(Arch::new)
}

/// Running sums side by side, so that a long sum needs no strict order and fills vector registers.
const LANES: usize = 32;

/// The sum of `term(value)` over a slice; within [`vectorized`].
#[inline(always)]
pub(crate) fn sum_of<T: Real>(values: &[T], term: impl Fn(T) -> T) -> T {
    let mut lanes = [T::ZERO; LANES];
    let whole = values.chunks_exact(LANES);
    let rest: T = whole.remainder().iter().map(|&value| term(value)).sum();
    for chunk in whole {
        for (lane, sum) in lanes.iter_mut().enumerate() {
            *sum += term(chunk[lane]);
        }
    }
    sum_lanes(lanes) + rest
}

/// The scalar product of two slices of one length; within [`vectorized`].
#[inline(always)]
pub(crate) fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    let mut lanes = [T::ZERO; LANES];
    let (whole_a, whole_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: T = whole_a.remainder().iter().zip(whole_b.remainder()).map(|(&a, &b)| a * b).sum();
    for (a, b) in whole_a.zip(whole_b) {
        for (lane, sum) in lanes.iter_mut().enumerate() {
            *sum = a[lane].mul_add(b[lane], *sum);
        }
    }
    sum_lanes(lanes) + rest
}

/// The sum of `term(a, b)` over two slices of one length; within [`vectorized`].
#[inline(always)]
pub(crate) fn sum_of_pairs<T: Real>(a: &[T], b: &[T], term: impl Fn(T, T) -> T) -> T {
    let mut lanes = [T::ZERO; LANES];
    let (whole_a, whole_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = whole_a.remainder().iter().zip(whole_b.remainder());
    let rest: T = rest.map(|(&a, &b)| term(a, b)).sum();
    for (a, b) in whole_a.zip(whole_b) {
        for (lane, sum) in lanes.iter_mut().enumerate() {
            *sum += term(a[lane], b[lane]);
        }
    }
    sum_lanes(lanes) + rest
}

/// The largest of a slice, minus infinity of none; NaN are passed over. Within [`vectorized`].
#[inline(always)]
pub(crate) fn largest<T: Real>(values: &[T]) -> T {
    let mut lanes = [-T::INFINITY; LANES];
    let whole = values.chunks_exact(LANES);
    let rest = whole.remainder();
    for chunk in whole {
        for (lane, largest) in lanes.iter_mut().enumerate() {
            *largest = if chunk[lane] > *largest { chunk[lane] } else { *largest };
        }
    }
    lanes.iter().chain(rest).fold(-T::INFINITY, |largest, &value| largest.max(value))
}

/// Turns every value into `e^(value - shift)`; within [`run`].
#[inline(always)]
pub(crate) fn exponentiate<T: Real>(values: &mut [T], shift: T) {
    for value in values {
        *value = (*value - shift).exp();
    }
}

/// The sum of `e^(value - shift)` over a slice; within [`run`].
#[inline(always)]
pub(crate) fn sum_of_powers<T: Real>(values: &[T], shift: T) -> T {
    let mut powers = [T::ZERO; 2 * LANES];
    let mut sum = T::ZERO;
    for values in values.chunks(powers.len()) {
        let powers = &mut powers[..values.len()];
        powers.copy_from_slice(values);
        exponentiate(powers, shift);
        sum += sum_of(powers, |power| power);
    }
    sum
}

#[inline(always)]
fn sum_lanes<T: Real>(mut lanes: [T; LANES]) -> T {
    let mut width = LANES;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] += lanes[lane + width];
        }
    }
    lanes[0]
}
