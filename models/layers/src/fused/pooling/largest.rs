//! The largest value that a window sees.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use super::window::{by_plane, geometry, window};
use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves};
use crate::kernels::convolution::{Geometry, each_row};
use crate::kernels::memory::tensor;
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;
use crate::plain::{self, Pool2dOptions};

/// See [`ops::max_pool2d`](crate::ops::max_pool2d).
pub(crate) fn max_pool2d(x: Tensor<4>, options: &Pool2dOptions) -> Tensor<4> {
    if !serves(&x) {
        return plain::max_pool2d(x, options);
    }
    apply_one(Arc::new(Largest { options: *options }), vec![x.into_dispatch()])
}

#[derive(Debug)]
struct Largest {
    options: Pool2dOptions,
}

impl Operation for Largest {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let x = inputs.swap_remove(0);
        let geometry = geometry(&x, &self.options);
        let shape = [geometry.batch, geometry.channels, geometry.out_height, geometry.out_width];
        let mut y = vec![-T::INFINITY; shape.iter().product()];
        let sides = [geometry.places(), geometry.pixels()];
        let work = y.len() * geometry.kernel[0] * geometry.kernel[1];
        by_plane(&mut y, x.storage(), sides, work, |y, x, _| match is_of_squares(&geometry) {
            true => vectorized!(|| largest_of_squares(y, x, &geometry)),
            false => vectorized!(|| largest(y, x, &geometry)),
        });
        let y = tensor(y, shape);
        let saved = if training { vec![x, y.clone()] } else { Vec::new() };
        Outcome { outputs: vec![y], saved, ..Outcome::default() }
    }

    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x, y] = exactly(&pass.saved);
        let geometry = geometry(x, &self.options);
        let (places, pixels) = (geometry.places(), geometry.pixels());
        let (y, dy) = (y.storage::<T>(), pass.gradient.storage::<T>());
        let mut dx = vec![T::ZERO; x.layout().num_elements()];
        let work = y.len() * geometry.kernel[0] * geometry.kernel[1];
        by_plane(&mut dx, x.storage(), [pixels, pixels], work, |dx, x, plane| {
            let of_plane = plane * places..(plane + 1) * places;
            let (y, dy) = (&y[of_plane.clone()], &dy[of_plane]);
            match is_of_squares(&geometry) {
                true => vectorized!(|| give_in_squares(dx, x, y, dy, &geometry)),
                false => give_to_largest(dx, x, y, dy, &geometry),
            }
        });
        vec![Some(tensor(dx, x.layout().shape().clone()))]
    }
}

/// Raises every place of `y` to the largest pixel that its window sees; NaN is larger than anything.
#[inline(always)]
fn largest<T: Real>(y: &mut [T], x: &[T], geometry: &Geometry) {
    each_row(geometry, |places, seen, _| {
        for (y, pixel) in y[places].iter_mut().zip(x[seen..].iter().step_by(geometry.stride[1])) {
            *y = if *pixel > *y || pixel.is_nan() { *pixel } else { *y };
        }
    });
}

/// As [`largest`], for windows of 2x2 pixels side by side, which without steps between pixels are vectors.
#[inline(always)]
fn largest_of_squares<T: Real>(y: &mut [T], x: &[T], geometry: &Geometry) {
    let rows = x.chunks_exact(2 * geometry.width).zip(y.chunks_exact_mut(geometry.out_width));
    for (x, y) in rows {
        let (upper, lower) = x.split_at(geometry.width);
        let larger = |one: T, next: T| if (next > one) | next.is_nan() { next } else { one };
        for (y, (upper, lower)) in y.iter_mut().zip(pairs(upper).iter().zip(pairs(lower))) {
            *y = [upper[1], lower[0], lower[1]].into_iter().fold(upper[0], larger);
        }
    }
}

/// Whether windows are 2x2 pixels side by side, as nearly all are.
fn is_of_squares(geometry: &Geometry) -> bool {
    [geometry.kernel, geometry.stride] == [[2, 2]; 2]
        && 2 * geometry.out_height <= geometry.height
        && 2 * geometry.out_width <= geometry.width
        && geometry.padding == [0, 0]
        && geometry.out_width > 0
}

/// As [`give_to_largest`], for windows of 2x2 pixels side by side, without a branch.
#[inline(always)]
fn give_in_squares<T: Real>(dx: &mut [T], x: &[T], y: &[T], dy: &[T], geometry: &Geometry) {
    let (width, out_width) = (geometry.width, geometry.out_width);
    let rows = x.chunks_exact(2 * width).zip(dx.chunks_exact_mut(2 * width));
    let given = y.chunks_exact(out_width).zip(dy.chunks_exact(out_width));
    for ((x, dx), (y, dy)) in rows.zip(given) {
        let (upper, lower) = x.split_at(width);
        let (upper_dx, lower_dx) = dx.split_at_mut(width);
        // Pairs of pixels: the compiler then sees that none is out of range, and takes many at once.
        let pixels = pairs(upper).iter().zip(pairs(lower));
        let gradients = upper_dx.as_chunks_mut().0.iter_mut().zip(lower_dx.as_chunks_mut().0);
        let windows = pixels.zip(gradients).zip(y.iter().zip(dy));
        for (((upper, lower), (upper_dx, lower_dx)), (y, dy)) in windows {
            let is = |pixel: T| (pixel == *y) | pixel.is_nan();
            let is = [is(upper[0]), is(upper[1]), is(lower[0]), is(lower[1])];
            let give = |takes: bool| if takes { *dy } else { T::ZERO };
            *upper_dx = [give(is[0]), give(is[1] & !is[0])];
            let above = is[0] | is[1];
            *lower_dx = [give(is[2] & !above), give(is[3] & !(above | is[2]))];
        }
    }
}

#[inline(always)]
fn pairs<T>(row: &[T]) -> &[[T; 2]] {
    row.as_chunks().0
}

fn give_to_largest<T: Real>(dx: &mut [T], x: &[T], y: &[T], dy: &[T], geometry: &Geometry) {
    for (place, (y, dy)) in y.iter().zip(dy).enumerate() {
        let rows = window(place / geometry.out_width, geometry, 0, geometry.height);
        let columns = window(place % geometry.out_width, geometry, 1, geometry.width);
        let mut pixels =
            rows.flat_map(|row| columns.clone().map(move |column| row * geometry.width + column));
        if let Some(pixel) = pixels.find(|&pixel| x[pixel] == *y || x[pixel].is_nan()) {
            dx[pixel] += *dy;
        }
    }
}
