//! Numbers in, and what follows from them: points of the plane, houses.

use burn::tensor::{Device, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use super::{Answer, Model, Reading, TrainedError};

/// A row of numbers, and what follows from it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// What the numbers are, in their order.
    pub names: Vec<String>,
    /// What is taken from each; nothing where it is empty.
    #[serde(default)]
    pub mean: Vec<f64>,
    /// What each is divided by then; nothing where it is empty.
    #[serde(default)]
    pub deviation: Vec<f64>,
    /// What the outputs mean.
    pub gives: Reading,
}

impl Values {
    /// Numbers as they are.
    pub fn plain(names: &[&str], gives: Reading) -> Self {
        let names = names.iter().map(ToString::to_string).collect();
        Self { names, mean: Vec::new(), deviation: Vec::new(), gives }
    }

    pub(super) fn takes(&self) -> String {
        const SHOWN: usize = 8;
        let count = self.names.len();
        let more = if count > SHOWN { ", ..." } else { "" };
        let shown = self.names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        format!("--values with {count} numbers: {shown}{more}")
    }

    pub(super) fn answer(
        &self,
        model: &Model,
        values: &[f64],
        device: &Device,
    ) -> Result<Option<Answer>, TrainedError> {
        let Model::Features(forward) = model else { return Ok(None) };
        let count = self.names.len();
        if values.len() != count {
            return Err(TrainedError::Question(format!(
                "{} numbers were given: it takes {}",
                values.len(),
                self.takes()
            )));
        }
        if let Some(wrong) = values.iter().find(|value| !value.is_finite()) {
            return Err(TrainedError::Question(format!("{wrong} is no finite number")));
        }
        let fits = |list: &[f64]| list.is_empty() || list.len() == count;
        if !fits(&self.mean) || !fits(&self.deviation) {
            return Err(TrainedError::Question(format!(
                "the model's description scales {} numbers of {count}",
                self.mean.len().max(self.deviation.len())
            )));
        }
        let scaled = values.iter().enumerate().map(|(place, value)| {
            let shifted = value - self.mean.get(place).unwrap_or(&0.0);
            shifted / self.deviation.get(place).unwrap_or(&1.0)
        });
        let x = TensorData::new(scaled.collect::<Vec<_>>(), [1, count]);
        self.gives.read(forward(Tensor::from_data(x, device))).map(Some)
    }
}
