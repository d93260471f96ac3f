//! Lines that are broken, and which have to be: two that run on the same places would show as one.

use kuva::render::render::Primitive;

/// Dashes and gaps, in units of a scene: unbroken first, then ever shorter, so that each shows through the one above it.
pub(crate) const PATTERNS: [&[f64]; 4] = [&[], &[9.0, 9.0], &[4.0, 8.0], &[1.5, 7.0]];

const WIDTH: f64 = 1.6;
/// Lines that are nowhere farther apart, in units of a scene, hide one another.
const NEAR: f64 = 1.2;
/// The share of what both cover on which a line lies on another that makes it one of two to be told apart: in all, or
/// in one stretch.
const HIDDEN: f64 = 0.5;
const STRETCH: f64 = 0.12;
/// Places looked at.
const LOOKS: usize = 200;

/// A line through places, in dashes and gaps of these lengths that go on around corners.
pub(crate) fn dashed(places: &[(f64, f64)], pattern: &[f64], color: &str) -> Vec<Primitive> {
    pieces(places, pattern)
        .into_iter()
        .map(|points| Primitive::PolyLine {
            points,
            stroke: color.into(),
            stroke_width: WIDTH,
            stroke_dasharray: None,
        })
        .collect()
}

fn pieces(places: &[(f64, f64)], pattern: &[f64]) -> Vec<Vec<(f64, f64)>> {
    if pattern.is_empty() || places.is_empty() {
        return vec![places.to_vec()];
    }
    let (mut drawn, mut dash) = (Vec::new(), vec![places[0]]);
    let (mut number, mut left) = (0, pattern[0]);
    for pair in places.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let share = left / length;
            from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            length -= left;
            if number % 2 == 0 {
                dash.push(from);
                drawn.push(std::mem::take(&mut dash));
            } else {
                dash = vec![from];
            }
            number += 1;
            left = pattern[number % pattern.len()];
        }
        left -= length;
        if number % 2 == 0 {
            dash.push(to);
        }
    }
    if dash.len() > 1 {
        drawn.push(dash);
    }
    drawn
}

/// The pattern of each line: unbroken, unless it lies on one before it.
pub(crate) fn patterns(lines: &[Vec<(f64, f64)>]) -> Vec<&'static [f64]> {
    let mut below = Vec::<usize>::new();
    for (place, line) in lines.iter().enumerate() {
        let hidden = (0..place).filter(|&other| lies_on(line, &lines[other]));
        let depth = hidden.map(|other| below[other] + 1).max();
        below.push(depth.unwrap_or(0));
    }
    below.into_iter().map(|depth| PATTERNS[depth.min(PATTERNS.len() - 1)]).collect()
}

/// Whether a line runs on another for a good part of what both cover, or for a long stretch.
fn lies_on(line: &[(f64, f64)], other: &[(f64, f64)]) -> bool {
    let ends = |line: &[(f64, f64)]| Some((line.first()?.0, line.last()?.0));
    let Some(((from, to), (other_from, other_to))) = ends(line).zip(ends(other)) else {
        return false;
    };
    let (from, to) = (from.max(other_from), to.min(other_to));
    if from > to {
        return false;
    }
    let at = |look: usize| from + (to - from) * look as f64 / LOOKS as f64;
    let near = (0..=LOOKS).map(|look| {
        let [one, other] = [line, other].map(|line| height(line, at(look)));
        (one - other).abs() <= NEAR
    });
    let near: Vec<bool> = near.collect();
    let stretches = near.split(|is_near| !is_near).map(<[bool]>::len);
    let (all, longest) = (stretches.clone().sum::<usize>(), stretches.max().unwrap_or(0));
    all as f64 > HIDDEN * LOOKS as f64 || longest as f64 > STRETCH * LOOKS as f64
}

/// The height of a line that runs from left to right.
fn height(line: &[(f64, f64)], x: f64) -> f64 {
    let next = line.partition_point(|place| place.0 < x).min(line.len() - 1);
    let (before, after) = (line[next.saturating_sub(1)], line[next]);
    match after.0 > before.0 {
        true => before.1 + (after.1 - before.1) * (x - before.0) / (after.0 - before.0),
        false => after.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(height: f64) -> Vec<(f64, f64)> {
        (0..100).map(|x| (f64::from(x), height)).collect()
    }

    #[test]
    fn a_line_on_another_is_dashed_and_one_on_both_more_finely() {
        let lines = [level(10.0), level(50.0), level(10.4), level(10.0)];
        let [one, two, three, four] = patterns(&lines)[..] else { panic!("four lines") };
        assert_eq!((one, two, three, four), (PATTERNS[0], PATTERNS[0], PATTERNS[1], PATTERNS[2]));
    }

    #[test]
    fn a_line_that_leaves_another_after_a_stretch_is_dashed_too() {
        let constant = level(10.0);
        let leaving = |at: f64| {
            constant.iter().map(|&(x, y)| (x, if x < at { y } else { 80.0 })).collect::<Vec<_>>()
        };
        let lines = [constant.clone(), leaving(20.0), leaving(25.0), leaving(30.0), leaving(3.0)];
        let [one, two, three, four, five] = patterns(&lines)[..] else { panic!("five lines") };
        assert_eq!((one, two, three, four), (PATTERNS[0], PATTERNS[1], PATTERNS[2], PATTERNS[3]));
        // It lies on the others from where they have left the first.
        assert_eq!(five, PATTERNS[3]);
        assert_eq!(patterns(&[constant.clone(), leaving(3.0)])[1], PATTERNS[0]);
    }

    #[test]
    fn lines_that_only_cross_are_unbroken() {
        let rising: Vec<_> = (0..100).map(|x| (f64::from(x), f64::from(x))).collect();
        assert!(patterns(&[level(50.0), rising]).iter().all(|pattern| pattern.is_empty()));
    }

    #[test]
    fn dashes_go_on_around_corners_and_cover_their_share() {
        let corner = [(0.0, 0.0), (50.0, 0.0), (50.0, 50.0)];
        let pieces = pieces(&corner, &[6.0, 4.0]);
        let length = |line: &Vec<(f64, f64)>| {
            let sides = line.windows(2).map(|two| (two[1].0 - two[0].0) + (two[1].1 - two[0].1));
            sides.sum::<f64>()
        };
        let covered: f64 = pieces.iter().map(length).sum();
        assert_eq!(pieces.len(), 10);
        assert!((covered - 60.0).abs() < 1e-9, "{covered}");
    }
}
