//! What word vectors know.

use std::fmt::Write as _;

use burn::tensor::Device;
use fireside_datasets::word_vectors::{Format, WordVectors};
use fireside_recipes::word_vectors::{analogy_score, map, similarity_of_kinds};
use fireside_sequence::word_vectors::Found;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says how many analogies come out right, how alike words of a kind are, and how alike those of two kinds, and
    /// keeps the figures: `NAME_analogies`, `NAME_similarity_within_kinds` and `NAME_similarity_across_kinds`.
    pub fn knowledge(&mut self, name: &str, vectors: &WordVectors) {
        let (right, asked) = analogy_score(vectors);
        let share = 100.0 * right as f64 / asked.max(1) as f64;
        self.say(&format!("{name}: {right} of {asked} analogies come out right, {share:.1} %"));
        self.result(&format!("{name}_analogies"), share);
        if let Some([within, across]) = similarity_of_kinds(vectors) {
            self.say(&format!("{name}: words of a kind are {within:.2} alike, others {across:.2}"));
            self.result(&format!("{name}_similarity_within_kinds"), within);
            self.result(&format!("{name}_similarity_across_kinds"), across);
        }
    }

    /// As [`Run::knowledge`] of vectors that were learnt, which it writes as a text, `NAME.txt`, and draws on a map,
    /// `map-NAME.png`, under what the learner is called.
    ///
    /// # Errors
    /// When a file cannot be written, or the map cannot be drawn.
    pub fn learnt_vectors(
        &mut self,
        [name, called]: [&str; 2],
        vectors: &WordVectors,
        seed: u32,
        device: &Device,
    ) -> Result<(), Failure> {
        self.knowledge(name, vectors);
        let title = format!("Words as {called} puts them, by t-SNE: those alike stand together");
        self.map_of_vectors(&format!("map-{name}.png"), &title, vectors, seed, device)?;
        let mut text = Vec::new();
        let written = vectors.write(&mut text, Format::Glove);
        written.map_err(|error| Failure::Run(format!("{name}.txt: {error}")))?;
        self.file(&format!("{name}.txt"), &text)
    }

    /// Says `what` and the words found to it, each with its similarity, and then a `remark`.
    pub fn found_words(&self, what: &str, vectors: &WordVectors, found: &[Found], remark: &str) {
        let mut line = what.to_string();
        for (place, found) in found.iter().enumerate() {
            let word = vectors.vocabulary().word(found.index).unwrap_or_default();
            let comma = if place == 0 { "" } else { ", " };
            let _ = write!(line, "{comma}{word} ({:.3})", found.similarity); // a string takes everything
        }
        self.say(&(line + remark));
    }

    /// Draws words where t-SNE puts them by their vectors.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn map_of_vectors(
        &mut self,
        file: &str,
        title: &str,
        vectors: &WordVectors,
        seed: u32,
        device: &Device,
    ) -> Result<(), Failure> {
        self.word_map(file, title, &map(vectors, seed, device)?)
    }
}
