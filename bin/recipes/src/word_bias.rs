//! The gender in words: professions without it, and pairs made equal along it.

use fireside_datasets::generated_corpus::professions;
use fireside_datasets::word_vectors::WordVectors;
use fireside_sequence::word_vectors::bias::{bias_axis, equalize, neutralize, normalize};
use fireside_sequence::word_vectors::cosine_similarity;

use crate::RecipeError;
use crate::word_vectors::vector;

/// Words of the assignment that are neutral, besides the professions.
const NEUTRAL: [&str; 5] = ["guns", "science", "arts", "technology", "fashion"];
/// Words that differ in gender alone; the last pair makes the axis.
const PAIRS: [[&str; 2]; 3] = [["actor", "actress"], ["waiter", "waitress"], ["man", "woman"]];

/// A word along the axis of gender, as the cosine of its vector with woman - man.
#[derive(Debug, Clone, PartialEq)]
pub struct Along {
    /// The word.
    pub word: String,
    /// As its vector was.
    pub before: f64,
    /// As it is afterwards.
    pub after: f64,
}

/// Finds the axis of gender, takes it out of neutral words, and makes pairs equal along it: the words that have vectors,
/// the neutral ones first, man and woman last; none where man or woman has no vector.
///
/// As in the notebook the axis is woman - man of the vectors as they are before, and of those of length 1 afterwards,
/// along which it neutralises and equalises: there man and woman are opposite from the beginning.
///
/// # Errors
/// When man and woman are of one direction, or one has no length.
pub fn debias(vectors: &WordVectors) -> Result<Option<Vec<Along>>, RecipeError> {
    let unit = |word: &str| vector(vectors, word).map(|e| normalize(&e));
    let Some((man, woman)) = vector(vectors, "man").zip(vector(vectors, "woman")) else {
        return Ok(None);
    };
    let as_they_are = bias_axis(&[[&man, &woman]])?;
    let axis = bias_axis(&[[&normalize(&man), &normalize(&woman)]])?;
    let along = |word: &str, before: &[f64], after: &[f64]| Along {
        word: word.to_string(),
        before: cosine_similarity(before, &as_they_are),
        after: cosine_similarity(after, &axis),
    };
    let mut words = Vec::new();
    for word in professions().into_iter().chain(NEUTRAL) {
        if let Some(e) = unit(word) {
            words.push(along(word, &e, &neutralize(&e, &axis)?));
        }
    }
    for [one, other] in PAIRS {
        if let Some((e_1, e_2)) = unit(one).zip(unit(other)) {
            let [new_1, new_2] = equalize(&e_1, &e_2, &axis)?;
            words.extend([along(one, &e_1, &new_1), along(other, &e_2, &new_2)]);
        }
    }
    Ok(Some(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_opposite_along_the_axis_afterwards_and_man_and_woman_were_not_before() {
        let words = ["man", "woman", "nurse"];
        let table = vec![2.0, 0.0, 1.0, 0.0, 1.0, 3.0, 1.0, 2.0, 2.0];
        let vectors = WordVectors::new(words, table, 3).unwrap();
        let [nurse, man, woman] = debias(&vectors).unwrap().unwrap().try_into().unwrap();
        assert_eq!([&*nurse.word, &*man.word, &*woman.word], ["nurse", "man", "woman"]);
        assert!(nurse.before > 0.1 && nurse.after.abs() < 1e-12, "{nurse:?}");
        assert!((man.before + woman.before).abs() > 0.1, "{man:?}, {woman:?}");
        assert!((man.after + woman.after).abs() < 1e-12 && woman.after > 0.1, "{man:?}, {woman:?}");
    }
}
