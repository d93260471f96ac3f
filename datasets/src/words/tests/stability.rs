//! What must hold of the words of any text.

use std::fs;
use std::path::Path;

use fireside_numpy_rng::NumpyRng;
use unicode_normalization::UnicodeNormalization as _;

use super::of;
use crate::words::{Vocabulary, WordRule, lower};

/// What words are made of, and what stands between them, in many scripts.
const PIECES: &[&str] = &[
    "a",
    "B",
    "é",
    "e\u{301}",
    "İ",
    "ß",
    "Σ",
    "ς",
    "J\u{30c}",
    "ǰ",
    "ﬁ",
    "n't",
    "'",
    "’",
    "´",
    "\u{1fef}",
    "\u{1ffd}",
    "`",
    "-",
    "—",
    "\u{2011}",
    "_",
    ".",
    "．",
    ":",
    ",",
    "·",
    "\u{387}",
    "1",
    "٣",
    "½",
    "%",
    "$",
    " ",
    "\n",
    "\u{a0}",
    "\u{3000}",
    "\u{202f}",
    "\u{2028}",
    "\u{200b}",
    "\u{ad}",
    "\u{feff}",
    "\u{fe0f}",
    "\u{200d}",
    "\u{200c}",
    "\u{20e3}",
    "\u{301}",
    "\u{323}",
    "\u{327}",
    "\u{338}",
    "😀",
    "❤",
    "👩",
    "🏽",
    "🇩",
    "★",
    "❝",
    "我",
    "ひ",
    "カ",
    "ー",
    "한",
    "\u{1112}\u{1161}",
    "ש",
    "\"",
    "״",
    "ส",
    "วั",
    "ا",
    "\u{64b}",
    "क",
    "्",
    "ष",
    "K",
    "Å",
    "Ⓜ",
    "!",
    "?",
    "(",
    "U.S.",
    "don’t",
    "3.5",
];

fn drawn(rng: &mut NumpyRng) -> String {
    (0..1 + rng.below(12)).map(|_| PIECES[rng.below(PIECES.len())]).collect()
}

/// A text's words do not depend on how its letters are composed, and are words themselves.
fn assert_stable(text: &str) {
    let words = of(text);
    for other in [text.nfc().collect::<String>(), text.nfd().collect()] {
        assert_eq!(of(&other), words, "{text:?} as {other:?}");
    }
    assert_eq!(of(&words.join(" ")), words, "{text:?}");
    let as_written = WordRule::Boundaries.words(text);
    assert_eq!(WordRule::Boundaries.words(&as_written.join(" ")), as_written, "{text:?}");
    assert!(as_written.iter().map(|word| lower(word)).eq(words.iter().cloned()), "{text:?}");
    let tokens = WordRule::Tokens.words(text);
    assert_eq!(WordRule::Tokens.words(&tokens.join(" ")), tokens, "{text:?}");
    for word in &words {
        assert_eq!(word.nfc().collect::<String>(), *word);
        assert!(!word.contains(char::is_whitespace) && !word.is_empty(), "{text:?}: {word:?}");
    }
    if let Ok(vocabulary) = Vocabulary::new(&words) {
        assert_eq!(vocabulary.indices(text), (0..words.len()).collect::<Vec<_>>(), "{text:?}");
    }
}

#[test]
fn splitting_is_stable_however_letters_are_composed_and_of_its_own_words() {
    let rng = &mut NumpyRng::new(1);
    for _ in 0..20_000 {
        assert_stable(&drawn(rng));
    }
}

/// Any characters at all.
#[test]
fn splitting_is_stable_for_characters_drawn_from_all_of_unicode() {
    let rng = &mut NumpyRng::new(2);
    let mut character = || char::from_u32(rng.below(0x2_0000) as u32).unwrap_or('a');
    for _ in 0..20_000 {
        let text: String = (0..6).map(|_| character()).collect();
        assert_stable(&text);
    }
}

/// The words of two texts with a blank between them are those of both.
#[test]
fn blanks_divide_texts() {
    let rng = &mut NumpyRng::new(3);
    for _ in 0..5_000 {
        let (one, other) = (drawn(rng), drawn(rng));
        for blank in [" ", "\n", "\u{a0}", "\u{3000}"] {
            assert_eq!(
                of(&format!("{one}{blank}{other}")),
                [of(&one), of(&other)].concat(),
                "{one:?}, {other:?}"
            );
        }
    }
}

/// The course's own texts, where they lie beside the checkout: ASCII, in which the rule is a line of its own.
#[test]
fn words_of_the_course_s_texts_are_those_of_a_plain_rule_for_ascii() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/datasets");
    for file in ["shakespeare/shakespeare.txt", "tinyshakespeare/input.txt"] {
        let Ok(text) = fs::read_to_string(folder.join(file)) else { continue };
        assert!(text.is_ascii());
        let lower = text.to_ascii_lowercase();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '\'';
        let plain = lower.split(|c| !is_part(c)).map(|word| word.trim_matches('\''));
        let plain: Vec<&str> = plain.filter(|word| !word.is_empty()).collect();
        assert_eq!(of(&text), plain, "{file}");
    }
}
