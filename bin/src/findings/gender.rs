//! The gender in words, before and after it was taken out.

use fireside_recipes::word_bias::Along;

use crate::Failure;
use crate::plot::{self, Kind, Row};
use crate::run::Run;

impl Run {
    /// Says where words lie along woman - man, before and after, keeps that of man and woman, `gender_before_man` and so
    /// on, and draws it: `bias.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn gender(&mut self, found: Option<Vec<Along>>) -> Result<(), Failure> {
        let Some(words) = found else {
            self.say("man or woman has no vector: no axis of gender.");
            return Ok(());
        };
        for Along { word, before, after } in &words {
            let [was, is] = [before, after].map(|cosine| written(*cosine));
            self.say(&format!("along woman - man: {word:14} {was} before, {is} after"));
            if ["man", "woman"].contains(&word.as_str()) {
                self.result(&format!("gender_before_{word}"), *before);
                self.result(&format!("gender_after_{word}"), *after);
            }
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

/// A cosine of four decimals; 0 has no sign.
fn written(cosine: f64) -> String {
    format!("{:7.4}", (1e4 * cosine).round() / 1e4 + 0.0)
}
