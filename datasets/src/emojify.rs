//! Emojify: short sentences, each with the emoji that belongs to it.
//!
//! The course's files `train_emoji.csv` and `tesss.csv`, or an earlier edition's, are files of
//! [`LabelledSentences`] with the labels 0 to 4, and sometimes further fields. Without them [`Emojify::embedded`]
//! makes sentences of that kind by a grammar.

use std::collections::HashSet;
use std::path::Path;

use fireside_numpy_rng::NumpyRng;

use crate::DataError;
use crate::generated_feelings;
use crate::labelled_sentences::{Columns, LabelledSentences, Labels};
use crate::source::{self, Source};

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

/// Both sets of sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emojify {
    /// To train on.
    pub train: LabelledSentences,
    /// To judge by.
    pub test: LabelledSentences,
    /// What was read of each file.
    pub columns: Vec<Columns>,
}

impl Emojify {
    /// Reads the course's files from `folder` or `folder/emojify`.
    ///
    /// # Errors
    /// When one is missing, or anything in it is not as the course has it.
    pub fn read(folder: &Path) -> Result<Self, DataError> {
        let read = |names| {
            let path = source::find(folder, TOPIC, names)?;
            let labels = Labels { classes: CLASSES.len(), names: &[], expected: "0 to 4" };
            LabelledSentences::read_labels(&path, &labels)
        };
        let ((train, of_train), (test, of_test)) = (read(TRAIN_NAMES)?, read(TEST_NAMES)?);
        Ok(Self { train, test, columns: vec![of_train, of_test] })
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
        Self { train: make(TRAIN_SENTENCES), test: make(TEST_SENTENCES), columns: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_sentences_are_as_many_as_the_course_s_and_none_is_in_both_sets() {
        let Emojify { train, test, .. } = Emojify::embedded(1);
        assert_eq!((train.len(), test.len()), (132, 56));
        assert!(test.sentences.iter().all(|sentence| !train.sentences.contains(sentence)));
        assert!((5..=10).contains(&train.max_len()));
    }
}
