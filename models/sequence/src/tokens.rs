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
            None => one_hot(tokens, self.vocab_size),
        }
    }
}

/// `[batch, time]` to `[batch, time, classes]`: a one in the token's place. Burn's own takes two classes or more.
pub(crate) fn one_hot(tokens: Tensor<2, Int>, classes: usize) -> Tensor<3> {
    let [batch, time] = tokens.dims();
    match classes {
        1 => Tensor::ones([batch, time, 1], &tokens.device()),
        _ => tokens.one_hot::<3>(classes).float(),
    }
}
