//! YOLO's text: one file for each picture, on each line a class and the box's middle across and down, width and
//! height, all in shares of the picture.
//!
//! A line may also hold an outline, `class x y x y x y ...`, around which the box is laid.

use std::path::Path;

use super::annotations::{plain, refuse};
use super::passed_over::PassedOver;
use super::problem::BoxesProblem;
use crate::DataError;
use crate::labelled_box::LabelledBox;
use crate::source::text_of;

const FORMAT: &str = "YOLO text";
/// How far a share may lie outside of 0 to 1 for roundings.
const SLACK: f64 = 1e-3;

/// Reads the contents of a file; `path` only names it in errors. The boxes are in shares of the picture; there are
/// `classes` classes. Memory: at most 16 times the file.
///
/// # Errors
/// When it is no such text, a class is not below `classes`, or a number is no share: most often, pixels.
pub fn parse(
    path: &Path,
    contents: &[u8],
    classes: usize,
    passed_over: &mut PassedOver,
) -> Result<Vec<LabelledBox>, DataError> {
    let text = text_of(path, FORMAT, contents)?;
    let mut boxes = Vec::new();
    for (line, words) in (1..).zip(text.lines()) {
        let problem = |problem| DataError::boxes(path, problem);
        let mut words = words.split_whitespace();
        let Some(class) = words.next() else {
            continue;
        };
        let Some(class) = class_of(class).filter(|class| *class < classes) else {
            let found = class.chars().take(40).collect();
            return Err(problem(BoxesProblem::Class { line, found, classes }));
        };
        let numbers = words
            .map(|word| {
                word.parse().map_err(|_| {
                    let found = word.chars().take(40).collect();
                    problem(BoxesProblem::Number { line, what: "a share", found })
                })
            })
            .collect::<Result<Vec<f64>, _>>()?;
        let bounds = bounds_of(&numbers, line).map_err(problem)?;
        match refuse(bounds) {
            Some(reason) => passed_over.add(reason, || format!("{}, line {line}", path.display())),
            None => boxes.push(plain(class, bounds)),
        }
    }
    Ok(boxes)
}

/// A whole number, though some write it as `0.0`.
fn class_of(word: &str) -> Option<usize> {
    let number: f64 = word.parse().ok()?;
    (number.fract() == 0.0 && (0.0..1e9).contains(&number)).then_some(number as usize)
}

const NAMES: [&str; 4] = ["the middle across", "the middle down", "the width", "the height"];

fn bounds_of(numbers: &[f64], line: u64) -> Result<[f64; 4], BoxesProblem> {
    let found = numbers.len() + 1;
    let is_outline = found >= 7 && found % 2 == 1;
    if found != 5 && !is_outline {
        return Err(BoxesProblem::Fields { line, found });
    }
    for (number, &value) in numbers.iter().enumerate() {
        // A width below 0 is another mistake.
        let low = if found == 5 && number >= 2 { -1.0 } else { 0.0 };
        if value.is_finite() && !(low - SLACK..=1.0 + SLACK).contains(&value) {
            let what = if is_outline { "a place of an outline" } else { NAMES[number] };
            return Err(BoxesProblem::Share { line, what, value });
        }
    }
    if let &[x, y, width, height] = numbers {
        return Ok([x - width / 2.0, y - height / 2.0, x + width / 2.0, y + height / 2.0]);
    }
    let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
    for place in numbers.chunks_exact(2) {
        if place.iter().any(|value| !value.is_finite()) {
            return Ok([f64::NAN; 4]);
        }
        let [x1, y1, x2, y2] = bounds;
        bounds = [x1.min(place[0]), y1.min(place[1]), x2.max(place[0]), y2.max(place[1])];
    }
    Ok(bounds)
}
