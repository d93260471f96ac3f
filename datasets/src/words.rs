//! Text as words, and the one rule for words that a vocabulary does not hold.
//!
//! The rule is that of course 5's assignments, made to hold for what people type and for vocabularies with capitals;
//! everything that takes words from here follows it. A text is split at white space. A word is looked up as it is
//! written, then in lower case, then with a capital, then in capitals; where none of these is known, the same is tried
//! without the marks around it: of `food,` it is `food` that has a vector. A word that the vocabulary does not hold then
//! is passed over as if it had not been written, and [`Vocabulary::look_up`] tells which those are. White space and case
//! are Unicode's. Nothing is normalised: `é` as one character and as two are different words.
//!
//! A vocabulary that is learnt from a text has its words in lower case, with their marks.
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

    /// The index of a word as it is written, letter for letter.
    pub fn position(&self, word: &str) -> Option<usize> {
        self.indices.get(word).copied()
    }

    /// The index of a word, by the rule of this module.
    pub fn index(&self, word: &str) -> Option<usize> {
        self.in_any_case(word).or_else(|| {
            let bare = word.trim_matches(is_mark);
            (bare.len() < word.len()).then(|| self.in_any_case(bare)).flatten()
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
        let index = |word: &str| self.in_any_case(word).unwrap_or(self.unknown());
        words.iter().map(|word| index(word.as_ref())).collect()
    }

    /// The indices of a text's words; those that the vocabulary does not hold are passed over.
    pub fn indices(&self, text: &str) -> Vec<usize> {
        text.split_whitespace().filter_map(|word| self.index(word)).collect()
    }

    /// The same, and which words were passed over.
    pub fn look_up(&self, text: &str) -> LookedUp {
        let mut found = LookedUp::default();
        for word in text.split_whitespace() {
            match self.index(word) {
                Some(index) => found.indices.push(index),
                None => found.passed_over.push(word.to_string()),
            }
        }
        found
    }

    fn in_any_case(&self, word: &str) -> Option<usize> {
        let lower = || word.to_lowercase();
        let capital = || {
            let mut letters = word.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.collect::<String>() + &letters.as_str().to_lowercase()
        };
        self.position(word)
            .or_else(|| self.position(&lower()))
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

/// Whether a character is no part of a word at its beginning or end: neither letter nor digit, nor an accent that stands
/// behind its letter.
fn is_mark(character: char) -> bool {
    !character.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&character)
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

    /// As GoogleNews, the largest GloVe and fastText have them.
    #[test]
    fn word_is_looked_up_as_it_is_written_first() {
        let vocabulary = Vocabulary::new(["US", "us", "Paris", "apple", "NASA", "iPhone"]).unwrap();
        for (word, expected) in [
            ("US", Some(0)),
            ("us", Some(1)),
            ("Us", Some(1)),
            ("Paris", Some(2)),
            ("paris", Some(2)),
            ("PARIS", Some(2)),
            ("Apple", Some(3)),
            ("nasa", Some(4)),
            ("iPhone", Some(5)),
            ("Iphone", None),
            ("", None),
        ] {
            assert_eq!(vocabulary.index(word), expected, "{word}");
        }
    }

    #[test]
    fn marks_are_taken_off_words_that_are_not_known_with_them() {
        let vocabulary =
            Vocabulary::new(["food", "life", "u.s.", ",", "don't", "cafe", "é"]).unwrap();
        assert_eq!(vocabulary.indices("Food, life... (U.S.) , “DON'T!” ¿food?"), [0, 1, 3, 4, 0]);
        let LookedUp { indices, passed_over } =
            vocabulary.look_up("so — food/life U.S. cafe\u{301} !?");
        assert_eq!(indices, [2]);
        assert_eq!(passed_over, ["so", "—", "food/life", "cafe\u{301}", "!?"]);
        assert_eq!(vocabulary.index_each(&["food,", "Food"]), [7, 0]);
        assert_eq!(vocabulary.position("Food"), None);
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
