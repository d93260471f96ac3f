//! How word vectors are learnt: by which learner, and with which settings.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A way to learn word vectors.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Learner {
    /// A word names those around it.
    SkipGram,
    /// The words around a word name it.
    Cbow,
    /// Products of vectors are logarithms of counts.
    Glove,
    /// The words before a word name it, by a network with a softmax over all words.
    NeuralLanguageModel,
}

impl Learner {
    /// Its name in file names and figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::SkipGram => "skip-gram",
            Self::Cbow => "cbow",
            Self::Glove => "glove",
            Self::NeuralLanguageModel => "neural-language-model",
        }
    }
}

/// How skip-gram and CBOW do without a softmax over all words.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// By a few words drawn at random.
    NegativeSampling,
    /// By the turns of a Huffman tree.
    HierarchicalSoftmax,
}

/// How to learn.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingSettings {
    /// Numbers in each vector.
    pub dimensions: usize,
    /// Words to both sides of a word that count as near it; for the neural language model, words before it.
    pub window: usize,
    /// Times through the text, or for GloVe through its counts.
    pub epochs: usize,
    /// Learning rate at the start.
    pub learning_rate: f64,
    /// How skip-gram and CBOW name a word.
    pub output: Output,
    /// Words drawn for each word by negative sampling.
    pub negatives: usize,
    /// Share of the text above which a word is left out by chance.
    pub threshold: f64,
    /// Seed of the first vectors and of all that is drawn.
    pub seed: u32,
}
