//! What word vectors know.

use std::fmt::Write as _;

use burn::tensor::Device;
use fireside_datasets::word_vectors::WordVectors;
use fireside_recipes::embeddings::Learner;
use fireside_recipes::trained::Card;
use fireside_recipes::word_vectors::{
    AnalogyScore, Demonstration, PAIRS, WAYS, Way, analogy_score, completed, looked_up, map,
    parallel, similarity, similarity_of_kinds,
};
use fireside_sequence::word_vectors::Found;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says how many analogies come out right, how alike words of a kind are, and how alike those of two kinds, and
    /// keeps the figures: `analogies_NAME`, nothing where none could be asked, `similarity_within_kinds_NAME` and
    /// `similarity_across_kinds_NAME`.
    pub fn knowledge(&mut self, name: &str, vectors: &WordVectors) {
        let AnalogyScore { right, asked, unknown } = analogy_score(vectors);
        let share = (asked > 0).then(|| 100.0 * right as f64 / asked as f64);
        let more = match unknown {
            0 => String::new(),
            1 => "; one more has words without a vector".to_string(),
            _ => format!("; {unknown} more have words without a vector"),
        };
        self.say(&match share {
            Some(share) => {
                let right = format!("{right} of {asked} analogies come out right");
                format!("{name}: {right} by the nearest sum, {share:.1} %{more}")
            }
            None => format!("{name}: each of {unknown} analogies has a word without a vector"),
        });
        self.result(&format!("analogies_{name}"), share);
        if let Some([within, across]) = similarity_of_kinds(vectors) {
            self.say(&format!("{name}: words of a kind are {within:.2} alike, others {across:.2}"));
            self.result(&format!("similarity_within_kinds_{name}"), within);
            self.result(&format!("similarity_across_kinds_{name}"), across);
        }
    }

    /// As [`Run::knowledge`] of vectors that were learnt, which it writes as a text, `NAME.txt`, with what describes
    /// them, as the run's main ones or as others, and draws on a map, `map-NAME.png`.
    ///
    /// # Errors
    /// When a file cannot be written, or the map cannot be drawn.
    pub fn learnt_vectors(
        &mut self,
        learner: Learner,
        is_main: bool,
        vectors: &WordVectors,
        seed: u32,
        device: &Device,
    ) -> Result<(), Failure> {
        let (name, called) = (learner.name(), learner.called());
        self.knowledge(name, vectors);
        let title = format!("Words as {called} puts them, by t-SNE: those alike stand together");
        self.map_of_vectors(&format!("map-{name}.png"), &title, vectors, seed, device)?;
        let file = self.write_vectors(&format!("{name}.txt"), vectors)?;
        let card = Card::of_vectors(vectors, file).as_main_if(is_main).called(called);
        self.describe(name, &card)
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

    /// Says what completes an analogy of the user's, if there is one, and those that the vectors complete right; keeps
    /// the first answer: `analogy`.
    pub fn analogies(
        &mut self,
        vectors: &WordVectors,
        own: Option<[&str; 3]>,
        chosen: &Demonstration,
        most: usize,
    ) {
        let mut answers = Vec::new();
        if let Some(words) = own {
            answers.extend(self.completions(vectors, words, &WAYS, most));
        }
        self.say(match chosen.analogies.is_empty() {
            true => "None of the analogies to show comes out right.",
            false => "Analogies that come out right, and how they are asked:",
        });
        for ([a, b, c, _], ways) in &chosen.analogies {
            answers.extend(self.completions(vectors, [*a, *b, *c], ways, most));
        }
        if let Some(first) = answers.into_iter().next() {
            self.result("analogy", first);
        }
    }

    /// Says what completes an analogy in each of these ways; returns the best word of each.
    fn completions(
        &self,
        vectors: &WordVectors,
        words: [&str; 3],
        ways: &[Way],
        most: usize,
    ) -> Vec<String> {
        let [a, b, c] = words.map(|word| looked_up(vectors, word));
        let mut best = Vec::new();
        for (how, by) in ways {
            let Some(found) = completed(vectors, words, *by, most) else { continue };
            let what = format!("{a} -> {b} :: {c} -> ");
            self.found_words(&what, vectors, &found, &format!(" [{how}]"));
            let first = found.first().and_then(|first| vectors.vocabulary().word(first.index));
            best.extend(first.map(str::to_string));
        }
        best
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
