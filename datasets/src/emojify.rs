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

/// Made sentences to train on and to judge by, twice as many as the course has, from which two LSTMs learn what a mean
/// knows too; and how many are in pairs that only the order of the words tells apart.
const TRAIN: Sizes = Sizes { sentences: 264, paired: 128 };
const TEST: Sizes = Sizes { sentences: 112, paired: 48 };

struct Sizes {
    sentences: usize,
    paired: usize,
}

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

    /// Makes 264 and 112 sentences, each but once; the same seed makes the same ones. Of [`Self::test`], 48 are in
    /// pairs of the same words and of different classes.
    pub fn embedded(seed: u32) -> Self {
        let rng = &mut NumpyRng::new(seed);
        let mut seen = HashSet::new();
        let mut make = |sizes: Sizes| {
            let mut made = LabelledSentences::default();
            while made.len() < sizes.sentences {
                let drawn = match made.len() < sizes.paired {
                    true => generated_feelings::pair(rng).to_vec(),
                    false => {
                        let label = made.len() % CLASSES.len();
                        vec![(generated_feelings::sentence(label, rng), label)]
                    }
                };
                if drawn.iter().any(|(sentence, _)| seen.contains(sentence)) {
                    continue;
                }
                for (sentence, label) in drawn {
                    seen.insert(sentence.clone());
                    made.sentences.push(sentence);
                    made.labels.push(label);
                }
            }
            made
        };
        Self { train: make(TRAIN), test: make(TEST), columns: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_sentences_are_twice_as_many_as_the_course_s_and_none_is_in_both_sets() {
        let Emojify { train, test, .. } = Emojify::embedded(1);
        assert_eq!((train.len(), test.len()), (2 * 132, 2 * 56));
        assert!(test.sentences.iter().all(|sentence| !train.sentences.contains(sentence)));
        assert!((5..=10).contains(&train.max_len()));
    }

    #[test]
    fn embedded_pairs_are_of_the_same_words_and_of_two_classes() {
        for seed in 0..10 {
            let Emojify { train, test, .. } = Emojify::embedded(seed);
            assert_eq!((train.order_pairs().len(), test.order_pairs().len()), (64, 24));
            for set in [train, test] {
                let fewest = (0..CLASSES.len())
                    .map(|class| set.labels.iter().filter(|&&l| l == class).count());
                assert!(fewest.min() >= Some(set.len() / 10), "seed {seed}: {:?}", set.labels);
            }
        }
    }
}
