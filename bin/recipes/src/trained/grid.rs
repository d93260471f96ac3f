//! Boxes that a YOLO draws on its grid.

use burn::tensor::Device;
use fireside_datasets::image_file::Picture;
use fireside_vision::ConfigError;
use fireside_vision::detection::{Detection, Selection};
use fireside_vision::yolo::lite::YoloLiteConfig;
use serde::{Deserialize, Serialize};

use super::pictures::MOST;
use crate::car_detection::detector::{Detector, Usual};
use crate::car_detection::placing::Placing;

/// How pictures come to a YOLO, and which of its boxes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Grid {
    /// Rows and columns that the network sees.
    pub size: [usize; 2],
    /// How a picture comes into them.
    pub placing: Placing,
    /// The least score of a box.
    pub score: f64,
    /// The overlap above which a box goes that another of its class is surer of.
    pub iou: f64,
}

impl Grid {
    /// Pictures scaled to `size`, rows and columns; boxes of a score of 0.4 or more.
    pub fn new(size: [usize; 2]) -> Self {
        let Usual { score, iou, .. } = Usual::LITE;
        Self { size, placing: Placing::Squash, score, iou }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.size.iter().any(|side| !(1..=MOST).contains(side)) {
            return Err(format!("pictures of {:?} are not from 1x1 to {MOST}x{MOST}", self.size));
        }
        self.selection().map(drop).map_err(|error| error.to_string())
    }

    /// Checks that a network sees such pictures and tells so many classes apart.
    pub(super) fn check_network(
        &self,
        config: &YoloLiteConfig,
        classes: usize,
    ) -> Result<(), String> {
        if config.num_classes != classes || config.channels != 3 {
            return Err("the network gives other outputs than its boxes are read from".to_string());
        }
        config.check_image(self.size).map_err(|error| error.to_string())
    }

    /// What a YOLO finds in a picture, in its pixels.
    pub(super) fn find(
        &self,
        detector: &Detector,
        picture: &Picture,
        device: &Device,
    ) -> Result<Vec<Detection>, ConfigError> {
        detector.detect_placed((self.size, self.placing), picture, &self.selection()?, device)
    }

    fn selection(&self) -> Result<Selection, ConfigError> {
        Usual::LITE.selection(Some(self.score), Some(self.iou))
    }
}
