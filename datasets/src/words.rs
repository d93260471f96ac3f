//! Text as words, and the one rule for words that a vocabulary does not hold.
//!
//! The rule is that of course 5's assignments, and everything that takes words from here follows it: a text is
//! split at white space, every word is turned to lower case, and a word that the vocabulary does not hold is passed
//! over as if it had not been written. White space and lower case are Unicode's. Punctuation stays with its word,
//! and nothing is normalised: `é` as one character and as two are different words.
//!
//! Where every word is to be answered, as by a tagger, none can be passed over. There all words that the vocabulary
//! does not hold are one and the same, [`Vocabulary::unknown`], as in the course's lab on named entities: what is
//! said of such a word is told by the words around it.

use std::collections::HashMap;
use std::sync::Arc;

/// Returns the words of a text in lower case, one after the other.
///
/// ```
/// use fireside_datasets::words::words_of;
///
/// let words: Vec<String> = words_of("I adore\tÉCLAIRS ").collect();
/// assert_eq!(words, ["i", "adore", "éclairs"]);
/// ```
pub fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase)
}

/// A word stands in a vocabulary twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} stands at {first} and at {second}: a vocabulary holds each word once")]
pub struct DuplicateWord {
    /// The word.
    pub word: String,
    /// Where it stands first, counted from 0.
    pub first: usize,
    /// Where it stands again.
    pub second: usize,
}

/// Words, each with its index: 0, 1, 2, ...
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    words: Vec<Arc<str>>,
    indices: HashMap<Arc<str>, usize>,
}

impl Vocabulary {
    /// Makes a vocabulary of these words, in this order.
    ///
    /// # Errors
    /// [`DuplicateWord`] when one stands there twice.
    pub fn new(words: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, DuplicateWord> {
        let mut vocabulary = Self::default();
        words.into_iter().try_for_each(|word| vocabulary.push(word.as_ref()))?;
        Ok(vocabulary)
    }

    /// Adds a word at the end.
    ///
    /// # Errors
    /// [`DuplicateWord`] when it is there.
    pub fn push(&mut self, word: &str) -> Result<(), DuplicateWord> {
        let second = self.words.len();
        if let Some(&first) = self.indices.get(word) {
            return Err(DuplicateWord { word: word.to_string(), first, second });
        }
        let word: Arc<str> = word.into();
        self.words.push(word.clone());
        self.indices.insert(word, second);
        Ok(())
    }

    /// The number of words.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word at an index.
    pub fn word(&self, index: usize) -> Option<&str> {
        self.words.get(index).map(AsRef::as_ref)
    }

    /// The words in their order.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &str> {
        self.words.iter().map(AsRef::as_ref)
    }

    /// The index of a word, looked up in lower case.
    pub fn index(&self, word: &str) -> Option<usize> {
        self.indices.get(word.to_lowercase().as_str()).copied()
    }

    /// The index that stands for every word that the vocabulary does not hold, where none may be passed over: the
    /// one behind the last word's.
    pub fn unknown(&self) -> usize {
        self.len()
    }

    /// One index for each of these words, [`unknown`](Self::unknown) for those that the vocabulary does not hold.
    pub fn index_each(&self, words: &[impl AsRef<str>]) -> Vec<usize> {
        let index = |word: &str| self.index(word).unwrap_or(self.unknown());
        words.iter().map(|word| index(word.as_ref())).collect()
    }

    /// The indices of a text's words; those that the vocabulary does not hold are passed over.
    pub fn indices(&self, text: &str) -> Vec<usize> {
        words_of(text).filter_map(|word| self.indices.get(word.as_str()).copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_passed_over_and_letters_become_small() {
        let vocabulary = Vocabulary::new(["i", "love", "naïve", "größe"]).unwrap();
        assert_eq!(
            vocabulary.indices("I really LOVE\u{a0}Naïve\u{3000}GRÖSSE größe"),
            [0, 1, 2, 3]
        );
        assert_eq!(vocabulary.indices(" \t\r\n"), [0; 0]);
        assert_eq!(vocabulary.index("Love"), Some(1));
        assert_eq!(vocabulary.index("hate"), None);
    }

    #[test]
    fn unknown_words_share_an_index_where_none_is_passed_over() {
        let vocabulary = Vocabulary::new(["i", "love"]).unwrap();
        assert_eq!(vocabulary.index_each(&["I", "really", "LOVE", "", "it"]), [0, 2, 1, 2, 2]);
        assert_eq!(Vocabulary::default().index_each(&["i"]), [0]);
    }

    #[test]
    fn duplicate_is_refused_with_both_places() {
        let error = Vocabulary::new(["a", "b", "a"]).unwrap_err();
        assert_eq!(error, DuplicateWord { word: "a".to_string(), first: 0, second: 2 });
    }
}
