//! What is in a picture, and where.

use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::image_file::{Picture, read_within};
use fireside_datasets::labelled_images::{LabelledImages, images};
use fireside_datasets::pictures::Pictures;
use fireside_vision::detection::Detection;
use fireside_vision::localization::{BoxLoss, Head, located};
use serde::{Deserialize, Serialize};

use super::grid::Grid;
use super::pictures::MOST;
use super::regions::Regions;
use super::{Answer, Architecture, FoundBox, Model, TrainedError};
use crate::sliding_windows::Windows;

/// A picture, and the boxes around what is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Boxes {
    /// What can be in it.
    pub classes: Vec<String>,
    /// How they are found.
    pub by: Finder,
}

/// How boxes are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Finder {
    /// One object or none in the whole picture.
    OneOrNone {
        /// Rows and columns that the picture is scaled to, whatever its proportions.
        side: [usize; 2],
        /// By what the network learnt, which says what its outputs mean.
        loss: BoxLoss,
        /// How likely an object has to be.
        least: f64,
    },
    /// By a classifier of windows of several sizes.
    Windows(Windows),
    /// By a YOLO.
    Grid(Grid),
    /// By regions that may hold something.
    Regions(Regions),
}

impl Boxes {
    pub(super) fn check(&self) -> Result<(), String> {
        match &self.by {
            _ if self.classes.is_empty() => Err("there is no class".to_string()),
            Finder::OneOrNone { side, .. }
                if side.iter().any(|side| !(1..=MOST).contains(side)) =>
            {
                Err(format!("pictures of {side:?} are not from 1x1 to {MOST}x{MOST}"))
            }
            Finder::OneOrNone { least, .. } if !least.is_finite() => {
                Err("the least probability is no number".to_string())
            }
            Finder::OneOrNone { .. } => Ok(()),
            Finder::Windows(windows) => windows.check(self.classes.len(), MOST),
            Finder::Grid(grid) => grid.check(),
            Finder::Regions(regions) => regions.check(),
        }
    }

    /// Checks that a network gives what is read here.
    pub(super) fn check_network(&self, architecture: &Architecture) -> Result<(), String> {
        let fits = match (&self.by, architecture) {
            (Finder::OneOrNone { side, .. }, Architecture::Localizer(config)) => {
                config.image == *side
                    && config.channels == 3
                    && config.head == Head::Box(self.classes.len())
            }
            (Finder::Windows(windows), Architecture::WindowNet(config)) => {
                config.channels == 3 && config.num_classes == windows.parts.len() + 1
            }
            (Finder::Grid(grid), Architecture::YoloLite(config)) => {
                return grid.check_network(config, self.classes.len());
            }
            (Finder::Regions(regions), Architecture::RegionNet(config)) => {
                return regions.check_network(&config.head, &config.trunk, self.classes.len());
            }
            (Finder::Regions(regions), Architecture::FasterRcnn(config)) => {
                return regions.check_network(&config.head, &config.trunk, self.classes.len());
            }
            _ => true, // another kind of model, which is refused elsewhere
        };
        match fits {
            true => Ok(()),
            false => {
                Err("the network gives other outputs than its boxes are read from".to_string())
            }
        }
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        path: &Path,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let whole = read_within(path, u32::MAX)?;
        let size = [whole.height as usize, whole.width as usize];
        let (found, scaled) = match (&self.by, model) {
            (Finder::OneOrNone { side, loss, least }, Model::Localizer(net)) => {
                let found = located(net.forward(signed(&whole, *side, device)), loss, *side)?;
                (found.into_iter().filter(|found| found.score >= *least).collect(), *side)
            }
            (Finder::Windows(windows), Model::Windows(net)) => {
                let side = windows.side(size);
                let (pixels, shape) = scaled(&whole, side);
                let found =
                    windows.detector(net.clone())?.detect(&images(&pixels, shape, device))?;
                (found.into_iter().next().unwrap_or_default(), side)
            }
            (Finder::Grid(grid), Model::Detector(detector)) => {
                (grid.find(detector, &whole, device)?, size)
            }
            (Finder::Regions(regions), Model::Regions(detector)) => {
                (regions.find(detector, &whole, device)?, size)
            }
            _ => return Ok(None),
        };
        let [down, across] = [0, 1].map(|axis| size[axis] as f64 / scaled[axis] as f64);
        let boxes = found.into_iter().map(|found: Detection| {
            let Detection { class, score, bounds } = found.scaled([across, down]);
            FoundBox::new(&self.classes[class.min(self.classes.len() - 1)], score, bounds)
        });
        Ok(Some(Answer::Boxes { boxes: boxes.collect(), size }))
    }
}

/// A picture scaled to these rows and columns, whatever its proportions: its bytes, and `[1, height, width, 3]`.
pub(super) fn scaled(picture: &Picture, side: [usize; 2]) -> (Vec<u8>, [usize; 4]) {
    let shape = [1, picture.height as usize, picture.width as usize, 3];
    let whole = Pictures { shape, pixels: picture.pixels.clone() };
    let scaled = LabelledImages::new(whole, vec![0]).scaled(side);
    (scaled.image(0).to_vec(), [1, side[0], side[1], 3])
}

/// A picture as a localiser sees it: `[1, 3, height, width]`, values of -1 to 1.
pub(super) fn signed(
    picture: &Picture,
    side: [usize; 2],
    device: &Device,
) -> burn::tensor::Tensor<4> {
    let (pixels, shape) = scaled(picture, side);
    crate::localization::signed(images(&pixels, shape, device))
}
