//! What describes the models of the assignments.

use fireside_datasets::word_vectors::WordVectors;
use fireside_datasets::words::{Vocabulary, WordRule};
use fireside_dense::deep_net::DeepNetConfig;
use fireside_sequence::alphabet::Alphabet;
use fireside_vision::{Edition, Pixels};

use super::{
    Architecture, Card, Entities, HeadOn, KnownFile, Named, Names, Neighbourhoods, Pictures,
    Reading, Sentences, Task, Texts, Values, Words,
};
use crate::named_entities::RULE;

impl Architecture {
    /// A ReLU network of these layers.
    pub fn deep_net(layer_sizes: &[usize]) -> Self {
        Self::DeepNet(DeepNetConfig::new(layer_sizes.to_vec()))
    }

    /// A network that can be had by name, for images of `[channels, height, width]`.
    pub fn named(network: &str, num_classes: usize, image: [usize; 3]) -> Self {
        Self::Zoo(Named::new(network, num_classes, image))
    }
}

impl Named {
    /// The same of a library that has published weights.
    #[must_use]
    pub fn of_edition(self, edition: Edition) -> Self {
        Self { edition: Some(edition.name().to_string()), ..self }
    }
}

impl HeadOn {
    /// A head of `[features, classes]` on the features of a network that expects such pixels.
    pub fn new(base: Named, pixels: Pixels, [features, num_classes]: [usize; 2]) -> Self {
        Self { base, pixels: pixels.into(), features, num_classes }
    }

    /// What describes the head alone, which takes the features that the network computes.
    pub fn card_of_head(&self, classes: &[impl AsRef<str>]) -> Card {
        let names: Vec<String> = (1..=self.features).map(|n| format!("feature {n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let architecture =
            Architecture::Linear { inputs: self.features, outputs: self.num_classes };
        let values = Values::plain(&names, Reading::one_of(classes));
        Card::new(architecture, Task::Values(values))
    }
}

impl Card {
    /// A classifier of pictures of this size, rows and columns.
    pub fn of_pictures(
        architecture: Architecture,
        side: [usize; 2],
        classes: &[impl AsRef<str>],
    ) -> Self {
        let task = Pictures::new(side, Reading::one_of(classes));
        Self::new(architecture, Task::Pictures(task))
    }

    /// A classifier of points of the plane into two classes.
    pub fn of_points(architecture: Architecture) -> Self {
        let gives = Reading::one_of(&["class 0", "class 1"]);
        Self::new(architecture, Task::Values(Values::plain(&["x", "y"], gives)))
    }
}

/// Of course 5.
impl Card {
    /// A language model that makes names of these characters, each from newline to newline.
    pub fn of_names(architecture: Architecture, alphabet: &Alphabet, seed: u32) -> Self {
        Self::new(architecture, Task::Names(Names::new(alphabet, seed)))
    }

    /// A language model that continues texts of these characters, of which it reads the last `window`.
    pub fn of_texts(
        architecture: Architecture,
        alphabet: &Alphabet,
        window: usize,
        seed: u32,
        drew_weights: bool,
    ) -> Self {
        let alphabet = super::characters::spelled(alphabet);
        let texts = Texts { alphabet, window, seed, drew_weights };
        Self::new(architecture, Task::Texts(texts))
    }

    /// A classifier of sentences, of which it reads no more than `longest` words.
    pub fn of_sentences(
        architecture: Architecture,
        words: Words,
        longest: usize,
        classes: &[impl AsRef<str>],
        emoji: &[&str],
    ) -> Self {
        let emoji = emoji.iter().map(ToString::to_string).collect();
        let (rule, gives) = (WordRule::Boundaries, Reading::one_of(classes));
        let sentences = Sentences { words, rule, longest, gives, emoji };
        Self::new(architecture, Task::Sentences(sentences))
    }

    /// A tagger of words, which reads no more than `longest` at a time.
    pub fn of_entities(
        architecture: Architecture,
        vocabulary: &Vocabulary,
        longest: usize,
        classes: &[String],
    ) -> Self {
        let words = Words::of(vocabulary);
        let entities = Entities { words, rule: RULE, longest, classes: classes.to_vec() };
        Self::new(architecture, Task::Entities(entities))
    }

    /// Word vectors in a file.
    pub fn of_vectors(vectors: &WordVectors, file: KnownFile) -> Self {
        let architecture =
            Architecture::WordVectors { words: vectors.len(), dimensions: vectors.dimensions() };
        let task = Task::Neighbourhoods(Neighbourhoods::default());
        Self { weights: Some(file), ..Self::new(architecture, task) }
    }
}
