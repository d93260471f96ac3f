//! Sentences by chance: a pattern of words with gaps, and lists of words to fill the gaps.

use fireside_numpy_rng::NumpyRng;

/// The words that may fill a gap: `("food", "pizza sushi bread")`.
pub(crate) type Gap<'a> = (&'a str, &'a str);

/// Returns one of several, each as likely as the others.
///
/// # Panics
/// When there are none.
pub(crate) fn one_of<T: Copy>(choices: &[T], rng: &mut NumpyRng) -> T {
    choices[rng.below(choices.len())]
}

/// Fills every gap of a pattern such as `i want {food}` by one word of its list; a word that is no gap stays, and so
/// does a gap without a list.
pub(crate) fn fill(pattern: &str, gaps: &[Gap<'_>], rng: &mut NumpyRng) -> String {
    let word = |word: &str, rng: &mut NumpyRng| {
        let name = word.strip_prefix('{').and_then(|word| word.strip_suffix('}'));
        let list = gaps.iter().find(|(gap, _)| Some(*gap) == name).map(|(_, list)| *list);
        let choices: Vec<&str> = list.unwrap_or(word).split_whitespace().collect();
        one_of(&choices, rng).to_string()
    };
    let words: Vec<String> = pattern.split_whitespace().map(|part| word(part, rng)).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_from_their_lists_and_other_words_stay() {
        let rng = &mut NumpyRng::new(1);
        for _ in 0..20 {
            let sentence =
                fill("the {who} eats {food}", &[("who", "cat dog"), ("food", "fish")], rng);
            assert!(["the cat eats fish", "the dog eats fish"].contains(&sentence.as_str()));
        }
    }
}
