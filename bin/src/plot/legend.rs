//! What the lines and points of a picture are called, in rows below it.

use kuva::render::render::{Primitive, TextAnchor};

use super::dashes::dashed;
use super::scene::{dots, text};
use super::text::width;

/// How something is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Mark {
    /// As a line of dashes and gaps of these lengths, or an unbroken one.
    Line(&'static [f64]),
    /// As points of this radius.
    Dots(f64),
}

/// What is drawn in one way under one name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) color: &'static str,
    pub(crate) mark: Mark,
}

const SIZE: u32 = 12;
const ROW: f64 = 20.0;
/// Room for the mark before a name, and behind a name.
const MARK: f64 = 34.0;
const GAP: f64 = 20.0;

/// Entries in rows, each row with its width.
fn rows(entries: &[Entry], room: f64) -> Vec<(Vec<&Entry>, f64)> {
    let mut rows: Vec<(Vec<&Entry>, f64)> = Vec::new();
    for entry in entries {
        let wide = MARK + width(&entry.name, SIZE) + GAP;
        match rows.last_mut() {
            Some((row, taken)) if *taken + wide <= room => {
                row.push(entry);
                *taken += wide;
            }
            _ => rows.push((vec![entry], wide)),
        }
    }
    rows
}

/// How high the legend is within a width.
pub(crate) fn height(entries: &[Entry], room: f64) -> f64 {
    ROW * rows(entries, room).len() as f64
}

/// Draws the legend below `top`, each row in the middle of `left` and `left + room`.
pub(crate) fn draw(entries: &[Entry], left: f64, top: f64, room: f64) -> Vec<Primitive> {
    let mut drawn = Vec::new();
    for (number, (row, taken)) in rows(entries, room).into_iter().enumerate() {
        let (mut x, y) = (left + (room - taken + GAP) / 2.0, top + ROW * (number as f64 + 0.5));
        for entry in row {
            match entry.mark {
                Mark::Dots(radius) => {
                    drawn.push(dots(&[(x + MARK - 14.0, y)], radius.max(3.0), entry.color));
                }
                Mark::Line(pattern) => {
                    let line = [(x, y), (x + MARK - 8.0, y)];
                    drawn.extend(dashed(&line, pattern, entry.color));
                }
            }
            drawn.push(text(&entry.name, x + MARK, y + 4.0, SIZE, TextAnchor::Start));
            x += MARK + width(&entry.name, SIZE) + GAP;
        }
    }
    drawn
}
