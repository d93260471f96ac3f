//! Convolution in which every output sees one channel: no product, but sums of shifted rows.

use super::geometry::{Geometry, places_in_image};
use super::product::Finish;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::kernels::simd::{dot, vectorized};

/// Runs `body(row of the result, row of the image, tap)` for every row that a tap of the kernel sees; both rows
/// begin at the first pixel seen.
#[inline(always)]
pub(crate) fn each_row(
    geometry: &Geometry,
    mut body: impl FnMut(std::ops::Range<usize>, usize, usize),
) {
    let axis =
        |axis: usize| [geometry.stride[axis], geometry.padding[axis], geometry.dilation[axis]];
    for ky in 0..geometry.kernel[0] {
        let (rows, first_row) =
            places_in_image(ky, axis(0), [geometry.out_height, geometry.height]);
        for kx in 0..geometry.kernel[1] {
            let (columns, first_column) =
                places_in_image(kx, axis(1), [geometry.out_width, geometry.width]);
            if columns.is_empty() {
                continue;
            }
            for (index, y) in rows.clone().enumerate() {
                let seen = (first_row + index * geometry.stride[0]) * geometry.width + first_column;
                let start = y * geometry.out_width;
                body(
                    start + columns.start..start + columns.end,
                    seen,
                    ky * geometry.kernel[1] + kx,
                );
            }
        }
    }
}

/// Outputs for each channel.
fn multiplier(geometry: &Geometry) -> usize {
    geometry.outputs / geometry.channels
}

pub(super) fn forward<T: Real, F: Fn(T) -> T + Copy + Sync + Send>(
    result: &mut [T],
    geometry: &Geometry,
    images: &[T],
    weights: &[T],
    finish: &Finish<'_, T, F>,
) {
    let (places, pixels, stride) = (geometry.places(), geometry.pixels(), geometry.stride[1]);
    let (taps, multiplier) = (geometry.patch(), multiplier(geometry));
    let planes = geometry.batch * geometry.outputs;
    let ranges = parallel::ranges(planes, planes * places * taps);
    let parts = parallel::cut(result, places, &ranges).into_iter().zip(ranges.clone());
    parallel::for_each(parts.collect(), |(part, range)| {
        for (result, plane) in part.chunks_exact_mut(places.max(1)).zip(range) {
            let (n, output) = (plane / geometry.outputs, plane % geometry.outputs);
            let image = &images[(n * geometry.channels + output / multiplier) * pixels..][..pixels];
            let weights = &weights[output * taps..][..taps];
            vectorized!(|| {
                each_row(geometry, |places, seen, tap| {
                    let weight = weights[tap];
                    let result = &mut result[places];
                    if stride == 1 {
                        for (result, pixel) in result.iter_mut().zip(&image[seen..]) {
                            *result = pixel.mul_add(weight, *result);
                        }
                    } else {
                        for (result, pixel) in
                            result.iter_mut().zip(image[seen..].iter().step_by(stride))
                        {
                            *result = pixel.mul_add(weight, *result);
                        }
                    }
                });
            });
            finish.apply(result, places, output);
        }
    });
}

pub(super) fn input_gradient<T: Real>(
    images: &mut [T],
    geometry: &Geometry,
    gradient: &[T],
    weights: &[T],
) {
    let (places, pixels, stride) = (geometry.places(), geometry.pixels(), geometry.stride[1]);
    let (taps, multiplier) = (geometry.patch(), multiplier(geometry));
    let planes = geometry.batch * geometry.channels;
    let ranges = parallel::ranges(planes, planes * multiplier * places * taps);
    let parts = parallel::cut(images, pixels, &ranges).into_iter().zip(ranges.clone());
    parallel::for_each(parts.collect(), |(part, range)| {
        for (image, plane) in part.chunks_exact_mut(pixels.max(1)).zip(range) {
            let (n, channel) = (plane / geometry.channels, plane % geometry.channels);
            for output in channel * multiplier..(channel + 1) * multiplier {
                let gradient = &gradient[(n * geometry.outputs + output) * places..][..places];
                let weights = &weights[output * taps..][..taps];
                vectorized!(|| {
                    each_row(geometry, |places, seen, tap| {
                        let weight = weights[tap];
                        let gradient = &gradient[places];
                        if stride == 1 {
                            for (pixel, gradient) in image[seen..].iter_mut().zip(gradient) {
                                *pixel = gradient.mul_add(weight, *pixel);
                            }
                        } else {
                            let pixels = image[seen..].iter_mut().step_by(stride);
                            for (pixel, gradient) in pixels.zip(gradient) {
                                *pixel = gradient.mul_add(weight, *pixel);
                            }
                        }
                    });
                });
            }
        }
    });
}

pub(super) fn weight_gradient<T: Real>(
    geometry: &Geometry,
    images: &[T],
    gradient: &[T],
) -> Vec<T> {
    let (places, pixels, stride) = (geometry.places(), geometry.pixels(), geometry.stride[1]);
    let (taps, multiplier) = (geometry.patch(), multiplier(geometry));
    let mut total = vec![T::ZERO; geometry.outputs * taps];
    let ranges =
        parallel::ranges(geometry.outputs, geometry.batch * geometry.outputs * places * taps);
    let parts = parallel::cut(&mut total, taps, &ranges).into_iter().zip(ranges.clone());
    parallel::for_each(parts.collect(), |(part, range)| {
        for (weights, output) in part.chunks_exact_mut(taps.max(1)).zip(range) {
            for n in 0..geometry.batch {
                let image =
                    &images[(n * geometry.channels + output / multiplier) * pixels..][..pixels];
                let gradient = &gradient[(n * geometry.outputs + output) * places..][..places];
                vectorized!(|| {
                    each_row(geometry, |places, seen, tap| {
                        let gradient = &gradient[places];
                        weights[tap] += if stride == 1 {
                            dot(gradient, &image[seen..][..gradient.len()])
                        } else {
                            let pixels = image[seen..].iter().step_by(stride);
                            gradient
                                .iter()
                                .zip(pixels)
                                .map(|(gradient, pixel)| *gradient * *pixel)
                                .sum()
                        };
                    });
                });
            }
        }
    });
    total
}
