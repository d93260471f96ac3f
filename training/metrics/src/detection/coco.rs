//! Average precision as COCO counts it, to the last digit of pycocotools 2.0.11.
//!
//! Precision is made falling and read at 101 shares of recall, then averaged over them, over the overlaps 0.50, 0.55 to
//! 0.95 and over the classes that occur (Lin et al. 2014, "Microsoft COCO").

use super::matching::{Boxes, Fate};
use super::{Curve, Detection, Picture, Truth, area, check};
use crate::MetricsError;

/// Overlaps that are averaged over: 0.50 to 0.95.
const OVERLAPS: usize = 10;
/// Shares of recall at which precision is read: 0.00 to 1.00.
const SHARES: usize = 101;
/// How many boxes found in a picture, of one class, recall is counted with; no more are looked at than the most.
const LIMITS: [usize; 3] = [1, 10, 100];
/// No threshold asks for more, so that a box found exactly is found.
const NEARLY_ONE: f64 = 1.0 - 1e-10;
/// The areas, in pixels, between which boxes are all, small, medium and large.
const AREAS: [[f64; 2]; 4] =
    [[0.0, 1e10], [0.0, 32.0 * 32.0], [32.0 * 32.0, 96.0 * 96.0], [96.0 * 96.0, 1e10]];

/// What COCO's twelve figures are; none where nothing is there to be found.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Averaged over the overlaps: "the" mean average precision, AP@[.5:.95].
    pub average_precision: Option<f64>,
    /// At an overlap of 0.5.
    pub at_half: Option<f64>,
    /// At an overlap of 0.75.
    pub at_three_quarters: Option<f64>,
    /// Of boxes below 32x32, up to 96x96, and larger.
    pub by_size: [Option<f64>; 3],
    /// Recall, averaged over the overlaps, with at most 1, 10 and 100 found boxes of a class in a picture.
    pub recall: [Option<f64>; 3],
    /// Recall of boxes below 32x32, up to 96x96, and larger.
    pub recall_by_size: [Option<f64>; 3],
    /// Each class for itself.
    pub classes: Vec<ClassReport>,
}

/// What is counted of one class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClassReport {
    /// Averaged over the overlaps.
    pub average_precision: Option<f64>,
    /// At an overlap of 0.5.
    pub at_half: Option<f64>,
    /// How many are there to be found.
    pub truths: usize,
    /// At an overlap of 0.5, before precision is made falling.
    pub curve: Curve,
}

/// Counts what was found in `pictures`, of `classes` classes.
///
/// # Errors
/// When a box, a score or a class is none.
pub fn evaluate(pictures: &[Picture], classes: usize) -> Result<Report, MetricsError> {
    check(pictures, classes)?;
    let mut by_class: Vec<Vec<Boxes<'_>>> = (0..classes).map(|_| Vec::new()).collect();
    for picture in pictures {
        for (class, boxes) in Boxes::by_class(picture, classes, LIMITS[2]).into_iter().enumerate() {
            if !boxes.is_empty() {
                by_class[class].push(boxes);
            }
        }
    }
    let counted: Vec<[Counted; 4]> =
        by_class.iter().map(|pictures| AREAS.map(|range| Counted::new(pictures, range))).collect();
    let precision = |size: usize, overlaps: &[usize]| {
        mean(counted.iter().flat_map(|sizes| sizes[size].precisions(overlaps)))
    };
    let recall = |size: usize, limit: usize| {
        mean(counted.iter().flat_map(|sizes| sizes[size].recalls(limit)))
    };
    let all: Vec<usize> = (0..OVERLAPS).collect();
    let of_class = |[counted, ..]: &[Counted; 4]| ClassReport {
        average_precision: mean(counted.precisions(&all)),
        at_half: mean(counted.precisions(&[0])),
        truths: counted.truths,
        curve: counted.curve.clone(),
    };
    Ok(Report {
        average_precision: precision(0, &all),
        at_half: precision(0, &[0]),
        at_three_quarters: precision(0, &[5]),
        by_size: [1, 2, 3].map(|size| precision(size, &all)),
        recall: [0, 1, 2].map(|limit| recall(0, limit)),
        recall_by_size: [1, 2, 3].map(|size| recall(size, 2)),
        classes: counted.iter().map(of_class).collect(),
    })
}

/// One class, with boxes of one range of areas.
#[derive(Debug, Default)]
struct Counted {
    /// That are there to be found.
    truths: usize,
    /// By overlap.
    at: Vec<AtOverlap>,
    curve: Curve,
}

#[derive(Debug)]
struct AtOverlap {
    /// The share that was found, with as many boxes as each of [`LIMITS`].
    recall: [f64; LIMITS.len()],
    /// At each share of recall.
    precision: [f64; SHARES],
}

impl Counted {
    fn new(pictures: &[Boxes<'_>], [least, most]: [f64; 2]) -> Self {
        let within = |area: f64| least <= area && area <= most;
        let counts = |truth: &&Truth| !truth.ignored && within(truth.area);
        let counts: Vec<Vec<bool>> =
            pictures.iter().map(|boxes| boxes.truths.iter().map(counts).collect()).collect();
        let truths = counts.iter().flatten().filter(|counts| **counts).count();
        if truths == 0 {
            return Self::default();
        }
        let scores = pictures.iter().flat_map(|boxes| &boxes.found);
        let scores: Vec<f64> = scores.map(|detection| detection.score).collect();
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&one, &other| scores[other].total_cmp(&scores[one]));

        let harms = |detection: &Detection| within(area(detection.bounds));
        let mut curve = Curve::default();
        let at = (0..OVERLAPS).map(|step| {
            let threshold = overlap_of(step).min(NEARLY_ONE);
            let pictures = pictures.iter().zip(&counts);
            let fates: Vec<Vec<Fate>> =
                pictures.map(|(boxes, counts)| boxes.fates(threshold, counts, harms)).collect();
            let recall = LIMITS.map(|limit| {
                let looked_at = fates.iter().flat_map(|fates| fates.iter().take(limit));
                looked_at.filter(|fate| **fate == Fate::Hit).count() as f64 / truths as f64
            });
            let fates = fates.concat();
            let down = going_down(order.iter().map(|&place| (scores[place], fates[place])), truths);
            let precision = at_shares(&down);
            if step == 0 {
                curve = down;
            }
            AtOverlap { recall, precision }
        });
        Self { truths, at: at.collect(), curve }
    }

    fn precisions(&self, overlaps: &[usize]) -> impl Iterator<Item = f64> {
        overlaps.iter().filter_map(|&step| self.at.get(step)).flat_map(|at| at.precision)
    }

    fn recalls(&self, limit: usize) -> impl Iterator<Item = f64> {
        self.at.iter().map(move |at| at.recall[limit])
    }
}

/// What one finds going down the scores.
fn going_down(found: impl Iterator<Item = (f64, Fate)>, truths: usize) -> Curve {
    let (mut hits, mut misses) = (0.0, 0.0);
    let mut curve = Curve::default();
    for (score, fate) in found {
        match fate {
            Fate::Hit => hits += 1.0,
            Fate::Miss => misses += 1.0,
            Fate::Ignored => (),
        }
        curve.scores.push(score);
        curve.recall.push(hits / truths as f64);
        curve.precision.push(hits / (hits + misses + f64::EPSILON));
    }
    curve
}

/// Precision, made falling, where recall first reaches each share; 0 where it never does.
fn at_shares(curve: &Curve) -> [f64; SHARES] {
    let falling = curve.falling();
    std::array::from_fn(|share| {
        let wanted = share as f64 * 0.01;
        let place = curve.recall.partition_point(|recall| *recall < wanted);
        falling.get(place).copied().unwrap_or(0.0)
    })
}

/// As NumPy spaces ten numbers from 0.5 to 0.95.
fn overlap_of(step: usize) -> f64 {
    match step {
        9 => 0.95,
        _ => step as f64 * ((0.95 - 0.5) / 9.0) + 0.5,
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_usize, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}
