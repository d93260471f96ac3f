//! Regions by bilinear samples: a product with one small matrix for the rows and one for the columns.

use burn::tensor::{Int, Tensor, TensorData};

use super::{Region, sides};

/// How [`roi_align`] samples a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoiAlignOptions {
    /// Rows and columns of the result.
    pub size: [usize; 2],
    /// Pixels of the maps for one of the picture: 1/8 at stride 8.
    pub scale: f64,
    /// Samples of a bin along each axis; 0 for one for each pixel of the maps that the bin is long.
    pub samples: usize,
    /// Whether the middle of the first pixel lies at half a pixel, as it should. The first publication and
    /// torchvision's default take it for 0, and make regions at least a pixel long.
    pub aligned: bool,
}

/// The pixels that every bin along one axis sees, and their shares in its mean.
type Axis = Vec<Vec<(usize, f64)>>;

/// The shares of pixels in the bins of one region: that of a pixel is that of its row times that of its column.
#[derive(Debug, Clone)]
pub(crate) struct Shares {
    pub(crate) rows: Axis,
    pub(crate) columns: Axis,
}

impl RoiAlignOptions {
    /// Aligned, with one sample for each pixel of the maps.
    #[must_use]
    pub fn new(size: [usize; 2], scale: f64) -> Self {
        Self { size, scale, samples: 0, aligned: true }
    }

    pub(crate) fn shares(&self, region: &Region, [height, width]: [usize; 2]) -> Shares {
        let [rows, columns] = self.size;
        match sides(region.bounds, self.scale) {
            Some([vertical, horizontal]) => Shares {
                rows: self.along(vertical, rows, height),
                columns: self.along(horizontal, columns, width),
            },
            None => Shares { rows: vec![Vec::new(); rows], columns: vec![Vec::new(); columns] },
        }
    }

    fn along(&self, [start, end]: [f64; 2], bins: usize, pixels: usize) -> Axis {
        let start = if self.aligned { start - 0.5 } else { start };
        let end = if self.aligned { end - 0.5 } else { end };
        let length = if self.aligned { end - start } else { (end - start).max(1.0) };
        let bin = length / bins as f64;
        let samples = if self.samples > 0 { self.samples as f64 } else { bin.ceil().max(0.0) };
        let bins = (0..bins).map(|number| {
            let first = start + number as f64 * bin;
            let step = bin / samples;
            let mut shares = Vec::new();
            for sample in self.near_the_picture(first, step, samples, pixels) {
                let place = first + (sample as f64 + 0.5) * bin / samples;
                add_sample(&mut shares, place, 1.0 / samples, pixels);
            }
            shares
        });
        bins.collect()
    }

    /// Samples that may see the picture: of a huge region with one for each pixel, those around it only.
    fn near_the_picture(
        &self,
        first: f64,
        step: f64,
        samples: f64,
        pixels: usize,
    ) -> std::ops::Range<usize> {
        if self.samples > 0 || samples == 0.0 {
            return 0..samples as usize;
        }
        let before = ((-1.0 - first) / step).floor() - 1.0;
        let after = ((pixels as f64 - first) / step).ceil() + 1.0;
        before.clamp(0.0, samples) as usize..after.clamp(0.0, samples) as usize
    }
}

/// Adds one sample at `place`: nothing beyond a pixel outside, else the two pixels between which it lies.
fn add_sample(shares: &mut Vec<(usize, f64)>, place: f64, share: f64, pixels: usize) {
    if !(-1.0..=pixels as f64).contains(&place) {
        return;
    }
    let place = place.max(0.0);
    let low = place as usize;
    if low + 1 >= pixels {
        add(shares, pixels - 1, share);
    } else {
        let part = place - low as f64;
        add(shares, low, share * (1.0 - part));
        add(shares, low + 1, share * part);
    }
}

fn add(shares: &mut Vec<(usize, f64)>, pixel: usize, share: f64) {
    // Samples go in one direction, so that a pixel seen before is one of the last two.
    let last = shares.len().saturating_sub(2);
    match shares[last..].iter_mut().find(|(seen, _)| *seen == pixel) {
        Some((_, sum)) => *sum += share,
        None => shares.push((pixel, share)),
    }
}

/// Twin of [`ops::roi_align`](crate::ops::roi_align).
pub fn roi_align(x: Tensor<4>, regions: &[Region], options: &RoiAlignOptions) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let [rows, columns] = options.size;
    let (device, dtype) = (x.device(), x.dtype());
    let mut pooled = Vec::new();
    let mut order = Vec::new();
    for image in 0..batch {
        let places = (0..regions.len()).filter(|&place| regions[place].image == image);
        let places: Vec<usize> = places.collect();
        if places.is_empty() {
            continue;
        }
        let count = places.len();
        let shares = places.iter().map(|&place| options.shares(&regions[place], [height, width]));
        let shares: Vec<_> = shares.collect();
        let down = shares.iter().flat_map(|shares| matrix(&shares.rows, height)).collect();
        let down = TensorData::new::<f64, _>(down, [1, count * rows, height]);
        let across = shares.iter().flat_map(|shares| matrix(&shares.columns, width)).collect();
        let across = TensorData::new::<f64, _>(across, [count, columns, width]);
        let down = Tensor::<3>::from_data(down, (&device, dtype));
        let across = Tensor::<3>::from_data(across, (&device, dtype)).swap_dims(1, 2);

        let maps = x.clone().slice(image..image + 1).reshape([channels, height, width]);
        let maps = down.matmul(maps).reshape([channels, count, rows, width]);
        let maps = maps.swap_dims(0, 1).reshape([count, channels * rows, width]);
        pooled.push(maps.matmul(across).reshape([count, channels, rows, columns]));
        order.extend(places);
    }
    if pooled.is_empty() {
        return Tensor::zeros([0, channels, rows, columns], (&device, dtype));
    }
    Tensor::cat(pooled, 0).select(0, places_of(&order, &x))
}

/// Where each region lies in `order`.
fn places_of(order: &[usize], x: &Tensor<4>) -> Tensor<1, Int> {
    let mut places = vec![0i64; order.len()];
    for (place, &region) in order.iter().enumerate() {
        places[region] = place as i64;
    }
    Tensor::from_data(&places[..], &x.device())
}

/// One row for each bin, one column for each pixel.
fn matrix(axis: &Axis, pixels: usize) -> impl Iterator<Item = f64> {
    axis.iter().flat_map(move |bin| {
        let mut row = vec![0.0; pixels];
        bin.iter().for_each(|(pixel, share)| row[*pixel] += share);
        row
    })
}
