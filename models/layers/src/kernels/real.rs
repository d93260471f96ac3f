//! The two number types of the kernels, and the functions that training spends its time in.
//!
//! The 32-bit `exp`, `ln`, `tanh` and `erf` are polynomials without branches, so that a loop over a slice
//! becomes vector instructions (the ranges and coefficients are those of the Cephes library, and of Eigen for
//! `erf`); they are within 2 units in the last place of the exact value, 7 for `erf`. The 64-bit ones are the
//! standard library's.

use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub, SubAssign};

use burn::tensor::Element;
use pulp::Simd;

/// A float that kernels compute with.
pub(crate) trait Real:
    Element
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + Sum
    + PartialOrd
    + Debug
    + Default
    + bytemuck::Pod
{
    const ZERO: Self;
    const ONE: Self;
    const INFINITY: Self;

    fn of(value: f64) -> Self;
    fn to_f64(self) -> f64;
    fn abs(self) -> Self;
    fn sqrt(self) -> Self;
    /// The larger; the other where one is not a number.
    fn max(self, other: Self) -> Self;
    fn is_nan(self) -> bool;
    /// `self * factor + term`, rounded once.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    fn exp(self) -> Self;
    /// `ln(1 + self)`, for `self` in 0..=1.
    fn ln_1p(self) -> Self;
    fn tanh(self) -> Self;
    fn erf(self) -> Self;

    /// As many of these numbers as one instruction takes.
    type Vector<S: Simd>: Copy;

    /// The same number in every lane.
    fn splat<S: Simd>(simd: S, value: Self) -> Self::Vector<S>;
    /// `a * b + c`, lane by lane.
    fn multiply_add<S: Simd>(
        simd: S,
        a: Self::Vector<S>,
        b: Self::Vector<S>,
        c: Self::Vector<S>,
    ) -> Self::Vector<S>;
    /// The sum of all lanes.
    fn sum_of_lanes<S: Simd>(simd: S, vector: Self::Vector<S>) -> Self;
    /// The whole vectors of a slice.
    fn vectors<S: Simd>(values: &[Self]) -> &[Self::Vector<S>];
    /// The whole vectors of a slice, to be written.
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [Self::Vector<S>];

    /// The logistic function.
    #[inline(always)]
    fn sigmoid(self) -> Self {
        Self::ONE / (Self::ONE + (-self).exp())
    }
}

/// `coefficients[0] x^n + ... + coefficients[n]`.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut value = coefficients[0];
    for coefficient in &coefficients[1..] {
        value = value.mul_add(x, *coefficient);
    }
    value
}

/// `2^exponent` for an exponent in -126..=127.
#[inline(always)]
fn power_of_two(exponent: i32) -> f32 {
    f32::from_bits(((exponent + 127) << 23) as u32)
}

impl Real for f32 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const INFINITY: Self = Self::INFINITY;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value as Self
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.max(other)
    }

    #[inline(always)]
    fn is_nan(self) -> bool {
        self.is_nan()
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul_add(factor, term)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        // Comparisons rather than `clamp`, so that NaN stays NaN. Beyond these the result is 0 or infinity.
        let x = if self > 89.0 { 89.0 } else { self };
        let x = if x < -104.0 { -104.0 } else { x };
        // Adding 1.5 * 2^23 rounds to the nearest whole number and leaves it in the low bits.
        const MAGIC: f32 = 12_582_912.0;
        let shifted = x.mul_add(std::f32::consts::LOG2_E, MAGIC);
        let n = shifted - MAGIC;
        let exponent = (shifted.to_bits() as i32).wrapping_sub(MAGIC.to_bits() as i32);
        let r = n.mul_add(-0.693_359_4, x);
        let r = n.mul_add(2.121_944_4e-4, r);
        let coefficients =
            [1.987_569_2e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
        let value = polynomial(r, coefficients).mul_add(r * r, r) + 1.0;
        // In two factors: 2^128 and 2^-149 are out of range for one.
        let half = exponent >> 1;
        value * power_of_two(half) * power_of_two(exponent.wrapping_sub(half))
    }

    #[inline(always)]
    fn ln_1p(self) -> Self {
        // 2 artanh(s) with s = u / (2 + u), at most 1/3.
        let s = self / (2.0 + self);
        let odd = [15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0].map(|n: f32| 1.0 / n);
        let z = s * s;
        2.0 * (polynomial(z, odd) * z).mul_add(s, s)
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        let magnitude = self.abs();
        // 1 - 2 / (e^2x + 1) loses digits near 0, where the odd polynomial does not.
        let far = (1.0 - 2.0 / (Real::exp(2.0 * magnitude) + 1.0)).copysign(self);
        let z = self * self;
        let coefficients =
            [-5.704_988_7e-3, 2.063_909e-2, -5.373_971_6e-2, 1.333_144_2e-1, -3.333_328e-1];
        let near = (polynomial(z, coefficients) * z).mul_add(self, self);
        if magnitude > 0.625 { far } else { near }
    }

    #[inline(always)]
    fn erf(self) -> Self {
        let z = self * self;
        let numerator = [
            -2.726_142_3e-10,
            2.770_681_4e-8,
            -2.101_024e-6,
            -5.692_506_4e-5,
            -7.349_906_3e-4,
            -2.954_6e-3,
            -1.609_603_3e-2,
        ];
        let denominator =
            [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_473_9e-2];
        let near = self * polynomial(z, numerator) / polynomial(z, denominator);
        // Beyond 4 it is 1 to 24 bits.
        if self.abs() > 4.0 { 1.0f32.copysign(self) } else { near }
    }

    type Vector<S: Simd> = S::f32s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f32s {
        simd.splat_f32s(value)
    }

    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
        simd.mul_add_e_f32s(a, b, c)
    }

    #[inline(always)]
    fn sum_of_lanes<S: Simd>(simd: S, vector: S::f32s) -> Self {
        simd.reduce_sum_f32s(vector)
    }

    #[inline(always)]
    fn vectors<S: Simd>(values: &[Self]) -> &[S::f32s] {
        S::as_simd_f32s(values).0
    }

    #[inline(always)]
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::f32s] {
        S::as_mut_simd_f32s(values).0
    }
}

impl Real for f64 {
    const ZERO: Self = 0.0;
    const ONE: Self = 1.0;
    const INFINITY: Self = Self::INFINITY;

    #[inline(always)]
    fn of(value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn to_f64(self) -> f64 {
        self
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.abs()
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.max(other)
    }

    #[inline(always)]
    fn is_nan(self) -> bool {
        self.is_nan()
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul_add(factor, term)
    }

    #[inline(always)]
    fn exp(self) -> Self {
        self.exp()
    }

    #[inline(always)]
    fn ln_1p(self) -> Self {
        self.ln_1p()
    }

    #[inline(always)]
    fn tanh(self) -> Self {
        self.tanh()
    }

    #[inline(always)]
    fn erf(self) -> Self {
        libm::erf(self)
    }

    type Vector<S: Simd> = S::f64s;

    #[inline(always)]
    fn splat<S: Simd>(simd: S, value: Self) -> S::f64s {
        simd.splat_f64s(value)
    }

    #[inline(always)]
    fn multiply_add<S: Simd>(simd: S, a: S::f64s, b: S::f64s, c: S::f64s) -> S::f64s {
        simd.mul_add_e_f64s(a, b, c)
    }

    #[inline(always)]
    fn sum_of_lanes<S: Simd>(simd: S, vector: S::f64s) -> Self {
        simd.reduce_sum_f64s(vector)
    }

    #[inline(always)]
    fn vectors<S: Simd>(values: &[Self]) -> &[S::f64s] {
        S::as_simd_f64s(values).0
    }

    #[inline(always)]
    fn vectors_mut<S: Simd>(values: &mut [Self]) -> &mut [S::f64s] {
        S::as_mut_simd_f64s(values).0
    }
}
