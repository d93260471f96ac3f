//! Convolution in which every output sees one channel alone: no product, but sums of shifted planes.

use std::ops::Range;

use super::finish::Finish;
use super::geometry::Geometry;
use super::planes::Planes;
use super::tile::{Correlation, Filter, lanes};
use crate::kernels::memory::resized;
use crate::kernels::parallel;
use crate::kernels::real::Real;

pub(super) fn forward<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
    result: &mut [T],
    geometry: &Geometry,
    images: &[T],
    weights: &[T],
    finish: &Finish<'_, T, F>,
) {
    let pixels = geometry.pixels();
    let layout = Planes::new(geometry, 0..geometry.out_height);
    filter(result, geometry, weights, finish, |planes, channel, _| {
        layout.fill(planes, &images[channel * pixels..][..pixels]);
    });
}

/// Takes the gradient of the result back to the images.
pub(super) fn input_gradient<T: Real>(
    images: &mut [T],
    geometry: &Geometry,
    gradient: &[T],
    weights: &[T],
) {
    let (places, width, [down, across]) = (geometry.places(), geometry.out_width, geometry.stride);
    let (backwards, cut) = geometry.backwards();
    let layout = Planes::new(&backwards, 0..backwards.out_height);
    let taps = geometry.kernel[0] * geometry.kernel[1];
    let turned: Vec<_> = weights
        .chunks_exact(taps.max(1))
        .flat_map(|weights| weights.iter().rev())
        .copied()
        .collect();
    filter(images, &backwards, &turned, &Finish::bias(None), |planes, output, spread| {
        let gradient = &gradient[output * places..][..places];
        if geometry.stride == [1, 1] && cut == [0, 0] {
            layout.fill(planes, gradient);
            return;
        }
        let spread = resized(spread, backwards.pixels());
        spread.fill(T::ZERO);
        for (y, row) in gradient.chunks_exact(width).enumerate() {
            let Some(y) = (y * down).checked_sub(cut[0]) else { continue };
            for (x, value) in row.iter().enumerate() {
                if let Some(x) = (x * across).checked_sub(cut[1]) {
                    spread[y * backwards.width + x] = *value;
                }
            }
        }
        layout.fill(planes, spread);
    });
}

/// Filters what `lay_out(planes, channel, spare memory)` writes; channels are counted through all images.
///
/// There is one channel for each output, or several outputs for one channel, or several channels for one output.
fn filter<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
    result: &mut [T],
    geometry: &Geometry,
    weights: &[T],
    finish: &Finish<'_, T, F>,
    lay_out: impl Fn(&mut [T], usize, &mut Vec<T>) + Sync + Send,
) {
    let (places, patch, channels) =
        (geometry.places(), geometry.patch(), geometry.group_channels());
    let layout = Planes::new(geometry, 0..geometry.out_height);
    let (offsets, lanes) = (layout.patch_offsets(), lanes::<T>());
    let size = geometry.group_outputs() * places;
    let ranges = shares(geometry.batch * geometry.groups, size * patch);
    let parts = parallel::cut(result, size, &ranges).into_iter().zip(ranges.clone());
    parallel::for_each(parts.collect(), |(part, groups)| {
        let (mut planes, mut spare) = (Vec::new(), Vec::new());
        let mut sums = vec![T::ZERO; layout.places().next_multiple_of(lanes)];
        for (outputs, group) in part.chunks_exact_mut(size.max(1)).zip(groups) {
            let planes = resized(&mut planes, channels * layout.len() + lanes);
            for (index, plane) in
                planes.chunks_exact_mut(layout.len().max(1)).take(channels).enumerate()
            {
                lay_out(plane, group * channels + index, &mut spare);
            }
            let first = group % geometry.groups * geometry.group_outputs();
            for (index, output) in outputs.chunks_exact_mut(places.max(1)).enumerate() {
                let factors = &weights[(first + index) * patch..][..patch];
                Filter { sums: &mut sums, factors, offsets: &offsets, values: planes }.run();
                layout.take(output, &sums);
                finish.apply(output, places, first + index);
            }
        }
    });
}

/// Returns the gradient of the weights. A pixel that is not finite makes all entries of its channel so.
pub(super) fn weight_gradient<T: Real>(
    geometry: &Geometry,
    images: &[T],
    gradient: &[T],
) -> Vec<T> {
    let (places, pixels, taps) = (geometry.places(), geometry.pixels(), geometry.patch());
    let layout = Planes::new(geometry, 0..geometry.out_height);
    let (offsets, lanes) = (layout.patch_offsets(), lanes::<T>());
    let mut total = vec![T::ZERO; geometry.outputs * taps];
    let ranges = shares(geometry.outputs, geometry.batch * places * taps);
    let parts = parallel::cut(&mut total, taps, &ranges).into_iter().zip(ranges.clone());
    parallel::for_each(parts.collect(), |(part, outputs)| {
        let mut planes = vec![T::ZERO; layout.len() + lanes];
        let mut factors = vec![T::ZERO; layout.places().next_multiple_of(lanes)];
        for (sums, output) in part.chunks_exact_mut(taps.max(1)).zip(outputs) {
            let channel = output / geometry.group_outputs();
            for image in 0..geometry.batch {
                let seen = &images[(image * geometry.channels + channel) * pixels..][..pixels];
                layout.fill(&mut planes, seen);
                let gradient = &gradient[(image * geometry.outputs + output) * places..][..places];
                layout.put(&mut factors, gradient);
                Correlation { sums, factors: &factors, offsets: &offsets, values: &planes }.run();
            }
        }
    });
    total
}

/// One range of `count` for each thread; `work` is what one costs, in additions.
fn shares(count: usize, work: usize) -> Vec<Range<usize>> {
    parallel::ranges(count, count * work / 4)
}
