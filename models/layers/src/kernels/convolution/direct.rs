//! Convolution without a matrix of patches: every entry of the kernel reads the image itself.

use std::ops::Range;

use super::finish::Finish;
use super::geometry::Geometry;
use super::planes::Planes;
use super::tile::{Product, lanes, tile_rows};
use crate::kernels::memory::resized;
use crate::kernels::parallel;
use crate::kernels::product::Onto;
use crate::kernels::real::Real;

/// Places of the window that are worked on together: few enough for their sums to stay in cache.
const PLACES: usize = 512;

/// Narrower results than this leave too many places between their rows.
const NARROW: usize = 6;

/// Whether this is the faster way for the result.
pub(super) fn serves(geometry: &Geometry) -> bool {
    !geometry.is_pointwise()
        && geometry.out_width >= NARROW
        && geometry.group_outputs() >= 4
        && geometry.patch() > 0
}

/// The convolution that takes the gradient of the result back to the images, where this is the faster way.
pub(super) fn backwards(geometry: &Geometry) -> Option<Geometry> {
    let (backwards, cut) = geometry.backwards();
    (geometry.stride == [1, 1] && cut == [0, 0] && serves(&backwards)).then_some(backwards)
}

/// The weights as the product wants them: for each group and each tile of outputs, one after the other what
/// belongs to one entry of the patch.
#[derive(Debug)]
pub(super) struct Panels<T> {
    values: Vec<T>,
    /// Elements of one group.
    group: usize,
}

impl<T: Real> Panels<T> {
    /// `weights` are `[outputs, patch]`.
    pub(super) fn new(geometry: &Geometry, weights: &[T]) -> Self {
        let taps = geometry.kernel[0] * geometry.kernel[1];
        let (outputs, channels) = (geometry.group_outputs(), geometry.group_channels());
        Self::by(geometry, |group, output, channel| {
            weights[((group * outputs + output) * channels + channel) * taps..][..taps].iter()
        })
    }

    /// Of the convolution [`backwards`] from the one of `weights`.
    pub(super) fn turned(geometry: &Geometry, weights: &[T]) -> Self {
        let taps = geometry.kernel[0] * geometry.kernel[1];
        let (outputs, channels) = (geometry.group_outputs(), geometry.group_channels());
        Self::by(geometry, |group, output, channel| {
            weights[((group * channels + channel) * outputs + output) * taps..][..taps].iter().rev()
        })
    }

    /// `taps(group, output, channel)` are the weights of one output for one channel.
    fn by<'a, I: Iterator<Item = &'a T>>(
        geometry: &Geometry,
        taps: impl Fn(usize, usize, usize) -> I + Sync + Send,
    ) -> Self {
        let (outputs, channels) = (geometry.group_outputs(), geometry.group_channels());
        let (rows, patch) = (tile_rows(outputs), geometry.patch());
        let tiles = outputs.div_ceil(rows);
        let mut values = vec![T::ZERO; geometry.groups * tiles * rows * patch];
        let ranges = parallel::ranges(geometry.groups * tiles, values.len());
        let parts =
            parallel::cut(&mut values, rows * patch, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(part, range)| {
            for (panel, tile) in part.chunks_exact_mut((rows * patch).max(1)).zip(range) {
                let (group, first) = (tile / tiles, tile % tiles * rows);
                // Channel by channel: what all outputs of the tile have for it stays in the innermost cache.
                for (channel, panel) in panel.chunks_exact_mut(rows * patch / channels).enumerate()
                {
                    for output in first..(first + rows).min(outputs) {
                        let entries = panel[output - first..].iter_mut().step_by(rows);
                        entries
                            .zip(taps(group, output, channel))
                            .for_each(|(entry, weight)| *entry = *weight);
                    }
                }
            }
        });
        Self { values, group: tiles * rows * patch }
    }
}

/// Some rows of one image's result.
struct Band<'a, T> {
    image: usize,
    rows: Range<usize>,
    /// Where they go, for each output.
    outputs: Vec<&'a mut [T]>,
}

/// Cuts the result into bands that threads can take.
fn bands<'a, T: Real>(result: &'a mut [T], geometry: &Geometry) -> Vec<Band<'a, T>> {
    let (places, width) = (geometry.places(), geometry.out_width);
    let threads = parallel::threads();
    let mut count = places.div_ceil(PLACES);
    if !geometry.batch.is_multiple_of(threads) {
        count = count.next_multiple_of(threads);
    }
    let count = count.min(geometry.out_height);
    let mut all = Vec::with_capacity(geometry.batch * count);
    let images = result.chunks_exact_mut((geometry.outputs * places).max(1));
    for (image, result) in images.enumerate() {
        let first = all.len();
        all.extend(parallel::split(geometry.out_height, count).into_iter().map(|rows| Band {
            image,
            rows,
            outputs: Vec::with_capacity(geometry.outputs),
        }));
        for mut output in result.chunks_exact_mut(places.max(1)) {
            for band in &mut all[first..] {
                let (here, rest) = output.split_at_mut(band.rows.len() * width);
                band.outputs.push(here);
                output = rest;
            }
        }
    }
    all
}

/// Convolves `images`; `result` is `[batch, outputs, places]`.
pub(super) fn forward<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
    result: &mut [T],
    geometry: &Geometry,
    images: &[T],
    panels: &Panels<T>,
    finish: &Finish<'_, T, F>,
) {
    let (lanes, tile_rows) = (lanes::<T>(), tile_rows(geometry.group_outputs()));
    let mut bands = bands(result, geometry);
    let ranges = parallel::split(bands.len(), parallel::threads().min(bands.len()).max(1));
    let shares = parallel::cut(&mut bands, 1, &ranges);
    parallel::for_each(shares, |bands| {
        let (mut planes, mut sums) = (Vec::new(), Vec::new());
        for band in bands {
            let layout = Planes::new(geometry, band.rows.clone());
            let (starts, in_rows) = (layout.starts(lanes), layout.in_rows(lanes));
            let pitch = starts.len() * lanes;
            let offsets = layout.patch_offsets();
            for (group, outputs) in band.outputs.chunks_mut(geometry.group_outputs()).enumerate() {
                let planes = resized(&mut planes, geometry.group_channels() * layout.len() + lanes);
                let image = band.image * geometry.groups + group;
                lay_out(planes, &layout, geometry, images, image);
                let sums = resized(&mut sums, outputs.len().next_multiple_of(tile_rows) * pitch);
                Product {
                    sums,
                    pitch,
                    first: 0,
                    starts: &starts,
                    onto: Onto::Nothing,
                    tile_rows,
                    factors: &panels.values[group * panels.group..][..panels.group],
                    offsets: &offsets,
                    values: planes,
                }
                .run();
                for (index, (output, sums)) in
                    outputs.iter_mut().zip(sums.chunks_exact(pitch)).enumerate()
                {
                    if in_rows {
                        output.copy_from_slice(sums);
                    } else {
                        layout.take(output, sums);
                    }
                    finish.apply(output, output.len(), group * geometry.group_outputs() + index);
                }
            }
        }
    });
}

/// Lays out the channels of one group of one image; `image` counts the groups of all images.
fn lay_out<T: Real>(
    planes: &mut [T],
    layout: &Planes,
    geometry: &Geometry,
    images: &[T],
    image: usize,
) {
    let size = geometry.group_channels() * geometry.pixels();
    let channels = images[image * size..][..size].chunks_exact(geometry.pixels().max(1));
    for (planes, channel) in planes.chunks_exact_mut(layout.len().max(1)).zip(channels) {
        layout.fill(planes, channel);
    }
}
