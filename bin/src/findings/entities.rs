//! What was found to be named in texts.

use fireside_datasets::tagged_text::TaggedText;
use fireside_recipes::named_entities::{Lesson, Marked, Ways, confusion, differences, scores};
use fireside_recipes::trained::{Question, Trained};
use fireside_strategy::document::{self, Block};
use fireside_strategy::number::{fixed, or_dash};
use fireside_training::metrics::accuracy;

use crate::Failure;
use crate::run::Run;

impl Run {
    /// Says what a tagger that reads one way and one that reads both ways find in the texts to test, in tables,
    /// and shows some that only the other gets right; keeps the figures of each.
    pub fn both_taggers(&mut self, lesson: &Lesson, found: &[Vec<Vec<usize>>; 2]) {
        let Lesson { test, classes, .. } = lesson;
        for (ways, found) in Ways::ALL.into_iter().zip(found) {
            self.entities(ways.name(), test, found, classes);
        }
        let [one, both] = found;
        self.confused_words("Words, read both ways:", test, both, classes);
        differences(test, [one, both], classes).iter().for_each(|text| self.marked(text));
    }

    /// Asks both taggers about examples, and about a sentence of the user's, if there is one; shows all as they mark
    /// them and keeps what they say of the latter: `prediction_one_way` and `prediction_both_ways`.
    ///
    /// # Errors
    /// When the device fails.
    pub fn tagged(
        &mut self,
        examples: &[&str],
        said: Option<&str>,
        [one, both]: &[Trained; 2],
    ) -> Result<(), Failure> {
        let mark = |sentence: &str| -> Result<Marked, Failure> {
            let asked = Question::Sentence(sentence.to_string());
            let [one, both] = [one.answer(&asked)?, both.answer(&asked)?];
            Ok([one.marked().to_string(), both.marked().to_string()])
        };
        for example in examples {
            self.marked(&mark(example)?);
        }
        if let Some(found) = said.map(mark).transpose()? {
            self.marked(&found);
            let [one, both] = found;
            self.result("prediction_one_way", one);
            self.result("prediction_both_ways", both);
        }
        Ok(())
    }

    /// Says how many words a tagger tags right, and how many entities it finds of each class and of all together, and
    /// keeps the figures: `word_accuracy_NAME`, `f1_NAME_CLASS` and `f1_NAME_all`.
    fn entities(
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
            self.result(&format!("f1_{name}_{class}"), of.f1.map(|f1| 100.0 * f1));
            let shares = [of.precision, of.recall, of.f1].map(percent);
            [&[class.to_string()], &shares[..], &[of.support.to_string()]].concat()
        });
        let table = Block::table(&["", "precision", "recall", "F1", "entities"], rows.collect());
        let read = name.replace('-', " ");
        let title = format!("Read {read}: {right:.2} % of {} words are right.", truth.len());
        self.say(&format!("\n{title}\n{}", document::text(&[table])));
        self.result(&format!("word_accuracy_{name}"), right);
    }

    /// Says how often a word of each class, a row, was taken for one of each, a column.
    fn confused_words(
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
    fn marked(&self, [one, both]: &Marked) {
        self.say(&format!("\none way:   {one}\nboth ways: {both}"));
    }
}
