//! Pooling: the largest or the mean of what a window sees (course 4, week 1).

use burn::tensor::Tensor;

use crate::fused;
use crate::plain::Pool2dOptions;

/// The largest value that the window sees. The gradient goes to one largest value of each window: the first,
/// row by row.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - output: `[batch, channels, out_height, out_width]`, by [`Pool2dOptions::output_size`]
///
/// # Panics
/// When the window does not fit or the padding is as large as the window.
#[must_use]
pub fn max_pool2d(x: Tensor<4>, options: &Pool2dOptions) -> Tensor<4> {
    check("max_pool2d", x.dims(), options);
    fused::max_pool2d(x, options)
}

/// The mean of what the window sees. `count_padding` says whether padded pixels count, as zeros.
///
/// # Shapes
/// As [`max_pool2d`].
///
/// # Panics
/// As [`max_pool2d`].
#[must_use]
pub fn avg_pool2d(x: Tensor<4>, options: &Pool2dOptions, count_padding: bool) -> Tensor<4> {
    check("avg_pool2d", x.dims(), options);
    fused::avg_pool2d(x, options, count_padding)
}

/// The means over `size` windows that divide the image evenly; `[1, 1]` is the mean of each channel.
///
/// Window `i` of `n` over `pixels` reaches from `i pixels / n`, rounded down, to `(i + 1) pixels / n`, rounded up.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - output: `[batch, channels, size[0], size[1]]`
///
/// # Panics
/// When the image or `size` has no pixels.
#[must_use]
pub fn adaptive_avg_pool2d(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    let shape = x.dims();
    assert!(
        shape[2] * shape[3] > 0 && size[0] * size[1] > 0,
        "adaptive_avg_pool2d: from x of {shape:?} to {size:?}, but both need pixels"
    );
    fused::adaptive_avg_pool2d(x, size)
}

fn check(operation: &str, x: [usize; 4], options: &Pool2dOptions) {
    let Pool2dOptions { kernel, stride, padding } = *options;
    let narrow = (0..4).all(|side| padding[side] < kernel[side % 2]);
    assert!(
        narrow
            && stride.iter().all(|stride| *stride > 0)
            && options.output_size([x[2], x[3]]).is_some(),
        "{operation}: {options:?} does not fit x of {x:?}"
    );
}
