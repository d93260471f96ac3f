//! What word vectors know.

use std::fmt::Write as _;

use burn::tensor::Device;
use fireside_datasets::word_vectors::WordVectors;
use fireside_recipes::trained::Card;
use fireside_recipes::word_vectors::{
    ANALOGIES, PAIRS, analogy_score, completed, map, parallel, similarity, similarity_of_kinds,
};
use fireside_sequence::word_vectors::{Analogy, Found};

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

    /// As [`Run::knowledge`] of vectors that were learnt, which it writes as a text, `NAME.txt`, with what describes
    /// them, and draws on a map, `map-NAME.png`.
    ///
    /// # Errors
    /// When a file cannot be written, or the map cannot be drawn.
    pub fn learnt_vectors(
        &mut self,
        name: &str,
        vectors: &WordVectors,
        seed: u32,
        device: &Device,
    ) -> Result<(), Failure> {
        self.knowledge(name, vectors);
        let title = format!("Words as {name} puts them, by t-SNE");
        self.map_of_vectors(&format!("map-{name}.png"), &title, vectors, seed, device)?;
        let file = self.write_vectors(&format!("{name}.txt"), vectors)?;
        self.describe(name, &Card::of_vectors(vectors, file))
    }

    /// Says how alike the assignment's pairs of words are, those that have vectors, and two of its differences, and
    /// keeps the figures: `similarity_ONE_OTHER`.
    pub fn similarities(&mut self, vectors: &WordVectors) {
        for [one, other] in PAIRS {
            if let Some(similarity) = similarity(vectors, [one, other]) {
                self.say(&format!("similarity of {one} and {other}: {similarity:.4}"));
                self.result(&format!("similarity_{one}_{other}"), similarity);
            }
        }
        if let Some(similarity) = parallel(vectors, [["france", "paris"], ["rome", "italy"]]) {
            self.say(&format!("similarity of france - paris and rome - italy: {similarity:.4}"));
            self.result("similarity_france_paris_rome_italy", similarity);
        }
    }

    /// Says which words complete an analogy that was asked for, and the assignment's, `top` of them by either rule,
    /// and keeps the nearest to the sum of the first: `analogy`.
    pub fn analogies(&mut self, vectors: &WordVectors, asked: [&str; 3], top: usize) {
        for (number, words) in [asked].into_iter().chain(ANALOGIES).enumerate() {
            for (how, by) in [("nearest sum", Analogy::Sum), ("most parallel", Analogy::Parallel)] {
                let Some(found) = completed(vectors, words, by, top) else { continue };
                let [a, b, c] = words;
                let what = format!("{a} -> {b} :: {c} -> ");
                self.found_words(&what, vectors, &found, &format!(" [{how}]"));
                if number == 0 && by == Analogy::Sum {
                    let best = found.first().and_then(|best| vectors.vocabulary().word(best.index));
                    self.result("analogy", best);
                }
            }
        }
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
        self.word_map(file, [title, "", ""], &map(vectors, seed, device)?)
    }
}
