//! A language model of characters or words (course 5, week 1): what comes next, given all before.
//!
//! | layer | output |
//! | --- | --- |
//! | embedding, or one-hot vectors | `[time, features]` |
//! | recurrent layers | `[time, hidden]` |
//! | fully connected, shared over the steps | `[time, vocab_size]` |

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::recurrent::{Cell, Recurrent, RecurrentConfig, RecurrentState};
use crate::tokens::Tokens;

/// Configuration of [`LanguageModel`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct LanguageModelConfig {
    /// What the recurrent layers are made of.
    pub cell: Cell,
    /// Tokens there are.
    pub vocab_size: usize,
    /// Units of each recurrent layer.
    pub hidden: usize,
    /// Dimensions of the tokens' vectors; one-hot vectors without.
    pub embedding: Option<usize>,
    /// Recurrent layers.
    #[config(default = 1)]
    pub layers: usize,
    /// Share of the states between two layers that dropout takes away in training.
    #[config(default = 0.0)]
    pub dropout: f64,
}

/// A language model. It reads one way only: the steps to come are what it predicts.
#[derive(Module, Debug)]
pub struct LanguageModel {
    tokens: Tokens,
    recurrent: Recurrent,
    head: Linear,
}

impl LanguageModelConfig {
    /// Builds the model.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0, or the share to drop is not at least 0 and below 1.
    pub fn init(&self, device: &Device) -> Result<LanguageModel, ConfigError> {
        let features = self.embedding.unwrap_or(self.vocab_size);
        check_not_zero([("vocab_size", self.vocab_size), ("embedding", features)])?;
        let recurrent = RecurrentConfig::new(self.cell, features, self.hidden)
            .with_layers(self.layers)
            .with_dropout(self.dropout);
        Ok(LanguageModel {
            tokens: Tokens::new(self.vocab_size, self.embedding, device),
            recurrent: recurrent.init(device)?,
            head: LinearConfig::new(self.hidden, self.vocab_size).init(device),
        })
    }
}

impl LanguageModel {
    /// Returns the logits of each next token, and the state after the last.
    ///
    /// # Shapes
    /// - `tokens`: `[batch, time]`, numbers below `vocab_size`
    /// - output: `[batch, time, vocab_size]`; at padding it means nothing
    ///
    /// # Panics
    /// When the shapes do not fit, or there is not one length of at most `time` for each sequence.
    pub fn forward(
        &self,
        tokens: Tensor<2, Int>,
        lengths: Option<&[usize]>,
        state: Option<RecurrentState>,
    ) -> (Tensor<3>, RecurrentState) {
        let (states, last) = self.recurrent.forward(self.tokens.forward(tokens), lengths, state);
        (self.head.apply(states), last)
    }

    /// Reads one token: what [`LanguageModel::forward`] gives step by step, for sampling.
    ///
    /// # Shapes
    /// - `tokens`: `[batch]`
    /// - output: `[batch, vocab_size]`
    ///
    /// # Panics
    /// When the state is not one of this model and batch.
    pub fn step(
        &self,
        tokens: Tensor<1, Int>,
        state: Option<RecurrentState>,
    ) -> (Tensor<2>, RecurrentState) {
        let (logits, state) = self.forward(tokens.unsqueeze_dim(1), None, state);
        (logits.squeeze_dim(1), state)
    }
}
