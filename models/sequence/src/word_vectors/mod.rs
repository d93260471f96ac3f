//! What word vectors can be asked: how alike two words are, what is near a word, `a` is to `b` as `c` is to what
//! (course 5, week 2).
//!
//! A word is its row in a table, [`Rows`]; the texts of the words are not known here. All sums are taken in 64-bit
//! floats, whatever the table holds. Bias is in [`bias`]; flat maps of a table are in [`map`] and, with the
//! feature `tsne`, in `tsne`.

pub mod bias;
pub mod map;
#[cfg(feature = "tsne")]
pub mod tsne;

/// What is as good as nothing below a fraction; the course's own bound.
const NOTHING: f64 = 1e-32;

/// A table of vectors, `[words, dimensions]`, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a, T> {
    entries: &'a [T],
    dimensions: usize,
}

impl<'a, T: Copy + Into<f64>> Rows<'a, T> {
    /// A table of these entries; what is left over behind the last whole row belongs to none.
    pub fn new(entries: &'a [T], dimensions: usize) -> Self {
        Self { entries, dimensions }
    }

    /// The number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len() / self.dimensions.max(1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Entries of a row.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// A row in 64-bit floats.
    ///
    /// # Panics
    /// When there is none of that index.
    #[must_use]
    pub fn row(&self, index: usize) -> Vec<f64> {
        self.entries(index).collect()
    }

    /// The rows in 64-bit floats, one after the other.
    pub fn rows(&self) -> impl Iterator<Item = Vec<f64>> + 'a {
        let rows = self.entries.chunks_exact(self.dimensions.max(1));
        rows.map(|row| row.iter().map(|&entry| entry.into()).collect())
    }

    fn entries(&self, index: usize) -> impl Iterator<Item = f64> + 'a {
        let begin = index * self.dimensions;
        self.entries[begin..begin + self.dimensions].iter().map(|&entry| entry.into())
    }
}

/// The cosine of the angle between two vectors: `u·v / (|u| |v|)`.
///
/// As the assignment has it, it is 1 of a vector and itself, even of zeros, and else 0 where a vector is 0.
///
/// ```
/// use fireside_sequence::word_vectors::cosine_similarity;
///
/// assert_eq!(cosine_similarity(&[1.0, 1.0], &[1.0, -1.0]), 0.0);
/// assert!((cosine_similarity(&[1.0, 1.0], &[3.0, 3.0]) - 1.0).abs() < 1e-15);
/// ```
#[must_use]
pub fn cosine_similarity(u: &[f64], v: &[f64]) -> f64 {
    if u == v {
        return 1.0;
    }
    let lengths = norm(u) * norm(v);
    match lengths <= NOTHING {
        true => 0.0,
        false => dot(u, v) / lengths + 0.0, // no negative zero, which would sort below the other
    }
}

/// A row, and how alike it is to what was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// Index of the row.
    pub index: usize,
    /// The cosine, -1 to 1.
    pub similarity: f64,
}

/// Which cosine completes an analogy, and which words it passes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analogy {
    /// `w` for which `e_w - e_c` is most parallel to `e_b - e_a`; only `c` is passed over. The assignment as it is
    /// graded now.
    Parallel,
    /// The same with `a`, `b` and `c` passed over. The assignment's first edition.
    ParallelToOthers,
    /// `w` nearest to `e_b - e_a + e_c`, with `a`, `b` and `c` passed over. The lecture, and what papers report
    /// (Mikolov, Yih and Zweig, "Linguistic Regularities in Continuous Space Word Representations", 2013).
    Sum,
}

/// Completes "a is to b as c is to ...": the `most` best rows, the best first, of equal ones the first in the table.
///
/// # Panics
/// When one of the three has no row.
#[must_use]
pub fn complete_analogy<T: Copy + Into<f64>>(
    table: Rows<'_, T>,
    [a, b, c]: [usize; 3],
    analogy: Analogy,
    most: usize,
) -> Vec<Found> {
    let (e_a, e_b, e_c) = (table.row(a), table.row(b), table.row(c));
    let change = difference(&e_b, &e_a);
    let sum: Vec<f64> = change.iter().zip(&e_c).map(|(change, e_c)| change + e_c).collect();
    let passes = |index| match analogy {
        Analogy::Parallel => index == c,
        Analogy::ParallelToOthers | Analogy::Sum => [a, b, c].contains(&index),
    };
    let similarity = |e_w: &[f64]| match analogy {
        Analogy::Parallel | Analogy::ParallelToOthers => {
            cosine_similarity(&change, &difference(e_w, &e_c))
        }
        Analogy::Sum => cosine_similarity(&sum, e_w),
    };
    best(table, most, passes, similarity)
}

/// The `most` rows most alike to `vector`, the best first; those of `except` are passed over.
#[must_use]
pub fn neighbours<T: Copy + Into<f64>>(
    table: Rows<'_, T>,
    vector: &[f64],
    except: &[usize],
    most: usize,
) -> Vec<Found> {
    let passes = |index| except.contains(&index);
    best(table, most, passes, |row| cosine_similarity(vector, row))
}

fn best<T: Copy + Into<f64>>(
    table: Rows<'_, T>,
    most: usize,
    passes: impl Fn(usize) -> bool,
    similarity: impl Fn(&[f64]) -> f64,
) -> Vec<Found> {
    let rows = table.rows().enumerate().filter(|(index, _)| !passes(*index));
    let found = rows.map(|(index, row)| Found { index, similarity: similarity(&row) });
    let mut found: Vec<Found> = found.collect();
    found.sort_by(|one, other| other.similarity.total_cmp(&one.similarity)); // keeps the order of equal ones
    found.truncate(most);
    found
}

fn dot(u: &[f64], v: &[f64]) -> f64 {
    u.iter().zip(v).map(|(u, v)| u * v).sum()
}

fn norm(u: &[f64]) -> f64 {
    dot(u, u).sqrt()
}

fn difference(u: &[f64], v: &[f64]) -> Vec<f64> {
    u.iter().zip(v).map(|(u, v)| u - v).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// man, woman, king, queen, and an apple: the first axis is royalty, the second gender.
    const TABLE: [f32; 10] = [0.1, 1.0, 0.1, -1.0, 2.0, 1.0, 2.0, -1.0, -1.0, 0.0];

    fn indices(found: &[Found]) -> Vec<usize> {
        found.iter().map(|found| found.index).collect()
    }

    #[test]
    fn every_way_to_complete_an_analogy_finds_the_queen() {
        let table = Rows::new(&TABLE, 2);
        for analogy in [Analogy::Parallel, Analogy::ParallelToOthers, Analogy::Sum] {
            let found = complete_analogy(table, [0, 1, 2], analogy, 1);
            assert_eq!(indices(&found), [3], "{analogy:?}");
        }
    }

    #[test]
    fn only_the_first_edition_passes_over_all_three_words() {
        let table = Rows::new(&TABLE, 2);
        let found = complete_analogy(table, [0, 1, 2], Analogy::Parallel, 9);
        assert_eq!(indices(&found), [3, 1, 4, 0]);
        let found = complete_analogy(table, [0, 1, 2], Analogy::ParallelToOthers, 9);
        assert_eq!(indices(&found), [3, 4]);
    }

    #[test]
    fn of_equal_words_the_first_one_is_found() {
        let table = Rows::new(&[1.0, 0.0, 0.0, 2.0, 0.0, 1.0, 0.0, 3.0], 2);
        assert_eq!(indices(&neighbours(table, &[0.0, 1.0], &[], 3)), [1, 2, 3]);
        assert_eq!(indices(&neighbours(table, &[0.0, 1.0], &[1], 2)), [2, 3]);
    }

    #[test]
    fn similarity_of_zeros_is_that_of_the_assignment() {
        assert_eq!(cosine_similarity(&[0.0, 0.0], &[0.0, 0.0]), 1.0);
        assert_eq!(cosine_similarity(&[0.0, 0.0], &[1.0, 0.0]), 0.0);
    }
}
