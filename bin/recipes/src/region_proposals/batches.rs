//! Scenes with regions as a training asks for them.

use std::sync::Arc;

use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_images::images;
use fireside_numpy_rng::NumpyRng;
use fireside_training::supervised::Examples;
use fireside_vision::detection::{Bounds, TrueBox};

use crate::RecipeError;
use crate::car_detection::batches::truths;
use crate::car_detection::changes::{Scene, mirrored};
use crate::car_detection::detector::PIXELS;
use crate::car_detection::scenes::Scenes;

/// While the network learns from one batch, the next is under way.
const AHEAD: usize = 2;

/// Scenes, regions of them, and what is to be found in them.
#[derive(Debug, Clone)]
pub struct RegionBatch {
    /// `[batch, 3, height, width]`, values of -1 to 1.
    pub images: Tensor<4>,
    /// The regions of each, in its pixels; none where the network proposes its own.
    pub regions: Vec<Vec<Bounds>>,
    /// The boxes of each.
    pub truths: Vec<Vec<TrueBox>>,
    /// Draws the regions that a step looks at.
    pub rng: NumpyRng,
}

/// Scenes with regions, batch by batch. Those to learn from are mirrored and in other colours, anew in every epoch, by
/// draws from the seed, the epoch and their own places.
#[derive(Debug, Clone)]
pub struct RegionExamples {
    scenes: Arc<Scenes>,
    regions: Arc<Vec<Vec<Bounds>>>,
    changes: bool,
    seed: u32,
    epoch: usize,
    device: Device,
}

impl RegionExamples {
    /// Takes scenes as they are. `regions` has a list for each scene, or is empty where the network proposes its own.
    ///
    /// # Errors
    /// When the lists are not as many as the scenes, or a box has no area on its picture.
    pub fn new(
        scenes: &Scenes,
        regions: &[Vec<Bounds>],
        device: &Device,
    ) -> Result<Self, RecipeError> {
        if !regions.is_empty() && regions.len() != scenes.len() {
            return Err(RecipeError::Input(format!(
                "{} lists of regions for {} scenes: each needs one",
                regions.len(),
                scenes.len()
            )));
        }
        let [height, width] = scenes.size.map(|side| side as f64);
        for (scene, boxes) in scenes.boxes.iter().enumerate() {
            for found in boxes {
                let [x1, y1, x2, y2] = found.bounds;
                let is_whole = found.bounds.iter().all(|edge| edge.is_finite());
                let is_there = x1 < x2 && y1 < y2 && x1 < width && y1 < height;
                if !(is_whole && is_there && x2 > 0.0 && y2 > 0.0) {
                    return Err(RecipeError::Input(format!(
                        "box {:?} of scene {scene} has no area on it",
                        found.bounds
                    )));
                }
            }
        }
        Ok(Self {
            scenes: Arc::new(scenes.clone()),
            regions: Arc::new(regions.to_vec()),
            changes: false,
            seed: 0,
            epoch: 0,
            device: device.clone(),
        })
    }

    /// Changes every scene anew in each epoch.
    #[must_use]
    pub fn changed(&self, seed: u32) -> Self {
        Self { changes: true, seed, ..self.clone() }
    }

    fn rng(&self, place: usize) -> NumpyRng {
        let epoch = NumpyRng::new(self.seed.wrapping_add(self.epoch as u32)).next_u32();
        NumpyRng::new(epoch.wrapping_add(place as u32))
    }

    fn scene(&self, index: usize) -> (Scene, Vec<Bounds>) {
        let Scenes { size, pictures, boxes, .. } = &*self.scenes;
        let (pixels, boxes) = (pictures[index].clone(), boxes[index].clone());
        let scene = Scene { size: *size, pixels, boxes };
        let regions = self.regions.get(index).cloned().unwrap_or_default();
        if !self.changes {
            return (scene, regions);
        }
        let mut rng = self.rng(index);
        match rng.random_sample() < 0.5 {
            false => (scene.colored(&mut rng), regions),
            true => {
                let regions = regions.into_iter().map(|region| mirrored(region, size[1]));
                (scene.flipped().colored(&mut rng), regions.collect())
            }
        }
    }
}

impl Examples for RegionExamples {
    type Batch = RegionBatch;

    fn count(&self) -> usize {
        self.scenes.len()
    }

    fn batch(&self, indices: &[usize]) -> Result<RegionBatch, DatasetError> {
        let (scenes, regions): (Vec<Scene>, Vec<Vec<Bounds>>) =
            indices.iter().map(|&index| self.scene(index)).unzip();
        let truths = scenes.iter().map(|scene| truths(&scene.boxes)).collect();
        let [height, width] = self.scenes.size;
        let pixels: Vec<u8> = scenes.into_iter().flat_map(|scene| scene.pixels).collect();
        let images = images(&pixels, [indices.len(), height, width, 3], &self.device);
        let first = indices.first().copied().unwrap_or_default();
        let rng = self.rng(first + self.scenes.len());
        Ok(RegionBatch { images: PIXELS.apply(images), regions, truths, rng })
    }

    fn in_epoch(&self, epoch: usize) -> Self {
        Self { epoch, ..self.clone() }
    }

    fn ahead(&self) -> usize {
        AHEAD
    }
}

#[cfg(all(test, feature = "flex"))]
mod tests {
    use super::*;

    #[test]
    fn regions_are_mirrored_with_their_scene() {
        let scenes = Scenes::drawn([96, 128], 8, 3).unwrap();
        let of_scene = |boxes: &Vec<fireside_datasets::labelled_box::LabelledBox>| {
            boxes.iter().map(|found| found.bounds).collect::<Vec<_>>()
        };
        let regions: Vec<Vec<Bounds>> = scenes.boxes.iter().map(of_scene).collect();
        let examples = RegionExamples::new(&scenes, &regions, &Device::flex());
        let changed = examples.unwrap().changed(1).in_epoch(1);
        let mut mirrored = 0;
        for (index, as_they_were) in regions.iter().enumerate() {
            let (scene, regions) = changed.scene(index);
            assert_eq!(of_scene(&scene.boxes), regions);
            mirrored += usize::from(regions != *as_they_were);
        }
        assert!((1..8).contains(&mirrored), "{mirrored} of 8");
    }
}
