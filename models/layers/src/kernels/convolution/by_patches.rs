//! Convolution as a product of the weights and a matrix of patches, block by block.

use super::blocks::{gradient_matrix, group_weights, patch_matrix, patch_rows, separate};
use super::finish::Finish;
use super::geometry::Geometry;
use super::patches;
use super::plan::{LARGE_WEIGHTS, Plan, total};
use crate::kernels::memory::resized;
use crate::kernels::parallel;
use crate::kernels::product::{Matrix, MatrixMut, Onto};
use crate::kernels::real::Real;

/// Convolves `images` with `weights`; `result` is `[batch, outputs, places]`.
pub(super) fn forward<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
    result: &mut [T],
    geometry: &Geometry,
    images: &[T],
    weights: &[T],
    finish: &Finish<'_, T, F>,
) {
    let plan = Plan::new(geometry);
    let (places, outputs, patch) = (geometry.places(), geometry.group_outputs(), geometry.patch());
    let image_size = geometry.outputs * places;
    let (shares, ranges) = plan.shares();
    let parts = parallel::cut(result, image_size, &ranges);
    parallel::for_each(shares.into_iter().zip(parts).collect(), |(blocks, mut result)| {
        let (mut patches, mut together) = (Vec::new(), Vec::new());
        for block in blocks {
            let (here, rest) = result.split_at_mut(block.len() * image_size);
            result = rest;
            let columns = block.len() * places;
            for group in 0..geometry.groups {
                let weights = Matrix::new(group_weights(weights, geometry, group), outputs, patch);
                let patches = patch_matrix(&mut patches, geometry, images, group, &block, &plan);
                if block.len() == 1 {
                    let here = &mut here[group * outputs * places..][..outputs * places];
                    plan.multiply(
                        MatrixMut::new(here, outputs, places),
                        Onto::Nothing,
                        weights,
                        patches,
                    );
                } else {
                    let together = resized(&mut together, outputs * columns);
                    let output = MatrixMut::new(together, outputs, columns);
                    plan.multiply(output, Onto::Nothing, weights, patches);
                    separate(here, geometry, group, together);
                }
            }
            here.chunks_exact_mut(image_size.max(1))
                .for_each(|image| finish.apply(image, places, 0));
        }
    });
}

/// Takes the gradient of the result back to the images; `images` is all zeros.
pub(super) fn input_gradient<T: Real>(
    images: &mut [T],
    geometry: &Geometry,
    gradient: &[T],
    weights: &[T],
) {
    let plan = Plan::new(geometry);
    let (places, outputs, patch) = (geometry.places(), geometry.group_outputs(), geometry.patch());
    let image_size = geometry.channels * geometry.pixels();
    let group_size = geometry.group_channels() * geometry.pixels();
    let (shares, ranges) = plan.shares();
    let parts = parallel::cut(images, image_size, &ranges);
    parallel::for_each(shares.into_iter().zip(parts).collect(), |(blocks, mut images)| {
        let (mut patches, mut together) = (Vec::new(), Vec::new());
        for block in blocks {
            let (here, rest) = images.split_at_mut(block.len() * image_size);
            images = rest;
            let columns = block.len() * places;
            for group in 0..geometry.groups {
                let weights = Matrix::new(group_weights(weights, geometry, group), outputs, patch);
                let gradient = gradient_matrix(&mut together, geometry, gradient, group, &block);
                if geometry.is_pointwise() && block.len() == 1 {
                    let here = &mut here[group * group_size..][..group_size];
                    let output = MatrixMut::new(here, patch, places);
                    plan.multiply(output, Onto::Nothing, weights.transposed(), gradient);
                    continue;
                }
                let patches = resized(&mut patches, patch * columns);
                let output = MatrixMut::new(patches, patch, columns);
                plan.multiply(output, Onto::Nothing, weights.transposed(), gradient);
                let patches = &*patches;
                let images = here.chunks_exact_mut(image_size.max(1)).enumerate().collect();
                plan.each(images, |(index, image): (usize, &mut [T])| {
                    let image = &mut image[group * group_size..][..group_size];
                    patches::scatter(image, geometry, patches, index * places, columns);
                });
            }
        }
    });
}

/// Returns the gradient of the weights, `[outputs, patch]`.
pub(super) fn weight_gradient<T: Real>(
    geometry: &Geometry,
    images: &[T],
    gradient: &[T],
) -> Vec<T> {
    let mut plan = Plan::new(geometry);
    let (outputs, patch) = (geometry.group_outputs(), geometry.patch());
    let size = outputs * patch;
    if parallel::threads() > 1 && geometry.outputs * patch >= LARGE_WEIGHTS {
        plan = Plan::together(geometry);
    }
    let (shares, _) = plan.shares();
    let sums = parallel::map(shares, |blocks| {
        let mut sum = vec![T::ZERO; geometry.outputs * patch];
        let (mut patches, mut together) = (Vec::new(), Vec::new());
        for (index, block) in blocks.iter().enumerate() {
            let onto = if index == 0 { Onto::Nothing } else { Onto::Values };
            for group in 0..geometry.groups {
                let gradient = gradient_matrix(&mut together, geometry, gradient, group, block);
                let output = MatrixMut::new(&mut sum[group * size..][..size], outputs, patch);
                let patches = if plan.by_block {
                    patch_matrix(&mut patches, geometry, images, group, block, &plan).transposed()
                } else {
                    patch_rows(&mut patches, geometry, images, group, block, &plan)
                };
                plan.multiply(output, onto, gradient, patches);
            }
        }
        sum
    });
    total(sums)
}
