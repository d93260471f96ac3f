//! The neural language model: the words of a window name the next one, and word vectors come out of it (Y. Bengio,
//! R. Ducharme, P. Vincent and C. Jauvin, "A Neural Probabilistic Language Model", 2003; course 5, week 2).
//!
//! | layer | output | parameters, of 10,000 words, a window of 4, 300 dimensions, 100 units |
//! | --- | --- | --- |
//! | embedding | `[4, 300]` | 3,000,000 |
//! | one after the other | `[1200]` | |
//! | fully connected, tanh | `[100]` | 120,100 |
//! | fully connected | `[10000]` | 1,010,000 |
//!
//! Without the paper's optional connections from the vectors straight to the output. The window has a fixed length;
//! it may be of words before the one sought, or around it.

use burn::config::Config;
use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig, Initializer, Linear, LinearConfig};
use burn::tensor::{Device, Int, Tensor};
use fireside_layers::Layer as _;
use fireside_layers::config::check_not_zero;
use fireside_layers::ops::Activation;

use crate::ConfigError;

/// How far from 0 the entries of the vectors are at most in the beginning: small, for what is drawn stays in them,
/// and alike words would differ by it.
pub const FIRST_ENTRIES: f64 = 0.05;

/// Configuration of [`NeuralLanguageModel`].
#[derive(Config, Debug)]
#[non_exhaustive]
#[must_use]
pub struct NeuralLanguageModelConfig {
    /// Words of the vocabulary.
    pub num_words: usize,
    /// Words of a window.
    #[config(default = 4)]
    pub window: usize,
    /// Dimensions of the word vectors.
    #[config(default = 50)]
    pub emb_dim: usize,
    /// Units of the hidden layer.
    #[config(default = 100)]
    pub hidden: usize,
}

/// Names the word that belongs to a window.
#[derive(Module, Debug)]
pub struct NeuralLanguageModel {
    embedding: Embedding,
    hidden: Linear,
    head: Linear,
}

impl NeuralLanguageModelConfig {
    /// Builds the network: vectors with small entries, and the weights that Burn draws for its other layers.
    ///
    /// # Errors
    /// [`ConfigError`] when a number is 0.
    pub fn init(&self, device: &Device) -> Result<NeuralLanguageModel, ConfigError> {
        check_not_zero([
            ("num_words", self.num_words),
            ("window", self.window),
            ("emb_dim", self.emb_dim),
            ("hidden", self.hidden),
        ])?;
        Ok(NeuralLanguageModel {
            embedding: EmbeddingConfig::new(self.num_words, self.emb_dim)
                .with_initializer(Initializer::Uniform { min: -FIRST_ENTRIES, max: FIRST_ENTRIES })
                .init(device),
            hidden: LinearConfig::new(self.window * self.emb_dim, self.hidden).init(device),
            head: LinearConfig::new(self.hidden, self.num_words).init(device),
        })
    }
}

impl NeuralLanguageModel {
    /// Returns the logits of the word sought.
    ///
    /// # Shapes
    /// - `windows`: `[batch, window]`, words
    /// - output: `[batch, num_words]`
    pub fn forward(&self, windows: Tensor<2, Int>) -> Tensor<2> {
        let x = self.embedding.forward(windows); // [batch, window, emb_dim]
        let x = self.hidden.apply(x.flatten::<2>(1, 2)); // [batch, hidden]
        self.head.apply(Activation::Tanh.apply(x))
    }

    /// The word vectors, `[num_words, emb_dim]`.
    pub fn vectors(&self) -> Tensor<2> {
        self.embedding.weight.val()
    }
}
