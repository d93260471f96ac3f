//! Strokes: mouths, brows and the like.

use crate::canvas::{Canvas, Color};

/// A stroke across the face, `bend` lower in its middle than at its ends, which `slope` lifts and lowers.
#[derive(Clone, Copy)]
pub(super) struct Curve {
    pub middle: [f64; 2],
    pub half_width: f64,
    pub bend: f64,
    pub slope: f64,
}

impl Curve {
    /// The height of the curve at `across` of its half width, half of the bend above its middle at both ends.
    fn height(&self, across: f64) -> f64 {
        let place = self.slope * across * self.half_width;
        self.middle[1] + place + self.bend * (0.5 - across * across)
    }

    /// Its left end, at side -1, or its right one, at 1.
    pub fn end(&self, side: f64) -> [f64; 2] {
        [self.middle[0] + side * self.half_width, self.height(side)]
    }

    pub fn draw(&self, canvas: &mut Canvas, half_thickness: f64, color: Color) {
        let pixel = canvas.pixel();
        let [low, high] = self.bounds(half_thickness + pixel);
        canvas.blend(low, high, |x, y| {
            let across = (x - self.middle[0]) / self.half_width;
            let inside = across.clamp(-1.0, 1.0);
            let steepness = self.slope - 2.0 * self.bend * inside / self.half_width;
            let beside = (y - self.height(inside)) / steepness.hypot(1.0);
            let beyond = (across - inside) * self.half_width;
            let distance = beside.hypot(beyond) - half_thickness;
            (color, (0.5 - distance / pixel).clamp(0.0, 1.0))
        });
    }

    /// Another curve between the same ends.
    pub fn bent(&self, bend: f64) -> Self {
        let [x, y] = self.middle;
        Self { middle: [x, y + 0.5 * (bend - self.bend)], bend, ..*self }
    }

    /// Fills what lies between this curve and a lower one of the same ends.
    pub fn fill_to(&self, lower: &Self, canvas: &mut Canvas, color: Color) {
        let pixel = canvas.pixel();
        let [[left, top], _] = self.bounds(pixel);
        let [_, [right, bottom]] = lower.bounds(pixel);
        canvas.blend([left, top], [right, bottom], |x, y| {
            let across = (x - self.middle[0]) / self.half_width;
            let inside = (lower.height(across) - y).min(y - self.height(across));
            let within = (0.5 + inside / pixel).clamp(0.0, 1.0);
            (color, if across.abs() < 1.0 { within } else { 0.0 })
        });
    }

    fn bounds(&self, margin: f64) -> [[f64; 2]; 2] {
        let rise = self.bend.abs() + (self.slope * self.half_width).abs() + margin;
        let [x, y] = self.middle;
        let wide = self.half_width + margin;
        [[x - wide, y - rise], [x + wide, y + rise]]
    }
}
