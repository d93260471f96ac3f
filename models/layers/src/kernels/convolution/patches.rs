//! Images to the matrix of patches, and gradients of patches back to images.

use std::ops::Range;

use super::geometry::{Geometry, places_in_image};
use crate::kernels::real::Real;

/// Writes rows `rows` of the patches of some images: `[rows, images * places]`.
///
/// Row `(channel, ky, kx)` holds what that entry of the kernel sees, place by place. `image(n)` are the
/// channels of this group of the `n`th image.
pub(super) fn gather<'a, T: Real>(
    patches: &mut [T],
    geometry: &Geometry,
    rows: Range<usize>,
    images: usize,
    image: impl Fn(usize) -> &'a [T],
) {
    let [kernel_height, kernel_width] = geometry.kernel;
    let places = geometry.places();
    let columns = images * places;
    for (row, patches) in rows.zip(patches.chunks_exact_mut(columns.max(1))) {
        let (channel, tap) =
            (row / (kernel_height * kernel_width), row % (kernel_height * kernel_width));
        let sees = Sees::new(geometry, tap / kernel_width, tap % kernel_width);
        for (n, patches) in patches.chunks_exact_mut(places.max(1)).enumerate() {
            let plane = &image(n)[channel * geometry.pixels()..][..geometry.pixels()];
            sees.gather(patches, plane, geometry);
        }
    }
}

/// Writes the patches of one image as rows, `[places, patch]`.
pub(super) fn gather_rows<T: Real>(rows: &mut [T], geometry: &Geometry, image: &[T]) {
    let [kernel_height, kernel_width] = geometry.kernel;
    let seen = |place: usize, tap: usize, axis: usize, pixels: usize| {
        let pixel = place * geometry.stride[axis] + tap * geometry.dilation[axis];
        pixel.checked_sub(geometry.padding[axis]).filter(|pixel| *pixel < pixels)
    };
    for (place, row) in rows.chunks_exact_mut(geometry.patch().max(1)).enumerate() {
        let (y, x) = (place / geometry.out_width, place % geometry.out_width);
        for tap in 0..kernel_height * kernel_width {
            let pixel = seen(y, tap / kernel_width, 0, geometry.height)
                .zip(seen(x, tap % kernel_width, 1, geometry.width))
                .map(|(y, x)| y * geometry.width + x);
            let entries = row[tap..].iter_mut().step_by(kernel_height * kernel_width);
            match pixel {
                Some(pixel) => {
                    let channels = image[pixel..].iter().step_by(geometry.pixels());
                    entries.zip(channels).for_each(|(entry, value)| *entry = *value);
                }
                None => entries.for_each(|entry| *entry = T::ZERO),
            }
        }
    }
}

/// Adds the patches' gradient, `[channels * kernel, row_stride]`, to one image; `first` is its first column.
pub(super) fn scatter<T: Real>(
    image: &mut [T],
    geometry: &Geometry,
    patches: &[T],
    first: usize,
    row_stride: usize,
) {
    let taps = geometry.kernel[0] * geometry.kernel[1];
    for (channel, plane) in image.chunks_exact_mut(geometry.pixels().max(1)).enumerate() {
        for tap in 0..taps {
            let sees = Sees::new(geometry, tap / geometry.kernel[1], tap % geometry.kernel[1]);
            let row = (channel * taps + tap) * row_stride + first;
            sees.scatter(plane, &patches[row..][..geometry.places()], geometry);
        }
    }
}

/// What one entry of the kernel sees.
struct Sees {
    rows: Range<usize>,
    first_row: usize,
    columns: Range<usize>,
    first_column: usize,
}

impl Sees {
    fn new(geometry: &Geometry, ky: usize, kx: usize) -> Self {
        let axis =
            |axis: usize| [geometry.stride[axis], geometry.padding[axis], geometry.dilation[axis]];
        let (rows, first_row) =
            places_in_image(ky, axis(0), [geometry.out_height, geometry.height]);
        let (columns, first_column) =
            places_in_image(kx, axis(1), [geometry.out_width, geometry.width]);
        let rows = if columns.is_empty() { 0..0 } else { rows };
        Self { rows, first_row, columns, first_column }
    }

    fn gather<T: Real>(&self, patches: &mut [T], plane: &[T], geometry: &Geometry) {
        let (out_width, stride) = (geometry.out_width, geometry.stride);
        patches[..self.rows.start * out_width].fill(T::ZERO);
        patches[self.rows.end * out_width..].fill(T::ZERO);
        for (index, y) in self.rows.clone().enumerate() {
            let patches = &mut patches[y * out_width..][..out_width];
            patches[..self.columns.start].fill(T::ZERO);
            patches[self.columns.end..].fill(T::ZERO);
            let seen = (self.first_row + index * stride[0]) * geometry.width + self.first_column;
            let patches = &mut patches[self.columns.clone()];
            if stride[1] == 1 {
                patches.copy_from_slice(&plane[seen..][..patches.len()]);
            } else {
                let seen = plane[seen..].iter().step_by(stride[1]);
                patches.iter_mut().zip(seen).for_each(|(patch, pixel)| *patch = *pixel);
            }
        }
    }

    fn scatter<T: Real>(&self, plane: &mut [T], patches: &[T], geometry: &Geometry) {
        let (out_width, stride) = (geometry.out_width, geometry.stride);
        for (index, y) in self.rows.clone().enumerate() {
            let patches = &patches[y * out_width..][self.columns.clone()];
            let seen = (self.first_row + index * stride[0]) * geometry.width + self.first_column;
            if stride[1] == 1 {
                let seen = plane[seen..].iter_mut();
                seen.zip(patches).for_each(|(pixel, patch)| *pixel += *patch);
            } else {
                let seen = plane[seen..].iter_mut().step_by(stride[1]);
                seen.zip(patches).for_each(|(pixel, patch)| *pixel += *patch);
            }
        }
    }
}
