//! Maps of words by t-SNE: neighbours stay neighbours, and the same seed draws the same map.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use burn::tensor::Device;
use fireside_numpy_rng::NumpyRng;
use fireside_sequence::word_vectors::Rows;
use fireside_sequence::word_vectors::map::principal_map;
use fireside_sequence::word_vectors::tsne::tsne_map;

const GROUPS: usize = 12;
const OF_EACH: usize = 15;
const DIMENSIONS: usize = 300;
/// Neighbours of a word that are looked at.
const NEAR: usize = 5;

/// Groups of vectors about middles of their own, `[GROUPS * OF_EACH, DIMENSIONS]`, one group after the other.
fn groups() -> Vec<f64> {
    let mut rng = NumpyRng::new(1);
    let middles = rng.randn_vec(GROUPS * DIMENSIONS);
    let middles = middles.chunks(DIMENSIONS).flat_map(|middle| middle.repeat(OF_EACH));
    let noise = rng.randn_vec(GROUPS * OF_EACH * DIMENSIONS);
    middles.zip(noise).map(|(middle, noise)| middle + 1.5 * noise).collect()
}

fn mapped(table: &[f64], seed: u32) -> Vec<[f64; 2]> {
    let mut rng = NumpyRng::new(seed);
    let table = Rows::new(table, DIMENSIONS);
    tsne_map(table, 10.0, &mut || rng.random_sample(), &Device::default()).unwrap()
}

/// The other rows, the nearest first.
fn order(rows: &[&[f64]], index: usize) -> Vec<usize> {
    let distance = |other: usize| -> f64 {
        rows[index].iter().zip(rows[other]).map(|(one, other)| (one - other).powi(2)).sum()
    };
    let mut others: Vec<usize> = (0..rows.len()).filter(|&other| other != index).collect();
    others.sort_by(|&one, &other| distance(one).total_cmp(&distance(other)));
    others
}

/// The share of the nearest words on a map that are of the same group.
fn purity(places: &[[f64; 2]]) -> f64 {
    let rows: Vec<&[f64]> = places.iter().map(|place| place.as_slice()).collect();
    let of_group = |index: usize| {
        let near = order(&rows, index).into_iter().take(NEAR);
        near.filter(|other| other / OF_EACH == index / OF_EACH).count()
    };
    (0..rows.len()).map(of_group).sum::<usize>() as f64 / (NEAR * rows.len()) as f64
}

/// Trustworthiness (J. Venna and S. Kaski, 2001): 1 where all that are near on the map are near in the table.
fn trustworthiness(table: &[f64], places: &[[f64; 2]]) -> f64 {
    let rows: Vec<&[f64]> = table.chunks(DIMENSIONS).collect();
    let points: Vec<&[f64]> = places.iter().map(|place| place.as_slice()).collect();
    let (n, k) = (rows.len() as f64, NEAR as f64);
    let penalty = |index: usize| -> f64 {
        let in_table = order(&rows, index);
        let rank = |other| in_table.iter().position(|found| *found == other).unwrap();
        let near = order(&points, index).into_iter().take(NEAR);
        near.map(|other| (rank(other) + 1).saturating_sub(NEAR) as f64).sum()
    };
    1.0 - 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0)) * (0..rows.len()).map(penalty).sum::<f64>()
}

/// Two principal components cannot hold twelve groups apart.
#[test]
fn groups_of_300_dimensions_stay_apart_on_the_map() {
    let table = groups();
    let flat = principal_map(Rows::new(&table, DIMENSIONS), &Device::default()).unwrap();
    let places = mapped(&table, 1);
    let [before, after] = [&flat, &places].map(|places| purity(places));
    assert!(before < 0.8, "purity of the principal components: {before}");
    assert!(after == 1.0, "purity: {after}");
    let [before, after] = [&flat, &places].map(|places| trustworthiness(&table, places));
    assert!(after > 0.95 && after > before, "trustworthiness: {after}, {before}");
}

#[test]
fn same_seed_draws_the_same_map_and_others_differ() {
    let table = groups();
    let places = mapped(&table, 1);
    assert_eq!(mapped(&table, 1), places);
    assert_ne!(mapped(&table, 2), places);
}
