//! The gender in words, before and after it was taken out.

use fireside_recipes::word_bias::{Along, Debiased};

use crate::Failure;
use crate::plot::{self, Kind, Row};
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
        let row = |Along { word, before, after }: &Along| Row {
            name: word.clone(),
            values: vec![*before, *after],
        };
        let rows: Vec<Row> = words.iter().map(row).collect();
        let axis = "cosine with woman - man: men to the left, women to the right";
        let names = ["before", "after: taken out, pairs made equal"];
        let png = plot::rows(["Gender in words", axis], Kind::Linear, &names, &rows)?;
        self.picture("bias.png", &png)
    }
}
