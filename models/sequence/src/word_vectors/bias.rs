//! A bias in word vectors, and what the assignment does about it.
//!
//! ```text
//! g = mean of e_woman - e_man, e_mother - e_father, ...
//! neutralize   e - (e·g / |g|²) g
//! equalize     μ = (e₁ + e₂) / 2,  split into μ_B along g and μ_⊥ across it
//!              e = μ_⊥ + √(1 - |μ_⊥|²) (e_B - μ_B) / |e_B - μ_B|
//! ```
//!
//! Equalised words are of length 1, as far from a neutralised word as each other: the equations are for vectors of
//! length 1 ([`normalize`]), which those of GloVe are not. Longer ones have no real square root; the assignment's first edition took that
//! of `|1 - |μ_⊥|²|`, and so returned something for them too ([`equalize_first_edition`]).
//!
//! Source: T. Bolukbasi et al., "Man is to Computer Programmer as Woman is to Homemaker?" (2016). The paper takes
//! the first principal component of the differences where this takes their mean, as the assignment proposes.

use super::{NOTHING, difference, dot, norm};

/// Why a bias cannot be taken out.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BiasError {
    /// The axis has no direction.
    #[error("the bias axis is 0: give pairs of words whose vectors differ")]
    NoAxis,
    /// Both words lie at the same place along the axis.
    #[error("the two words do not differ along the bias axis: there is nothing to make equal")]
    NoDifference,
    /// What the words have in common across the axis is too long.
    #[error(
        "what the two words share across the bias axis is {length} long: it must be at most 1, \
         as it is of vectors of length 1"
    )]
    TooLong {
        /// Its length.
        length: f64,
    },
}

/// The bias axis of pairs of words: the mean of the second ones' vectors minus the first ones'.
///
/// # Errors
/// [`BiasError::NoAxis`] when it is 0, or there is no pair.
pub fn bias_axis(pairs: &[[&[f64]; 2]]) -> Result<Vec<f64>, BiasError> {
    let mut axis = vec![0.0; pairs.first().map_or(0, |[first, _]| first.len())];
    for [first, second] in pairs {
        let change = difference(second, first);
        axis.iter_mut().zip(change).for_each(|(axis, change)| *axis += change / pairs.len() as f64);
    }
    checked(&axis).map(<[f64]>::to_vec)
}

/// A vector of the same direction and length 1; zeros as they are.
#[must_use]
pub fn normalize(e: &[f64]) -> Vec<f64> {
    let length = norm(e);
    let scale = if length <= NOTHING { 1.0 } else { 1.0 / length };
    e.iter().map(|entry| entry * scale).collect()
}

/// Takes out of a vector what it has along the axis.
///
/// # Errors
/// [`BiasError::NoAxis`] when the axis is 0.
pub fn neutralize(e: &[f64], g: &[f64]) -> Result<Vec<f64>, BiasError> {
    Ok(difference(e, &along(e, checked(g)?)))
}

/// Makes two words differ along the axis alone, and lie as far to one side of it as to the other.
///
/// # Errors
/// [`BiasError`] when the axis is 0, the words do not differ along it, or they are too long.
pub fn equalize(e_1: &[f64], e_2: &[f64], g: &[f64]) -> Result<[Vec<f64>; 2], BiasError> {
    let Parts { mu_b, mu_orth, e_b } = Parts::of([e_1, e_2], checked(g)?);
    let length = norm(&mu_orth);
    if length > 1.0 {
        return Err(BiasError::TooLong { length });
    }
    let scale = (1.0 - length * length).sqrt();
    let [first, second] = e_b.map(|e_b| moved(&mu_orth, &difference(&e_b, &mu_b), scale));
    Ok([first?, second?])
}

/// [`equalize`] as the assignment's first edition had it: below the fraction stands `|e - μ_⊥ - μ_B|`, with all of
/// `e`, and below the root `|1 - |μ_⊥|²|`.
///
/// # Errors
/// [`BiasError`] when the axis is 0, or both words are the same.
pub fn equalize_first_edition(
    e_1: &[f64],
    e_2: &[f64],
    g: &[f64],
) -> Result<[Vec<f64>; 2], BiasError> {
    let Parts { mu_b, mu_orth, e_b } = Parts::of([e_1, e_2], checked(g)?);
    let scale = (1.0 - dot(&mu_orth, &mu_orth)).abs().sqrt();
    let corrected = |e: &[f64], e_b: &[f64]| {
        let below = norm(&difference(&difference(e, &mu_orth), &mu_b));
        match below <= NOTHING {
            true => Err(BiasError::NoDifference),
            false => Ok(add(&mu_orth, &difference(e_b, &mu_b), scale / below)),
        }
    };
    Ok([corrected(e_1, &e_b[0])?, corrected(e_2, &e_b[1])?])
}

/// What equalising is made of.
struct Parts {
    /// The mean along the axis, and across it.
    mu_b: Vec<f64>,
    mu_orth: Vec<f64>,
    /// Both words along the axis.
    e_b: [Vec<f64>; 2],
}

impl Parts {
    fn of(e: [&[f64]; 2], g: &[f64]) -> Self {
        let mu: Vec<f64> = e[0].iter().zip(e[1]).map(|(one, other)| (one + other) / 2.0).collect();
        let mu_b = along(&mu, g);
        Self { mu_orth: difference(&mu, &mu_b), mu_b, e_b: e.map(|e| along(e, g)) }
    }
}

/// `start` and a step of length `scale` in the direction of `step`.
fn moved(start: &[f64], step: &[f64], scale: f64) -> Result<Vec<f64>, BiasError> {
    match norm(step) {
        length if length <= NOTHING => Err(BiasError::NoDifference),
        length => Ok(add(start, step, scale / length)),
    }
}

fn add(start: &[f64], step: &[f64], scale: f64) -> Vec<f64> {
    start.iter().zip(step).map(|(start, step)| start + scale * step).collect()
}

/// The part of a vector along the axis.
fn along(e: &[f64], g: &[f64]) -> Vec<f64> {
    let share = dot(e, g) / dot(g, g);
    g.iter().map(|g| share * g).collect()
}

fn checked(g: &[f64]) -> Result<&[f64], BiasError> {
    match norm(g) <= NOTHING {
        true => Err(BiasError::NoAxis),
        false => Ok(g),
    }
}

#[cfg(test)]
mod tests {
    use super::super::cosine_similarity;
    use super::*;

    const AXIS: [f64; 3] = [0.0, 2.0, 0.0];

    #[test]
    fn neutral_word_has_nothing_along_the_axis() {
        let neutral = neutralize(&[1.0, 5.0, -2.0], &[0.3, -2.0, 0.7]).unwrap();
        assert!(cosine_similarity(&neutral, &[0.3, -2.0, 0.7]).abs() < 1e-15);
    }

    #[test]
    fn equal_words_are_opposite_along_the_axis_and_the_same_across_it() {
        let (actor, actress) = (normalize(&[2.0, 1.0, 1.0]), normalize(&[3.0, -0.2, 2.0]));
        let [first, second] = equalize(&actor, &actress, &AXIS).unwrap();
        assert!((first[1] + second[1]).abs() < 1e-15 && first[1] > 0.0);
        assert_eq!((first[0], first[2]), (second[0], second[2]));
        assert!((norm(&first) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_computed_is_an_error_and_not_a_number_that_is_none() {
        let (long, other) = ([2.0, 1.0, 0.0], [2.0, -1.0, 0.0]);
        assert_eq!(neutralize(&long, &[0.0; 3]), Err(BiasError::NoAxis));
        assert_eq!(bias_axis(&[]), Err(BiasError::NoAxis));
        assert_eq!(equalize(&long, &other, &AXIS), Err(BiasError::TooLong { length: 2.0 }));
        let [first, second] = equalize_first_edition(&long, &other, &AXIS).unwrap();
        assert!(first.iter().chain(&second).all(|entry| entry.is_finite()));
        let same = [0.5, 0.5, 0.0];
        assert_eq!(equalize(&same, &same, &AXIS), Err(BiasError::NoDifference));
        assert_eq!(equalize_first_edition(&same, &same, &AXIS), Err(BiasError::NoDifference));
    }

    #[test]
    fn axis_of_several_pairs_is_the_mean_of_their_differences() {
        let axis = bias_axis(&[[&[0.0, 1.0], &[1.0, 1.0]], [&[2.0, 0.0], &[2.0, 4.0]]]).unwrap();
        assert_eq!(axis, [0.5, 2.0]);
    }
}
