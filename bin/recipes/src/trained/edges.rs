//! What edges of a picture a learnt kernel finds.

use std::path::Path;

use burn::tensor::Device;
use fireside_datasets::image_file::read_within;
use serde::{Deserialize, Serialize};

use super::pictures::MOST;
use super::{Answer, Model, TrainedError};
use crate::convolution_by_hand::{answer_of, check_size, color, gray};

/// A picture, and what edges it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edges {
    /// Pixels along the longer side, to which a larger picture is shrunk in its proportions.
    pub longest: usize,
}

impl Edges {
    pub(super) fn check(&self) -> Result<(), String> {
        match self.longest {
            1..=MOST => Ok(()),
            longest => Err(format!("pictures of {longest} pixels are not from 1 to {MOST}")),
        }
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        path: &Path,
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let Model::Edges(pupil) = model else { return Ok(None) };
        let picture = read_within(path, self.longest as u32)?;
        check_size(&picture, &path.display(), self.longest)?;
        let found = answer_of(&pupil.kernel(), &gray(&color(&picture, device)))?;
        let [.., height, width] = found.edges.dims();
        let values: Vec<f64> = found.edges.try_into_data()?.iter().collect();
        let largest = values.iter().fold(f64::MIN_POSITIVE, |most, value| value.abs().max(most));
        let shade = |value: &f64| ((0.5 * value / largest + 0.5) * 255.0).round() as u8;
        let pixels = values.iter().map(shade).collect();
        Ok(Some(Answer::Edges { mean: found.mean, size: [height, width], pixels }))
    }
}
