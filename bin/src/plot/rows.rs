//! Figures of named things, each in a row of its own: what they were and what they became.

use fireside_report::axis::{Axis, Kind};
use kuva::render::color::Color;
use kuva::render::render::{Scene, TextAnchor};

use super::legend::{self, Entry, Mark};
use super::scene::{COLORS, dots, heading, png, rule, text};
use super::text::width;
use crate::Failure;

/// A thing with its figures, one for each legend.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is called.
    pub name: String,
    /// Its figures.
    pub values: Vec<f64>,
}

const WIDTH: f64 = 600.0;
const ROW: f64 = 18.0;
const GRID: Color = Color::Rgb(228, 228, 228);

/// Draws a row for each thing, its figures as points along an axis called `x` of this kind; `names` tells them apart,
/// where there are several. A linear axis has its zero.
///
/// # Errors
/// When the drawing fails.
pub fn rows(
    [title, x]: [&str; 2],
    kind: Kind,
    names: &[&str],
    rows: &[Row],
) -> Result<Vec<u8>, Failure> {
    let longest = rows.iter().map(|row| width(&row.name, 11)).fold(0.0, f64::max);
    let (left, right) = (longest + 24.0, WIDTH - 24.0);
    let (mut drawn, high) = heading(title, WIDTH, 24.0);
    let top = 20.0 + high;
    let bottom = top + ROW * rows.len() as f64;
    let zero = (kind == Kind::Linear).then_some(0.0);
    let values = rows.iter().flat_map(|row| row.values.clone()).chain(zero);
    let axis = Axis::across(values, kind, 8);
    let across = |value: f64| Some(left + 8.0 + axis.place(value)? * (right - left - 16.0));
    for tick in &axis.ticks {
        let Some(x) = across(tick.value) else { continue };
        let color = if tick.value == 0.0 { Color::Rgb(90, 90, 90) } else { GRID };
        drawn.push(rule((x, top), (x, bottom), color, 1.0));
        drawn.push(text(&tick.label, x, bottom + 16.0, 11, TextAnchor::Middle));
    }
    for (number, row) in rows.iter().enumerate() {
        let y = top + ROW * (number as f64 + 0.5);
        drawn.push(text(&row.name, left - 8.0, y + 4.0, 11, TextAnchor::End));
        drawn.push(rule((left, y), (right, y), GRID, 0.7));
        // Ever smaller, so that one that lies on another leaves a ring of it.
        for ((value, color), radius) in row.values.iter().zip(COLORS).zip([6.0, 4.0, 2.5]) {
            let place = across(*value).map(|x| (x, y));
            drawn.extend(place.map(|place| dots(&[place], radius, color)));
        }
    }
    drawn.push(text(x, (left + right) / 2.0, bottom + 36.0, 12, TextAnchor::Middle));
    let told = names.iter().zip(COLORS).filter(|_| names.len() > 1);
    let entries =
        told.map(|(name, color)| Entry { name: (*name).to_string(), color, mark: Mark::Dots(4.0) });
    let entries: Vec<Entry> = entries.collect();
    drawn.extend(legend::draw(&entries, 12.0, bottom + 44.0, WIDTH - 24.0));
    let mut scene = Scene::new(WIDTH, bottom + 56.0 + legend::height(&entries, WIDTH - 24.0));
    scene.elements = drawn;
    png(scene)
}
