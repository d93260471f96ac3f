//! Weights of YOLO that people have.

use burn::tensor::Device;
use clap::{Args, ValueHint};
use fireside_recipes::car_detection::SIZE;
use fireside_recipes::car_detection::placing::Placing;
use fireside_recipes::car_detection::pretrained::{Files, Pretrained, read_weights};
use fireside_vision::yolo::reorg::Reorg;
use serde::{Deserialize, Serialize};

use super::Asked;
use crate::Failure;
use crate::values::{InputPath, Size, one_of};

/// What is said to `--verify` without weights.
const UNVERIFIED: &str = "--verify compares the boxes that the course's own weights draw: give yolo.h5, or the folder \
                          of the SavedModel, by --weights and the course's test.jpg by --predict";

/// Published weights, and what goes with them.
#[derive(Args, Debug, Clone, Serialize, Deserialize)]
#[command(next_help_heading = "Published weights")]
pub struct PublishedYolo {
    /// Rows and columns that the network sees [default: 96x128, or those of the weights]
    #[arg(long, value_name = "HxW")]
    pub size: Option<Size>,
    /// Names of the classes, a line each [default: those of the weights, or of the boxes]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub classes: Option<InputPath>,
    /// Find things by these weights and train nothing: yolo.h5, Darknet's .weights, the folder of a SavedModel, the
    /// manifest of a TensorFlow.js model
    #[arg(long, value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    weights: Option<InputPath>,
    /// Darknet's description of the network [default: the .cfg beside the .weights]
    #[arg(long, value_name = "FILE", requires = "weights", value_hint = ValueHint::FilePath)]
    cfg: Option<InputPath>,
    /// Widths and heights of the anchors, in cells [default: those of the network]
    #[arg(long, value_name = "FILE", requires = "weights", value_hint = ValueHint::FilePath)]
    anchors: Option<InputPath>,
    /// Show pictures to the network in their proportions on grey, as Darknet does, and not stretched
    #[arg(long, requires = "weights")]
    letterbox: bool,
    /// How YOLOv2 lays the finer map beside the coarser one [default: as whoever trained the weights did]
    #[arg(long, requires = "weights", value_parser = one_of(REORGS))]
    reorg: Option<Reorg>,
}

const REORGS: [(&str, &str, Reorg); 2] = [
    ("darknet", "as Darknet, and so yolov2.weights", Reorg::Darknet),
    ("space-to-depth", "as TensorFlow, and so yolo.h5 and the SavedModel", Reorg::SpaceToDepth),
];

impl PublishedYolo {
    /// Reads the weights, where there are some; to verify there must be.
    ///
    /// # Errors
    /// When a file cannot be read, is damaged or of another network; when there is no picture to find things in.
    pub fn read(
        &self,
        asked: &Asked,
        verifies: bool,
        device: &Device,
    ) -> Result<Option<Pretrained>, Failure> {
        let Self { weights, cfg, anchors, letterbox, size, classes, reorg } = self;
        let Some(weights) = weights else {
            return match verifies {
                false => Ok(None),
                true => Err(Failure::Input(UNVERIFIED.to_string())),
            };
        };
        if asked.files.is_empty() {
            let reason = "--weights finds things in pictures: give one, or a folder, by --predict";
            return Err(Failure::Input(reason.to_string()));
        }
        let [cfg, anchors, classes] = [cfg, anchors, classes].map(|file| file.as_deref());
        let mut read =
            read_weights(Files { weights, cfg, anchors, classes, reorg: *reorg }, device)?;
        if let Some(size) = size {
            read.detector.head.grid(size.get())?;
            read.detector.size = size.get();
        }
        if *letterbox {
            read.detector.placing = Placing::Letterbox;
        }
        Ok(Some(read))
    }

    /// Rows and columns that a network to train sees.
    pub fn size(&self) -> [usize; 2] {
        self.size.map_or(SIZE, Size::get)
    }
}
