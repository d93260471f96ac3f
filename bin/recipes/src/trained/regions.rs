//! Boxes that a detector by regions finds.

use burn::tensor::Device;
use fireside_datasets::image_file::Picture;
use fireside_vision::ConfigError;
use fireside_vision::darknet_lite::DarknetLiteConfig;
use fireside_vision::detection::Detection;
use fireside_vision::region::head::RegionHeadConfig;
use serde::{Deserialize, Serialize};

use super::pictures::MOST;
use crate::region_proposals::detector::{IOU, RegionDetector, SCORE, selection};

/// How pictures come to a detector by regions, and which of its boxes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Regions {
    /// Rows and columns that a picture is scaled to, whatever its proportions.
    pub size: [usize; 2],
    /// The least probability of a box.
    pub score: f64,
    /// The overlap above which a box goes that another of its class is surer of.
    pub iou: f64,
}

impl Regions {
    /// Pictures scaled to `size`, rows and columns; boxes of a probability of 0.4 or more.
    pub fn new(size: [usize; 2]) -> Self {
        Self { size, score: SCORE, iou: IOU }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if self.size.iter().any(|side| !(1..=MOST).contains(side)) {
            return Err(format!("pictures of {:?} are not from 1x1 to {MOST}x{MOST}", self.size));
        }
        if !self.score.is_finite() {
            return Err("the least probability is no number".to_string());
        }
        selection(None, Some(self.iou)).map(drop).map_err(|error| error.to_string())
    }

    /// Checks that a network sees such pictures and tells so many classes apart.
    pub(super) fn check_network(
        &self,
        head: &RegionHeadConfig,
        trunk: &DarknetLiteConfig,
        classes: usize,
    ) -> Result<(), String> {
        if head.num_classes != classes || trunk.channels != 3 {
            return Err("the network gives other outputs than its boxes are read from".to_string());
        }
        trunk.check_image(self.size).map_err(|error| error.to_string())
    }

    /// What a detector finds in a picture, in its pixels.
    pub(super) fn find(
        &self,
        detector: &RegionDetector,
        picture: &Picture,
        device: &Device,
    ) -> Result<Vec<Detection>, ConfigError> {
        let selection = selection(Some(self.score), Some(self.iou))?;
        detector.detect_within(self.size, picture, &selection, device)
    }
}
