//! A class for a whole sequence by the mean of its tokens' vectors (course 5, week 2): the lecture's simple model of
//! what somebody felt who wrote a sentence.
//!
//! | layer | output |
//! | --- | --- |
//! | embedding | `[time, embedding]` |
//! | mean over the sequence | `[embedding]` |
//! | fully connected | `[num_classes]` |
//!
//! The order of the tokens is lost in the mean: "not good, bad" and "good, not bad" are the same to it.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor, TensorData};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;

use crate::ConfigError;
use crate::tokens::Tokens;

/// Configuration of [`MeanClassifier`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct MeanClassifierConfig {
    /// Tokens there are.
    pub vocab_size: usize,
    /// Dimensions of the tokens' vectors.
    pub embedding: usize,
    /// Number of output classes.
    pub num_classes: usize,
}

/// A classifier of sequences as bags of tokens. Nothing differs between training and evaluation.
#[derive(Module, Debug)]
pub struct MeanClassifier {
    tokens: Tokens,
    head: Linear,
}

impl MeanClassifierConfig {
    /// Builds the model.
    ///
    /// # Errors
    /// [`ConfigError`] when a size is 0.
    pub fn init(&self, device: &Device) -> Result<MeanClassifier, ConfigError> {
        check_not_zero([
            ("vocab_size", self.vocab_size),
            ("embedding", self.embedding),
            ("num_classes", self.num_classes),
        ])?;
        Ok(MeanClassifier {
            tokens: Tokens::new(self.vocab_size, Some(self.embedding), device),
            head: LinearConfig::new(self.embedding, self.num_classes).init(device),
        })
    }
}

impl MeanClassifier {
    /// Returns class logits. A sequence of no tokens has zeros for a mean.
    ///
    /// # Shapes
    /// - `tokens`: `[batch, time]`, numbers below `vocab_size`
    /// - output: `[batch, num_classes]`
    ///
    /// # Panics
    /// When there is not one length of at most `time` for each sequence.
    pub fn forward(&self, tokens: Tensor<2, Int>, lengths: Option<&[usize]>) -> Tensor<2> {
        let vectors = self.tokens.forward(tokens); // [batch, time, embedding]
        let [batch, time, _] = vectors.dims();
        let lengths = lengths.map_or_else(|| vec![time; batch], <[usize]>::to_vec);
        assert!(
            lengths.len() == batch && lengths.iter().all(|length| *length <= time),
            "{} sequences of at most {time} tokens have the lengths {lengths:?}",
            batch
        );
        let share = |step: usize, length: usize| match step < length {
            true => 1.0 / length as f64,
            false => 0.0,
        };
        let shares = lengths.iter().flat_map(|&length| (0..time).map(move |t| share(t, length)));
        let shares = TensorData::new(shares.collect::<Vec<f64>>(), [batch, 1, time]);
        let shares = Tensor::<3>::from_data(shares, (&vectors.device(), vectors.dtype()));
        self.head.apply(shares.matmul(vectors).squeeze_dim(1))
    }
}
