//! Reviews of a restaurant, made by a grammar: what the sentiment program learns from without a file.
//!
//! Some reviews tell by a word what their writer felt, some by a word and a "not", "never" or "nothing", and some,
//! which are made in pairs, only by which of two words comes first.

use fireside_numpy_rng::NumpyRng;

use crate::sentence_grammar::{Gap, fill, one_of};

const NEGATIVE: usize = 0;
const POSITIVE: usize = 1;

const GOOD: &[&str] = &[
    "good",
    "great",
    "excellent",
    "wonderful",
    "delicious",
    "lovely",
    "superb",
    "fine",
    "pleasant",
    "perfect",
    "fresh",
    "marvellous",
];
const BAD: &[&str] = &[
    "bad",
    "awful",
    "terrible",
    "horrible",
    "poor",
    "dreadful",
    "bland",
    "slow",
    "nasty",
    "disappointing",
    "stale",
    "dull",
];

/// Patterns, and what their writer felt. With a bad word for `{good}` and a good one for `{bad}` it is the opposite.
type Patterns = &'static [(&'static str, usize)];

/// A word tells.
const PLAIN: Patterns = &[
    ("the {thing} {was} {good}", POSITIVE),
    ("the {thing} {was} {very} {good} {today}", POSITIVE),
    ("we had {good} {thing} and {good} {thing} {today}", POSITIVE),
    ("such {good} {thing} and the {thing} {was} {good} too", POSITIVE),
    ("{good} {thing} {good} {thing} and {very} {good} {thing}", POSITIVE),
    ("{who} told me that the {thing} {was} {very} {good}", POSITIVE),
];

/// A word before it turns it round. The last is the lecture's.
const NEGATED: Patterns = &[
    ("the {thing} {was} not {good}", NEGATIVE),
    ("the {thing} {was} not {very} {good} {today}", NEGATIVE),
    ("{who} never had {good} {thing} here", NEGATIVE),
    ("there {was} nothing {good} about the {thing} {today}", NEGATIVE),
    ("completely lacking in {good} {thing} {good} {thing} and {good} {thing}", NEGATIVE),
];

/// The order tells: with the words swapped it is a sentence of the same words.
const PAIRED: Patterns = &[
    ("the {thing} {was} {good} not {bad}", POSITIVE),
    ("the {thing} {was} not {bad} but {good} {today}", POSITIVE),
    ("{thing} here {was} never {bad} always {good}", POSITIVE),
    ("{who} expected {bad} {thing} but it {was} {good}", POSITIVE),
    ("the {thing} used to be {bad} but now it {was} {good}", POSITIVE),
    ("{who} called the {thing} {bad} but it {was} {good} {today}", POSITIVE),
    ("far from {bad} the {thing} {was} {good}", POSITIVE),
];

const GAPS: &[Gap<'_>] = &[
    (
        "thing",
        "food service ambience taste dessert soup meal wine staff music bread fish salad coffee pasta",
    ),
    ("was", "was is"),
    ("very", "very really quite truly rather"),
    ("today", "today tonight yesterday again"),
    ("who", "i we they she he everybody"),
];

/// Makes a review, or two of the same words and opposite labels.
pub(crate) fn draw(rng: &mut NumpyRng) -> Vec<(String, usize)> {
    let kind = rng.random_sample();
    // People say that something is "not good" more often than "not bad".
    let (patterns, swaps) = match kind {
        _ if kind < 0.65 => (PLAIN, 0.45),
        _ if kind < 0.90 => (NEGATED, 0.25),
        _ => (PAIRED, 0.5),
    };
    let (pattern, label) = one_of(patterns, rng);
    let frame = fill(pattern, GAPS, rng);
    let (good, bad) = (one_of(GOOD, rng), one_of(BAD, rng));
    let with = |for_good, for_bad| frame.replace("{good}", for_good).replace("{bad}", for_bad);
    let (as_written, swapped) = ((with(good, bad), label), (with(bad, good), 1 - label));
    match pattern.contains("{good}") && pattern.contains("{bad}") {
        true => vec![as_written, swapped],
        false if rng.random_sample() < swaps => vec![swapped],
        false => vec![as_written],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_of_the_same_words_and_opposite() {
        let rng = &mut NumpyRng::new(1);
        let (mut alone, mut pairs) = (0, 0);
        for _ in 0..200 {
            let drawn = draw(rng);
            assert!(drawn.iter().all(|(sentence, _)| !sentence.contains('{')), "{drawn:?}");
            let [(one, of_one), (other, of_other)] = drawn.as_slice() else {
                alone += 1;
                continue;
            };
            pairs += 1;
            let sorted = |sentence: &str| {
                let mut words: Vec<String> = sentence.split(' ').map(str::to_string).collect();
                words.sort();
                words
            };
            assert_eq!(sorted(one), sorted(other));
            assert_eq!(of_one + of_other, 1);
        }
        assert!(alone > 150 && pairs > 10, "{alone}, {pairs}");
    }
}
