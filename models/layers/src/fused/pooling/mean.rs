//! The mean of what a window sees: a convolution with ones, and a division.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::window::{geometry, window};
use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves};
use crate::kernels::convolution::{Finish, Geometry, forward, input_gradient};
use crate::kernels::memory::tensor;
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;
use crate::plain::{self, Pool2dOptions};

/// See [`ops::avg_pool2d`](crate::ops::avg_pool2d).
pub(crate) fn avg_pool2d(x: Tensor<4>, options: &Pool2dOptions, count_padding: bool) -> Tensor<4> {
    if !serves(&x) {
        return plain::avg_pool2d(x, options, count_padding);
    }
    apply_one(Arc::new(Mean { options: *options, count_padding }), vec![x.into_dispatch()])
}

#[derive(Debug)]
struct Mean {
    options: Pool2dOptions,
    count_padding: bool,
}

impl Mean {
    /// One over the pixels that count at each place of the window.
    fn shares<T: Real>(&self, geometry: &Geometry) -> Vec<T> {
        let counted = |place: usize, axis: usize, pixels: usize| {
            if self.count_padding {
                geometry.kernel[axis]
            } else {
                window(place, geometry, axis, pixels).len()
            }
        };
        let rows = (0..geometry.out_height).map(|row| counted(row, 0, geometry.height));
        let columns = |row: usize| {
            (0..geometry.out_width)
                .map(move |column| (row * counted(column, 1, geometry.width)) as f64)
        };
        rows.flat_map(columns).map(|count| T::ONE / T::of(count)).collect()
    }
}

fn scale<T: Real>(values: &mut [T], shares: &[T]) {
    vectorized!(|| {
        for plane in values.chunks_exact_mut(shares.len().max(1)) {
            plane.iter_mut().zip(shares).for_each(|(value, share)| *value *= *share);
        }
    });
}

impl Operation for Mean {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let x = inputs.swap_remove(0);
        let geometry = geometry(&x, &self.options);
        let shape = [geometry.batch, geometry.channels, geometry.out_height, geometry.out_width];
        let mut y = vec![T::ZERO; shape.iter().product()];
        let ones = vec![T::ONE; geometry.channels * geometry.patch()];
        forward(&mut y, &geometry, x.storage(), &ones, &Finish::bias(None));
        scale(&mut y, &self.shares(&geometry));
        let saved = if training { vec![x] } else { Vec::new() };
        Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x] = exactly(&pass.saved);
        let geometry = geometry(x, &self.options);
        let mut shared = pass.gradient.storage::<T>().to_vec();
        scale(&mut shared, &self.shares(&geometry));
        let ones = vec![T::ONE; geometry.channels * geometry.patch()];
        let mut dx = vec![T::ZERO; x.layout().num_elements()];
        input_gradient(&mut dx, &geometry, &shared, &ones);
        vec![Some(tensor(dx, x.layout().shape().clone()))]
    }
}
