//! How the images of a convolution are divided among threads.

use std::ops::Range;

use super::geometry::Geometry;
use crate::kernels::parallel;
use crate::kernels::product::{Matrix, MatrixMut, Onto, product, shared_product};
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;

/// Columns of one block of patches: few enough for them to stay in cache, enough for a fast product.
const BLOCK: usize = 256;

/// Fewer columns than this make a slow product; threads then share one.
const NARROW: usize = 64;

/// Entries of the weights from which a private gradient for each thread costs more than sharing one.
pub(super) const LARGE_WEIGHTS: usize = 200_000;

/// How the images are divided.
pub(super) struct Plan {
    /// Images of each block.
    blocks: Vec<Range<usize>>,
    /// Whether threads take whole blocks.
    pub(super) by_block: bool,
}

impl Plan {
    pub(super) fn new(geometry: &Geometry) -> Self {
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
    pub(super) fn together(geometry: &Geometry) -> Self {
        let size = (4 * BLOCK).div_ceil(geometry.places().max(1));
        let blocks = parallel::split(geometry.batch, geometry.batch.div_ceil(size).max(1));
        Self { blocks, by_block: false }
    }

    /// Runs of blocks, one for each thread, and the images they hold.
    pub(super) fn shares(&self) -> (Vec<Vec<Range<usize>>>, Vec<Range<usize>>) {
        let parts = if self.by_block { parallel::threads().min(self.blocks.len()) } else { 1 };
        let runs = parallel::split(self.blocks.len(), parts.max(1));
        let blocks: Vec<_> = runs.into_iter().map(|run| self.blocks[run].to_vec()).collect();
        let images = blocks.iter().map(|run: &Vec<Range<usize>>| {
            run.first().map_or(0, |block| block.start)..run.last().map_or(0, |block| block.end)
        });
        let images = images.collect();
        (blocks, images)
    }

    /// A product on this thread where threads have blocks of their own, and on all of them where not.
    pub(super) fn multiply<T: Real>(
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
    pub(super) fn each<I: Send>(&self, items: Vec<I>, body: impl Fn(I) + Sync + Send) {
        if self.by_block {
            items.into_iter().for_each(body);
        } else {
            parallel::for_each(items, body);
        }
    }
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
