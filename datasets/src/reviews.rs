//! Reviews that somebody liked something, or did not (course 5, week 2, "Sentiment classification").
//!
//! A file of the user's is one of [`LabelledSentences`] with the labels 0 and 1, or the names of [`CLASSES`] or their
//! beginnings. Without it [`Reviews::embedded`]
//! makes reviews of a restaurant by a grammar: among them are pairs of which only the order of the words tells who is
//! pleased.

use std::collections::HashSet;
use std::path::Path;

use fireside_numpy_rng::NumpyRng;

use crate::DataError;
use crate::generated_reviews;
use crate::labelled_sentences::{Columns, LabelledSentences, Labels};

/// What the labels 0 and 1 mean.
pub const CLASSES: [&str; 2] = ["negative", "positive"];

const LABELS: Labels<'_> = Labels {
    classes: CLASSES.len(),
    names: &[&["negative", "neg"], &["positive", "pos"]],
    expected: "0 or 1, negative or positive",
};

/// Reviews made, at least.
const COUNT: usize = 2000;

/// Reviews to learn from and to judge by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviews {
    /// To train on.
    pub train: LabelledSentences,
    /// To judge by.
    pub test: LabelledSentences,
    /// What was read of a file.
    pub columns: Option<Columns>,
}

impl Reviews {
    /// Reads a file and splits it as [`LabelledSentences::split`] does, or makes reviews in its place.
    ///
    /// # Errors
    /// As [`LabelledSentences::read`], and when all sentences of the file have the same words: none is left to judge
    /// by then.
    pub fn load(file: Option<&Path>, seed: u32) -> Result<Self, DataError> {
        let Some(path) = file else { return Ok(Self::embedded(seed)) };
        let (all, columns) = LabelledSentences::read_labels(path, &LABELS)?;
        let (train, test) = all.split(seed).ok_or_else(|| {
            let reason = "its sentences all have the same words: at least two must differ, one to train on and one to judge by";
            DataError::malformed(path, "review", reason)
        })?;
        Ok(Self { train, test, columns: Some(columns) })
    }

    /// Makes 2,000 reviews, each but once; the same seed makes the same ones.
    pub fn embedded(seed: u32) -> Self {
        let rng = &mut NumpyRng::new(seed);
        let mut seen = HashSet::new();
        let mut all = LabelledSentences::default();
        while all.len() < COUNT {
            for (sentence, label) in generated_reviews::draw(rng) {
                if seen.insert(sentence.clone()) {
                    all.sentences.push(sentence);
                    all.labels.push(label);
                }
            }
        }
        // Two thousand sentences of a grammar are never all of the same words.
        let (train, test) = all.split(seed).unwrap_or_default();
        Self { train, test, columns: None }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn embedded_reviews_have_pairs_to_judge_by_and_both_classes_alike() {
        let reviews = Reviews::embedded(1);
        let Reviews { train, test, .. } = &reviews;
        assert!(train.len() + test.len() >= 2000 && (400..410).contains(&test.len()));
        assert!((20..100).contains(&test.order_pairs().len()), "{}", test.order_pairs().len());
        for set in [train, test] {
            let positive = set.labels.iter().sum::<usize>() as f64 / set.len() as f64;
            assert!((0.45..0.55).contains(&positive), "{positive}");
        }
        assert_eq!(Reviews::embedded(1), reviews);
        assert_ne!(Reviews::embedded(2), reviews);
    }

    #[test]
    fn file_of_one_sentence_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.csv");
        for (contents, culprit) in [
            ("good,1\n", "all have the same words"),
            ("good,1\nGood,0\n", "all have the same words"),
            (
                "good,1\nbad,2\n",
                "r.csv, line 2: the label is \"2\", not 0 or 1, negative or positive",
            ),
        ] {
            fs::write(&path, contents).unwrap();
            let error = Reviews::load(Some(&path), 1).unwrap_err().to_string();
            assert!(error.contains(culprit), "{error}");
        }
    }
}
