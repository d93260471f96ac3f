//! The matrices of one block of images: weights, patches, and gradients of the result.

use std::ops::Range;

use super::geometry::Geometry;
use super::patches;
use super::plan::Plan;
use crate::kernels::memory::resized;
use crate::kernels::parallel;
use crate::kernels::product::Matrix;
use crate::kernels::real::Real;

/// The weights of one group, `[outputs, patch]`.
pub(super) fn group_weights<'a, T>(weights: &'a [T], geometry: &Geometry, group: usize) -> &'a [T] {
    let size = geometry.group_outputs() * geometry.patch();
    &weights[group * size..][..size]
}

/// The patches of a block, in `buffer` where the image itself does not serve.
pub(super) fn patch_matrix<'a, T: Real>(
    buffer: &'a mut Vec<T>,
    geometry: &Geometry,
    images: &'a [T],
    group: usize,
    block: &Range<usize>,
    plan: &Plan,
) -> Matrix<'a, T> {
    let (patch, columns) = (geometry.patch(), block.len() * geometry.places());
    let size = geometry.group_channels() * geometry.pixels();
    let image = |n: usize| &images[((block.start + n) * geometry.groups + group) * size..][..size];
    if geometry.is_pointwise() && block.len() == 1 {
        return Matrix::new(image(0), patch, columns);
    }
    let buffer = resized(buffer, patch * columns);
    let parts = if plan.by_block { 1 } else { parallel::threads() };
    let ranges = parallel::split(patch, parts);
    let parts = parallel::cut(buffer, columns, &ranges).into_iter().zip(ranges).collect();
    plan.each(parts, |(part, rows): (&mut [T], _)| {
        patches::gather(part, geometry, rows, block.len(), image);
    });
    Matrix::new(buffer, patch, columns)
}

/// The patches of a block as rows, `[places, patch]`: a product takes those as they are, while it would have
/// to turn the columns of a large matrix first.
pub(super) fn patch_rows<'a, T: Real>(
    buffer: &'a mut Vec<T>,
    geometry: &Geometry,
    images: &[T],
    group: usize,
    block: &Range<usize>,
    plan: &Plan,
) -> Matrix<'a, T> {
    let (patch, places) = (geometry.patch(), geometry.places());
    let size = geometry.group_channels() * geometry.pixels();
    let buffer = resized(buffer, block.len() * places * patch);
    let rows = buffer.chunks_exact_mut((places * patch).max(1)).zip(block.clone()).collect();
    plan.each(rows, |(rows, n): (&mut [T], usize)| {
        let image = &images[(n * geometry.groups + group) * size..][..size];
        patches::gather_rows(rows, geometry, image);
    });
    Matrix::new(buffer, block.len() * places, patch)
}

/// The gradient of a block's results, `[outputs, columns]`, in `buffer` where there are several images.
pub(super) fn gradient_matrix<'a, T: Real>(
    buffer: &'a mut Vec<T>,
    geometry: &Geometry,
    gradient: &'a [T],
    group: usize,
    block: &Range<usize>,
) -> Matrix<'a, T> {
    let (outputs, places) = (geometry.group_outputs(), geometry.places());
    let size = outputs * places;
    let image =
        |n: usize| &gradient[((block.start + n) * geometry.groups + group) * size..][..size];
    let columns = block.len() * places;
    if block.len() == 1 {
        return Matrix::new(image(0), outputs, places);
    }
    let buffer = resized(buffer, outputs * columns);
    for n in 0..block.len() {
        let rows = buffer.chunks_exact_mut(columns.max(1));
        for (row, values) in rows.zip(image(n).chunks_exact(places.max(1))) {
            row[n * places..][..places].copy_from_slice(values);
        }
    }
    Matrix::new(buffer, outputs, columns)
}

/// Gives each image of a block its part of `together`, `[outputs, columns]`.
pub(super) fn separate<T: Real>(
    block: &mut [T],
    geometry: &Geometry,
    group: usize,
    together: &[T],
) {
    let (outputs, places) = (geometry.group_outputs(), geometry.places());
    let images = block.chunks_exact_mut((geometry.outputs * places).max(1));
    let columns = images.len() * places;
    for (n, image) in images.enumerate() {
        let image = &mut image[group * outputs * places..][..outputs * places];
        let rows = together.chunks_exact(columns.max(1));
        for (values, row) in image.chunks_exact_mut(places.max(1)).zip(rows) {
            values.copy_from_slice(&row[n * places..][..places]);
        }
    }
}
