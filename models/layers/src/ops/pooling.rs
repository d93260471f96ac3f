//! Pooling: the largest or the mean of what a window sees (course 4, week 1).

use burn::tensor::Tensor;

#[cfg(feature = "flex")]
use crate::fused;
use crate::ops::Conv2dOptions;
use crate::plain;

/// How a pooling window moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool2dOptions {
    /// Rows and columns of the window.
    pub kernel: [usize; 2],
    /// Pixels from one place of the window to the next: down, across.
    pub stride: [usize; 2],
    /// Pixels around the image: top, left, bottom, right; each less than the window. For the largest they
    /// count as minus infinity.
    pub padding: [usize; 4],
}

impl Pool2dOptions {
    /// A square window that moves by its own size.
    pub fn square(size: usize) -> Self {
        Self { kernel: [size; 2], stride: [size; 2], padding: [0; 4] }
    }

    /// Rows and columns of the result; `None` where the window does not fit.
    pub fn output_size(&self, image: [usize; 2]) -> Option<[usize; 2]> {
        let Self { kernel, stride, padding } = *self;
        Conv2dOptions { stride, padding, ..Conv2dOptions::default() }.output_size(image, kernel)
    }
}

/// The largest value that the window sees. The gradient goes to one largest value of each window: the first,
/// row by row.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - output: `[batch, channels, out_height, out_width]`, by [`Pool2dOptions::output_size`]
///
/// # Panics
/// When the window does not fit or the padding is as large as the window.
pub fn max_pool2d(x: Tensor<4>, options: &Pool2dOptions) -> Tensor<4> {
    check("max_pool2d", x.dims(), options);
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        return fused::apply_one(kernel::Largest { options: *options }, vec![x.into_dispatch()]);
    }
    plain::max_pool2d(x, options)
}

/// The mean of what the window sees. `count_padding` says whether padded pixels count, as zeros.
///
/// # Shapes
/// As [`max_pool2d`].
///
/// # Panics
/// As [`max_pool2d`].
pub fn avg_pool2d(x: Tensor<4>, options: &Pool2dOptions, count_padding: bool) -> Tensor<4> {
    check("avg_pool2d", x.dims(), options);
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        let operation = kernel::Mean { options: *options, count_padding };
        return fused::apply_one(operation, vec![x.into_dispatch()]);
    }
    plain::avg_pool2d(x, options, count_padding)
}

/// The means over `size` windows that divide the image evenly; `[1, 1]` is the mean of each channel.
///
/// Window `i` of `n` over `pixels` reaches from `i pixels / n`, rounded down, to `(i + 1) pixels / n`, rounded up.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
/// - output: `[batch, channels, size[0], size[1]]`
///
/// # Panics
/// When the image or `size` has no pixels.
pub fn adaptive_avg_pool2d(x: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    let shape = x.dims();
    assert!(
        shape[2] * shape[3] > 0 && size[0] * size[1] > 0,
        "adaptive_avg_pool2d: from x of {shape:?} to {size:?}, but both need pixels"
    );
    #[cfg(feature = "flex")]
    if fused::serves(&x) {
        return fused::apply_one(kernel::Adaptive { size }, vec![x.into_dispatch()]);
    }
    plain::adaptive_avg_pool2d(x, size)
}

fn check(operation: &str, x: [usize; 4], options: &Pool2dOptions) {
    let Pool2dOptions { kernel, stride, padding } = *options;
    let narrow = (0..4).all(|side| padding[side] < kernel[side % 2]);
    assert!(
        narrow
            && stride.iter().all(|stride| *stride > 0)
            && options.output_size([x[2], x[3]]).is_some(),
        "{operation}: {options:?} does not fit x of {x:?}"
    );
}

#[cfg(feature = "flex")]
mod kernel {
    use std::ops::Range;

    use burn::backend::flex::FlexTensor;

    use super::Pool2dOptions;
    use crate::fused::{Operation, Outcome};
    use crate::kernels::convolution::{Finish, Geometry, each_row, forward, input_gradient};
    use crate::kernels::memory::{contiguous, sizes, tensor};
    use crate::kernels::parallel;
    use crate::kernels::real::Real;
    use crate::kernels::simd::{sum_of, vectorized};

    /// Pooling as a convolution of each channel by itself.
    fn geometry(x: &FlexTensor, options: &Pool2dOptions) -> Geometry {
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
    fn by_plane<T: Real>(
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

    #[derive(Debug)]
    pub(super) struct Largest {
        pub(super) options: Pool2dOptions,
    }

    impl Operation for Largest {
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let x = contiguous::<T>(inputs.swap_remove(0));
            let geometry = geometry(&x, &self.options);
            let shape =
                [geometry.batch, geometry.channels, geometry.out_height, geometry.out_width];
            let mut y = vec![-T::INFINITY; shape.iter().product()];
            let sides = [geometry.places(), geometry.pixels()];
            let work = y.len() * geometry.kernel[0] * geometry.kernel[1];
            by_plane(&mut y, x.storage(), sides, work, |y, x, _| {
                vectorized!(|| largest(y, x, &geometry))
            });
            let y = tensor(y, shape);
            let saved = if training { vec![x, y.clone()] } else { Vec::new() };
            Outcome { outputs: vec![y], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dy)), [x, y]) = (gradients.into_iter().next(), &saved[..]) else {
                return vec![None];
            };
            let dy = contiguous::<T>(dy);
            let geometry = geometry(x, &self.options);
            let (places, pixels) = (geometry.places(), geometry.pixels());
            let (y, dy) = (y.storage::<T>(), dy.storage::<T>());
            let mut dx = vec![T::ZERO; x.layout().num_elements()];
            let work = y.len() * geometry.kernel[0] * geometry.kernel[1];
            by_plane(&mut dx, x.storage(), [pixels, pixels], work, |dx, x, plane| {
                let of_plane = plane * places..(plane + 1) * places;
                give_to_largest(dx, x, &y[of_plane.clone()], &dy[of_plane], &geometry);
            });
            vec![Some(tensor(dx, x.layout().shape().clone()))]
        }
    }

    /// Raises every place of `y` to the largest pixel that its window sees; NaN is larger than anything.
    #[inline(always)]
    fn largest<T: Real>(y: &mut [T], x: &[T], geometry: &Geometry) {
        each_row(geometry, |places, seen, _| {
            for (y, pixel) in y[places].iter_mut().zip(x[seen..].iter().step_by(geometry.stride[1]))
            {
                *y = if *pixel > *y || pixel.is_nan() { *pixel } else { *y };
            }
        });
    }

    /// Pixels along one axis that the window at `place` sees.
    fn window(place: usize, geometry: &Geometry, axis: usize, pixels: usize) -> Range<usize> {
        let start = place * geometry.stride[axis];
        let end =
            (start + geometry.kernel[axis]).saturating_sub(geometry.padding[axis]).min(pixels);
        start.saturating_sub(geometry.padding[axis])..end
    }

    fn give_to_largest<T: Real>(dx: &mut [T], x: &[T], y: &[T], dy: &[T], geometry: &Geometry) {
        for (place, (y, dy)) in y.iter().zip(dy).enumerate() {
            let rows = window(place / geometry.out_width, geometry, 0, geometry.height);
            let columns = window(place % geometry.out_width, geometry, 1, geometry.width);
            let mut pixels = rows
                .flat_map(|row| columns.clone().map(move |column| row * geometry.width + column));
            if let Some(pixel) = pixels.find(|&pixel| x[pixel] == *y || x[pixel].is_nan()) {
                dx[pixel] += *dy;
            }
        }
    }

    #[derive(Debug)]
    pub(super) struct Mean {
        pub(super) options: Pool2dOptions,
        pub(super) count_padding: bool,
    }

    impl Mean {
        /// One over the pixels that count at each place of the window.
        fn shares<T: Real>(&self, geometry: &Geometry) -> Vec<T> {
            let counted = |place: usize, axis: usize, pixels: usize| {
                if self.count_padding {
                    geometry.kernel[axis]
                } else {
                    window(place, geometry, axis, pixels).len()
                }
            };
            let rows = (0..geometry.out_height).map(|row| counted(row, 0, geometry.height));
            let columns = |row: usize| {
                (0..geometry.out_width)
                    .map(move |column| (row * counted(column, 1, geometry.width)) as f64)
            };
            rows.flat_map(columns).map(|count| T::ONE / T::of(count)).collect()
        }
    }

    fn scale<T: Real>(values: &mut [T], shares: &[T]) {
        vectorized!(|| {
            for plane in values.chunks_exact_mut(shares.len().max(1)) {
                plane.iter_mut().zip(shares).for_each(|(value, share)| *value *= *share);
            }
        });
    }

    impl Operation for Mean {
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let x = contiguous::<T>(inputs.swap_remove(0));
            let geometry = geometry(&x, &self.options);
            let shape =
                [geometry.batch, geometry.channels, geometry.out_height, geometry.out_width];
            let mut y = vec![T::ZERO; shape.iter().product()];
            let ones = vec![T::ONE; geometry.channels * geometry.patch()];
            forward(&mut y, &geometry, x.storage(), &ones, &Finish::bias(None));
            scale(&mut y, &self.shares(&geometry));
            let saved = if training { vec![x] } else { Vec::new() };
            Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dy)), [x]) = (gradients.into_iter().next(), &saved[..]) else {
                return vec![None];
            };
            let geometry = geometry(x, &self.options);
            let mut shared = contiguous::<T>(dy).storage::<T>().to_vec();
            scale(&mut shared, &self.shares(&geometry));
            let ones = vec![T::ONE; geometry.channels * geometry.patch()];
            let mut dx = vec![T::ZERO; x.layout().num_elements()];
            input_gradient(&mut dx, &geometry, &shared, &ones);
            vec![Some(tensor(dx, x.layout().shape().clone()))]
        }
    }

    #[derive(Debug)]
    pub(super) struct Adaptive {
        pub(super) size: [usize; 2],
    }

    impl Adaptive {
        /// Rows and columns of each window.
        fn windows(&self, [height, width]: [usize; 2]) -> Vec<[Range<usize>; 2]> {
            let along = |axis: usize, pixels: usize, place: usize| {
                let parts = self.size[axis];
                place * pixels / parts..((place + 1) * pixels).div_ceil(parts)
            };
            let rows = (0..self.size[0]).map(|row| along(0, height, row));
            rows.flat_map(|rows| {
                (0..self.size[1]).map(move |column| [rows.clone(), along(1, width, column)])
            })
            .collect()
        }
    }

    impl Operation for Adaptive {
        fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
            let x = contiguous::<T>(inputs.swap_remove(0));
            let [batch, channels, height, width] = sizes(&x);
            let windows = self.windows([height, width]);
            let shape = [batch, channels, self.size[0], self.size[1]];
            let mut y = vec![T::ZERO; shape.iter().product()];
            let sides = [windows.len(), height * width];
            by_plane(&mut y, x.storage::<T>(), sides, x.layout().num_elements(), |y, x, _| {
                vectorized!(|| {
                    for (y, [rows, columns]) in y.iter_mut().zip(&windows) {
                        let row =
                            |row: usize| sum_of(&x[row * width..][columns.clone()], |pixel| pixel);
                        let count = T::of((rows.len() * columns.len()) as f64);
                        *y = rows.clone().map(row).sum::<T>() / count;
                    }
                });
            });
            let saved = if training { vec![x] } else { Vec::new() };
            Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
        }

        fn backward<T: Real>(
            &self,
            saved: Vec<FlexTensor>,
            gradients: Vec<Option<FlexTensor>>,
            _wanted: &[bool],
        ) -> Vec<Option<FlexTensor>> {
            let (Some(Some(dy)), [x]) = (gradients.into_iter().next(), &saved[..]) else {
                return vec![None];
            };
            let dy = contiguous::<T>(dy);
            let [_, _, height, width] = sizes(x);
            let windows = self.windows([height, width]);
            let mut dx = vec![T::ZERO; x.layout().num_elements()];
            let (sides, work) = ([height * width, windows.len()], dx.len());
            by_plane(&mut dx, dy.storage::<T>(), sides, work, |dx, dy, _| {
                for (dy, [rows, columns]) in dy.iter().zip(&windows) {
                    let share = *dy / T::of((rows.len() * columns.len()) as f64);
                    for row in rows.clone() {
                        dx[row * width..][columns.clone()]
                            .iter_mut()
                            .for_each(|pixel| *pixel += share);
                    }
                }
            });
            vec![Some(tensor(dx, x.layout().shape().clone()))]
        }
    }
}
