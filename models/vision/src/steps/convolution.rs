//! Convolution by hand.
//!
//! ```text
//! Z = Σ a_slice W + b         dA += W dZ         dW += a_slice dZ         db = Σ dZ
//! ```
//!
//! for every place of the window, `a_slice` being what it covers there. What everybody calls convolution is
//! cross-correlation: no kernel is flipped.
//!
//! The notebook cuts the padding off `dA` by `[pad:-pad]`, which leaves nothing where there is none; here the
//! image's own rows and columns are taken. The gradients are plain sums over batch and places, no `1/m`: that
//! stands in the cost, and comes in with `dZ`.

use burn::tensor::ops::PadMode;
use burn::tensor::{Tensor, s};

use super::sizes::output_size;
use super::{assemble, places};

/// How the window moves: the course's `hparameters`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvSettings {
    /// Pixels from one place of the window to the next.
    pub stride: usize,
    /// Zeros on every side of the images.
    pub pad: usize,
}

/// The gradients of [`conv_forward`].
#[derive(Debug, Clone)]
pub struct ConvGradients {
    /// By the images, `[batch, channels, height, width]`.
    pub da_prev: Tensor<4>,
    /// By the filters, `[outputs, channels, f, f]`.
    pub dw: Tensor<4>,
    /// By the biases, `[outputs]`.
    pub db: Tensor<1>,
}

/// Puts `pad` zeros on every side of the images.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - output: `[batch, channels, height + 2 pad, width + 2 pad]`
#[must_use]
pub fn zero_pad(x: &Tensor<4>, pad: usize) -> Tensor<4> {
    x.clone().pad([(pad, pad), (pad, pad)], PadMode::Constant(0.0))
}

/// The sum of products of a slice with a filter, and the bias: of every example with every filter, which
/// together are a product of matrices.
///
/// # Shapes
/// - `a_slice_prev`: `[batch, channels, f, f]`
/// - `w`: `[outputs, channels, f, f]`, `b`: `[outputs]`
/// - output: `[batch, outputs]`
#[must_use]
pub fn conv_single_step(a_slice_prev: Tensor<4>, w: &Tensor<4>, b: &Tensor<1>) -> Tensor<2> {
    let slices = a_slice_prev.flatten::<2>(1, 3); // [batch, channels * f * f]
    let filters = w.clone().flatten::<2>(1, 3); // [outputs, channels * f * f]
    slices.matmul(filters.transpose()) + b.clone().unsqueeze()
}

/// Convolves.
///
/// # Shapes
/// - `a_prev`: `[batch, channels, height, width]`
/// - `w`: `[outputs, channels, f, f]`, square or not; `b`: `[outputs]`
/// - output: `[batch, outputs, n_h, n_w]`, by [`output_size`]
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv_forward(
    a_prev: &Tensor<4>,
    w: &Tensor<4>,
    b: &Tensor<1>,
    settings: ConvSettings,
) -> Tensor<4> {
    let (f, size) = check("conv_forward", a_prev, w, settings);
    assert!(
        b.dims()[0] == w.dims()[0],
        "conv_forward: b of {:?} does not fit w of {:?}",
        b.dims(),
        w.dims()
    );
    let a_prev_pad = zero_pad(a_prev, settings.pad);
    let values = places(size, f, settings.stride)
        .map(|place| conv_single_step(place.window(&a_prev_pad), w, b));
    assemble(values.collect(), size)
}

/// Returns the gradients of [`conv_forward`].
///
/// # Shapes
/// - `dz`: `[batch, outputs, n_h, n_w]`, the gradient by what [`conv_forward`] returned
/// - the others as given to [`conv_forward`]
///
/// # Panics
/// When the shapes do not fit.
#[must_use]
pub fn conv_backward(
    dz: &Tensor<4>,
    a_prev: &Tensor<4>,
    w: &Tensor<4>,
    settings: ConvSettings,
) -> ConvGradients {
    let (f, size) = check("conv_backward", a_prev, w, settings);
    let [batch, channels, height, width] = a_prev.dims();
    let [outputs, ..] = w.dims();
    assert!(
        dz.dims() == [batch, outputs, size[0], size[1]],
        "conv_backward: dz of {:?}, but {:?} under {:?} give {:?}",
        dz.dims(),
        a_prev.dims(),
        w.dims(),
        [batch, outputs, size[0], size[1]]
    );
    let pad = settings.pad;
    let a_prev_pad = zero_pad(a_prev, pad);
    let filters = w.clone().flatten::<2>(1, 3); // [outputs, channels * f * f]
    let mut da_prev_pad = a_prev_pad.zeros_like();
    let mut dw = filters.zeros_like();
    for place in places(size, f, settings.stride) {
        let dz_here = place.value(dz); // [batch, outputs]
        let a_slice = place.window(&a_prev_pad).flatten::<2>(1, 3);
        dw = dw + dz_here.clone().transpose().matmul(a_slice);
        let da_slice = dz_here.matmul(filters.clone()).reshape([batch, channels, f[0], f[1]]);
        da_prev_pad = place.add(da_prev_pad, da_slice);
    }
    ConvGradients {
        da_prev: da_prev_pad.slice(s![.., .., pad..pad + height, pad..pad + width]),
        dw: dw.reshape(w.dims()),
        db: dz.clone().sum_dims(&[0, 2, 3]).reshape([outputs]),
    }
}

/// Returns rows and columns of the window and of the result.
fn check(
    operation: &str,
    a_prev: &Tensor<4>,
    w: &Tensor<4>,
    settings: ConvSettings,
) -> ([usize; 2], [usize; 2]) {
    let ([_, channels, height, width], [_, seen, f_h, f_w]) = (a_prev.dims(), w.dims());
    let ConvSettings { stride, pad } = settings;
    let size = [output_size(height, f_h, pad, stride), output_size(width, f_w, pad, stride)];
    assert!(
        channels == seen && size.iter().all(Option::is_some),
        "{operation}: w of {:?} and {settings:?} do not fit a_prev of {:?}",
        w.dims(),
        a_prev.dims()
    );
    ([f_h, f_w], size.map(Option::unwrap_or_default))
}
