//! What a model reads of a token: a vector that is learnt, or a one in its place.

use burn::module::Module;
use burn::nn::{Embedding, EmbeddingConfig};
use burn::tensor::{Device, Int, Tensor};

/// Vectors of tokens.
#[derive(Module, Debug)]
pub(crate) struct Tokens {
    /// None where tokens are read as one-hot vectors.
    embedding: Option<Embedding>,
    vocab_size: usize,
}

impl Tokens {
    pub(crate) fn new(vocab_size: usize, embedding: Option<usize>, device: &Device) -> Self {
        let table = |dimensions| EmbeddingConfig::new(vocab_size, dimensions).init(device);
        Self { embedding: embedding.map(table), vocab_size }
    }

    /// `[batch, time]` to `[batch, time, features]`.
    pub(crate) fn forward(&self, tokens: Tensor<2, Int>) -> Tensor<3> {
        match &self.embedding {
            Some(embedding) => embedding.forward(tokens),
            None => tokens.one_hot::<3>(self.vocab_size).float(),
        }
    }
}
