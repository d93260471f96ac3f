//! How word vectors are learnt: by which learner, and with which settings.

use serde::{Deserialize, Serialize};

/// A way to learn word vectors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    /// All of them, with their names and what they do.
    pub const CHOICES: [(&'static str, &'static str, Self); 4] = [
        ("skip-gram", "A word names those around it", Self::SkipGram),
        ("cbow", "The words around a word name it", Self::Cbow),
        ("glove", "Products of vectors are logarithms of counts", Self::Glove),
        (
            "neural-language-model",
            "The words before a word name it, by a network with a softmax over all words",
            Self::NeuralLanguageModel,
        ),
    ];

    /// Its name in file names and figures.
    pub fn name(self) -> &'static str {
        match self {
            Self::SkipGram => "skip-gram",
            Self::Cbow => "cbow",
            Self::Glove => "glove",
            Self::NeuralLanguageModel => "neural-language-model",
        }
    }

    /// What people call it, in a sentence.
    pub fn called(self) -> &'static str {
        match self {
            Self::SkipGram => "skip-gram",
            Self::Cbow => "CBOW",
            Self::Glove => "GloVe",
            Self::NeuralLanguageModel => "the neural language model",
        }
    }

    /// Of those that are tried the main one: skip-gram, or else the first.
    pub fn main_of(tried: &[Self]) -> Option<Self> {
        tried.iter().find(|learner| **learner == Self::SkipGram).or(tried.first()).copied()
    }
}

/// How skip-gram and CBOW do without a softmax over all words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// By a few words drawn at random.
    NegativeSampling,
    /// By the turns of a Huffman tree.
    HierarchicalSoftmax,
}

/// What a learner takes of the settings that are given for all, in multiples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Times {
    /// Of the window.
    pub window: usize,
    /// Of the epochs.
    pub epochs: usize,
    /// Of the learning rate.
    pub learning_rate: f64,
}

impl Learner {
    /// GloVe weighs words by their distance, and goes through its counts, which are fewer than the words; CBOW takes
    /// one step for each word; the neural language model goes by Adam.
    pub fn times(self) -> Times {
        let (window, epochs, learning_rate) = match self {
            Self::SkipGram => (1, 1, 1.0),
            Self::Cbow => (1, 1, 2.0),
            Self::Glove => (2, 10, 1.0),
            Self::NeuralLanguageModel => (1, 1, 0.04),
        };
        Times { window, epochs, learning_rate }
    }
}

impl Output {
    /// Both, with their names and what they do.
    pub const CHOICES: [(&'static str, &'static str, Self); 2] = [
        ("negative-sampling", "By a few words drawn at random", Self::NegativeSampling),
        ("hierarchical-softmax", "By the turns of a Huffman tree", Self::HierarchicalSoftmax),
    ];
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

impl EmbeddingSettings {
    /// Those of a learner, of those given for all.
    #[must_use]
    pub fn of(&self, learner: Learner) -> Self {
        let times = learner.times();
        Self {
            window: times.window * self.window,
            epochs: times.epochs * self.epochs,
            learning_rate: times.learning_rate * self.learning_rate,
            ..self.clone()
        }
    }
}
