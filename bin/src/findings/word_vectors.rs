//! What word vectors know.

use std::fmt::Write as _;

use burn::tensor::Device;
use fireside_datasets::word_vectors::WordVectors;
use fireside_recipes::trained::Card;
use fireside_recipes::word_vectors::{
    AnalogyScore, Demonstration, PAIRS, analogy_score, completed, is_first, map, parallel,
    similarity, similarity_of_kinds,
};
use fireside_sequence::word_vectors::{Analogy, Found};

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says how many analogies come out right, how alike words of a kind are, and how alike those of two kinds, and
    /// keeps the figures: `NAME_analogies`, nothing where none could be asked, `NAME_similarity_within_kinds` and
    /// `NAME_similarity_across_kinds`.
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
                format!("{name}: {right} of {asked} analogies come out right, {share:.1} %{more}")
            }
            None => format!("{name}: each of {unknown} analogies has a word without a vector"),
        });
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
        [name, called]: [&str; 2],
        vectors: &WordVectors,
        seed: u32,
        device: &Device,
    ) -> Result<(), Failure> {
        self.knowledge(name, vectors);
        let title = format!("Words as {called} puts them, by t-SNE: those alike stand together");
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

    /// Says what completes an analogy of the user's, or else the first, and the others chosen, in two ways, and which
    /// are wrong; keeps the first answer: `analogy`.
    pub fn analogies(
        &mut self,
        vectors: &WordVectors,
        own: Option<[&str; 3]>,
        chosen: &Demonstration,
        most: usize,
    ) {
        for [a, b, c, _] in &chosen.untold {
            self.say(&format!("{a} -> {b} :: {c} is not asked: the generated text does not tell."));
        }
        let own = own.map(|words| (words, None));
        let skipped = usize::from(own.is_some());
        let others =
            chosen.analogies.iter().skip(skipped).map(|[a, b, c, d]| ([*a, *b, *c], Some(*d)));
        for (number, ([a, b, c], expected)) in own.into_iter().chain(others).enumerate() {
            for (how, by) in [("nearest sum", Analogy::Sum), ("most parallel", Analogy::Parallel)] {
                let Some(found) = completed(vectors, [a, b, c], by, most) else { continue };
                let is_wrong = |word: &&str| is_first(vectors, &found, word) == Some(false);
                let verdict = match expected.filter(is_wrong) {
                    Some(expected) => format!("; wrong, it is {expected}"),
                    None => String::new(),
                };
                let what = format!("{a} -> {b} :: {c} -> ");
                self.found_words(&what, vectors, &found, &format!(" [{how}{verdict}]"));
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
        self.word_map(file, title, &map(vectors, seed, device)?)
    }
}
