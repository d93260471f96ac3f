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

/// What became of words.
#[derive(Debug, Clone, PartialEq)]
pub struct Debiased {
    /// The words that have vectors, those that are neutral before the pairs.
    pub words: Vec<Along>,
    /// Man and woman before. The notebook looks along the axis of the vectors as they are, and equalises on those of
    /// length 1.
    pub before: [f64; 2],
    /// Man and woman after.
    pub after: [f64; 2],
}

/// Finds the axis of gender, takes it out of neutral words, and makes pairs equal along it; none where man or woman has
/// no vector.
///
/// # Errors
/// When man and woman have the same vector, or one has no length.
pub fn debias(vectors: &WordVectors) -> Result<Option<Debiased>, RecipeError> {
    let unit = |word: &str| vector(vectors, word).map(|e| normalize(&e));
    let Some((man, woman)) = vector(vectors, "man").zip(vector(vectors, "woman")) else {
        return Ok(None);
    };
    let raw = bias_axis(&[[&man, &woman]])?;
    let before = [&man, &woman].map(|e| cosine_similarity(e, &raw));
    let axis = bias_axis(&[[&normalize(&man), &normalize(&woman)]])?;
    let along = |word: &str, before: &[f64], after: &[f64]| Along {
        word: word.to_string(),
        before: cosine_similarity(before, &axis),
        after: cosine_similarity(after, &axis),
    };
    let mut words = Vec::new();
    for word in professions().into_iter().chain(NEUTRAL) {
        if let Some(e) = unit(word) {
            words.push(along(word, &e, &neutralize(&e, &axis)?));
        }
    }
    let mut after = [f64::NAN; 2];
    for [one, other] in PAIRS {
        if let Some((e_1, e_2)) = unit(one).zip(unit(other)) {
            let [new_1, new_2] = equalize(&e_1, &e_2, &axis)?;
            let pair = [along(one, &e_1, &new_1), along(other, &e_2, &new_2)];
            after = [pair[0].after, pair[1].after];
            words.extend(pair);
        }
    }
    Ok(Some(Debiased { words, before, after }))
}
