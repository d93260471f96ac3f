//! The mean of bilinear samples in each bin.
//!
//! Bins read pixels here and there, so the channels of a pixel are brought together first, [`LANES`] of them at a time:
//! every pixel that a bin sees is then a few vector instructions. What rows and columns have a share in a bin is found
//! once for each region, not once for each sample.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use crate::fused::operation::{BackwardPass, Operation, Outcome};
use crate::fused::record::{apply_one, serves};
use crate::kernels::memory::tensor;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::simd::vectorized;
use crate::plain::{self, Region, RoiAlignOptions, Shares};

/// Channels that lie side by side.
const LANES: usize = 32;
/// What a pixel of a bin costs, in additions: it sees about six for all channels together.
const COST: usize = 8;

/// See [`ops::roi_align`](crate::ops::roi_align).
pub(crate) fn roi_align(x: Tensor<4>, regions: &[Region], options: &RoiAlignOptions) -> Tensor<4> {
    if !serves(&x) {
        return plain::roi_align(x, regions, options);
    }
    let maps = x.dims();
    let shares = |region| options.shares(region, [maps[2], maps[3]]);
    let operation = Align {
        maps,
        size: options.size,
        images: regions.iter().map(|region| region.image).collect(),
        shares: regions.iter().map(shares).collect(),
    };
    apply_one(Arc::new(operation), vec![x.into_dispatch()])
}

/// Linear in its input, so that nothing need be kept of it.
#[derive(Debug)]
struct Align {
    /// Shape of the input.
    maps: [usize; 4],
    size: [usize; 2],
    /// The image of every region.
    images: Vec<usize>,
    shares: Vec<Shares>,
}

impl Align {
    fn pixels(&self) -> usize {
        self.maps[2] * self.maps[3]
    }

    fn bins(&self) -> usize {
        self.size[0] * self.size[1]
    }

    /// Blocks of channels of an image.
    fn blocks(&self) -> usize {
        self.maps[1].div_ceil(LANES)
    }

    fn work(&self) -> usize {
        self.shares.len() * self.maps[1] * self.bins() * COST
    }

    /// Writes the bins of some regions, `y`, from the channels side by side.
    #[inline(always)]
    fn sample<T: Real>(&self, y: &mut [T], turned: &[T], regions: std::ops::Range<usize>) {
        let [_, channels, _, width] = self.maps;
        let (bins, block_len) = (self.bins(), self.pixels() * LANES);
        for block in 0..self.blocks() {
            let first = block * LANES;
            let used = LANES.min(channels - first);
            for (place, region) in regions.clone().enumerate() {
                let start = (self.images[region] * self.blocks() + block) * block_len;
                let pixels = &turned[start..start + block_len];
                let y = &mut y[(place * channels + first) * bins..][..used * bins];
                let Shares { rows, columns } = &self.shares[region];
                let mut bin = 0;
                for rows in rows {
                    for columns in columns {
                        let sum = mean_of(pixels, width, rows, columns);
                        for lane in 0..used {
                            y[lane * bins + bin] = sum[lane];
                        }
                        bin += 1;
                    }
                }
            }
        }
    }

    /// Adds to the pixels of one block of an image, `turned`, what the bins of its regions give back.
    #[inline(always)]
    fn give_back<T: Real>(&self, turned: &mut [T], dy: &[T], image: usize, block: usize) {
        let [_, channels, _, width] = self.maps;
        let (bins, first) = (self.bins(), block * LANES);
        let used = LANES.min(channels - first);
        for region in 0..self.shares.len() {
            if self.images[region] != image {
                continue;
            }
            let dy = &dy[(region * channels + first) * bins..][..used * bins];
            let Shares { rows, columns } = &self.shares[region];
            let mut bin = 0;
            for rows in rows {
                for columns in columns {
                    let mut gradient = [T::ZERO; LANES];
                    for lane in 0..used {
                        gradient[lane] = dy[lane * bins + bin];
                    }
                    share_out(turned, width, rows, columns, &gradient);
                    bin += 1;
                }
            }
        }
    }
}

// Functions rather than closures: what runs within `vectorized` has to be inlined there.

/// The mean of what a bin sees, of each channel.
#[inline(always)]
fn mean_of<T: Real>(
    pixels: &[T],
    width: usize,
    rows: &[(usize, f64)],
    columns: &[(usize, f64)],
) -> [T; LANES] {
    let mut sum = [T::ZERO; LANES];
    for (row, of_row) in rows {
        for (column, of_column) in columns {
            let share = T::of(of_row * of_column);
            let pixel = &pixels[(row * width + column) * LANES..][..LANES];
            for lane in 0..LANES {
                sum[lane] = pixel[lane].mul_add(share, sum[lane]);
            }
        }
    }
    sum
}

/// Gives the pixels that a bin sees their shares of its gradient.
#[inline(always)]
fn share_out<T: Real>(
    pixels: &mut [T],
    width: usize,
    rows: &[(usize, f64)],
    columns: &[(usize, f64)],
    gradient: &[T; LANES],
) {
    for (row, of_row) in rows {
        for (column, of_column) in columns {
            let share = T::of(of_row * of_column);
            let pixel = &mut pixels[(row * width + column) * LANES..][..LANES];
            for lane in 0..LANES {
                pixel[lane] = gradient[lane].mul_add(share, pixel[lane]);
            }
        }
    }
}

impl Operation for Align {
    fn forward<T: Real>(&self, inputs: Vec<FlexTensor>, _training: bool) -> Outcome {
        let [_, channels, ..] = self.maps;
        let turned = self.turn(inputs[0].storage::<T>());
        let width = channels * self.bins();
        let mut y = vec![T::ZERO; self.shares.len() * width];
        let ranges = parallel::ranges(self.shares.len(), self.work());
        let parts = parallel::cut(&mut y, width, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(y, regions)| {
            vectorized!(|| self.sample(y, &turned, regions));
        });
        let shape = [self.shares.len(), channels, self.size[0], self.size[1]];
        Outcome { outputs: vec![tensor(y, shape)], ..Outcome::default() }
    }

    /// Each block of channels by itself, its regions in their order: the sums do not depend on the threads.
    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [_, channels, ..] = self.maps;
        let dy = pass.gradient.storage::<T>();
        let mut dx = vec![T::ZERO; self.maps.iter().product()];
        let pixels = self.pixels();
        let images = dx.chunks_mut((channels * pixels).max(1)).enumerate();
        let blocks = images.flat_map(|(image, dx)| {
            let blocks = dx.chunks_mut(LANES * pixels).enumerate();
            blocks.map(move |(block, dx)| (image, block, dx))
        });
        let give_back = |(image, block, dx): (usize, usize, &mut [T])| {
            let mut turned = vec![T::ZERO; pixels * LANES];
            vectorized!(|| {
                self.give_back(&mut turned, dy, image, block);
                for (lane, dx) in dx.chunks_exact_mut(pixels).enumerate() {
                    for (dx, pixel) in dx.iter_mut().zip(turned[lane..].iter().step_by(LANES)) {
                        *dx = *pixel;
                    }
                }
            });
        };
        if parallel::worth_sharing(self.work()) {
            parallel::for_each(blocks.collect(), give_back);
        } else {
            blocks.for_each(give_back);
        }
        vec![Some(tensor(dx, self.maps))]
    }
}

impl Align {
    /// Brings the channels of a pixel together: `[images, blocks, pixels, LANES]`, zeros after the last channel.
    fn turn<T: Real>(&self, x: &[T]) -> Vec<T> {
        let [batch, channels, ..] = self.maps;
        let (pixels, blocks) = (self.pixels(), self.blocks());
        let mut turned = vec![T::ZERO; batch * blocks * pixels * LANES];
        let ranges = parallel::ranges(batch * blocks, turned.len());
        let width = pixels * LANES;
        let parts = parallel::cut(&mut turned, width, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(turned, range)| {
            for (turned, place) in turned.chunks_exact_mut(width).zip(range) {
                let (image, first) = (place / blocks, place % blocks * LANES);
                for lane in 0..LANES.min(channels - first) {
                    let plane = &x[(image * channels + first + lane) * pixels..][..pixels];
                    for (turned, x) in turned[lane..].iter_mut().step_by(LANES).zip(plane) {
                        *turned = *x;
                    }
                }
            }
        });
        turned
    }
}
