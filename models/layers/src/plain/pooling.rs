//! Twins of the poolings.

use burn::tensor::Tensor;
use burn::tensor::module;
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions};

use super::convolution::Conv2dOptions;

/// How a pooling window moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool2dOptions {
    /// Rows and columns of the window.
    pub kernel: [usize; 2],
    /// Pixels from one place of the window to the next: down, across.
    pub stride: [usize; 2],
    /// Pixels around the image: top, left, bottom, right; each less than the window. For the largest they
    /// count as minus infinity.
    pub padding: [usize; 4],
}

impl Pool2dOptions {
    /// A square window that moves by its own size.
    pub fn square(size: usize) -> Self {
        Self { kernel: [size; 2], stride: [size; 2], padding: [0; 4] }
    }

    /// Rows and columns of the result; `None` where the window does not fit.
    pub fn output_size(&self, image: [usize; 2]) -> Option<[usize; 2]> {
        let Self { kernel, stride, padding } = *self;
        Conv2dOptions { stride, padding, ..Conv2dOptions::default() }.output_size(image, kernel)
    }
}

fn pairs([top, left, bottom, right]: [usize; 4]) -> [(usize, usize); 2] {
    [(top, bottom), (left, right)]
}

/// Twin of [`ops::max_pool2d`](crate::ops::max_pool2d).
pub fn max_pool2d(x: Tensor<4>, options: &Pool2dOptions) -> Tensor<4> {
    let pool = MaxPoolOptions::new(options.kernel).with_stride(options.stride);
    module::max_pool2d(x, pool.with_padding_pairs(pairs(options.padding)))
}

/// Twin of [`ops::avg_pool2d`](crate::ops::avg_pool2d).
pub fn avg_pool2d(x: Tensor<4>, options: &Pool2dOptions, count_padding: bool) -> Tensor<4> {
    let pool = AvgPoolOptions::new(options.kernel).with_stride(options.stride);
    let pool = pool.with_padding_pairs(pairs(options.padding));
    module::avg_pool2d(x, pool.with_count_include_pad(count_padding))
}

/// Twin of [`ops::adaptive_avg_pool2d`](crate::ops::adaptive_avg_pool2d).
pub fn adaptive_avg_pool2d(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    module::adaptive_avg_pool2d(x, size)
}
