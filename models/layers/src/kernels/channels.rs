//! Sums and affine maps by channel, over `[images, channels, pixels]`.
//!
//! Channels are taken a few at a time: their pixels in all images stay in the innermost cache while they are
//! read again and again.

use std::ops::Range;

use super::lanes::{Rule, change};
use super::parallel;
use super::real::Real;
use super::simd::{sum_of, vectorized};

/// Positions (channels times pixels) that are worked on together.
const TOGETHER: usize = 128;

/// Sizes of `[images, channels, pixels]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) images: usize,
    pub(crate) channels: usize,
    pub(crate) pixels: usize,
}

/// Some neighbouring channels, of which each image has one row.
pub(crate) struct Band<'a, T> {
    layout: Layout,
    /// The channels.
    pub(crate) channels: Range<usize>,
    /// Where the result of this band goes, an image a row.
    output: Vec<&'a mut [T]>,
    /// The first channel of `output`.
    first: usize,
}

impl Layout {
    /// Elements of one channel in all images.
    pub(crate) fn count(&self) -> usize {
        self.images * self.pixels
    }

    /// Calls `body` with every band of channels, on all threads, and returns what it returns in the channels'
    /// order.
    pub(crate) fn by_band<T: Real, R: Send>(
        self,
        output: &mut [T],
        body: impl Fn(&mut Band<'_, T>) -> R + Sync + Send,
    ) -> Vec<R> {
        let work = 4 * self.count() * self.channels;
        let ranges = parallel::ranges(self.channels, work);
        let mut shares: Vec<_> = ranges
            .iter()
            .map(|range| Band {
                layout: self,
                channels: range.clone(),
                output: Vec::with_capacity(self.images),
                first: range.start,
            })
            .collect();
        for image in output.chunks_exact_mut((self.channels * self.pixels).max(1)) {
            let parts = parallel::cut(image, self.pixels, &ranges);
            shares.iter_mut().zip(parts).for_each(|(share, part)| share.output.push(part));
        }
        let step = (TOGETHER / self.pixels.max(1)).max(1);
        let results = parallel::map(shares, |mut share| {
            let range = share.channels.clone();
            let starts = range.clone().step_by(step);
            let bands = starts.map(|start| {
                share.channels = start..(start + step).min(range.end);
                body(&mut share)
            });
            bands.collect::<Vec<_>>()
        });
        results.into_iter().flatten().collect()
    }

    fn row<'a, T>(&self, values: &'a [T], image: usize, channels: &Range<usize>) -> &'a [T] {
        let start = (image * self.channels + channels.start) * self.pixels;
        &values[start..start + channels.len() * self.pixels]
    }
}

impl<T: Real> Band<'_, T> {
    /// One value for each channel, repeated for every pixel.
    pub(crate) fn spread(&self, value: impl Fn(usize) -> T) -> Vec<T> {
        let mut values = Vec::with_capacity(self.channels.len() * self.layout.pixels);
        for channel in self.channels.clone() {
            values.resize(values.len() + self.layout.pixels, value(channel));
        }
        values
    }

    /// The sum of `term(a, b, at)` by channel, where `at` holds one value for each position.
    #[inline(always)]
    pub(crate) fn sum(
        &self,
        a: &[T],
        b: &[T],
        at: &[T],
        term: impl Fn(T, T, T) -> T + Copy,
    ) -> Vec<T> {
        let mut sums = vec![T::ZERO; at.len()];
        vectorized!(|| {
            for image in 0..self.layout.images {
                let a = self.layout.row(a, image, &self.channels);
                let b = self.layout.row(b, image, &self.channels);
                for (((sum, a), b), at) in sums.iter_mut().zip(a).zip(b).zip(at) {
                    *sum += term(*a, *b, *at);
                }
            }
        });
        let by_channel = sums.chunks_exact(self.layout.pixels.max(1));
        by_channel.map(|sums| sums.iter().copied().sum()).collect()
    }

    /// Makes the result by `rule`, from the values of the same place in `images` and from `at`, which hold one
    /// value for each position.
    pub(crate) fn write<const IMAGES: usize, const SEEN: usize>(
        &mut self,
        images: [&[T]; IMAGES],
        at: &[Vec<T>],
        rule: impl Rule<T, 1, SEEN>,
    ) {
        let start = (self.channels.start - self.first) * self.layout.pixels;
        let len = self.channels.len() * self.layout.pixels;
        for (image, output) in self.output.iter_mut().enumerate() {
            let seen = std::array::from_fn(|index| match images.get(index) {
                Some(values) => self.layout.row(values, image, &self.channels),
                None => &at[index - IMAGES][..],
            });
            change(rule, [&mut output[start..start + len]], seen);
        }
    }
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
