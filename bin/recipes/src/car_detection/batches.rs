//! Scenes as a training asks for them.

use std::sync::Arc;

use burn::data::dataset::DatasetError;
use burn::tensor::{Device, Tensor};
use fireside_datasets::labelled_box::LabelledBox;
use fireside_datasets::labelled_images::images;
use fireside_layers::ConfigError;
use fireside_numpy_rng::NumpyRng;
use fireside_training::supervised::Examples;
use fireside_vision::detection::TrueBox;
use fireside_vision::detection::yolo_head::YoloHead;
use fireside_vision::detection::yolo_loss::{YoloLossConfig, assign};

use super::changes::{Changes, Scene, drawn_size, mosaic};
use super::detector::PIXELS;
use super::scenes::Scenes;

/// While the network learns from one batch, the next is under way.
const AHEAD: usize = 2;

/// What a network is to find, and how far off it is.
#[derive(Debug, Clone)]
pub struct Aim {
    /// What the numbers of its last layer mean.
    pub head: YoloHead,
    /// How far off they are.
    pub loss: YoloLossConfig,
}

/// Scenes and what is to be found in them.
#[derive(Debug, Clone)]
pub struct SceneBatch {
    /// `[batch, 3, height, width]`, values of -1 to 1.
    pub images: Tensor<4>,
    /// The boxes of each, in its pixels.
    pub truths: Vec<Vec<TrueBox>>,
    /// What is asked of the network.
    pub aim: Arc<Aim>,
}

/// Scenes as a training asks for them: batch by batch, changed anew in every epoch, made on a thread beside that of the
/// network. A scene is changed by draws from the seed, the epoch and its own place.
#[derive(Debug, Clone)]
pub struct SceneExamples {
    scenes: Arc<Scenes>,
    aim: Arc<Aim>,
    changes: Changes,
    seed: u32,
    epoch: usize,
    device: Device,
}

impl SceneExamples {
    /// Takes scenes as they are. Boxes of crowds are not learnt.
    ///
    /// # Errors
    /// When the network cannot see scenes of this size, a box is none, or its class is not one of the head's.
    pub fn new(scenes: &Scenes, aim: &Arc<Aim>, device: &Device) -> Result<Self, ConfigError> {
        let truths: Vec<Vec<TrueBox>> = scenes.boxes.iter().map(|boxes| truths(boxes)).collect();
        assign(&aim.head, scenes.size, &truths)?;
        Ok(Self {
            scenes: Arc::new(scenes.clone()),
            aim: aim.clone(),
            changes: Changes::NONE,
            seed: 0,
            epoch: 0,
            device: device.clone(),
        })
    }

    /// Changes every scene anew in each epoch.
    #[must_use]
    pub fn changed(&self, changes: Changes, seed: u32) -> Self {
        Self { changes, seed, ..self.clone() }
    }

    /// The scenes.
    pub fn scenes(&self) -> &Scenes {
        &self.scenes
    }

    fn scene(&self, index: usize) -> Scene {
        let Scenes { size, pictures, boxes, .. } = &*self.scenes;
        Scene { size: *size, pixels: pictures[index].clone(), boxes: boxes[index].clone() }
    }

    fn rng(&self, place: usize) -> NumpyRng {
        let epoch = NumpyRng::new(self.seed.wrapping_add(self.epoch as u32)).next_u32();
        NumpyRng::new(epoch.wrapping_add(place as u32))
    }

    fn changed_scene(&self, index: usize) -> Scene {
        let mut rng = self.rng(index);
        let drawn = |index: usize, rng: &mut NumpyRng| {
            let scene = self.scene(index);
            let is_flipped = self.changes.flips && rng.random_sample() < 0.5;
            if is_flipped { scene.flipped() } else { scene }
        };
        let scene = match self.changes.mosaic && rng.random_sample() < 0.5 {
            true => {
                let count = self.scenes.len();
                let others = [(); 3].map(|()| rng.below(count));
                let [one, two, three] = others;
                mosaic([index, one, two, three].map(|index| drawn(index, &mut rng)))
            }
            false => drawn(index, &mut rng),
        };
        if self.changes.colors { scene.colored(&mut rng) } else { scene }
    }
}

/// The boxes that are to be found.
pub(crate) fn truths(boxes: &[LabelledBox]) -> Vec<TrueBox> {
    let wanted = boxes.iter().filter(|found| !found.crowd);
    wanted.map(|found| TrueBox { class: found.class, bounds: found.bounds }).collect()
}

impl Examples for SceneExamples {
    type Batch = SceneBatch;

    fn count(&self) -> usize {
        self.scenes.len()
    }

    fn batch(&self, indices: &[usize]) -> Result<SceneBatch, DatasetError> {
        let mut scenes: Vec<Scene> =
            indices.iter().map(|&index| self.changed_scene(index)).collect();
        let mut size = self.scenes.size;
        if self.changes.sizes {
            let first = indices.first().copied().unwrap_or_default();
            size = drawn_size(size, &mut self.rng(first + self.scenes.len()));
            scenes = scenes.into_iter().map(|scene| scene.resized(size)).collect();
        }
        let truths: Vec<Vec<TrueBox>> = scenes.iter().map(|scene| truths(&scene.boxes)).collect();
        assign(&self.aim.head, size, &truths).map_err(DatasetError::new)?;
        let pixels: Vec<u8> = scenes.into_iter().flat_map(|scene| scene.pixels).collect();
        let images = images(&pixels, [indices.len(), size[0], size[1], 3], &self.device);
        Ok(SceneBatch { images: PIXELS.apply(images), truths, aim: self.aim.clone() })
    }

    fn in_epoch(&self, epoch: usize) -> Self {
        Self { epoch, ..self.clone() }
    }

    fn ahead(&self) -> usize {
        AHEAD
    }
}
