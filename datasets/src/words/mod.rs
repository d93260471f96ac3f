//! Text as words: the one rule of every program that reads sentences, for what is learnt from and for what is asked.
//!
//! | in a text | its words |
//! | --- | --- |
//! | `Food!` `(food)` `“food”` `_food_` `food...` | `food`: marks are no words, and part of none |
//! | `don't` `DON’T` `don´t` | `don't`: an apostrophe within a word is part of it, `'` however it is written |
//! | `'tis` `dogs'` `dog's` | `tis`, `dogs`, `dog's` |
//! | `state-of-the-art` `food—life` `and/or` | `state` `of` `the` `art`, `food` `life`, `and` `or` |
//! | `good.The` `note:this` | `good` `the`, `note` `this` |
//! | `U.S.` `e.g.` | `u.s`, `e.g`: full stops between single letters |
//! | `3.5` `1,000` `1990s` `15th` | as they are |
//! | `10 %` `$5` `-3` `1/4` `2:30` | `10`, `5`, `3`, `1` `4`, `2` `30` |
//! | `café`, its accent by itself or not | `café`, composed (NFC) |
//! | `GRÖSSE` `Größe` | `grösse`, `größe`: lower case, not folded |
//! | `love ❤️😀` | `love` `❤` `😀`: each picture is a word |
//! | `我喜欢` `ひらがな` `カタカナ` | `我` `喜` `欢`, `ひ` `ら` `が` `な`, `カタカナ` |
//!
//! It is Unicode's rule for word boundaries (UAX #29), with these differences: full stops and colons between letters
//! divide, but for those of `U.S.`; every blank divides; pictures (U+2600 to U+27BF but its quotation marks and
//! brackets, and U+1F000 to U+1FAFF) are words; characters that nobody sees, as soft hyphens, are left out. Scripts that
//! put no blanks come as Unicode has them without a dictionary: Han, hiragana and Thai letter by letter.
//!
//! **Looking up.** A word is looked up in a [`Vocabulary`] as it is written, then in lower case, with a capital and in
//! capitals; where none of these is known, the same is tried composed, decomposed, with a curly apostrophe, and of
//! `U.S` with a full stop behind it. A contraction that is not known is taken in two, as the texts of GloVe have it: `do`
//! and `n't`, `it` and `'s`. A word that the vocabulary does not hold then is passed over as if it had not been written,
//! and [`Vocabulary::look_up`] tells which those are. A vocabulary that is learnt from a text has its words in lower
//! case; those of a file of word vectors are as the file has them.
//!
//! **Words that are given.** [`WordRule::Blanks`] is the rule of the course's own assignments: a text is divided at its
//! blanks, and a word that is not known with the marks around it is looked up without them. It is that of texts whose
//! words somebody else has divided, to tag them ([`tagged_text`](crate::tagged_text)), and of models whose `model.json`
//! names no rule. The course's sentences for Emojify have no marks, and so the same words by both rules.
//!
//! **Words with their marks.** [`WordRule::Tokens`] is that of sentences that a tagger is asked about: words by the rule
//! above, in the case in which they are written, and each mark by itself, as the texts of the CoNLL-2003 task have them.
//! `to Paris, France.` is `to` `Paris` `,` `France` `.`; marks that are alike, as `...`, are one; the full stop behind
//! `U.S` stays there. What a tagger learns from is the exception: it keeps the words that its file has.
//!
//! Where every word is to be answered, as by a tagger, none can be passed over. There all words that the vocabulary
//! does not hold are one and the same, [`Vocabulary::unknown`], as in the course's lab on named entities: what is
//! said of such a word is told by the words around it.
//!
//! Names and verse, which are learnt character by character, keep their marks; they are composed and in lower case.

mod vocabulary;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation as _;

pub use self::vocabulary::{DuplicateWord, LookedUp, Vocabulary};

/// How a text is divided into words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WordRule {
    /// By the rule of [this module](self).
    Boundaries,
    /// At blanks alone: the course's own, and that of words that are given.
    Blanks,
    /// By the rule of [this module](self), with the marks, each by itself.
    Tokens,
}

impl WordRule {
    /// The words of a text, in the case in which they are written.
    #[must_use]
    pub fn words(self, text: &str) -> Vec<String> {
        match self {
            Self::Boundaries => words(text).collect(),
            Self::Blanks => text.split_whitespace().map(str::to_string).collect(),
            Self::Tokens => text.split_whitespace().flat_map(with_marks).collect(),
        }
    }
}

/// Returns the words of a text in lower case, one after the other.
///
/// ```
/// use fireside_datasets::words::words_of;
///
/// let words: Vec<String> = words_of("I don’t adore\tÉCLAIRS!").collect();
/// assert_eq!(words, ["i", "don't", "adore", "éclairs"]);
/// ```
pub fn words_of(text: &str) -> impl Iterator<Item = String> {
    words(text).map(|word| lower(&word))
}

/// Returns the words of a text in the case in which they are written.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().flat_map(between_blanks)
}

/// A word, or a whole text, in lower case and composed (NFC).
#[must_use]
pub fn lower(word: &str) -> String {
    match word.is_ascii() {
        true => word.to_ascii_lowercase(),
        false => composed(&word.to_lowercase()),
    }
}

/// A text with every accent in one character with its letter, where Unicode has such a one (NFC).
fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// The words of what stands between two blanks.
fn between_blanks(text: &str) -> Vec<String> {
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return vec![text.to_string()];
    }
    let text = plain(text);
    let mut words = Vec::new();
    for piece in text.split_word_bounds() {
        match piece.trim_matches(JOINER) {
            word if word.contains(is_letter_or_digit) => {
                let parts = parts(word).into_iter().map(without_marks);
                words.extend(parts.filter(|part| !part.is_empty()).map(str::to_string));
            }
            picture if picture.starts_with(is_picture) => words.push(picture.to_string()),
            _ => (),
        }
    }
    words
}

/// Whether a token is no word: nothing in it is a letter, a digit or a picture.
pub fn is_mark(token: &str) -> bool {
    !token.contains(|character| is_letter_or_digit(character) || is_picture(character))
}

/// The words of what stands between two blanks, and the marks around them.
fn with_marks(text: &str) -> Vec<String> {
    let whole = plain(text);
    let (mut rest, mut tokens) = (whole.as_str(), Vec::new());
    for mut word in between_blanks(text) {
        let Some((before, mut behind)) = rest.split_once(word.as_str()) else { continue };
        tokens.extend(marks(before));
        if let Some(after) = behind.strip_prefix('.').filter(|_| is_initials(&word)) {
            word.push('.');
            behind = after;
        }
        tokens.push(word);
        rest = behind;
    }
    tokens.extend(marks(rest));
    tokens
}

/// The marks in what has no words, those that are alike and stand together as one.
fn marks(text: &str) -> Vec<String> {
    let is_seen = |mark: &char| match mark {
        '\u{200b}'..='\u{200d}' => false,
        mark => !mark.is_control() && !is_combining_mark(*mark),
    };
    let mut marks: Vec<String> = Vec::new();
    for mark in text.chars().filter(is_seen) {
        match marks.last_mut() {
            Some(last) if last.ends_with(mark) && !is_picture(mark) => last.push(mark),
            _ => marks.push(mark.to_string()),
        }
    }
    marks
}

/// What joins pictures to one.
const JOINER: char = '\u{200d}';

/// A text composed, its apostrophes all alike, without characters that nobody sees.
fn plain(text: &str) -> String {
    let seen = text.chars().filter(|character| !is_invisible(*character));
    let apostrophe = |character| match character {
        '`' | '´' | '‘' | '’' | '\u{2bc}' | '\u{ff07}' => '\'',
        other => other,
    };
    seen.nfc().map(apostrophe).collect()
}

/// Soft hyphens, marks of direction and of order, selectors of how a character is drawn, the frame of a key.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{20e3}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

fn is_picture(character: char) -> bool {
    match character {
        '\u{275b}'..='\u{2760}' | '\u{2768}'..='\u{2775}' => false, // quotation marks and brackets
        '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' => true,
        _ => false,
    }
}

/// Full stops and colons, wide and small ones too: by Unicode's rule they join letters.
fn is_stop(character: char) -> bool {
    matches!(
        character,
        '.' | ':' | '\u{2024}' | '\u{fe13}' | '\u{fe52}' | '\u{fe55}' | '\u{ff0e}' | '\u{ff1a}'
    )
}

/// A piece divided at its stops, unless it is of single letters, as `U.S`; those between digits stay.
fn parts(piece: &str) -> Vec<&str> {
    if !piece.contains(is_stop) || is_initials(piece) {
        return vec![piece];
    }
    let (mut parts, mut begin, mut before) = (Vec::new(), 0, None);
    let mut characters = piece.char_indices().peekable();
    while let Some((place, character)) = characters.next() {
        let behind = characters.peek().map(|(_, behind)| *behind);
        let is_in_number = [before, behind].iter().all(|side| side.is_some_and(char::is_numeric));
        if is_stop(character) && !is_in_number {
            parts.push(&piece[begin..place]);
            begin = place + character.len_utf8();
        }
        before = Some(character);
    }
    parts.push(&piece[begin..]);
    parts
}

/// Whether a word is of single letters with full stops between them.
fn is_initials(word: &str) -> bool {
    let is_letter = |part: &str| {
        let mut characters = part.chars().filter(|character| !is_combining_mark(*character));
        characters.next().is_some_and(char::is_alphabetic) && characters.next().is_none()
    };
    word.contains('.') && word.split('.').all(is_letter)
}

/// Whether a character can begin a word: a letter or digit, and no accent, of which some are letters to Unicode.
fn is_letter_or_digit(character: char) -> bool {
    character.is_alphanumeric() && !is_combining_mark(character)
}

/// A word without what is neither letter nor digit at its beginning and end; accents stay behind their letters.
fn without_marks(word: &str) -> &str {
    let is_end = |character| is_letter_or_digit(character) || is_combining_mark(character);
    word.trim_start_matches(|character| !is_letter_or_digit(character))
        .trim_end_matches(|character| !is_end(character))
}

/// `don't` as `do` and `n't`: the two words that the texts of GloVe make of a contraction.
fn contraction(word: &str) -> Option<[&str; 2]> {
    const ENDS: [&str; 7] = ["n't", "'s", "'m", "'re", "'ve", "'ll", "'d"];
    ENDS.into_iter().find_map(|end| {
        let (stem, found) = word.split_at_checked(word.len().checked_sub(end.len())?)?;
        (!stem.is_empty() && found.eq_ignore_ascii_case(end)).then_some([stem, found])
    })
}

#[cfg(test)]
mod tests;
