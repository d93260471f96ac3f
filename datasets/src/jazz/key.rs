//! The key of a tune, by how long which tones sound (Krumhansl & Kessler, 1982).

use super::pitch::name;

/// How well the twelve tones, from the tonic, fit into a major key, as listeners rated them.
const MAJOR: [f64; 12] = [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88];
/// The same of a minor key.
const MINOR: [f64; 12] = [6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17];

/// Names the major or minor key whose ratings correlate best with how long each tone sounds, such as "Bb major".
///
/// `notes` are keys with their lengths, in any unit; `None` where there is nothing to tell a key by.
pub fn key_of(notes: impl IntoIterator<Item = (u8, u64)>) -> Option<String> {
    let mut lengths = [0.0; 12];
    for (key, length) in notes {
        lengths[usize::from(key) % 12] += length as f64;
    }
    let keys = (0..12).flat_map(|tonic| [(tonic, "major", MAJOR), (tonic, "minor", MINOR)]);
    let rated = keys.map(|(tonic, mode, ratings)| {
        let rotated = std::array::from_fn(|tone| lengths[(tone + tonic) % 12]);
        (correlation(&rotated, &ratings), tonic, mode)
    });
    let (fit, tonic, mode) = rated.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (fit > 0.0).then(|| format!("{} {mode}", name(tonic as u8)))
}

/// Pearson's correlation; 0 where one side does not vary.
fn correlation(a: &[f64; 12], b: &[f64; 12]) -> f64 {
    let centered = |values: &[f64; 12]| {
        let mean = values.iter().sum::<f64>() / 12.0;
        values.map(|value| value - mean)
    };
    let (a, b) = (centered(a), centered(b));
    let product = |a: &[f64; 12], b: &[f64; 12]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let scale = (product(&a, &a) * product(&b, &b)).sqrt();
    if scale > 0.0 { product(&a, &b) / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_named_by_their_tonics() {
        let scale = |tonic: u8, steps: [u8; 7]| {
            let notes = steps.map(|step| (tonic + step, 1));
            key_of(notes.into_iter().chain([(tonic, 2), (tonic + 7, 1)])).unwrap()
        };
        assert_eq!(scale(58, [0, 2, 4, 5, 7, 9, 11]), "Bb major");
        assert_eq!(scale(57, [0, 2, 3, 5, 7, 8, 10]), "A minor");
        assert_eq!(key_of([]), None);
    }
}
