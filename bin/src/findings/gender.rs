//! The gender in words, before and after it was taken out.

use fireside_recipes::word_bias::{Along, Debiased};
use fireside_recipes::word_vectors::Group;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says where words lie along woman - man, before and after, keeps that of man and woman, and draws it:
    /// `bias.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn gender(&mut self, found: Option<Debiased>) -> Result<(), Failure> {
        let Some(Debiased { words, before, after }) = found else {
            self.say("man or woman has no vector: no axis of gender.");
            return Ok(());
        };
        for (when, sides) in [("before", before), ("after", after)] {
            for (word, side) in ["man", "woman"].into_iter().zip(sides) {
                self.result(&format!("{word}_gender_{when}"), side);
            }
        }
        for Along { word, before, after } in &words {
            self.say(&format!(
                "along woman - man: {word:14} {before:7.4} before, {after:7.4} after"
            ));
        }
        let group = |name: &str, along: fn(&Along) -> f64| {
            let rows = words.iter().enumerate();
            let words = rows.map(|(row, word)| (word.word.clone(), [along(word), -(row as f64)]));
            Group { name: name.to_string(), words: words.collect() }
        };
        let groups = [group("before", |word| word.before), group("after", |word| word.after)];
        let titles = ["Gender in words, before and after", "cosine with woman - man", ""];
        self.word_map("bias.png", titles, &groups)
    }
}
