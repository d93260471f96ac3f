//! Which way each of the three results takes, and the products with a matrix of patches.

use std::ops::Range;

use super::depthwise;
use super::direct::{self, Panels};
use super::geometry::Geometry;
use super::{patches, weights};
use crate::kernels::parallel;
use crate::kernels::product::{Matrix, MatrixMut, Onto, product, shared_product};
use crate::kernels::real::Real;
use crate::kernels::simd::{sum_of, vectorized};

/// Columns of one block of patches: few enough for them to stay in cache, enough for a fast product.
const BLOCK: usize = 256;

/// Fewer columns than this make a slow product; threads then share one.
const NARROW: usize = 64;

/// Entries of the weights from which a private gradient for each thread costs more than sharing one.
pub(super) const LARGE_WEIGHTS: usize = 200_000;

/// What happens to each output channel at the end.
#[derive(Debug)]
pub(crate) struct Finish<'a, T, F> {
    /// Factor of each output channel, if any.
    pub(crate) scale: Option<&'a [T]>,
    /// Added to each output channel, if anything.
    pub(crate) shift: Option<&'a [T]>,
    /// Applied last, if anything.
    pub(crate) activation: Option<F>,
}

impl<T> Finish<'_, T, fn(T) -> T> {
    /// Leaves the products as they are, but for a bias.
    pub(crate) fn bias(bias: Option<&[T]>) -> Finish<'_, T, fn(T) -> T> {
        Finish { scale: None, shift: bias, activation: None }
    }
}

impl<T: Real, F: Fn(T) -> T + Copy + Sync> Finish<'_, T, F> {
    /// Finishes the channels of one image, of which the first is `first`.
    pub(super) fn apply(&self, image: &mut [T], places: usize, first: usize) {
        if self.scale.is_none() && self.shift.is_none() && self.activation.is_none() {
            return;
        }
        vectorized!(|| {
            for (index, values) in image.chunks_exact_mut(places.max(1)).enumerate() {
                let scale = self.scale.map_or(T::ONE, |scale| scale[first + index]);
                let shift = self.shift.map_or(T::ZERO, |shift| shift[first + index]);
                match self.activation {
                    Some(activation) => values
                        .iter_mut()
                        .for_each(|value| *value = activation(value.mul_add(scale, shift))),
                    None => {
                        values.iter_mut().for_each(|value| *value = value.mul_add(scale, shift))
                    }
                }
            }
        });
    }
}

/// How the images are divided.
struct Plan {
    /// Images of each block.
    blocks: Vec<Range<usize>>,
    /// Whether threads take whole blocks.
    by_block: bool,
}

impl Plan {
    fn new(geometry: &Geometry) -> Self {
        let (batch, places, threads) =
            (geometry.batch, geometry.places().max(1), parallel::threads());
        let wide = BLOCK.div_ceil(places);
        let shared = batch.div_ceil(threads);
        let by_block = threads == 1 || (batch >= threads && shared.min(wide) * places >= NARROW);
        let size = if by_block { wide.min(shared) } else { wide.min(batch) };
        let blocks = parallel::split(batch, batch.div_ceil(size.max(1)).max(1));
        Self { blocks, by_block }
    }

    /// Few and large blocks, of which threads share every product: for weights of which each thread's own
    /// gradient would cost more than it saves.
    fn together(geometry: &Geometry) -> Self {
        let size = (4 * BLOCK).div_ceil(geometry.places().max(1));
        let blocks = parallel::split(geometry.batch, geometry.batch.div_ceil(size).max(1));
        Self { blocks, by_block: false }
    }

    /// Runs of blocks, one for each thread, and the images they hold.
    fn shares(&self) -> (Vec<Vec<Range<usize>>>, Vec<Range<usize>>) {
        let parts = if self.by_block { parallel::threads().min(self.blocks.len()) } else { 1 };
        let runs = parallel::split(self.blocks.len(), parts.max(1));
        let blocks: Vec<_> = runs.into_iter().map(|run| self.blocks[run].to_vec()).collect();
        let images = blocks.iter().map(|run: &Vec<Range<usize>>| {
            run.first().map_or(0, |block| block.start)..run.last().map_or(0, |block| block.end)
        });
        let images = images.collect();
        (blocks, images)
    }
}

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
        return;
    }
    if direct::serves(geometry) {
        let panels = Panels::new(geometry, weights);
        direct::forward(result, geometry, images, &panels, finish);
        return;
    }
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
pub(crate) fn input_gradient<T: Real>(
    images: &mut [T],
    geometry: &Geometry,
    gradient: &[T],
    weights: &[T],
) {
    if geometry.is_depthwise() {
        depthwise::input_gradient(images, geometry, gradient, weights);
        return;
    }
    if let Some(backwards) = direct::backwards(geometry) {
        let panels = Panels::turned(&backwards, weights);
        direct::forward(images, &backwards, gradient, &panels, &Finish::bias(None));
        return;
    }
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
pub(crate) fn weight_gradient<T: Real>(
    geometry: &Geometry,
    images: &[T],
    gradient: &[T],
) -> Vec<T> {
    if geometry.is_depthwise() {
        return depthwise::weight_gradient(geometry, images, gradient);
    }
    if weights::serves::<T>(geometry) {
        return weights::gradient(geometry, images, gradient);
    }
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

/// The sum of what each thread summed up.
pub(super) fn total<T: Real>(sums: Vec<Vec<T>>) -> Vec<T> {
    let mut sums = sums.into_iter();
    let mut total = sums.next().unwrap_or_default();
    for sum in sums {
        vectorized!(|| total.iter_mut().zip(&sum).for_each(|(total, value)| *total += *value));
    }
    total
}

impl Plan {
    /// A product on this thread where threads have blocks of their own, and on all of them where not.
    fn multiply<T: Real>(
        &self,
        output: MatrixMut<'_, T>,
        onto: Onto,
        lhs: Matrix<'_, T>,
        rhs: Matrix<'_, T>,
    ) {
        if self.by_block {
            product(output, onto, T::ONE, lhs, rhs);
        } else {
            shared_product(output, onto, T::ONE, lhs, rhs);
        }
    }

    /// Calls `body` with every item, on all threads where those have no blocks of their own.
    fn each<I: Send>(&self, items: Vec<I>, body: impl Fn(I) + Sync + Send) {
        if self.by_block {
            items.into_iter().for_each(body);
        } else {
            parallel::for_each(items, body);
        }
    }
}

fn group_weights<'a, T>(weights: &'a [T], geometry: &Geometry, group: usize) -> &'a [T] {
    let size = geometry.group_outputs() * geometry.patch();
    &weights[group * size..][..size]
}

/// The patches of a block, in `buffer` where the image itself does not serve.
fn patch_matrix<'a, T: Real>(
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
fn patch_rows<'a, T: Real>(
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
fn gradient_matrix<'a, T: Real>(
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
fn separate<T: Real>(block: &mut [T], geometry: &Geometry, group: usize, together: &[T]) {
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

/// The buffer at exactly this length; what it holds is of no meaning.
pub(super) fn resized<T: Real>(buffer: &mut Vec<T>, len: usize) -> &mut [T] {
    buffer.resize(len, T::ZERO);
    buffer
}

/// Returns the sum of each channel of `[images, channels, pixels]`.
pub(crate) fn sum_of_channels<T: Real>(images: &[T], channels: usize, pixels: usize) -> Vec<T> {
    let mut sums = vec![T::ZERO; channels];
    for image in images.chunks_exact((channels * pixels).max(1)) {
        vectorized!(|| {
            for (total, plane) in sums.iter_mut().zip(image.chunks_exact(pixels.max(1))) {
                *total += sum_of(plane, |value| value);
            }
        });
    }
    sums
}
