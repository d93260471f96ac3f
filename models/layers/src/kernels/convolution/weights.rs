//! The gradient of the weights, from images whose channels lie side by side.
//!
//! Every entry of it is a sum over all places of the window: the gradient there times the pixel seen. With the
//! channels of a pixel next to one another, and pixels next to one another, what a row of the kernel sees at a
//! place is one run of memory, whatever the stride; so the sums are [`Product`]s over places.

use std::ops::Range;

use super::geometry::Geometry;
use super::plan::{LARGE_WEIGHTS, total};
use super::tile::{Product, TERMS, lanes, tile_rows};
use crate::kernels::memory::resized;
use crate::kernels::parallel;
use crate::kernels::product::Onto;
use crate::kernels::real::Real;

/// Fewer places than this, of all images together, leave sums that are hardly begun before they are stored.
const FEW_PLACES: usize = 2 * TERMS;

/// Whether this is the faster way.
pub(super) fn serves<T: Real>(geometry: &Geometry) -> bool {
    let run = Runs::new::<T>(geometry);
    !geometry.is_pointwise()
        && geometry.group_outputs() >= 4
        && 3 * run.len >= 2 * run.pitch
        && geometry.batch * geometry.places() >= FEW_PLACES
}

/// Returns the gradient of the weights, `[outputs, patch]`.
pub(super) fn gradient<T: Real>(geometry: &Geometry, images: &[T], gradient: &[T]) -> Vec<T> {
    let outputs = geometry.group_outputs();
    let threads = parallel::threads();
    let share = |images, outputs| Share { geometry: *geometry, images, outputs };
    if geometry.outputs * geometry.patch() < LARGE_WEIGHTS {
        let ranges = parallel::split(geometry.batch, threads.min(geometry.batch).max(1));
        let shares = ranges.into_iter().map(|images| share(images, 0..outputs)).collect();
        return total(parallel::map(shares, |share: Share| share.gradient(images, gradient)));
    }
    // Threads take tiles of outputs.
    let rows = tile_rows(outputs);
    let tiles = outputs.div_ceil(rows);
    let ranges = parallel::split(tiles, threads.min(tiles));
    let shares = ranges
        .into_iter()
        .map(|tiles| share(0..geometry.batch, tiles.start * rows..(tiles.end * rows).min(outputs)));
    let parts = parallel::map(shares.collect(), |share| share.gradient(images, gradient));
    let mut together = Vec::with_capacity(geometry.outputs * geometry.patch());
    for group in 0..geometry.groups {
        for part in &parts {
            let size = part.len() / geometry.groups;
            together.extend_from_slice(&part[group * size..][..size]);
        }
    }
    together
}

/// What the kernel sees at one place, as runs of memory.
struct Runs {
    count: usize,
    /// Numbers of one run: the channels of neighbouring pixels.
    len: usize,
    /// The same up to whole vectors.
    pitch: usize,
}

impl Runs {
    fn new<T: Real>(geometry: &Geometry) -> Self {
        let [height, width] = geometry.kernel;
        let channels = geometry.group_channels();
        // A kernel with gaps sees pixels that are not neighbours.
        let (count, len) = if geometry.dilation[1] == 1 {
            (height, width * channels)
        } else {
            (height * width, channels)
        };
        Self { count, len, pitch: len.next_multiple_of(lanes::<T>()) }
    }
}

/// The part of one thread: some images, and some outputs of every group.
struct Share {
    geometry: Geometry,
    images: Range<usize>,
    outputs: Range<usize>,
}

/// Some places of the window: rows of one image, or all of several.
struct Block {
    images: Range<usize>,
    rows: Range<usize>,
}

impl Share {
    /// As many places as are added up at a time.
    fn blocks(&self) -> Vec<Block> {
        let Geometry { out_height, out_width, .. } = self.geometry;
        let together = (TERMS / self.geometry.places()).max(1);
        let bands = out_height.div_ceil((TERMS / out_width).max(1));
        let firsts = self.images.clone().step_by(together);
        let blocks = firsts.flat_map(|first| {
            let images = first..(first + together).min(self.images.end);
            let rows = parallel::split(out_height, bands).into_iter();
            rows.map(move |rows| Block { images: images.clone(), rows })
        });
        blocks.collect()
    }

    /// The gradient of these outputs, `[groups, outputs, patch]`.
    fn gradient<T: Real>(&self, images: &[T], gradient: &[T]) -> Vec<T> {
        let geometry = &self.geometry;
        let (lanes, runs) = (lanes::<T>(), Runs::new::<T>(geometry));
        let pitch = runs.count * runs.pitch;
        let tile_rows = tile_rows(self.outputs.len());
        let rows = self.outputs.len().next_multiple_of(tile_rows);
        let group_len = rows * pitch;
        let mut sums = vec![T::ZERO; geometry.groups * group_len];
        let starts: Vec<_> = (0..runs.len).step_by(lanes).collect();
        let (mut pixels, mut factors) = (Vec::new(), Vec::new());
        for block in self.blocks() {
            let seen = Seen::new(geometry, &block);
            for (group, sums) in sums.chunks_exact_mut(group_len.max(1)).enumerate() {
                let len = block.images.len() * seen.image_len;
                // A vector may reach beyond the last run.
                let pixels = resized(&mut pixels, len + lanes);
                seen.turn(pixels, geometry, images, group);
                let factors = resized(&mut factors, rows * seen.places.len());
                self.gather_factors(factors, &block, gradient, group);
                for run in 0..runs.count {
                    Product {
                        sums,
                        pitch,
                        first: run * runs.pitch,
                        starts: &starts,
                        onto: Onto::Values,
                        tile_rows,
                        factors,
                        offsets: &seen.places,
                        values: &pixels[seen.run(geometry, run)..],
                    }
                    .run();
                }
            }
        }
        self.in_order(&sums, &runs)
    }

    /// For each tile of outputs, and within it for each place, the gradients.
    fn gather_factors<T: Real>(
        &self,
        factors: &mut [T],
        block: &Block,
        gradient: &[T],
        group: usize,
    ) {
        let geometry = &self.geometry;
        let rows = tile_rows(self.outputs.len());
        let (places, width) = (geometry.places(), geometry.out_width);
        let here = block.rows.len() * width;
        let panel = block.images.len() * here * rows;
        for (panel, first) in
            factors.chunks_exact_mut(panel.max(1)).zip(self.outputs.clone().step_by(rows))
        {
            for row in 0..rows {
                let mut entries = panel[row..].iter_mut().step_by(rows);
                if first + row >= self.outputs.end {
                    entries.for_each(|entry| *entry = T::ZERO);
                    continue;
                }
                for image in block.images.clone() {
                    let plane =
                        image * geometry.outputs + group * geometry.group_outputs() + first + row;
                    let values = &gradient[plane * places + block.rows.start * width..][..here];
                    entries.by_ref().zip(values).for_each(|(entry, value)| *entry = *value);
                }
            }
        }
    }

    /// The sums as the weights lie: by channel first, and without what fills up vectors and tiles.
    fn in_order<T: Real>(&self, sums: &[T], runs: &Runs) -> Vec<T> {
        let geometry = &self.geometry;
        let taps = geometry.kernel[0] * geometry.kernel[1];
        let channels = geometry.group_channels();
        let pitch = runs.count * runs.pitch;
        let group_len = sums.len() / geometry.groups;
        let per_run = taps / runs.count.max(1);
        let mut gradient =
            Vec::with_capacity(geometry.groups * self.outputs.len() * channels * taps);
        for group in sums.chunks_exact(group_len.max(1)) {
            for sums in group.chunks_exact(pitch).take(self.outputs.len()) {
                for channel in 0..channels {
                    gradient.extend((0..taps).map(|tap| {
                        sums[tap / per_run * runs.pitch + tap % per_run * channels + channel]
                    }));
                }
            }
        }
        gradient
    }
}

/// The pixels that a block sees, `[images, rows, columns, channels]`, with the border of zeros.
struct Seen {
    images: Range<usize>,
    /// The first row, counted with the border.
    first: usize,
    columns: usize,
    /// Numbers of one image.
    image_len: usize,
    /// Where the pixel is that the first entry of the kernel sees, for each place.
    places: Vec<usize>,
}

impl Seen {
    fn new(geometry: &Geometry, block: &Block) -> Self {
        let channels = geometry.group_channels();
        let reach = |places: usize, axis: usize| {
            places.saturating_sub(1) * geometry.stride[axis]
                + geometry.kernel[axis].saturating_sub(1) * geometry.dilation[axis]
                + 1
        };
        let (rows, columns) = (reach(block.rows.len(), 0), reach(geometry.out_width, 1));
        let image_len = rows * columns * channels;
        let places = (0..block.images.len()).flat_map(|image| {
            (0..block.rows.len()).flat_map(move |y| {
                (0..geometry.out_width).map(move |x| {
                    let pixel = y * geometry.stride[0] * columns + x * geometry.stride[1];
                    image * image_len + pixel * channels
                })
            })
        });
        let places = places.collect();
        let first = block.rows.start * geometry.stride[0];
        Self { images: block.images.clone(), first, columns, image_len, places }
    }

    /// Where a run begins, beside what the first entry of the kernel sees.
    fn run(&self, geometry: &Geometry, run: usize) -> usize {
        let [row, column] = if geometry.dilation[1] == 1 {
            [run, 0]
        } else {
            [run / geometry.kernel[1], run % geometry.kernel[1]]
        };
        (row * geometry.dilation[0] * self.columns + column * geometry.dilation[1])
            * geometry.group_channels()
    }

    /// Writes the pixels of one group.
    fn turn<T: Real>(&self, pixels: &mut [T], geometry: &Geometry, images: &[T], group: usize) {
        let Geometry { height, width, padding, .. } = *geometry;
        let channels = geometry.group_channels();
        pixels.fill(T::ZERO);
        let inside = padding[1].min(self.columns)..(padding[1] + width).min(self.columns);
        let row_len = self.columns * channels;
        for (image, pixels) in
            self.images.clone().zip(pixels.chunks_exact_mut(self.image_len.max(1)))
        {
            let planes = image * geometry.channels + group * channels;
            for (row, pixels) in pixels.chunks_exact_mut(row_len).enumerate() {
                let y = (self.first + row).checked_sub(padding[0]).filter(|y| *y < height);
                let Some(y) = y else { continue };
                let pixels = &mut pixels[inside.start * channels..inside.end * channels];
                for channel in 0..channels {
                    let seen = &images[((planes + channel) * height + y) * width..][..inside.len()];
                    let values = pixels[channel..].iter_mut().step_by(channels);
                    values.zip(seen).for_each(|(value, seen)| *value = *seen);
                }
            }
        }
    }
}
