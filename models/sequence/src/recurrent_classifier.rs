//! What [`EntityTagger`](crate::entity_tagger::EntityTagger) and
//! [`SentimentClassifier`](crate::sentiment_classifier::SentimentClassifier) are made of: one asks it about every
//! step, the other about the whole sequence.

use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::recurrent::{Recurrent, RecurrentConfig};
use crate::tokens::Tokens;

/// Embedding, recurrent layers, dropout, and a fully connected layer.
#[derive(Module, Debug)]
pub(crate) struct RecurrentClassifier {
    tokens: Tokens,
    recurrent: Recurrent,
    dropout: Dropout,
    head: Linear,
}

impl RecurrentClassifier {
    /// Builds the layers: the tokens' vectors are the features of `recurrent`, and its dropout stands before the
    /// last layer as well.
    pub(crate) fn new(
        vocab_size: usize,
        recurrent: &RecurrentConfig,
        num_classes: usize,
        device: &Device,
    ) -> Result<Self, ConfigError> {
        let embedding = recurrent.features;
        check_not_zero([
            ("vocab_size", vocab_size),
            ("embedding", embedding),
            ("num_classes", num_classes),
        ])?;
        Ok(Self {
            tokens: Tokens::new(vocab_size, Some(embedding), device),
            recurrent: recurrent.init(device)?,
            dropout: DropoutConfig::new(recurrent.dropout).init(),
            head: LinearConfig::new(recurrent.output_features(), num_classes).init(device),
        })
    }

    /// Logits of every step: `[batch, time]` to `[batch, time, num_classes]`.
    pub(crate) fn of_steps(&self, tokens: Tensor<2, Int>, lengths: Option<&[usize]>) -> Tensor<3> {
        let (states, _) = self.recurrent.forward(self.tokens.forward(tokens), lengths, None);
        self.head.apply(self.dropout.forward(states))
    }

    /// Logits of the whole sequence: `[batch, time]` to `[batch, num_classes]`.
    pub(crate) fn of_whole(&self, tokens: Tensor<2, Int>, lengths: Option<&[usize]>) -> Tensor<2> {
        let (_, state) = self.recurrent.forward(self.tokens.forward(tokens), lengths, None);
        self.head.apply(self.dropout.forward(self.recurrent.summary(&state)))
    }
}
