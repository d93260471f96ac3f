//! A map of words: their vectors on a plane, by the two directions along which they differ most.

use super::{Rows, dot, norm};

/// Steps of the power iteration; the directions are for the eye.
const STEPS: usize = 200;

/// The first two principal components of each row, `[words, 2]`.
///
/// The components are found by power iteration on the centred table, from a start that is the same every time, so
/// that the same table gives the same map; each direction has its largest entry positive.
#[must_use]
pub fn principal_map<T: Copy + Into<f64>>(table: Rows<'_, T>) -> Vec<[f64; 2]> {
    let mut rows: Vec<Vec<f64>> = table.rows().collect();
    let mut mean = vec![0.0; table.dimensions()];
    for row in &rows {
        mean.iter_mut().zip(row).for_each(|(mean, entry)| *mean += entry / rows.len() as f64);
    }
    rows.iter_mut().for_each(|row| subtract(row, &mean, 1.0));
    let mut places = vec![[0.0; 2]; rows.len()];
    for axis in 0..2 {
        let direction = strongest(&rows, table.dimensions());
        for (row, place) in rows.iter_mut().zip(&mut places) {
            place[axis] = dot(row, &direction);
            subtract(row, &direction, place[axis]);
        }
    }
    places
}

/// The direction of length 1 along which the rows spread most; zeros where they do not spread.
fn strongest(rows: &[Vec<f64>], dimensions: usize) -> Vec<f64> {
    let mut direction: Vec<f64> = (0..dimensions).map(|index| 1.0 / (index + 1) as f64).collect();
    for _ in 0..STEPS {
        let mut next = vec![0.0; dimensions];
        rows.iter().for_each(|row| subtract(&mut next, row, -dot(row, &direction)));
        let length = norm(&next);
        if length == 0.0 {
            return next;
        }
        next.iter_mut().for_each(|entry| *entry /= length);
        direction = next;
    }
    let largest = direction.iter().copied().max_by(|one, other| one.abs().total_cmp(&other.abs()));
    if largest.is_some_and(|largest| largest < 0.0) {
        direction.iter_mut().for_each(|entry| *entry = -*entry);
    }
    direction
}

fn subtract(from: &mut [f64], what: &[f64], times: f64) {
    from.iter_mut().zip(what).for_each(|(from, what)| *from -= times * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn map_keeps_the_distances_of_points_on_a_plane() {
        let points = [[3.0, 4.0, 0.0], [-3.0, 4.0, 0.0], [3.0, -4.5, 0.0], [-3.5, -4.0, 0.0]];
        let places = principal_map(Rows::new(points.as_flattened(), 3));
        for (one, at) in points.iter().zip(&places) {
            for (other, there) in points.iter().zip(&places) {
                let apart = norm(&super::super::difference(one, other));
                let found = (at[0] - there[0]).hypot(at[1] - there[1]);
                assert!((apart - found).abs() < 1e-9, "{apart} became {found}");
            }
        }
        let spread = |axis: usize| places.iter().map(|place| place[axis].powi(2)).sum::<f64>();
        assert!(spread(0) > spread(1));
    }

    #[test]
    fn map_of_one_word_or_none_is_its_origin() {
        assert_eq!(principal_map(Rows::new(&[1.0, 2.0], 2)), [[0.0, 0.0]]);
        assert_eq!(principal_map(Rows::<f64>::new(&[], 2)), [[0.0; 2]; 0]);
    }
}
