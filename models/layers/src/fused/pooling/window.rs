//! The window of a pooling, which is that of a convolution of each channel by itself.

use std::ops::Range;

use burn::backend::flex::FlexTensor;

use crate::kernels::convolution::Geometry;
use crate::kernels::memory::sizes;
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::plain::Pool2dOptions;

/// The sizes of that convolution.
pub(super) fn geometry(x: &FlexTensor, options: &Pool2dOptions) -> Geometry {
    let [batch, channels, height, width] = sizes(x);
    let [out_height, out_width] = options.output_size([height, width]).unwrap_or_default();
    Geometry {
        batch,
        groups: channels,
        channels,
        height,
        width,
        outputs: channels,
        out_height,
        out_width,
        kernel: options.kernel,
        stride: options.stride,
        padding: [options.padding[0], options.padding[1]],
        dilation: [1, 1],
    }
}

/// Calls `body(plane of the output, plane of the input)` for every channel of every image.
pub(super) fn by_plane<T: Real>(
    output: &mut [T],
    input: &[T],
    [output_pixels, input_pixels]: [usize; 2],
    work: usize,
    body: impl Fn(&mut [T], &[T], usize) + Sync + Send,
) {
    let planes = output.len() / output_pixels.max(1);
    let ranges = parallel::ranges(planes, work);
    let parts = parallel::cut(output, output_pixels, &ranges).into_iter().zip(ranges.clone());
    parallel::for_each(parts.collect(), |(part, range)| {
        for (output, plane) in part.chunks_exact_mut(output_pixels.max(1)).zip(range) {
            body(output, &input[plane * input_pixels..][..input_pixels], plane);
        }
    });
}

/// Pixels along one axis that the window at `place` sees.
pub(super) fn window(
    place: usize,
    geometry: &Geometry,
    axis: usize,
    pixels: usize,
) -> Range<usize> {
    let start = place * geometry.stride[axis];
    let end = (start + geometry.kernel[axis]).saturating_sub(geometry.padding[axis]).min(pixels);
    start.saturating_sub(geometry.padding[axis])..end
}
