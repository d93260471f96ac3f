//! A class for every step of a sequence, many to many of equal length (course 5, week 1): which words are names.
//!
//! | layer | output |
//! | --- | --- |
//! | embedding | `[time, embedding]` |
//! | recurrent layers, both ways | `[time, 2 * hidden]` |
//! | dropout | |
//! | fully connected, shared over the steps | `[time, num_classes]` |
//!
//! Both ways, because a word is judged by what follows it too: "Teddy" is a name before "Roosevelt" and none before
//! "bears".

use burn::config::Config;
use burn::module::Module;
use burn::tensor::{Device, Int, Tensor};

use crate::ConfigError;
use crate::recurrent::{Cell, RecurrentConfig};
use crate::recurrent_classifier::RecurrentClassifier;

/// Configuration of [`EntityTagger`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct EntityTaggerConfig {
    /// What the recurrent layers are made of.
    pub cell: Cell,
    /// Tokens there are.
    pub vocab_size: usize,
    /// Dimensions of the tokens' vectors.
    pub embedding: usize,
    /// Units of each recurrent layer and direction.
    pub hidden: usize,
    /// Classes that a token may have.
    pub num_classes: usize,
    /// Recurrent layers.
    #[config(default = 1)]
    pub layers: usize,
    /// Whether the sequences are read from their end as well.
    #[config(default = true)]
    pub bidirectional: bool,
    /// Share that dropout takes away in training, between two layers and before the last one.
    #[config(default = 0.0)]
    pub dropout: f64,
}

/// A tagger of tokens.
#[derive(Module, Debug)]
pub struct EntityTagger {
    classifier: RecurrentClassifier,
}

impl EntityTaggerConfig {
    /// Builds the model.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0, or the share to drop is not at least 0 and below 1.
    pub fn init(&self, device: &Device) -> Result<EntityTagger, ConfigError> {
        let recurrent = RecurrentConfig::new(self.cell, self.embedding, self.hidden)
            .with_layers(self.layers)
            .with_bidirectional(self.bidirectional)
            .with_dropout(self.dropout);
        let classifier =
            RecurrentClassifier::new(self.vocab_size, &recurrent, self.num_classes, device)?;
        Ok(EntityTagger { classifier })
    }
}

impl EntityTagger {
    /// Returns class logits for every token.
    ///
    /// # Shapes
    /// - `tokens`: `[batch, time]`, numbers below `vocab_size`
    /// - output: `[batch, time, num_classes]`; at padding it means nothing
    ///
    /// # Panics
    /// When there is not one length of at most `time` for each sequence.
    pub fn forward(&self, tokens: Tensor<2, Int>, lengths: Option<&[usize]>) -> Tensor<3> {
        self.classifier.of_steps(tokens, lengths)
    }
}
