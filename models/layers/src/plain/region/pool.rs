//! Regions by the largest pixel of each bin.

use std::ops::Range;

use burn::tensor::{Int, Tensor, TensorData};

use super::{Region, sides};

/// How [`roi_pool`] divides a region.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoiPoolOptions {
    /// Rows and columns of the result.
    pub size: [usize; 2],
    /// Pixels of the maps for one of the picture: 1/8 at stride 8.
    pub scale: f64,
}

/// The pixels of every bin of one region: its rows and its columns. Neighbouring bins overlap where the region does
/// not divide evenly; a bin outside the picture has none.
#[derive(Debug, Clone)]
pub(crate) struct Windows {
    pub(crate) rows: Vec<Range<usize>>,
    pub(crate) columns: Vec<Range<usize>>,
}

impl RoiPoolOptions {
    pub(crate) fn windows(&self, region: &Region, [height, width]: [usize; 2]) -> Windows {
        let [rows, columns] = self.size;
        match sides(region.bounds, self.scale) {
            Some([vertical, horizontal]) => Windows {
                rows: along(vertical, rows, height),
                columns: along(horizontal, columns, width),
            },
            None => Windows { rows: vec![0..0; rows], columns: vec![0..0; columns] },
        }
    }
}

/// Divides whole pixels by whole numbers, so that no bin is a pixel off by rounding.
fn along([start, end]: [f64; 2], bins: usize, pixels: usize) -> Vec<Range<usize>> {
    let (start, end) = (start.round() as i64, end.round() as i64);
    let length = (end - start + 1).max(1);
    let (count, pixels) = (bins as i64, pixels as i64);
    let within = |pixel: i64| (start + pixel).clamp(0, pixels) as usize;
    let bins = (0..count)
        .map(|bin| within(bin * length / count)..within(((bin + 1) * length + count - 1) / count));
    bins.collect()
}

/// Twin of [`ops::roi_pool`](crate::ops::roi_pool).
pub fn roi_pool(x: Tensor<4>, regions: &[Region], options: &RoiPoolOptions) -> Tensor<4> {
    let [_, channels, height, width] = x.dims();
    let [rows, columns] = options.size;
    let (device, dtype) = (x.device(), x.dtype());
    let pool = |region: &Region| {
        let windows = options.windows(region, [height, width]);
        let maps = x.clone().slice(region.image..region.image + 1); // [1, channels, height, width]
        // Columns first, so that of several largest pixels the first row by row is taken.
        let maps = largest(maps, 3, &windows.columns);
        let maps = largest(maps, 2, &windows.rows); // [1, channels, rows, columns]
        let empty = windows.rows.iter().flat_map(|rows| {
            windows.columns.iter().map(|columns| rows.is_empty() || columns.is_empty())
        });
        let empty = TensorData::new(empty.collect(), [1, 1, rows, columns]);
        let empty = Tensor::<4, burn::tensor::Bool>::from_data(empty, &device);
        maps.mask_fill(empty.expand([1, channels, rows, columns]), 0.0)
    };
    if regions.is_empty() {
        return Tensor::zeros([0, channels, rows, columns], (&device, dtype));
    }
    Tensor::cat(regions.iter().map(pool).collect(), 0)
}

/// The largest along one axis for every window; of one without pixels, whatever is there.
fn largest(maps: Tensor<4>, axis: usize, windows: &[Range<usize>]) -> Tensor<4> {
    let longest = windows.iter().map(ExactSizeIterator::len).max().unwrap_or(0).max(1);
    let last = maps.dims()[axis] - 1;
    // Short windows see their first pixel again.
    let seen = windows.iter().flat_map(|window| {
        let place = |step| if step < window.len() { window.start + step } else { window.start };
        (0..longest).map(move |step| place(step).min(last) as i64)
    });
    let seen: Vec<i64> = seen.collect();
    let seen = Tensor::<1, Int>::from_data(&seen[..], &maps.device());
    let mut shape = maps.dims();
    let maps = maps.select(axis, seen);
    shape[axis] = windows.len();
    let [a, b, c, d] = shape;
    match axis {
        3 => maps.reshape([a, b, c, d, longest]).max_dim(4).reshape(shape),
        _ => maps.reshape([a, b, c, longest, d]).max_dim(3).reshape(shape),
    }
}
