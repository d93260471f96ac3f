//! Average precision as PASCAL VOC counts it (Everingham et al. 2010): at one overlap, each found box held against the
//! truth that it overlaps most, whether somebody took it or not.

use super::{Curve, Detection, Picture, Truth, check, check_threshold, overlap};
use crate::MetricsError;

/// How the curve of precision over recall becomes one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The mean at the recalls 0, 0.1 to 1, as until 2009.
    ElevenPoints,
    /// The area below the curve, made falling, as since 2010.
    AllPoints,
}

/// The average precision of each class, at an overlap above `threshold`; none for a class that is nowhere.
///
/// # Errors
/// When a box, a score or a class is none, or the threshold is outside 0..=1.
pub fn evaluate(
    pictures: &[Picture],
    classes: usize,
    threshold: f64,
    rule: Rule,
) -> Result<Vec<Option<f64>>, MetricsError> {
    check_threshold(threshold)?;
    check(pictures, classes)?;
    Ok((0..classes).map(|class| of_class(pictures, class, threshold, rule)).collect())
}

fn of_class(pictures: &[Picture], class: usize, threshold: f64, rule: Rule) -> Option<f64> {
    let truths: Vec<Vec<&Truth>> = pictures
        .iter()
        .map(|picture| picture.truths.iter().filter(|truth| truth.class == class).collect())
        .collect();
    let there = truths.iter().flatten().filter(|truth| !truth.ignored).count();
    if there == 0 {
        return None;
    }
    let mut found: Vec<(usize, &Detection)> = Vec::new();
    for (place, picture) in pictures.iter().enumerate() {
        let of_class = picture.detections.iter().filter(|detection| detection.class == class);
        found.extend(of_class.map(|detection| (place, detection)));
    }
    found.sort_by(|(_, one), (_, other)| other.score.total_cmp(&one.score));

    let mut taken: Vec<Vec<bool>> = truths.iter().map(|truths| vec![false; truths.len()]).collect();
    let (mut hits, mut misses) = (0.0, 0.0);
    let mut curve = Curve::default();
    for (picture, detection) in found {
        let overlaps = truths[picture].iter();
        let overlaps = overlaps.map(|truth| overlap(detection.bounds, truth.bounds, false));
        // The first of several that it overlaps as much.
        let best =
            overlaps.enumerate().reduce(|one, other| if other.1 > one.1 { other } else { one });
        match best.filter(|(_, overlap)| *overlap > threshold) {
            Some((truth, _)) if truths[picture][truth].ignored => (),
            Some((truth, _)) if !taken[picture][truth] => {
                taken[picture][truth] = true;
                hits += 1.0;
            }
            _ => misses += 1.0,
        }
        curve.recall.push(hits / there as f64);
        curve.precision.push(if hits > 0.0 { hits / (hits + misses) } else { 0.0 });
    }
    Some(match rule {
        Rule::ElevenPoints => at_eleven_points(&curve),
        Rule::AllPoints => below(&curve),
    })
}

fn at_eleven_points(curve: &Curve) -> f64 {
    let highest = |wanted: f64| {
        let later = curve.recall.iter().zip(&curve.precision);
        let later = later.filter(|(recall, _)| **recall >= wanted).map(|(_, precision)| *precision);
        later.fold(0.0, f64::max)
    };
    (0..11).map(|tenth| highest(f64::from(tenth) * 0.1)).sum::<f64>() / 11.0
}

fn below(curve: &Curve) -> f64 {
    let before = std::iter::once(&0.0).chain(&curve.recall);
    let steps = curve.recall.iter().zip(before).zip(curve.falling());
    steps.map(|((recall, before), precision)| (recall - before) * precision).sum()
}
