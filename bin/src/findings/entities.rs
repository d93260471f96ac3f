//! What was found to be named in texts.

use fireside_datasets::tagged_text::TaggedText;
use fireside_recipes::named_entities::{Marked, confusion, scores};
use fireside_strategy::document::{self, Block};
use fireside_strategy::number::{fixed, or_dash};
use fireside_training::metrics::accuracy;

use crate::run::Run;

impl Run {
    /// Says how many words a tagger tags right, and how many entities it finds of each class and of all together, and
    /// keeps the figures: `NAME_word_accuracy`, `NAME_f1_CLASS` and `NAME_f1_all`.
    pub fn entities(
        &mut self,
        name: &str,
        texts: &[TaggedText],
        found: &[Vec<usize>],
        classes: &[String],
    ) {
        let truth: Vec<usize> = texts.iter().flat_map(TaggedText::tags).collect();
        let right = 100.0 * accuracy(&found.concat(), &truth);
        let percent = |share: Option<f64>| or_dash(share, |share| fixed(share, 1));
        let scores = scores(texts, found, classes.len());
        let rows = classes.iter().map(String::as_str).chain(["all"]).zip(&scores);
        let rows = rows.map(|(class, of)| {
            self.result(&format!("{name}_f1_{class}"), of.f1.map(|f1| 100.0 * f1));
            let shares = [of.precision, of.recall, of.f1].map(percent);
            [&[class.to_string()], &shares[..], &[of.support.to_string()]].concat()
        });
        let table = Block::table(&["", "precision", "recall", "F1", "entities"], rows.collect());
        let read = name.replace('-', " ");
        let title = format!("Read {read}: {right:.2} % of {} words are right.", truth.len());
        self.say(&format!("\n{title}\n{}", document::text(&[table])));
        self.result(&format!("{name}_word_accuracy"), right);
    }

    /// Says how often a word of each class, a row, was taken for one of each, a column.
    pub fn confused_words(
        &self,
        title: &str,
        texts: &[TaggedText],
        found: &[Vec<usize>],
        classes: &[String],
    ) {
        let names = std::iter::once("outside").chain(classes.iter().map(String::as_str));
        let counts = confusion(texts, found, classes.len()).into_iter();
        let rows = names.zip(counts).enumerate().map(|(number, (name, counts))| {
            let counts = counts.iter().map(ToString::to_string);
            std::iter::once(format!("{number} {name}")).chain(counts).collect()
        });
        let numbers = (0..=classes.len()).map(|number| number.to_string());
        let header = std::iter::once("is, taken for".to_string()).chain(numbers).collect();
        let table = Block::Table { header, rows: rows.collect() };
        self.say(&format!("\n{title}\n{}", document::text(&[table])));
    }

    /// Shows a text as two taggers marked it, the one that reads one way first.
    pub fn marked(&self, [one, both]: &Marked) {
        self.say(&format!("\none way:   {one}\nboth ways: {both}"));
    }
}
