//! How R-CNN, Fast R-CNN and Faster R-CNN learn to find things in scenes.
//!
//! The convolutions of all three begin as a YOLO has learnt them on the same scenes, as those of the papers began with
//! what ImageNet had taught them. R-CNN looks at fewer regions of a scene in a step than the others: each costs it a pass
//! of its own.

use burn::tensor::{Device, Tensor};
use fireside_training::supervised::Score;
use fireside_vision::darknet_lite::DarknetLite;
use fireside_vision::region::faster_rcnn::{FasterRcnn, FasterRcnnConfig};
use fireside_vision::region::head::RegionLoss;
use fireside_vision::region::rcnn::{RegionNet, RegionNetConfig};

use super::batches::RegionBatch;
use super::proposals::PROPOSED;
use crate::RecipeError;
use crate::car_detection::learning::{WEIGHT_DECAY, training};
use crate::car_detection::scenes::Scenes;
use crate::lesson::{Lesson, Pace};
use crate::trained::{Architecture, Boxes, Card, Finder, Regions, Task};

/// Regions of a scene that R-CNN looks at in a step.
const CROPS: usize = 16;

/// Scenes in a mini-batch.
const BATCH: usize = 8;

/// How long a network learns, at what rate at its height.
pub fn pace(epochs: usize, rate: f64, seed: u32) -> Pace {
    Pace { epochs, batch_size: BATCH, rate, weight_decay: WEIGHT_DECAY, seed }
}

/// R-CNN, which looks at every region by itself, learns to find things in so many scenes.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn rcnn(
    scenes: &Scenes,
    trunk: &DarknetLite,
    pace: Pace,
    device: &Device,
) -> Result<Lesson<RegionNet, RegionBatch>, RecipeError> {
    let mut config = RegionNetConfig::rcnn(scenes.classes.len());
    config.head.samples = CROPS;
    sorter(["r-cnn", "R-CNN"], config, scenes, trunk, pace, device)
}

/// Fast R-CNN, which cuts regions out of the features of the whole scene, learns the same.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn fast_rcnn(
    scenes: &Scenes,
    trunk: &DarknetLite,
    pace: Pace,
    device: &Device,
) -> Result<Lesson<RegionNet, RegionBatch>, RecipeError> {
    let config = RegionNetConfig::fast_rcnn(scenes.classes.len());
    sorter(["fast-r-cnn", "Fast R-CNN"], config, scenes, trunk, pace, device)
}

fn sorter(
    [stage, called]: [&str; 2],
    config: RegionNetConfig,
    scenes: &Scenes,
    trunk: &DarknetLite,
    pace: Pace,
    device: &Device,
) -> Result<Lesson<RegionNet, RegionBatch>, RecipeError> {
    device.seed(u64::from(pace.seed));
    let net = config.init(device)?.with_trunk(trunk.clone());
    Ok(Lesson {
        stage: stage.to_string(),
        card: Card::new(Architecture::RegionNet(config), task(scenes)).called(called),
        net,
        training: training(pace, scenes.len())?,
        answer: |net: &RegionNet, batch: RegionBatch| {
            let RegionBatch { images, regions, truths, mut rng } = batch;
            let device = images.device();
            match net.loss(images, &regions, &truths, &mut rng) {
                Ok(loss) => score(loss.total(), &loss),
                Err(_) => nothing(&device),
            }
        },
    })
}

/// Faster R-CNN, which proposes its own regions, learns the same.
///
/// # Errors
/// When the learning rate is not in 0..=1.
pub fn faster_rcnn(
    scenes: &Scenes,
    trunk: &DarknetLite,
    pace: Pace,
    device: &Device,
) -> Result<Lesson<FasterRcnn, RegionBatch>, RecipeError> {
    device.seed(u64::from(pace.seed));
    let mut config = FasterRcnnConfig::lite(scenes.classes.len());
    config.rpn.proposals = PROPOSED;
    let net = config.init(device)?.with_trunk(trunk.clone());
    let card = Card::new(Architecture::FasterRcnn(config), task(scenes)).as_main();
    Ok(Lesson {
        stage: "faster-r-cnn".to_string(),
        card: card.called("Faster R-CNN"),
        net,
        training: training(pace, scenes.len())?,
        answer: |net: &FasterRcnn, batch: RegionBatch| {
            let RegionBatch { images, truths, mut rng, .. } = batch;
            let device = images.device();
            match net.loss(images, &truths, &mut rng) {
                Ok(loss) => score(loss.total(), &loss.regions),
                Err(_) => nothing(&device),
            }
        },
    })
}

fn task(scenes: &Scenes) -> Task {
    let by = Finder::Regions(Regions::new(scenes.size));
    Task::Boxes(Boxes { classes: scenes.classes.clone(), by })
}

/// The loss of a batch, and how many of its regions are sorted right.
fn score(loss: Tensor<1>, regions: &RegionLoss) -> Score {
    let judged = Tensor::full([1], regions.regions as f64, &loss.device());
    Score { loss, right: regions.right.clone(), judged }
}

/// Where a scene cannot be learnt from, which was checked when the batches were made.
fn nothing(device: &Device) -> Score {
    let number = |value: f64| Tensor::full([1], value, device);
    Score { loss: number(f64::NAN), right: number(0.0), judged: number(1.0) }
}
