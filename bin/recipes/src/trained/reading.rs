//! What the outputs of a network mean.

use burn::tensor::Tensor;
use fireside_layers::ops;
use serde::{Deserialize, Serialize};

use super::{Answer, Share, TrainedError};

/// What the outputs of a network mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reading {
    /// One class of several; one logit is that of the second of two.
    OneOf {
        /// What they are called.
        classes: Vec<String>,
    },
    /// For each by itself, whether it is there.
    Each {
        /// What they are called.
        labels: Vec<String>,
    },
    /// A number.
    Number {
        /// What it is, such as `price in thousands`.
        name: String,
        /// What the output is multiplied by.
        scale: f64,
    },
}

impl Reading {
    /// One class of several.
    pub fn one_of(classes: &[impl AsRef<str>]) -> Self {
        Self::OneOf { classes: classes.iter().map(|class| class.as_ref().to_string()).collect() }
    }

    /// For each by itself, whether it is there.
    pub fn each(labels: &[impl AsRef<str>]) -> Self {
        Self::Each { labels: labels.iter().map(|label| label.as_ref().to_string()).collect() }
    }

    /// Reads the logits of one example.
    ///
    /// # Shapes
    /// - `logits`: `[1, outputs]`
    ///
    /// # Errors
    /// When there are not as many as names for them, or the device fails.
    pub fn read(&self, logits: Tensor<2>) -> Result<Answer, TrainedError> {
        let outputs = logits.dims()[1];
        let fits = match self {
            Self::OneOf { classes } => {
                outputs == classes.len() || (outputs, classes.len()) == (1, 2)
            }
            Self::Each { labels } => outputs == labels.len(),
            Self::Number { .. } => outputs == 1,
        };
        if !fits || outputs == 0 {
            return Err(TrainedError::Question(format!(
                "the model has {outputs} outputs, which is not what its description names"
            )));
        }
        match self {
            Self::OneOf { classes } => {
                let found: Vec<f64> = probabilities(logits).try_into_data()?.iter().collect();
                Ok(Answer::of_classes(classes, &found))
            }
            Self::Each { labels } => {
                let found: Vec<f64> = ops::sigmoid(logits).try_into_data()?.iter().collect();
                let named = labels.iter().zip(&found);
                let labels = named.map(|(name, share)| Share::new(name, *share)).collect();
                Ok(Answer::Labels { labels })
            }
            Self::Number { name, scale } => {
                let found: f64 = logits.try_into_data()?.iter::<f64>().sum();
                Ok(Answer::Number { name: name.clone(), value: scale * found })
            }
        }
    }
}

/// The probability of each class, row by row, `[batch, classes]`; one logit is that of the second of two.
#[must_use]
pub fn probabilities(logits: Tensor<2>) -> Tensor<2> {
    match logits.dims()[1] {
        1 => {
            let of_class_1 = ops::sigmoid(logits);
            Tensor::cat(vec![1.0 - of_class_1.clone(), of_class_1], 1)
        }
        _ => ops::softmax(logits, 1),
    }
}
