//! Kernels of the CPU: plain slices in, plain slices out.
//!
//! Each is written once for 32- and 64-bit floats. Loops meant to become vector instructions run inside
//! [`vectorized`](simd::vectorized).

pub(crate) mod blank;
pub(crate) mod channels;
pub(crate) mod convolution;
pub(crate) mod elementwise;
pub(crate) mod lanes;
pub(crate) mod memory;
pub(crate) mod parallel;
pub(crate) mod product;
pub(crate) mod real;
pub(crate) mod rows;
pub(crate) mod simd;
