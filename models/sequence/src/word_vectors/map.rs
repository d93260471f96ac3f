//! A map of words: their vectors on a plane, by the two directions along which they differ most.

use burn::linalg::svd;
use burn::tensor::{DType, Device, ExecutionError, Tensor, TensorData};

use super::{Rows, dot};

/// Sweeps for each singular value at most; LAPACK grants six times their number for all of them together, and two or
/// three do.
const SWEEPS: usize = 100;

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
    /// The directions came out as numbers that are none.
    #[error("the directions along which the words differ most were not found")]
    NoDirections,
    /// The device failed.
    #[error("the device failed while the map was computed: {reason}")]
    Device {
        /// What it says.
        reason: String,
    },
    /// The system gives no thread.
    #[error("no thread to compute the map: {reason}")]
    Thread {
        /// What it says.
        reason: String,
    },
}

/// The first two principal components of each row, `[words, 2]`.
///
/// Each direction has its largest entry positive, so that the same table gives the same map. They are found in 64-bit
/// floats where the device has them.
///
/// # Errors
/// [`MapError`] when an entry is not finite, no directions are found, or the device fails.
pub fn principal_map<T: Copy + Into<f64>>(
    table: Rows<'_, T>,
    device: &Device,
) -> Result<Vec<[f64; 2]>, MapError> {
    let mut rows: Vec<Vec<f64>> = table.rows().collect();
    check_finite(&rows)?;
    let largest = scale_to_one(&mut rows);
    let mut mean = vec![0.0; table.dimensions()];
    for row in &rows {
        mean.iter_mut().zip(row).for_each(|(mean, entry)| *mean += entry / rows.len() as f64);
    }
    for row in &mut rows {
        row.iter_mut().zip(&mean).for_each(|(entry, mean)| *entry -= mean);
    }
    if rows.iter().flatten().all(|entry| *entry == 0.0) {
        return Ok(vec![[0.0; 2]; rows.len()]);
    }
    let [first, second] = strongest(&rows, table.dimensions(), device)?;
    let place = |row: &Vec<f64>| [largest * dot(row, &first), largest * dot(row, &second)];
    Ok(rows.iter().map(place).collect())
}

pub(super) fn check_finite(rows: &[Vec<f64>]) -> Result<(), MapError> {
    match rows.iter().position(|row| row.iter().any(|entry| !entry.is_finite())) {
        Some(row) => Err(MapError::NotFinite { row }),
        None => Ok(()),
    }
}

/// Divides all entries by the largest magnitude and returns that: near 1 no square leaves the numbers there are.
pub(super) fn scale_to_one(rows: &mut [Vec<f64>]) -> f64 {
    let largest = rows.iter().flatten().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
    if largest > 0.0 {
        rows.iter_mut().flatten().for_each(|entry| *entry /= largest);
    }
    largest
}

/// The two directions of length 1 along which the rows spread most; zeros where there is but one.
fn strongest(
    rows: &[Vec<f64>],
    dimensions: usize,
    device: &Device,
) -> Result<[Vec<f64>; 2], MapError> {
    let device = &device.clone().without_autodiff();
    let dtype = if device.supports_dtype(DType::F64) { DType::F64 } else { DType::F32 };
    let table = TensorData::new(rows.concat(), [rows.len(), dimensions]);
    let (_, _, directions) = svd::<2, 1>(Tensor::from_data(table, (device, dtype)), SWEEPS);
    let directions = directions.try_into_data();
    let failed = |error: ExecutionError| MapError::Device { reason: error.to_string() };
    let entries: Vec<f64> = directions.map_err(failed)?.iter().collect();
    if entries.iter().any(|entry| !entry.is_finite()) {
        return Err(MapError::NoDirections);
    }
    let mut directions = entries.chunks(dimensions).map(|direction| {
        let largest =
            direction.iter().copied().max_by(|one, other| one.abs().total_cmp(&other.abs()));
        let sign = if largest.is_some_and(|largest| largest < 0.0) { -1.0 } else { 1.0 };
        direction.iter().map(|entry| sign * entry).collect()
    });
    Ok([(); 2].map(|()| directions.next().unwrap_or_else(|| vec![0.0; dimensions])))
}

#[cfg(test)]
mod tests {
    use super::super::{difference, norm};
    use super::*;

    fn map<const D: usize>(points: &[[f64; D]]) -> Vec<[f64; 2]> {
        principal_map(Rows::new(points.as_flattened(), D), &Device::flex()).unwrap()
    }

    #[test]
    fn map_keeps_the_distances_of_points_on_a_plane() {
        let points = [[3.0, 4.0, 0.0], [-3.0, 4.0, 0.0], [3.0, -4.5, 0.0], [-3.5, -4.0, 0.0]];
        let places = map(&points);
        for (one, at) in points.iter().zip(&places) {
            for (other, there) in points.iter().zip(&places) {
                let apart = norm(&difference(one, other));
                let found = (at[0] - there[0]).hypot(at[1] - there[1]);
                assert!((apart - found).abs() < 1e-9, "{apart} became {found}");
            }
        }
        let spread = |axis: usize| places.iter().map(|place| place[axis].powi(2)).sum::<f64>();
        assert!(spread(0) > spread(1));
    }

    /// The points lie along (3, -4), whose larger entry is made positive.
    #[test]
    fn largest_entry_of_a_direction_is_positive() {
        for scale in [1.0, 1e200, 1e-200] {
            let places =
                map(&[-1.0, 0.0, 1.0].map(|step| [3.0 * scale * step, -4.0 * scale * step]));
            for (place, along) in places.iter().zip([5.0, 0.0, -5.0]) {
                let [first, second] = place.map(|place| place / scale);
                assert!((first - along).abs() < 1e-14 && second.abs() < 1e-14, "{places:?}");
            }
        }
    }

    #[test]
    fn map_of_one_word_or_none_is_its_origin() {
        assert_eq!(map(&[[1.0, 2.0]]), [[0.0, 0.0]]);
        assert_eq!(map::<2>(&[]), [[0.0; 2]; 0]);
        assert_eq!(map(&[[2.0], [4.0]]), [[-1.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn what_has_no_map_is_an_error() {
        let found = principal_map(Rows::new(&[0.0, 1.0, f64::NAN, 3.0], 2), &Device::flex());
        assert_eq!(found, Err(MapError::NotFinite { row: 1 }));
    }

    /// Tables that are hard on such iterations: of one rank, of equal rows, of entries from 1 to 1e-300, of nothing
    /// but a diagonal, and such that nothing is known of.
    #[test]
    fn directions_of_every_table_are_found() {
        fn steps(index: usize) -> f64 {
            (index * 7919 % 1009) as f64 / 1009.0 - 0.5
        }
        let tables: [fn(usize, usize) -> f64; 6] = [
            |row, column| (row + 1) as f64 * (column + 1) as f64,
            |row, column| steps(column) * (row / 9) as f64,
            |row, column| 10_f64.powi(-(7 * (row + column) as i32)),
            |row, column| f64::from(u8::from(row == column)),
            |row, column| 1.0 / (row + column + 1) as f64,
            |row, column| steps(31 * row + column * column),
        ];
        for (words, dimensions) in [(2, 2), (40, 7), (7, 40), (30, 30)] {
            for (which, table) in tables.iter().enumerate() {
                let entry = |place: usize| table(place / dimensions, place % dimensions);
                let entries: Vec<f64> = (0..words * dimensions).map(entry).collect();
                let found = principal_map(Rows::new(&entries, dimensions), &Device::flex());
                assert!(found.is_ok_and(|found| found.len() == words), "table {which}");
            }
        }
    }
}
