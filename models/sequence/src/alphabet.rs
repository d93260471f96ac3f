//! The characters of a text, by number: what a character model reads and writes.

use std::collections::{BTreeMap, BTreeSet};

/// The distinct characters of a text in the order of their code points, numbered from 0.
///
/// A character is a Unicode scalar value. None is changed: lower-case the text first, as the dinosaurs' assignment
/// does, or normalise it, where two spellings are to count as one.
///
/// ```
/// use fireside_sequence::alphabet::Alphabet;
///
/// let alphabet = Alphabet::of("rex\nzuul");
/// assert_eq!(alphabet.characters(), ['\n', 'e', 'l', 'r', 'u', 'x', 'z']);
/// assert_eq!(alphabet.encode("rex").unwrap(), [3, 1, 5]);
/// assert_eq!(alphabet.encode("Rex").unwrap_err().character, 'R');
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alphabet {
    characters: Vec<char>,
    numbers: BTreeMap<char, usize>,
}

/// A text has a character that the alphabet has not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{character:?}, character {place} of {text:?}, is none of the {known} known: {known_characters}"
)]
pub struct UnknownCharacter {
    /// The character.
    pub character: char,
    /// Where in the text it is first, counted in characters from 1.
    pub place: usize,
    /// The text.
    pub text: String,
    /// How many characters the alphabet has.
    pub known: usize,
    /// The alphabet's characters, quoted.
    pub known_characters: String,
}

impl Alphabet {
    /// Returns the alphabet of a text; that of an empty text is empty.
    pub fn of(text: &str) -> Self {
        Self::new(text.chars())
    }

    /// Returns the alphabet of these characters, in whatever order and however often they come.
    pub fn new(characters: impl IntoIterator<Item = char>) -> Self {
        let characters: BTreeSet<char> = characters.into_iter().collect();
        let characters: Vec<char> = characters.into_iter().collect();
        let numbers = characters.iter().copied().zip(0..).collect();
        Self { characters, numbers }
    }

    /// The characters in order.
    #[must_use]
    pub fn characters(&self) -> &[char] {
        &self.characters
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.characters.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.characters.is_empty()
    }

    /// The number of a character, `None` for one that is not in the alphabet.
    #[must_use]
    pub fn number(&self, character: char) -> Option<usize> {
        self.numbers.get(&character).copied()
    }

    /// Returns the numbers of a text's characters.
    ///
    /// # Errors
    /// [`UnknownCharacter`] for the first character that is not in the alphabet.
    pub fn encode(&self, text: &str) -> Result<Vec<usize>, UnknownCharacter> {
        let number = |(character, place)| {
            self.number(character).ok_or_else(|| UnknownCharacter {
                character,
                place,
                text: text.to_string(),
                known: self.len(),
                known_characters: format!("{:?}", self.characters.iter().collect::<String>()),
            })
        };
        text.chars().zip(1..).map(number).collect()
    }

    /// Returns the text of these numbers, with U+FFFD in the place of a number that no character has.
    #[must_use]
    pub fn decode(&self, numbers: &[usize]) -> String {
        let character = |number: &usize| self.characters.get(*number).copied();
        numbers
            .iter()
            .map(|number| character(number).unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_undoes_encoding_for_any_script() {
        for text in ["", "zuul", "Größe", "恐竜\n", "🦖 and 🦕"] {
            let alphabet = Alphabet::of(text);
            assert_eq!(alphabet.decode(&alphabet.encode(text).unwrap()), text);
        }
    }

    #[test]
    fn unknown_character_is_named_with_its_place_in_characters() {
        let error = Alphabet::of("abcü").encode("üx").unwrap_err();
        assert_eq!((error.character, error.place), ('x', 2));
        assert_eq!(
            error.to_string(),
            "'x', character 2 of \"üx\", is none of the 4 known: \"abcü\""
        );
    }

    #[test]
    fn numbers_without_a_character_decode_to_the_replacement_character() {
        assert_eq!(Alphabet::of("ab").decode(&[1, 2]), "b\u{fffd}");
    }
}
