//! What is taken for what, "nothing" among it.

use super::{Picture, Truth, check, check_threshold, overlap};
use crate::MetricsError;

/// Counts how often each class was taken for each: `[truth][found]`, with one more row for what is found where nothing
/// is, and one more column for what is not found. Found boxes of at least `score` each take, the surest first, the free
/// truth that they overlap most, by at least `threshold`, of whatever class. Ignored truths and what is found on them
/// are left out.
///
/// # Errors
/// When a box, a score or a class is none, or the threshold is outside 0..=1.
pub fn confusion(
    pictures: &[Picture],
    classes: usize,
    threshold: f64,
    score: f64,
) -> Result<Vec<Vec<usize>>, MetricsError> {
    check_threshold(threshold)?;
    check(pictures, classes)?;
    let nothing = classes;
    let mut counts = vec![vec![0; classes + 1]; classes + 1];
    for Picture { truths, detections } in pictures {
        let mut found: Vec<_> = detections.iter().filter(|found| found.score >= score).collect();
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        let mut taken = vec![false; truths.len()];
        for detection in found {
            let best = (0..truths.len())
                .filter(|&truth| !taken[truth])
                .map(|truth| {
                    let Truth { bounds, ignored, .. } = truths[truth];
                    (truth, overlap(detection.bounds, bounds, ignored))
                })
                .filter(|(_, overlap)| *overlap >= threshold && *overlap > 0.0)
                .max_by(|(_, one), (_, other)| one.total_cmp(other));
            match best {
                Some((truth, _)) if truths[truth].ignored => (),
                Some((truth, _)) => {
                    taken[truth] = true;
                    counts[truths[truth].class][detection.class] += 1;
                }
                None => counts[nothing][detection.class] += 1,
            }
        }
        for (truth, _) in truths.iter().zip(taken).filter(|(truth, taken)| !taken && !truth.ignored)
        {
            counts[truth.class][nothing] += 1;
        }
    }
    Ok(counts)
}
