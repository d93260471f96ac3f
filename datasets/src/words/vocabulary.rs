//! The words that something knows, each by its number, and how a word is looked up among them.

use std::collections::HashMap;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use super::{WordRule, composed, contraction, is_initials, is_mark, lower, plain, without_marks};

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

    /// The index of a word as it is written, letter for letter.
    pub fn position(&self, word: &str) -> Option<usize> {
        self.indices.get(word).copied()
    }

    /// The index of a word, by the rule of [`words`](super): as it is written, else in another form of it.
    pub fn index(&self, word: &str) -> Option<usize> {
        self.in_any_case(word).or_else(|| {
            let plain = plain(word);
            let bare = without_marks(&plain);
            self.as_written_otherwise(&plain).or_else(|| self.as_written_otherwise(bare))
        })
    }

    /// The index that stands for every word that the vocabulary does not hold, where none may be passed over: the
    /// one behind the last word's.
    pub fn unknown(&self) -> usize {
        self.len()
    }

    /// One index for each of these words, [`unknown`](Self::unknown) for those that the vocabulary does not hold. Marks
    /// stay with their words: what divides words in a text that has tags is for those to say who tagged it.
    pub fn index_each(&self, words: &[impl AsRef<str>]) -> Vec<usize> {
        let index = |word: &str| {
            let composed = || self.in_any_case(&composed(word));
            self.in_any_case(word).or_else(composed).unwrap_or(self.unknown())
        };
        words.iter().map(|word| index(word.as_ref())).collect()
    }

    /// The indices of a text's words; those that the vocabulary does not hold are passed over.
    pub fn indices(&self, text: &str) -> Vec<usize> {
        self.look_up(text).indices
    }

    /// The same, and which words were passed over.
    pub fn look_up(&self, text: &str) -> LookedUp {
        self.look_up_by(text, WordRule::Boundaries)
    }

    /// The same of a text that is divided by this rule.
    pub fn look_up_by(&self, text: &str, rule: WordRule) -> LookedUp {
        let mut found = LookedUp::default();
        for word in rule.words(text) {
            match (self.index(&word), rule) {
                (Some(index), _) => found.indices.push(index),
                (None, WordRule::Tokens) if is_mark(&word) => (),
                (None, WordRule::Boundaries | WordRule::Tokens) => match self.contracted(&word) {
                    Some(indices) => found.indices.extend(indices),
                    None => found.passed_over.push(word),
                },
                (None, WordRule::Blanks) => found.passed_over.push(word),
            }
        }
        found
    }

    /// The indices of both words of a contraction, where both are known.
    fn contracted(&self, word: &str) -> Option<[usize; 2]> {
        let [stem, end] = contraction(word)?.map(|part| self.as_written_otherwise(part));
        Some([stem?, end?])
    }

    /// The index of a word that has no marks around it, in the forms in which files may have it.
    fn as_written_otherwise(&self, word: &str) -> Option<usize> {
        let decomposed = || (!word.is_ascii()).then(|| word.nfd().collect::<String>());
        let curly = || word.contains('\'').then(|| word.replace('\'', "’"));
        let stopped = || is_initials(word).then(|| format!("{word}."));
        self.in_any_case(word)
            .or_else(|| self.in_any_case(&decomposed()?))
            .or_else(|| self.in_any_case(&curly()?))
            .or_else(|| self.in_any_case(&stopped()?))
    }

    fn in_any_case(&self, word: &str) -> Option<usize> {
        let capital = || {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.collect::<String>() + &letters.as_str().to_lowercase()
        };
        self.position(word)
            .or_else(|| self.position(&word.to_lowercase()))
            .or_else(|| self.position(&lower(word)))
            .or_else(|| self.position(&capital()))
            .or_else(|| self.position(&word.to_uppercase()))
    }
}

/// A text's words as a vocabulary has them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookedUp {
    /// The indices of the words that it holds, in the order of the text.
    pub indices: Vec<usize>,
    /// The words that it does not hold, as they are written.
    pub passed_over: Vec<String>,
}
