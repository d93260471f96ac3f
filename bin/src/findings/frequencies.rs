//! How often characters, words and classes occur in what is learnt from.

use fireside_datasets::labelled_sentences::LabelledSentences;
use fireside_datasets::tagged_text::TaggedText;
use fireside_recipes::embeddings::CountedText;
use fireside_recipes::named_entities::Lesson;
use fireside_report::DATA_FILE;
use fireside_sequence::alphabet::Alphabet;

use crate::Failure;
use crate::plot::{self, Kind, Row};
use crate::run::Run;

/// Characters and words that are drawn.
const SHOWN: usize = 40;
/// What is learnt from and what is judged by.
const SETS: [&str; 2] = ["to train on", "to test"];

impl Run {
    /// Says what is learnt from and draws how often each character occurs among those of these numbers: `data.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn look_at_characters(
        &mut self,
        what: &str,
        alphabet: &Alphabet,
        numbers: &[usize],
    ) -> Result<(), Failure> {
        self.say(&format!("Data: {what}."));
        let mut counts = vec![0; alphabet.len()];
        numbers.iter().for_each(|number| counts[*number] += 1);
        let rows = alphabet.characters().iter().zip(counts).map(|(character, count)| Row {
            name: match character {
                ' ' => "blank".to_string(),
                '\n' => "end of a line".to_string(),
                character => character.to_string(),
            },
            values: vec![f64::from(count)],
        });
        self.most_frequent("characters", rows.collect())
    }

    /// Says what text is learnt from and draws how often its most frequent words occur: `data.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn look_at_words(&mut self, text: &CountedText) -> Result<(), Failure> {
        self.say(&format!("Data: {}.", text.describe()));
        let rows = text
            .vocabulary
            .words()
            .zip(&text.counts)
            .map(|(word, count)| Row { name: word.to_string(), values: vec![*count as f64] });
        self.most_frequent("words", rows.collect())
    }

    /// Says and draws how many sentences of each class both sets have: `data.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn look_at_classes(
        &mut self,
        sets: [&LabelledSentences; 2],
        classes: &[impl AsRef<str>],
    ) -> Result<(), Failure> {
        let count = |class, set: &LabelledSentences| {
            set.labels.iter().filter(|label| **label == class).count()
        };
        let names = classes.iter().map(AsRef::as_ref).enumerate();
        let counts = names.map(|(class, name)| (name, sets.map(|set| count(class, set))));
        self.in_both_sets("Sentences by class", "sentences", &counts.collect::<Vec<_>>())
    }

    /// Says what is to be known of texts whose names are to be found, and says and draws how many of each class both
    /// sets have: `data.png`.
    ///
    /// # Errors
    /// When the picture cannot be drawn or written.
    pub fn look_at_entities(&mut self, lesson: &Lesson) -> Result<(), Failure> {
        lesson.notes.iter().for_each(|note| self.say(note));
        let count = |class, texts: &[TaggedText]| {
            let entities = texts.iter().flat_map(|text| &text.entities);
            entities.filter(|entity| entity.class == class).count()
        };
        let sets = [&lesson.train, &lesson.test];
        let names = lesson.classes.iter().map(String::as_str).enumerate();
        let counts = names.map(|(class, name)| (name, sets.map(|set| count(class, set))));
        self.in_both_sets("Entities by class", "entities", &counts.collect::<Vec<_>>())
    }

    fn in_both_sets(
        &mut self,
        title: &str,
        axis: &str,
        counts: &[(&str, [usize; 2])],
    ) -> Result<(), Failure> {
        for (set, what) in SETS.into_iter().enumerate() {
            self.say_counts(what, counts.iter().map(|(name, counts)| (*name, counts[set])));
        }
        let rows = counts.iter().map(|(name, counts)| Row {
            name: (*name).to_string(),
            values: counts.iter().map(|count| *count as f64).collect(),
        });
        let rows: Vec<Row> = rows.collect();
        self.picture(DATA_FILE, &plot::rows([title, axis], Kind::Linear, &SETS, &rows)?)
    }

    /// Draws rows of one count each, the largest first.
    fn most_frequent(&mut self, what: &str, mut rows: Vec<Row>) -> Result<(), Failure> {
        rows.retain(|row| row.values[0] > 0.0);
        rows.sort_by(|one, other| other.values[0].total_cmp(&one.values[0]));
        let title = match rows.len() > SHOWN {
            true => format!("The {SHOWN} most frequent of {} {what}", rows.len()),
            false => format!("All {what}"),
        };
        rows.truncate(SHOWN);
        let axis = "how often they occur in what is learnt from";
        self.picture(DATA_FILE, &plot::rows([&title, axis], Kind::Linear, &["count"], &rows)?)
    }
}
