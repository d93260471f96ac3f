//! Twins of the poolings.

use burn::tensor::Tensor;
use burn::tensor::module;
use burn::tensor::ops::{AvgPoolOptions, MaxPoolOptions};

use crate::ops::Pool2dOptions;

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
