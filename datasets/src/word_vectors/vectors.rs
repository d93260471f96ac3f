//! Words and their vectors in memory.

use std::fmt;

use super::problem::VectorProblem;
use crate::words::{DuplicateWord, Vocabulary};

/// A vector for each word of a vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct WordVectors {
    vocabulary: Vocabulary,
    vectors: Vec<f32>,
    dimensions: usize,
    passed_over: PassedOver,
}

/// Words of a file that were passed over: one of millions does not stop it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PassedOver {
    /// Words whose letters are not UTF-8: word2vec cuts long ones in the middle of a letter.
    pub not_utf8: usize,
    /// Words that have a vector already; the first is kept.
    pub repeated: usize,
}

impl PassedOver {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Such as `2 words that are not UTF-8, 1 word that has a vector already`.
impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |count: usize, one: &str, more: &str| {
            (count > 0).then(|| match count {
                1 => format!("1 word that {one}"),
                _ => format!("{count} words that {more}"),
            })
        };
        let parts = [
            part(self.not_utf8, "is not UTF-8", "are not UTF-8"),
            part(self.repeated, "has a vector already", "have vectors already"),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

impl WordVectors {
    /// Puts words and their vectors together; `vectors` holds one after the other.
    ///
    /// # Errors
    /// When there are none, the numbers are not as many as the words need, one is not finite, or a word is empty,
    /// has a line break or stands there twice.
    pub fn new(
        words: impl IntoIterator<Item = impl AsRef<str>>,
        vectors: Vec<f32>,
        dimensions: usize,
    ) -> Result<Self, VectorProblem> {
        let mut found = Self::empty(dimensions);
        let mut rows = vectors.chunks_exact(dimensions.max(1));
        for word in words {
            let row = rows.next().unwrap_or_default();
            found.push(word.as_ref(), row.iter().copied())?;
        }
        let expected = found.vectors.len();
        match vectors.len() == expected {
            true => found.or_empty(),
            false => Err(VectorProblem::Width { expected, found: vectors.len() }),
        }
    }

    /// The words.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// All numbers, one vector after the other.
    pub fn vectors(&self) -> &[f32] {
        &self.vectors
    }

    /// Numbers in each vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.vocabulary.len()
    }

    /// Whether there are none, which no way of making them allows.
    pub fn is_empty(&self) -> bool {
        self.vocabulary.is_empty()
    }

    /// The vector of a word, by the rule of [`words`](crate::words).
    pub fn get(&self, word: &str) -> Option<&[f32]> {
        let begin = self.vocabulary.index(word)? * self.dimensions;
        self.vectors.get(begin..begin + self.dimensions)
    }

    /// What was passed over of the file.
    pub fn passed_over(&self) -> PassedOver {
        self.passed_over
    }

    pub(super) fn empty(dimensions: usize) -> Self {
        Self {
            vocabulary: Vocabulary::default(),
            vectors: Vec::new(),
            dimensions,
            passed_over: PassedOver::default(),
        }
    }

    pub(super) fn or_empty(self) -> Result<Self, VectorProblem> {
        match self.is_empty() || self.dimensions == 0 {
            true if self.passed_over.not_utf8 > 0 => Err(VectorProblem::NotUtf8),
            true => Err(VectorProblem::Empty),
            false => Ok(self),
        }
    }

    /// Adds a word of a file, or passes it over.
    pub(super) fn take(
        &mut self,
        word: Option<&str>,
        numbers: impl Iterator<Item = f32>,
    ) -> Result<(), VectorProblem> {
        let word = match word {
            Some(word) if self.vocabulary.position(word).is_none() => {
                return self.push(word, numbers);
            }
            Some(word) => {
                self.passed_over.repeated += 1;
                word
            }
            None => {
                self.passed_over.not_utf8 += 1;
                "\u{fffd}"
            }
        };
        // A wrong row may mean that the file is read from a wrong place, whatever becomes of the word.
        check_row(word, &numbers.collect::<Vec<_>>(), self.dimensions)
    }

    /// How many words of the file were read.
    pub(super) fn words_read(&self) -> usize {
        self.len() + self.passed_over.not_utf8 + self.passed_over.repeated
    }

    fn push(
        &mut self,
        word: &str,
        numbers: impl Iterator<Item = f32>,
    ) -> Result<(), VectorProblem> {
        if word.is_empty() || word.contains('\n') {
            return Err(VectorProblem::NoWord { word: word.to_string() });
        }
        let first = |duplicate: DuplicateWord| VectorProblem::Duplicate {
            word: duplicate.word,
            first: duplicate.first as u64 + 1,
        };
        self.vocabulary.push(word).map_err(first)?;
        let before = self.vectors.len();
        self.vectors.extend(numbers);
        check_row(word, &self.vectors[before..], self.dimensions)
    }
}

fn check_row(word: &str, row: &[f32], dimensions: usize) -> Result<(), VectorProblem> {
    if row.len() != dimensions {
        return Err(VectorProblem::Width { expected: dimensions, found: row.len() });
    }
    match row.iter().find(|number| !number.is_finite()) {
        None => Ok(()),
        Some(entry) => {
            Err(VectorProblem::NotANumber { word: word.to_string(), entry: entry.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vectors_that_do_not_fit_their_words_are_refused() {
        let new = |words: &[&str], vectors: &[f32]| WordVectors::new(words, vectors.to_vec(), 2);
        assert_eq!(new(&[], &[]).unwrap_err(), VectorProblem::Empty);
        assert!(matches!(new(&["a"], &[1.0]), Err(VectorProblem::Width { .. })));
        assert!(matches!(new(&["a"], &[1.0; 4]), Err(VectorProblem::Width { .. })));
        assert!(matches!(
            new(&["a", "a"], &[1.0; 4]),
            Err(VectorProblem::Duplicate { first: 1, .. })
        ));
        assert!(matches!(new(&["a"], &[1.0, f32::NAN]), Err(VectorProblem::NotANumber { .. })));
        assert!(matches!(new(&["a\n"], &[1.0; 2]), Err(VectorProblem::NoWord { .. })));
    }
}
