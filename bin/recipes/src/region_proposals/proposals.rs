//! Regions that may hold something, and how much of what is there they hold.

use fireside_vision::ConfigError;
use fireside_vision::detection::Bounds;
use fireside_vision::detection::iou::iou;
use fireside_vision::region::selective_search::{Picture, SelectiveSearch};
use rayon::prelude::*;

use crate::RecipeError;
use crate::car_detection::scenes::Scenes;

/// Regions of selective search at the most.
pub const SEARCHED: usize = 500;
/// Regions of the network of Faster R-CNN at the most.
pub const PROPOSED: usize = 100;
/// From this overlap on a region holds a box.
pub const HOLDS: f64 = 0.5;

/// How regions are searched: the fast mode, 500 of them.
pub fn search() -> SelectiveSearch {
    SelectiveSearch { most: SEARCHED, ..SelectiveSearch::fast() }
}

/// The three planes of RGB bytes, `[3, height, width]`, values of 0 to 1.
pub(super) fn planes(pixels: &[u8]) -> Vec<f32> {
    let plane = |channel| pixels.iter().skip(channel).step_by(3);
    (0..3).flat_map(plane).map(|byte| f32::from(*byte) / 255.0).collect()
}

/// The regions of a picture of this height and width, RGB bytes row by row.
///
/// # Errors
/// When the search is impossible or the bytes are not those of such a picture.
pub fn propose(
    search: &SelectiveSearch,
    pixels: &[u8],
    size: [usize; 2],
) -> Result<Vec<Bounds>, ConfigError> {
    search.propose(&Picture::new(&planes(pixels), size)?)
}

/// The regions of each of some scenes, on all threads of the pool; `searched` is told after each.
///
/// # Errors
/// As [`propose`].
pub fn propose_all(
    search: &SelectiveSearch,
    scenes: &Scenes,
    searched: impl Fn() + Sync,
) -> Result<Vec<Vec<Bounds>>, RecipeError> {
    let regions = |pixels: &Vec<u8>| {
        let found = propose(search, pixels, scenes.size);
        searched();
        found
    };
    Ok(scenes.pictures.par_iter().map(regions).collect::<Result<_, _>>()?)
}

/// The share of the boxes of scenes that one of the first `most` regions overlaps by half or more (IoU); 1 where there
/// is no box. Boxes of crowds are not asked for.
pub fn recall(scenes: &Scenes, regions: &[Vec<Bounds>], most: usize) -> f64 {
    let (mut there, mut held) = (0_usize, 0_usize);
    for (boxes, regions) in scenes.boxes.iter().zip(regions) {
        let regions = &regions[..regions.len().min(most)];
        for truth in boxes.iter().filter(|truth| !truth.crowd) {
            there += 1;
            held += usize::from(regions.iter().any(|region| iou(*region, truth.bounds) >= HOLDS));
        }
    }
    if there == 0 { 1.0 } else { held as f64 / there as f64 }
}

/// How much a region overlaps the box that it fits best (IoU); 0 where there is none.
pub fn best_overlap(region: Bounds, truths: impl IntoIterator<Item = Bounds>) -> f64 {
    truths.into_iter().map(|truth| iou(region, truth)).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use fireside_datasets::labelled_box::LabelledBox;

    use super::*;

    #[test]
    fn recall_counts_boxes_that_a_region_overlaps_by_half() {
        let mut scenes = Scenes::drawn([96, 128], 1, 1).unwrap();
        let truth = |bounds, crowd| LabelledBox {
            bounds,
            class: 0,
            visibility: 1.0,
            difficult: false,
            crowd,
        };
        let [here, there, far] = [0.0, 40.0, 80.0].map(|x| [x, 0.0, x + 20.0, 20.0]);
        scenes.boxes = vec![vec![truth(here, false), truth(there, false), truth(far, true)]];
        let half = [0.0, 0.0, 10.0, 20.0];
        let less = [40.0, 0.0, 49.0, 20.0];
        let regions = [vec![less, half]];
        assert_eq!(recall(&scenes, &regions, 1), 0.0);
        assert_eq!(recall(&scenes, &regions, 2), 0.5);
        assert_eq!(best_overlap(half, [here, there]), 0.5);
    }
}
