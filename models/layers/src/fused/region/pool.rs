//! The largest pixel of each bin.

use std::sync::Arc;

use burn::backend::flex::FlexTensor;
use burn::tensor::Tensor;

use crate::fused::operation::{BackwardPass, Operation, Outcome, exactly};
use crate::fused::record::{apply_one, serves};
use crate::kernels::memory::{sizes, tensor};
use crate::kernels::parallel;
use crate::kernels::real::Real;
use crate::plain::{self, Region, RoiPoolOptions, Windows};

/// What a bin costs for a channel, in additions.
const COST: usize = 16;

/// See [`ops::roi_pool`](crate::ops::roi_pool).
pub(crate) fn roi_pool(x: Tensor<4>, regions: &[Region], options: &RoiPoolOptions) -> Tensor<4> {
    if !serves(&x) {
        return plain::roi_pool(x, regions, options);
    }
    let [_, _, height, width] = x.dims();
    let windows = |region| options.windows(region, [height, width]);
    let operation = LargestOfBins {
        size: options.size,
        images: regions.iter().map(|region| region.image).collect(),
        windows: regions.iter().map(windows).collect(),
    };
    apply_one(Arc::new(operation), vec![x.into_dispatch()])
}

#[derive(Debug)]
struct LargestOfBins {
    size: [usize; 2],
    /// The image of every region.
    images: Vec<usize>,
    windows: Vec<Windows>,
}

impl LargestOfBins {
    fn bins(&self) -> usize {
        self.size[0] * self.size[1]
    }

    fn work(&self, channels: usize) -> usize {
        self.windows.len() * channels * self.bins() * COST
    }

    /// The place of the largest pixel of every bin of a region, the first row by row; NaN is larger than anything.
    fn largest<'a, T: Real>(
        &'a self,
        region: usize,
        plane: &'a [T],
        width: usize,
    ) -> impl Iterator<Item = Option<usize>> + 'a {
        let Windows { rows, columns } = &self.windows[region];
        let bins = rows.iter().flat_map(|rows| columns.iter().map(move |columns| (rows, columns)));
        bins.map(move |(rows, columns)| {
            let mut best = None;
            let mut most = -T::INFINITY;
            for row in rows.clone() {
                let places = row * width + columns.start..row * width + columns.end;
                for (place, &pixel) in places.clone().zip(&plane[places]) {
                    if best.is_none() || pixel > most || (pixel.is_nan() && !most.is_nan()) {
                        (best, most) = (Some(place), pixel);
                    }
                }
            }
            best
        })
    }
}

impl Operation for LargestOfBins {
    fn forward<T: Real>(&self, mut inputs: Vec<FlexTensor>, training: bool) -> Outcome {
        let x = inputs.swap_remove(0);
        let [_, channels, height, width] = sizes(&x);
        let (pixels, bins) = (height * width, self.bins());
        let of_region = channels * bins;
        let mut y = vec![T::ZERO; self.windows.len() * of_region];
        let ranges = parallel::ranges(self.windows.len(), self.work(channels));
        let parts = parallel::cut(&mut y, of_region, &ranges).into_iter().zip(ranges.clone());
        let planes = x.storage::<T>();
        parallel::for_each(parts.collect(), |(y, regions)| {
            for (y, region) in y.chunks_exact_mut(of_region.max(1)).zip(regions) {
                let first = self.images[region] * channels;
                for (channel, y) in y.chunks_exact_mut(bins).enumerate() {
                    let plane = &planes[(first + channel) * pixels..][..pixels];
                    for (y, place) in y.iter_mut().zip(self.largest(region, plane, width)) {
                        *y = place.map_or(T::ZERO, |place| plane[place]);
                    }
                }
            }
        });
        let shape = [self.windows.len(), channels, self.size[0], self.size[1]];
        let saved = if training { vec![x] } else { Vec::new() };
        Outcome { outputs: vec![tensor(y, shape)], saved, ..Outcome::default() }
    }

    /// Finds the largest pixels again, plane by plane, the regions in their order.
    fn backward<T: Real>(&self, pass: BackwardPass<'_>) -> Vec<Option<FlexTensor>> {
        let [x] = exactly(&pass.saved);
        let [batch, channels, height, width] = sizes(x);
        let (pixels, bins) = (height * width, self.bins());
        let (x, dy) = (x.storage::<T>(), pass.gradient.storage::<T>());
        let mut dx = vec![T::ZERO; x.len()];
        let ranges = parallel::ranges(batch * channels, self.work(channels));
        let parts = parallel::cut(&mut dx, pixels, &ranges).into_iter().zip(ranges.clone());
        parallel::for_each(parts.collect(), |(dx, planes)| {
            for (dx, plane) in dx.chunks_exact_mut(pixels).zip(planes) {
                let (image, channel) = (plane / channels, plane % channels);
                let x = &x[plane * pixels..][..pixels];
                let of_image =
                    (0..self.images.len()).filter(|&region| self.images[region] == image);
                for region in of_image {
                    let dy = &dy[(region * channels + channel) * bins..][..bins];
                    for (dy, place) in dy.iter().zip(self.largest(region, x, width)) {
                        if let Some(place) = place {
                            dx[place] += *dy;
                        }
                    }
                }
            }
        });
        vec![Some(tensor(dx, [batch, channels, height, width]))]
    }
}
