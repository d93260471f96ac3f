//! Two-dimensional convolution, in whichever of these ways is the fastest for its sizes.
//!
//! - 1x1 with stride 1: the images are a matrix as they are, and all three results are products.
//! - One channel for each output: sums of shifted planes, [`depthwise`].
//! - Large enough images: sums of shifted [`planes`] too, for several outputs at once, [`direct`]; the gradient
//!   of the images is such a convolution itself, and that of the weights a product over all places, [`weights`].
//! - Everything else, small images before all: a product, [`by_patches`], of the weights,
//!   `[outputs, channels * kernel]`, and a matrix with one column for each place of the window, the [`patches`] that
//!   it sees. Images go through in blocks of a few hundred columns, so that a block's patches stay in cache. Threads take whole blocks where
//!   there are enough of them, and shares of one product where not.

mod blocks;
mod by_patches;
mod depthwise;
mod direct;
mod finish;
mod geometry;
mod patches;
mod plan;
mod planes;
mod tile;
mod weights;

pub(crate) use finish::Finish;
pub(crate) use geometry::{Geometry, each_row};

use self::direct::Panels;
use super::real::Real;

/// Convolves `images` with `weights`; `result` is `[batch, outputs, places]`.
pub(crate) fn forward<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
    result: &mut [T],
    geometry: &Geometry,
    images: &[T],
    weights: &[T],
    finish: &Finish<'_, T, F>,
) {
    if geometry.is_depthwise() {
        depthwise::forward(result, geometry, images, weights, finish);
    } else if direct::serves(geometry) {
        let panels = Panels::new(geometry, weights);
        direct::forward(result, geometry, images, &panels, finish);
    } else {
        by_patches::forward(result, geometry, images, weights, finish);
    }
}

/// Takes the gradient of the result back to the images; `images` is all zeros.
pub(crate) fn input_gradient<T: Real>(
    images: &mut [T],
    geometry: &Geometry,
    gradient: &[T],
    weights: &[T],
) {
    if geometry.is_depthwise() {
        depthwise::input_gradient(images, geometry, gradient, weights);
    } else if let Some(backwards) = direct::backwards(geometry) {
        let panels = Panels::turned(&backwards, weights);
        direct::forward(images, &backwards, gradient, &panels, &Finish::bias(None));
    } else {
        by_patches::input_gradient(images, geometry, gradient, weights);
    }
}

/// Returns the gradient of the weights, `[outputs, patch]`.
pub(crate) fn weight_gradient<T: Real>(
    geometry: &Geometry,
    images: &[T],
    gradient: &[T],
) -> Vec<T> {
    if geometry.is_depthwise() {
        depthwise::weight_gradient(geometry, images, gradient)
    } else if weights::serves::<T>(geometry) {
        weights::gradient(geometry, images, gradient)
    } else {
        by_patches::weight_gradient(geometry, images, gradient)
    }
}
