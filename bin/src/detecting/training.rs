//! How detectors learn.

use clap::Args;
use fireside_recipes::car_detection::changes::Changes;
use fireside_recipes::car_detection::learning::WEIGHT_DECAY;
use fireside_recipes::lesson::Pace;
use fireside_recipes::region_proposals::learning;
use serde::{Deserialize, Serialize};

use crate::learning::pace;
use crate::values::{Count, LearningRate, Units};

/// How a small YOLO learns.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct YoloTraining {
    /// Scenes to draw and train on
    #[arg(long, default_value = "5000")]
    scenes: Units,
    /// Scenes to draw and test on
    #[arg(long, default_value = "400", value_name = "SCENES")]
    test_scenes: Units,
    /// Times through the scenes
    #[arg(long, default_value = "4")]
    epochs: Count,
    /// Scenes in a mini-batch
    #[arg(long, default_value = "8")]
    batch_size: Units,
    /// Learning rate at its height
    #[arg(long, default_value = "1e-2")]
    lr: LearningRate,
    /// Anchors to find for the boxes
    #[arg(long, default_value = "5", value_name = "N")]
    pub num_anchors: Units,
    /// Leave scenes as they are: neither mirrored nor in other colours
    #[arg(long)]
    no_augmentation: bool,
    /// Show each batch in one of five sizes
    #[arg(long)]
    multi_scale: bool,
    /// Put every second scene together of four
    #[arg(long)]
    mosaic: bool,
}

impl YoloTraining {
    /// How long, how fast, and on how many scenes at a time.
    pub fn pace(&self, seed: u32) -> Pace {
        pace(self.epochs, self.batch_size, self.lr, WEIGHT_DECAY, seed)
    }

    /// Scenes to train on, and to test on, where they are drawn.
    pub fn counts(&self) -> [usize; 2] {
        [self.scenes.get(), self.test_scenes.get()]
    }

    /// What of the scenes is changed from epoch to epoch.
    pub fn changes(&self) -> Changes {
        let Self { no_augmentation, multi_scale: sizes, mosaic, .. } = *self;
        Changes { flips: !no_augmentation, colors: !no_augmentation, sizes, mosaic }
    }
}

/// How a YOLO and detectors by regions learn, for a comparison.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
pub struct RegionTraining {
    /// Scenes to draw and train on
    #[arg(long, default_value = "2000")]
    scenes: Units,
    /// Scenes to draw and test on
    #[arg(long, default_value = "60", value_name = "SCENES")]
    test_scenes: Units,
    /// Times through the scenes of YOLO
    #[arg(long, default_value = "5")]
    epochs: Count,
    /// Times through the scenes of Fast and Faster R-CNN
    #[arg(long, default_value = "2", value_name = "EPOCHS")]
    region_epochs: Count,
    /// Times through the scenes of R-CNN
    #[arg(long, default_value = "1", value_name = "EPOCHS")]
    crop_epochs: Count,
    /// Learning rate of YOLO at its height
    #[arg(long, default_value = "1e-2")]
    lr: LearningRate,
    /// Learning rate of the others at its height
    #[arg(long, default_value = "2e-3", value_name = "LR")]
    region_lr: LearningRate,
}

impl RegionTraining {
    /// Scenes to train on, and to test on.
    pub fn counts(&self) -> [usize; 2] {
        [self.scenes.get(), self.test_scenes.get()]
    }

    /// How long, how fast, and on how many scenes at a time: YOLO, R-CNN, and the two others.
    pub fn paces(&self, seed: u32) -> [Pace; 3] {
        let Self { epochs, region_epochs, crop_epochs, lr, region_lr, .. } = *self;
        [(epochs, lr), (crop_epochs, region_lr), (region_epochs, region_lr)]
            .map(|(epochs, rate)| learning::pace(epochs.get(), rate.get(), seed))
    }
}
