//! Where classifiers change their minds, on the plane.

use fireside_report::axis::{Axis, Kind, write_alike};
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use super::scene::{COLORS, dots, heading, png, text};
use super::text::fitted;
use crate::Failure;

/// Where a classifier changes its mind, over the points it was trained on.
#[derive(Debug, Clone)]
pub struct Boundary {
    /// Above the panel.
    pub title: String,
    /// Horizontal positions of the grid.
    pub xs: Vec<f64>,
    /// Vertical positions of the grid.
    pub ys: Vec<f64>,
    /// The probability of class 1 at each grid point: a row for each of `ys`.
    pub probabilities: Vec<Vec<f64>>,
    /// The points of class 0 and of class 1.
    pub classes: [Vec<(f64, f64)>; 2],
}

/// Side of a panel's ground, a unit for each point of the usual grid, so that no seam shows; of the room for its
/// title and ticks around it; in units of the scene.
const GROUND: f64 = 200.0;
const ROOM: f64 = 30.0;
/// Shades of sureness that the ground has between one half and certain.
const SHADES: f64 = 6.0;

/// Draws boundaries side by side, `columns` in a row: the ground in the colour of the class it is given
/// to, the paler the less sure, and the boundary between as a line.
///
/// # Errors
/// When the drawing fails.
pub fn boundaries(title: &str, panels: &[Boundary], columns: usize) -> Result<Vec<u8>, Failure> {
    let columns = columns.min(panels.len()).max(1);
    let cell = GROUND + 2.0 * ROOM;
    let wide = cell * columns as f64;
    let (title, high) = heading(title, wide, 22.0);
    let above = 8.0 + high;
    let mut scene = Scene::new(wide, above + cell * panels.len().div_ceil(columns) as f64);
    scene.elements.extend(title);
    for (index, panel) in panels.iter().enumerate() {
        let left = (index % columns) as f64 * cell + ROOM;
        let top = above + (index / columns) as f64 * cell + ROOM;
        draw_boundary(&mut scene, panel, left, top);
    }
    png(scene)
}

fn draw_boundary(scene: &mut Scene, panel: &Boundary, left: f64, top: f64) {
    let (columns, rows) = (panel.xs.len(), panel.ys.len());
    let (width, height) = (GROUND / columns as f64, GROUND / rows as f64);
    let is_one = |row: usize, column: usize| panel.probabilities[row][column] > 0.5;
    let (mut x, mut y, mut fills) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        for column in 0..columns {
            x.push(left + column as f64 * width);
            y.push(top + (rows - 1 - row) as f64 * height); // upwards
            let here = is_one(row, column);
            let changes = (column + 1 < columns && is_one(row, column + 1) != here)
                || (row + 1 < rows && is_one(row + 1, column) != here);
            fills.push(match changes {
                true => Color::Rgb(60, 60, 60),
                false => ground_color(panel.probabilities[row][column]),
            });
        }
    }
    let (w, h) = (vec![width; x.len()], vec![height; x.len()]);
    scene.elements.push(Primitive::RectBatch { x, y, w, h, fills });

    let range = |axis: &[f64]| (axis[0], axis[axis.len() - 1]);
    let ((low_x, high_x), (low_y, high_y)) = (range(&panel.xs), range(&panel.ys));
    let across = |x: f64| left + (x - low_x) / (high_x - low_x) * GROUND;
    let down = |y: f64| top + (high_y - y) / (high_y - low_y) * GROUND;
    for (points, color) in panel.classes.iter().zip(COLORS) {
        let places: Vec<_> = points.iter().map(|point| (across(point.0), down(point.1))).collect();
        scene.elements.push(dots(&places, 2.2, color));
    }
    let (lines, size) = fitted(&panel.title, 13, GROUND + 2.0 * ROOM - 10.0, 1);
    for line in lines {
        let (middle, above) = (left + GROUND / 2.0, top - 8.0);
        scene.elements.push(text(&line, middle, above, size, TextAnchor::Middle));
    }
    let mut axes =
        [[low_x, high_x], [low_y, high_y]].map(|ends| Axis::across(ends, Kind::Linear, 6));
    write_alike(&mut axes);
    let [horizontal, vertical] = axes;
    for tick in horizontal.ticks {
        let place = (across(tick.value), top + GROUND + 13.0);
        scene.elements.push(text(&tick.label, place.0, place.1, 10, TextAnchor::Middle));
    }
    for tick in vertical.ticks {
        let place = (left - 4.0, down(tick.value) + 4.0);
        scene.elements.push(text(&tick.label, place.0, place.1, 10, TextAnchor::End));
    }
}

/// Blue for class 0, orange for class 1, paler towards one half.
fn ground_color(probability: f64) -> Color {
    let pale = [246.0, 246.0, 246.0];
    let full = match probability > 0.5 {
        true => [250.0, 190.0, 130.0],
        false => [150.0, 195.0, 235.0],
    };
    let sure = (2.0 * (probability - 0.5).abs() * SHADES).ceil().clamp(2.0, SHADES) / SHADES;
    let [r, g, b] = std::array::from_fn(|c: usize| (pale[c] + (full[c] - pale[c]) * sure) as u8);
    Color::Rgb(r, g, b)
}
