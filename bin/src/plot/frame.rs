//! The ground of a diagram: axes with ticks and titles, and where values lie between them.

use fireside_report::axis::Axis;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, TextAnchor};

use super::scene::{rule, text, upright};
use super::text::{fitted, width};

const TICK: u32 = 11;
const TITLE: u32 = 12;
const GRID: Color = Color::Rgb(228, 228, 228);
const LINE: Color = Color::Rgb(90, 90, 90);

/// A ground and its axes.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    x: Axis,
    y: Axis,
}

impl Frame {
    /// The ground within an area, which leaves room for ticks and titles to the left and below.
    pub(crate) fn within(
        (left, top): (f64, f64),
        (width_of_all, height): (f64, f64),
        [x, y]: [Axis; 2],
    ) -> Self {
        let labels = y.ticks.iter().map(|tick| width(&tick.label, TICK));
        let before = labels.fold(0.0, f64::max) + 34.0;
        let (width, height) = (width_of_all - before - 18.0, height - 46.0);
        Self { left: left + before, top, width, height, x, y }
    }

    /// Where a point lies; none where it has no place on an axis.
    pub(crate) fn place(&self, (x, y): (f64, f64)) -> Option<(f64, f64)> {
        let (across, up) = (self.x.place(x)?, self.y.place(y)?);
        Some((self.left + across * self.width, self.top + (1.0 - up) * self.height))
    }

    /// The ground itself, clear of the axes: left, top, right and bottom.
    pub(crate) fn inside(&self) -> [f64; 4] {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        [self.left + 2.0, self.top, right, bottom - 1.0]
    }

    /// Draws the grid, the axes, their ticks and their titles.
    pub(crate) fn draw(&self, x_title: &str, y_title: &str) -> Vec<Primitive> {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        let mut drawn = Vec::new();
        for tick in &self.y.ticks {
            let Some(up) = self.y.place(tick.value) else { continue };
            let y = self.top + (1.0 - up) * self.height;
            drawn.push(rule((self.left, y), (right, y), GRID, 1.0));
            drawn.push(text(&tick.label, self.left - 7.0, y + 4.0, TICK, TextAnchor::End));
        }
        let mut taken = f64::NEG_INFINITY;
        for tick in &self.x.ticks {
            let Some(across) = self.x.place(tick.value) else { continue };
            let x = self.left + across * self.width;
            drawn.push(rule((x, self.top), (x, bottom), GRID, 1.0));
            let half = width(&tick.label, TICK) / 2.0;
            if x - half > taken + 6.0 {
                drawn.push(text(&tick.label, x, bottom + 16.0, TICK, TextAnchor::Middle));
                taken = x + half;
            }
        }
        drawn.push(rule((self.left, self.top), (self.left, bottom), LINE, 1.0));
        drawn.push(rule((self.left, bottom), (right, bottom), LINE, 1.0));
        let (lines, size) = fitted(x_title, TITLE, self.width, 1);
        for line in lines {
            let middle = self.left + self.width / 2.0;
            drawn.push(text(&line, middle, bottom + 36.0, size, TextAnchor::Middle));
        }
        let (lines, size) = fitted(y_title, TITLE, self.height, 1);
        let labels = self.y.ticks.iter().map(|tick| width(&tick.label, TICK));
        let before = labels.fold(0.0, f64::max) + 16.0;
        for line in lines {
            drawn.push(upright(&line, self.left - before, self.top + self.height / 2.0, size));
        }
        drawn
    }
}
