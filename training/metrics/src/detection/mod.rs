//! Boxes that were found, held against the true ones.
//!
//! Bounds are `[x1, y1, x2, y2]` in pixels, the upper left corner first; classes are numbered from 0.
//! The three counts differ a little on the same boxes: [`coco`] averages precision over 101 shares of recall and ten
//! overlaps, [`voc`] takes one overlap and 11 shares, or the whole area below the curve.

pub mod coco;
pub mod confusion;
mod matching;
pub mod voc;

use crate::MetricsError;

/// A box that is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Truth {
    /// What it holds.
    pub class: usize,
    /// Where it is.
    pub bounds: [f64; 4],
    /// How large what it holds is, in pixels: less than the box where a mask is known.
    pub area: f64,
    /// Whether it holds many of them, or one too hard to be asked for: what is found there neither counts nor harms.
    pub ignored: bool,
}

impl Truth {
    /// One that counts, as large as its box.
    pub fn new(class: usize, bounds: [f64; 4]) -> Self {
        Self { class, bounds, area: area(bounds), ignored: false }
    }
}

/// A box that was found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// What it is taken for.
    pub class: usize,
    /// How sure that is; only the order counts.
    pub score: f64,
    /// Where it was found.
    pub bounds: [f64; 4],
}

/// What is in a picture, and what was found there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Picture {
    /// What is there.
    pub truths: Vec<Truth>,
    /// What was found.
    pub detections: Vec<Detection>,
}

/// The area of a box.
fn area([x1, y1, x2, y2]: [f64; 4]) -> f64 {
    (x2 - x1) * (y2 - y1)
}

/// The overlap of a found box with a true one: intersection over union; over the found box's own area where the true
/// one is `ignored`, so that one of many is within them all.
fn overlap(found: [f64; 4], truth: [f64; 4], ignored: bool) -> f64 {
    let width = found[2].min(truth[2]) - found[0].max(truth[0]);
    let height = found[3].min(truth[3]) - found[1].max(truth[1]);
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    let both = width * height;
    let all = if ignored { area(found) } else { area(found) + area(truth) - both };
    both / all
}

/// Checks that an overlap can be asked for.
fn check_threshold(threshold: f64) -> Result<(), MetricsError> {
    match (0.0..=1.0).contains(&threshold) {
        true => Ok(()),
        false => Err(MetricsError::Threshold { found: threshold }),
    }
}

/// Checks that every box and score can be counted, and its class is one of `classes`.
fn check(pictures: &[Picture], classes: usize) -> Result<(), MetricsError> {
    let problem = |class: usize, bounds: [f64; 4]| {
        if class >= classes {
            return Some(format!("is of class {class}: there are {classes}, counted from 0"));
        }
        let whole = bounds.iter().all(|edge| edge.is_finite());
        let ordered = bounds[0] <= bounds[2] && bounds[1] <= bounds[3];
        (!(whole && ordered)).then(|| format!("is {bounds:?}: no box [x1, y1, x2, y2]"))
    };
    for (picture, Picture { truths, detections }) in pictures.iter().enumerate() {
        let failed = |what, number, problem| MetricsError::Box { picture, what, number, problem };
        for (number, truth) in truths.iter().enumerate() {
            if let Some(problem) = problem(truth.class, truth.bounds) {
                return Err(failed("truth", number, problem));
            }
        }
        for (number, found) in detections.iter().enumerate() {
            let unscored = || found.score.is_nan().then(|| "has no score".to_string());
            if let Some(problem) = problem(found.class, found.bounds).or_else(unscored) {
                return Err(failed("detection", number, problem));
            }
        }
    }
    Ok(())
}

/// How many of what was found is right as one goes down the scores: the curve of precision over recall.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Curve {
    /// The scores, falling.
    pub scores: Vec<f64>,
    /// Of all that is there, the share that was found with this score or a higher one.
    pub recall: Vec<f64>,
    /// Of all that was found with this score or a higher one, the share that is there.
    pub precision: Vec<f64>,
}

impl Curve {
    /// Precision made falling: the highest that a lower score still has.
    fn falling(&self) -> Vec<f64> {
        let mut falling = self.precision.clone();
        for place in (1..falling.len()).rev() {
            falling[place - 1] = falling[place - 1].max(falling[place]);
        }
        falling
    }
}
