//! Where the features of a face are.

use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::image_file::read_within;
use fireside_vision::localization::{Head, landmarks};
use serde::{Deserialize, Serialize};

use super::boxes::signed;
use super::pictures::MOST;
use super::{Answer, Architecture, Model, Point, TrainedError};

/// A picture of a face, and where its features are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Landmarks {
    /// Rows and columns that the picture is scaled to, whatever its proportions.
    pub side: [usize; 2],
    /// What the landmarks are called.
    pub names: Vec<String>,
}

impl Landmarks {
    pub(super) fn check(&self) -> Result<(), String> {
        match self.side.iter().all(|side| (1..=MOST).contains(side)) {
            true => Ok(()),
            false => Err(format!("pictures of {:?} are not from 1x1 to {MOST}x{MOST}", self.side)),
        }
    }

    /// Checks that a network gives as many landmarks.
    pub(super) fn check_network(&self, architecture: &Architecture) -> Result<(), String> {
        match architecture {
            Architecture::Localizer(config)
                if config.image != self.side
                    || config.channels != 3
                    || config.head != Head::Landmarks(self.names.len()) =>
            {
                Err("the network gives other landmarks than are named".to_string())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        path: &Path,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let Model::Localizer(net) = model else { return Ok(None) };
        let whole = read_within(path, u32::MAX)?;
        let size = [whole.height as usize, whole.width as usize];
        let found = landmarks(net.forward(signed(&whole, self.side, device)), size);
        let named = self.names.iter().zip(found.into_iter().flatten());
        let points = named.map(|(name, [x, y])| Point { name: name.clone(), x, y }).collect();
        Ok(Some(Answer::Points { points, size }))
    }
}
