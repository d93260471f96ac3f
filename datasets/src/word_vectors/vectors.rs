//! Words and their vectors in memory.

use super::problem::VectorProblem;
use crate::words::{DuplicateWord, Vocabulary};

/// A vector for each word of a vocabulary.
#[derive(Debug, Clone, PartialEq)]
pub struct WordVectors {
    vocabulary: Vocabulary,
    vectors: Vec<f32>,
    dimensions: usize,
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
            found.push(word.as_ref(), 1, row.iter().copied())?;
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

    pub(super) fn empty(dimensions: usize) -> Self {
        Self { vocabulary: Vocabulary::default(), vectors: Vec::new(), dimensions }
    }

    pub(super) fn or_empty(self) -> Result<Self, VectorProblem> {
        match self.is_empty() || self.dimensions == 0 {
            true => Err(VectorProblem::Empty),
            false => Ok(self),
        }
    }

    /// Adds a word; the first one stands on line, or at position, `begin` of its file.
    pub(super) fn push(
        &mut self,
        word: &str,
        begin: u64,
        numbers: impl Iterator<Item = f32>,
    ) -> Result<(), VectorProblem> {
        if word.is_empty() || word.contains('\n') {
            return Err(VectorProblem::NoWord { word: word.to_string() });
        }
        let first = |duplicate: DuplicateWord| VectorProblem::Duplicate {
            word: duplicate.word,
            first: duplicate.first as u64 + begin,
        };
        self.vocabulary.push(word).map_err(first)?;
        let before = self.vectors.len();
        self.vectors.extend(numbers);
        let row = &self.vectors[before..];
        if row.len() != self.dimensions {
            return Err(VectorProblem::Width { expected: self.dimensions, found: row.len() });
        }
        match row.iter().find(|number| !number.is_finite()) {
            None => Ok(()),
            Some(entry) => {
                Err(VectorProblem::NotANumber { word: word.to_string(), entry: entry.to_string() })
            }
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
