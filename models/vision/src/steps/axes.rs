//! Convolution along one axis and along three (course 4, week 4): the window has as many axes as what it
//! moves over, and the sum runs over all of them and over the channels.
//!
//! The lecture's examples: a heartbeat of 14 steps under 16 filters of 5 gives 10 steps of 16 channels; a scan
//! of 14x14x14 under 16 filters of 5x5x5 gives 10x10x10 of 16 channels.

use burn::tensor::ops::PadMode;
use burn::tensor::{Tensor, s};

use super::convolution::ConvSettings;
use super::sizes::output_size;

/// Convolves along one axis.
///
/// # Shapes
/// - `a_prev`: `[batch, channels, time]`
/// - `w`: `[outputs, channels, f]`, `b`: `[outputs]`
/// - output: `[batch, outputs, n]`, by [`output_size`]
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv_forward_1d(
    a_prev: &Tensor<3>,
    w: &Tensor<3>,
    b: &Tensor<1>,
    settings: ConvSettings,
) -> Tensor<3> {
    let [n] = check("conv_forward_1d", a_prev.dims(), w.dims(), b, settings);
    let [_, _, f] = w.dims();
    let ConvSettings { stride, pad } = settings;
    let padded = a_prev.clone().pad([(pad, pad)], PadMode::Constant(0.0));
    let filters = w.clone().flatten::<2>(1, 2).transpose(); // [channels * f, outputs]
    let values = (0..n).map(|place| {
        let start = place * stride;
        let a_slice = padded.clone().slice(s![.., .., start..start + f]).flatten::<2>(1, 2);
        a_slice.matmul(filters.clone()) + b.clone().unsqueeze()
    });
    Tensor::stack(values.collect(), 2)
}

/// Convolves along three axes: the slices of a scan, or the pictures of a film.
///
/// # Shapes
/// - `a_prev`: `[batch, channels, depth, height, width]`
/// - `w`: `[outputs, channels, f, f, f]`, a cube or not; `b`: `[outputs]`
/// - output: `[batch, outputs, n_d, n_h, n_w]`, by [`output_size`]
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv_forward_3d(
    a_prev: &Tensor<5>,
    w: &Tensor<5>,
    b: &Tensor<1>,
    settings: ConvSettings,
) -> Tensor<5> {
    let [n_d, n_h, n_w] = check("conv_forward_3d", a_prev.dims(), w.dims(), b, settings);
    let [batch, ..] = a_prev.dims();
    let [outputs, _, f_d, f_h, f_w] = w.dims();
    let ConvSettings { stride, pad } = settings;
    let padded = a_prev.clone().pad([(pad, pad); 3], PadMode::Constant(0.0));
    let filters = w.clone().flatten::<2>(1, 4).transpose(); // [channels * f * f * f, outputs]
    let mut values = Vec::with_capacity(n_d * n_h * n_w);
    for front in (0..n_d).map(|place| place * stride) {
        for top in (0..n_h).map(|place| place * stride) {
            for left in (0..n_w).map(|place| place * stride) {
                let window = s![.., .., front..front + f_d, top..top + f_h, left..left + f_w];
                let a_slice = padded.clone().slice(window).flatten::<2>(1, 4);
                values.push(a_slice.matmul(filters.clone()) + b.clone().unsqueeze());
            }
        }
    }
    Tensor::stack::<3>(values, 2).reshape([batch, outputs, n_d, n_h, n_w])
}

/// Returns the sizes of the result, axis by axis.
fn check<const D: usize, const N: usize>(
    operation: &str,
    a_prev: [usize; D],
    w: [usize; D],
    b: &Tensor<1>,
    settings: ConvSettings,
) -> [usize; N] {
    let along = |axis: usize| output_size(a_prev[axis], w[axis], settings.pad, settings.stride);
    let sizes: [Option<usize>; N] = std::array::from_fn(|axis| along(axis + 2));
    assert!(
        a_prev[1] == w[1] && b.dims() == [w[0]] && sizes.iter().all(Option::is_some),
        "{operation}: w of {w:?}, b of {:?} and {settings:?} do not fit a_prev of {a_prev:?}",
        b.dims()
    );
    sizes.map(Option::unwrap_or_default)
}
