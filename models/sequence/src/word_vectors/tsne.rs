//! A map of words by t-SNE: what is near in the table is near on the plane.
//!
//! ```text
//! p_j|i = exp(-β_i d_ij²) / Σ_k exp(-β_i d_ik²)      β_i such that exp(entropy of p_·|i) is the perplexity
//! p_ij  = (p_j|i + p_i|j) / 2n                       q_ij = 1 / (1 + |y_i - y_j|²) / Σ_k≠l 1 / (1 + |y_k - y_l|²)
//! C     = Σ p_ij ln (p_ij / q_ij)                    the places y go down its gradient
//! ```
//!
//! Where two groups lie to each other, and how far apart, means little on such a map; [`principal_map`] is the one
//! that keeps large distances. It is where this one begins, as D. Kobak and P. Berens found to be best ("The art of
//! using t-SNE for single-cell transcriptomics", 2019).
//!
//! Source: L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE" (2008); course 5, week 2. Repulsion is
//! summed over a tree (L. van der Maaten, "Accelerating t-SNE using Tree-Based Algorithms", 2014), by `bhtsne`.

use std::cmp::Ordering;
use std::collections::HashMap;

use bhtsne::Neighbor;
use rayon::ThreadPoolBuilder;

use super::map::principal_map;
use super::{Rows, difference, dot};

/// How large a cell of the tree may look from a word before it is opened; 0 would be the exact sum.
const THETA: f64 = 0.2;
const STEPS: usize = 1000;
/// Spread of the places at the start, and what is drawn for each of them: it parts words that the start puts on one
/// spot, whose forces are the same for good.
const SPREAD: f64 = 1e-4;
const DRAWN: f64 = 1e-6;
/// Up to so many words lie on a plane as they are.
const PLANE: usize = 3;

/// Why there is no map.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// A word cannot have less than one neighbour.
    #[error("the perplexity is {found}: a finite number of at least 1 is needed")]
    Perplexity {
        /// What it is.
        found: f64,
    },
    /// An entry of the table is no finite number.
    #[error("row {row} of the table has an entry that is no finite number")]
    NotFinite {
        /// Index of the row.
        row: usize,
    },
    /// The system gives no thread.
    #[error("no thread to compute the map: {reason}")]
    Thread {
        /// What it says.
        reason: String,
    },
}

/// A place for each row, `[words, 2]`; `uniform` draws from 0 to 1.
///
/// The perplexity is about the number of neighbours that each word is kept near to. No more than a third of the
/// other words can be, so that for few words it is lowered. Equal rows share a place; up to three different ones lie
/// on a plane as they are, and are put where [`principal_map`] puts them. All is computed on one thread, where sums
/// have one order: the same table and the same draws give the same map. Time grows with the square of the words.
///
/// # Errors
/// [`MapError`] when the perplexity is below 1, or an entry is not finite.
pub fn tsne_map<T: Copy + Into<f64>>(
    table: Rows<'_, T>,
    perplexity: f64,
    uniform: &mut impl FnMut() -> f64,
) -> Result<Vec<[f64; 2]>, MapError> {
    if !(perplexity >= 1.0 && perplexity.is_finite()) {
        return Err(MapError::Perplexity { found: perplexity });
    }
    let mut rows: Vec<Vec<f64>> = table.rows().collect();
    if let Some(row) = rows.iter().position(|row| row.iter().any(|entry| !entry.is_finite())) {
        return Err(MapError::NotFinite { row });
    }
    // The map is the same for a table of any scale; near 1 no square leaves the numbers there are.
    let largest = rows.iter().flatten().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
    if largest > 0.0 {
        rows.iter_mut().flatten().for_each(|entry| *entry /= largest);
    }
    let (distinct, which) = without_repeats(rows);
    let entries = distinct.concat();
    let mut places = principal_map(Rows::new(&entries, table.dimensions()));
    if distinct.len() > PLANE {
        places = descend(&distinct, places, perplexity, uniform)?;
    }
    Ok(which.into_iter().map(|index| places[index]).collect())
}

/// The different rows, and which of them each row is.
fn without_repeats(rows: Vec<Vec<f64>>) -> (Vec<Vec<f64>>, Vec<usize>) {
    let (mut distinct, mut seen) = (Vec::new(), HashMap::new());
    let mut which = Vec::with_capacity(rows.len());
    for row in rows {
        let bits: Vec<u64> = row.iter().map(|entry| (entry + 0.0).to_bits()).collect(); // -0 is 0
        let index = *seen.entry(bits).or_insert(distinct.len());
        if index == distinct.len() {
            distinct.push(row);
        }
        which.push(index);
    }
    (distinct, which)
}

fn descend(
    rows: &[Vec<f64>],
    start: Vec<[f64; 2]>,
    perplexity: f64,
    uniform: &mut impl FnMut() -> f64,
) -> Result<Vec<[f64; 2]>, MapError> {
    let others = rows.len() - 1;
    let perplexity = perplexity.min(others as f64 / 3.0);
    let most = others.min((3.0 * perplexity).ceil() as usize);
    let near: Vec<_> = (0..rows.len()).map(|index| nearest(rows, index, most)).collect();

    let along = |axis: usize| start.iter().map(move |place| place[axis].powi(2)).sum::<f64>();
    let scale = SPREAD / (along(0) / rows.len() as f64).sqrt();
    let places = start.into_iter().flatten();
    let places: Vec<f64> = places.map(|place| scale * place + DRAWN * (uniform() - 0.5)).collect();

    let one = ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.map_err(|error| MapError::Thread { reason: error.to_string() })?;
    let found = one.install(|| {
        let mut fit = bhtsne::tSNE::<f64, Vec<f64>, 2>::new(rows);
        fit.perplexity(perplexity).epochs(STEPS).initial_embedding(places);
        fit.barnes_hut_with_neighbors(THETA, &near).embedding()
    });
    Ok(found.as_chunks::<2>().0.to_vec())
}

/// The `most` rows nearest to one.
///
/// From the squares of all distances that of the nearest is taken away, which divides every `exp(-β d²)` by the same
/// number: `p` is what it was, and is not 0 throughout where all are far.
fn nearest(rows: &[Vec<f64>], index: usize, most: usize) -> Vec<Neighbor<f64>> {
    let others = rows.iter().enumerate().filter(|(other, _)| *other != index);
    let mut others: Vec<(f64, usize)> = others
        .map(|(other, row)| {
            let between = difference(row, &rows[index]);
            (dot(&between, &between), other)
        })
        .collect();
    let order = |one: &(f64, usize), other: &(f64, usize)| -> Ordering {
        one.0.total_cmp(&other.0).then(one.1.cmp(&other.1))
    };
    if most < others.len() {
        others.select_nth_unstable_by(most, order);
        others.truncate(most);
    }
    others.sort_unstable_by(order);
    let least = others.first().map_or(0.0, |first| first.0);
    let neighbor =
        |(square, index): (f64, usize)| Neighbor { index, distance: (square - least).sqrt() };
    others.into_iter().map(neighbor).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(points: &[[f64; 3]]) -> Vec<[f64; 2]> {
        let mut draws = (0_u32..).map(|k| f64::from(7 * k % 11) / 11.0);
        let uniform = &mut || draws.next().unwrap();
        tsne_map(Rows::new(points.as_flattened(), 3), 30.0, uniform).unwrap()
    }

    fn are_finite(places: &[[f64; 2]]) -> bool {
        places.as_flattened().iter().all(|entry| entry.is_finite())
    }

    #[test]
    fn three_words_lie_on_the_plane_as_they_are() {
        assert_eq!(map(&[]), [[0.0; 2]; 0]);
        assert_eq!(map(&[[2.0, 1.0, 5.0]]), [[0.0; 2]]);
        let [a, b, c] = map(&[[0.0; 3], [0.0, 3.0, 0.0], [0.0, 0.0, 4.0]])[..] else { panic!() };
        let apart = |one: [f64; 2], other: [f64; 2]| (one[0] - other[0]).hypot(one[1] - other[1]);
        let ratio = apart(b, c) / apart(a, b);
        assert!((ratio - 5.0 / 3.0).abs() < 1e-9, "{ratio}");
    }

    #[test]
    fn equal_words_share_a_place() {
        assert_eq!(map(&[[0.5, 2.0, 1.0]; 40]), [[0.0; 2]; 40]);
        let points: Vec<[f64; 3]> =
            (0..24).map(|k| [f64::from(k % 6), f64::from(k % 6).powi(2), 0.0]).collect();
        let places = map(&points);
        assert!(are_finite(&places));
        for (index, place) in places.iter().enumerate() {
            assert_eq!(*place, places[index % 6]);
            let same = places.iter().filter(|other| *other == place).count();
            assert_eq!(same, 4);
        }
    }

    /// No perplexity below their number suits them: every word is as near to each as to all others.
    #[test]
    fn words_as_far_from_each_other_as_can_be_are_spread_out() {
        for words in [4, 5, 20] {
            let entries: Vec<f64> =
                (0..words * words).map(|k| if k % (words + 1) == 0 { 1.0 } else { 0.0 }).collect();
            let places = tsne_map(Rows::new(&entries, words), 30.0, &mut || 0.3).unwrap();
            assert!(are_finite(&places), "{words}: {places:?}");
        }
    }

    #[test]
    fn scale_of_the_table_changes_nothing() {
        let points: Vec<[f64; 3]> =
            (0..12).map(|k| [f64::from(k % 3), f64::from(k / 3), f64::from(k * k % 7)]).collect();
        let places = map(&points);
        for power in [-900, 900] {
            let scaled: Vec<[f64; 3]> =
                points.iter().map(|point| point.map(|entry| entry * 2.0_f64.powi(power))).collect();
            assert_eq!(map(&scaled), places, "2^{power}");
        }
    }

    #[test]
    fn what_has_no_map_is_an_error() {
        let table = [0.0, 1.0, f64::NAN, 3.0];
        let ask = |entries, perplexity| tsne_map(Rows::new(entries, 1), perplexity, &mut || 0.5);
        assert_eq!(ask(&table, 5.0), Err(MapError::NotFinite { row: 2 }));
        for found in [0.5, f64::INFINITY] {
            assert_eq!(ask(&table[..2], found), Err(MapError::Perplexity { found }));
        }
        assert!(matches!(ask(&table[..2], f64::NAN), Err(MapError::Perplexity { .. })));
    }
}
