//! A class for a whole sequence, many to one (course 5, weeks 1 and 2): what somebody felt who wrote a sentence.
//!
//! | layer | output |
//! | --- | --- |
//! | embedding | `[time, embedding]` |
//! | recurrent layers, their state after the last word | `[hidden]`, or twice as wide both ways |
//! | dropout | |
//! | fully connected | `[num_classes]` |

use burn::config::Config;
use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use crate::ConfigError;
use crate::recurrent::{Cell, RecurrentConfig};
use crate::recurrent_classifier::RecurrentClassifier;

/// Configuration of [`SentimentClassifier`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct SentimentClassifierConfig {
    /// What the recurrent layers are made of.
    pub cell: Cell,
    /// Tokens there are.
    pub vocab_size: usize,
    /// Dimensions of the tokens' vectors.
    pub embedding: usize,
    /// Units of each recurrent layer and direction.
    pub hidden: usize,
    /// Number of output classes.
    pub num_classes: usize,
    /// Recurrent layers.
    #[config(default = 1)]
    pub layers: usize,
    /// Whether the sequences are read from their end as well.
    #[config(default = false)]
    pub bidirectional: bool,
    /// Share that dropout takes away in training, between two layers and before the last one.
    #[config(default = 0.0)]
    pub dropout: f64,
}

/// A classifier of sequences.
#[derive(Module, Debug)]
pub struct SentimentClassifier {
    classifier: RecurrentClassifier,
}

impl SentimentClassifierConfig {
    /// Builds the model.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0, or the share to drop is not at least 0 and below 1.
    pub fn init(&self, device: &Device) -> Result<SentimentClassifier, ConfigError> {
        let recurrent = RecurrentConfig::new(self.cell, self.embedding, self.hidden)
            .with_layers(self.layers)
            .with_bidirectional(self.bidirectional)
            .with_dropout(self.dropout);
        let classifier =
            RecurrentClassifier::new(self.vocab_size, &recurrent, self.num_classes, device)?;
        Ok(SentimentClassifier { classifier })
    }
}

impl SentimentClassifier {
    /// Returns class logits. A sequence of no tokens is judged by the state it begins with, zeros.
    ///
    /// # Shapes
    /// - `tokens`: `[batch, time]`, numbers below `vocab_size`
    /// - output: `[batch, num_classes]`
    ///
    /// # Panics
    /// When there is not one length of at most `time` for each sequence.
    pub fn forward(&self, tokens: Tensor<2, Int>, lengths: Option<&[usize]>) -> Tensor<2> {
        self.classifier.of_whole(tokens, lengths)
    }
}
