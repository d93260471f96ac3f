//! How regions grow together, and what R-CNN sees of them.

use burn::tensor::Device;
use fireside_datasets::labelled_images::images;
use fireside_layers::ops::{Region, RoiAlignOptions, roi_align};
use fireside_vision::ConfigError;
use fireside_vision::detection::Bounds;
use fireside_vision::region::rcnn::CROP;
use fireside_vision::region::selective_search::{Picture, Segments, SelectiveSearch};

use super::proposals::{best_overlap, planes};
use crate::car_detection::scenes::Scenes;

/// A picture in which every region has its mean colour, and how many regions there are.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Regions.
    pub count: usize,
    /// RGB bytes, row by row.
    pub pixels: Vec<u8>,
}

/// The segments with which a search of a scene begins, and what is left of them when they have become as few as each
/// of `counts`.
///
/// # Errors
/// When the search is impossible.
pub fn levels(scenes: &Scenes, scene: usize, counts: &[usize]) -> Result<Vec<Level>, ConfigError> {
    let pixels = &scenes.pictures[scene];
    let found =
        SelectiveSearch::single().hierarchies(&Picture::new(&planes(pixels), scenes.size)?)?;
    let of_one = found.iter().flat_map(|hierarchy| {
        let joined = counts.iter().map(|count| hierarchy.level(*count));
        std::iter::once(hierarchy.segments().clone()).chain(joined)
    });
    Ok(of_one.map(|segments| colored(&segments, pixels)).collect())
}

fn colored(segments: &Segments, pixels: &[u8]) -> Level {
    let pixels = pixels.as_chunks::<3>().0;
    let mut sums = vec![[0_u64; 4]; segments.count];
    for (label, [red, green, blue]) in segments.labels.iter().zip(pixels) {
        let sum = &mut sums[*label as usize];
        for (sum, value) in sum.iter_mut().zip([*red, *green, *blue, 1]) {
            *sum += u64::from(value);
        }
    }
    let mean = |label: &u32| {
        let [red, green, blue, count] = sums[*label as usize];
        [red, green, blue].map(|sum| (sum / count.max(1)) as u8)
    };
    Level { count: segments.count, pixels: segments.labels.iter().flat_map(mean).collect() }
}

/// For each box of a scene the region that overlaps it most, with what overlap.
pub fn best_regions(scenes: &Scenes, scene: usize, regions: &[Bounds]) -> Vec<(Bounds, f64)> {
    let best = |truth: Bounds| {
        let overlaps = regions.iter().map(|region| (*region, best_overlap(*region, [truth])));
        overlaps.max_by(|(_, one), (_, other)| one.total_cmp(other))
    };
    scenes.boxes[scene].iter().filter_map(|truth| best(truth.bounds)).collect()
}

/// What R-CNN sees of regions of a scene: each cut out and warped to [`CROP`] rows and columns, RGB bytes.
pub fn crops(scenes: &Scenes, scene: usize, regions: &[Bounds], device: &Device) -> Vec<Vec<u8>> {
    if regions.is_empty() {
        return Vec::new();
    }
    let [height, width] = scenes.size;
    let picture = images(&scenes.pictures[scene], [1, height, width, 3], device);
    let regions: Vec<Region> =
        regions.iter().map(|bounds| Region { image: 0, bounds: *bounds }).collect();
    let cut = roi_align(picture, &regions, &RoiAlignOptions::new([CROP; 2], 1.0));
    let bytes = cut.permute([0, 2, 3, 1]).into_data(); // [regions, rows, columns, 3]
    let bytes: Vec<u8> =
        bytes.iter::<f32>().map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
    bytes.chunks(CROP * CROP * 3).map(<[u8]>::to_vec).collect()
}
