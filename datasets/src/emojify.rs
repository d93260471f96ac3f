//! Emojify: short sentences, each with the emoji that belongs to it.
//!
//! The course's files `train_emoji.csv` and `tesss.csv`, or an earlier edition's, have no header; a row is a sentence, the label 0 to 4,
//! and sometimes further fields, which are passed over. Sentences are as the file has them, blanks at their ends
//! included. Without them [`Emojify::embedded`] makes sentences of that kind by a grammar.

use std::collections::HashSet;
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};
use fireside_training::rng::NumpyRng;

use crate::DataError;
use crate::generated_feelings;
use crate::source::{self, Source, read_file};
use crate::table::{FORMAT, Lines, MAX_FILE_BYTES};
use crate::words::words_of;

/// The folder of the course's data that holds the files.
pub const TOPIC: &str = "emojify";
/// Names of the file to train on.
pub const TRAIN_NAMES: &[&str] = &["train_emoji.csv"];
/// Names of the file to judge by: that of the present edition, then earlier ones, of which the last has labels that
/// belie its sentences ("I am upset" is a heart).
pub const TEST_NAMES: &[&str] = &["tesss.csv", "tess.csv", "test_emoji.csv"];
/// What the labels 0 to 4 mean.
pub const CLASSES: [&str; 5] = ["heart", "baseball", "smile", "disappointed", "fork and knife"];

/// Sentences that the course has, to train on and to judge by.
const TRAIN_SENTENCES: usize = 132;
const TEST_SENTENCES: usize = 56;

/// Sentences with their labels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LabelledSentences {
    /// The sentences.
    pub sentences: Vec<String>,
    /// The class of each, below that of [`CLASSES`]' length.
    pub labels: Vec<usize>,
}

impl LabelledSentences {
    /// The number of sentences.
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// Words of the longest sentence.
    pub fn max_len(&self) -> usize {
        self.sentences.iter().map(|sentence| words_of(sentence).count()).max().unwrap_or(0)
    }

    /// Reads a file of sentences.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or a row has no label of 0 to 4.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        let contents = read_file(path, MAX_FILE_BYTES)?;
        let mut lines = Lines::of(&contents);
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&*contents);
        let mut found = Self::default();
        let mut record = StringRecord::new();
        let malformed = |error: csv::Error| DataError::malformed(path, FORMAT, error);
        while reader.read_record(&mut record).map_err(malformed)? {
            let line = lines.at(record.position());
            let text = record.get(1).unwrap_or_default();
            let label = text.trim().parse().ok().filter(|&label| label < CLASSES.len());
            found.labels.push(label.ok_or_else(|| DataError::Field {
                path: path.to_path_buf(),
                line,
                column: "the label".to_string(),
                found: text.to_string(),
                expected: "0 to 4",
            })?);
            found.sentences.push(record.get(0).unwrap_or_default().to_string());
        }
        match found.is_empty() {
            true => Err(DataError::malformed(path, FORMAT, "it has no rows")),
            false => Ok(found),
        }
    }
}

/// Both sets of sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emojify {
    /// To train on.
    pub train: LabelledSentences,
    /// To judge by.
    pub test: LabelledSentences,
}

impl Emojify {
    /// Reads the course's files from `folder` or `folder/emojify`.
    ///
    /// # Errors
    /// When one is missing, or anything in it is not as the course has it.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let read = |names| LabelledSentences::read(&source::find(folder, TOPIC, names)?);
        Ok(Self { train: read(TRAIN_NAMES)?, test: read(TEST_NAMES)? })
    }

    /// Reads the course's files, or makes sentences in their place.
    ///
    /// # Errors
    /// As [`Emojify::read`].
    pub fn load(source: &Source, seed: u32) -> Result<Self, DataError> {
        match source {
            Source::Real(folder) => Self::read(folder),
            Source::Embedded => Ok(Self::embedded(seed)),
        }
    }

    /// Makes 132 and 56 sentences, each but once; the same seed makes the same ones.
    pub fn embedded(seed: u32) -> Self {
        let rng = &mut NumpyRng::new(seed);
        let mut seen = HashSet::new();
        let mut make = |count: usize| {
            let mut made = LabelledSentences::default();
            while made.len() < count {
                let label = made.len() % CLASSES.len();
                let sentence = generated_feelings::sentence(label, rng);
                if seen.insert(sentence.clone()) {
                    made.sentences.push(sentence);
                    made.labels.push(label);
                }
            }
            made
        };
        Self { train: make(TRAIN_SENTENCES), test: make(TEST_SENTENCES) }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(contents: &str) -> Result<LabelledSentences, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("e.csv");
        fs::write(&path, contents).unwrap();
        let place = format!("{}/", folder.path().display());
        LabelledSentences::read(&path).map_err(|error| error.to_string().replace(&place, ""))
    }

    #[test]
    fn sentences_keep_their_blanks_and_further_fields_are_passed_over() {
        let found = read("never  again ,3,,\r\n\"food, you said\t\",4\r\n").unwrap();
        assert_eq!(found.sentences, ["never  again ", "food, you said\t"]);
        assert_eq!((found.labels.as_slice(), found.max_len()), ([3, 4].as_slice(), 3));
    }

    #[test]
    fn embedded_sentences_are_as_many_as_the_course_s_and_none_is_in_both_sets() {
        let Emojify { train, test } = Emojify::embedded(1);
        assert_eq!((train.len(), test.len()), (132, 56));
        assert!(test.sentences.iter().all(|sentence| !train.sentences.contains(sentence)));
        assert!((5..=10).contains(&train.max_len()));
    }

    #[test]
    fn label_outside_the_classes_is_refused_with_its_line() {
        for label in ["5", "-1", "x", ""] {
            assert_eq!(
                read(&format!("a,0\r\nb,{label}\r\n")).unwrap_err(),
                format!("e.csv, line 2: the label is {label:?}, not 0 to 4")
            );
        }
        assert_eq!(read("a\n").unwrap_err(), "e.csv, line 1: the label is \"\", not 0 to 4");
        assert_eq!(read("").unwrap_err(), "e.csv is not a whole CSV file: it has no rows");
    }
}
