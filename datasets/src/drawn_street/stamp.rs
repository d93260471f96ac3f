//! One thing, drawn by itself before it is put into the picture, so that it is known how much of it is hidden there.

use super::color::{Color, mix};
use super::view::View;

/// A pixel of a thing.
#[derive(Clone, Copy)]
pub(super) struct Dot {
    pub color: Color,
    /// The share of the pixel that is covered.
    pub alpha: f32,
    /// Whether its middle is.
    pub inside: bool,
}

const CLEAR: Dot = Dot { color: [0.0; 3], alpha: 0.0, inside: false };

/// Pixels of a rectangle that may lie beyond the picture.
pub(super) struct Stamp {
    pub left: i32,
    pub top: i32,
    pub width: usize,
    pub height: usize,
    pub dots: Vec<Dot>,
}

impl Stamp {
    /// A clear one that reaches from `low` to `high`, in pixels.
    pub fn new(low: [f32; 2], high: [f32; 2]) -> Self {
        let [left, top] = low.map(|place| place.floor() as i32 - 1);
        let [right, bottom] = high.map(|place| place.ceil() as i32 + 1);
        let (width, height) = ((right - left).max(1) as usize, (bottom - top).max(1) as usize);
        Self { left, top, width, height, dots: vec![CLEAR; width * height] }
    }

    /// As [`Self::new`], as far as it lies within the picture: for what is no object.
    pub fn within(view: &View, low: [f32; 2], high: [f32; 2]) -> Self {
        let [width, height] = [view.width, view.height];
        let inside = |[x, y]: [f32; 2]| [x.clamp(0.0, width), y.clamp(0.0, height)];
        Self::new(inside(low), inside(high))
    }

    pub fn rectangle(&mut self, low: [f32; 2], high: [f32; 2], color: Color) {
        let shared = |from: f32, to: f32, place: f32| {
            (to.min(place + 1.0) - from.max(place)).clamp(0.0, 1.0)
        };
        self.paint(low, high, |x, y| {
            let covered = shared(low[0], high[0], x - 0.5) * shared(low[1], high[1], y - 0.5);
            let inside = low[0] <= x && x < high[0] && low[1] <= y && y < high[1];
            (color, covered, inside)
        });
    }

    pub fn ellipse(&mut self, center: [f32; 2], radii: [f32; 2], color: Color) {
        let [low, high] =
            [-1.0, 1.0].map(|side| [0, 1].map(|axis| center[axis] + side * radii[axis]));
        let [a, b] = radii.map(|radius| 1.0 / (radius * radius).max(1e-6));
        self.paint(low, high, |x, y| {
            let [u, v] = [x - center[0], y - center[1]];
            let away = u * u * a + v * v * b;
            let steepness = 2.0 * (u * u * a * a + v * v * b * b).sqrt();
            let distance = (away - 1.0) / steepness.max(1e-3);
            (color, (0.5 - distance).clamp(0.0, 1.0), away <= 1.0)
        });
    }

    /// A polygon without dents, in either direction.
    pub fn polygon(&mut self, corners: &[[f32; 2]], color: Color) {
        self.polygon_of(corners, |_, _| (color, 1.0));
    }

    /// As [`Self::polygon`], each pixel in the colour that `paint` has for its middle, as far as the share beside it
    /// says.
    pub fn polygon_of(&mut self, corners: &[[f32; 2]], paint: impl Fn(f32, f32) -> (Color, f32)) {
        let next = |at: usize| corners[(at + 1) % corners.len()];
        let area: f32 = corners
            .iter()
            .enumerate()
            .map(|(at, from)| from[0] * next(at)[1] - next(at)[0] * from[1])
            .sum();
        let direction = if area < 0.0 { -1.0 } else { 1.0 };
        // A point is `across * x + down * y + offset` beyond each edge.
        let edges: Vec<[f32; 3]> = corners
            .iter()
            .enumerate()
            .map(|(at, from)| {
                let along = [next(at)[0] - from[0], next(at)[1] - from[1]];
                let length = (along[0] * along[0] + along[1] * along[1]).sqrt().max(1e-6);
                let [across, down] =
                    [along[1] / length * direction, -along[0] / length * direction];
                [across, down, -(across * from[0] + down * from[1])]
            })
            .collect();
        let low = [0, 1].map(|axis| corners.iter().map(|c| c[axis]).fold(f32::MAX, f32::min));
        let high = [0, 1].map(|axis| corners.iter().map(|c| c[axis]).fold(f32::MIN, f32::max));
        self.paint(low, high, |x, y| {
            let beyond = edges
                .iter()
                .map(|[across, down, offset]| across * x + down * y + offset)
                .fold(f32::MIN, f32::max);
            let covered = (0.5 - beyond).clamp(0.0, 1.0);
            let (color, share) = if covered > 0.0 { paint(x, y) } else { ([0.0; 3], 0.0) };
            (color, covered * share, beyond <= 0.0)
        });
    }

    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], half_width: f32, color: Color) {
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = (along[0] * along[0] + along[1] * along[1]).sqrt().max(1e-6);
        let [u, v] = [-along[1] / length * half_width, along[0] / length * half_width];
        let beside = |place: [f32; 2], side: f32| [place[0] + side * u, place[1] + side * v];
        self.polygon(
            &[beside(from, 1.0), beside(to, 1.0), beside(to, -1.0), beside(from, -1.0)],
            color,
        );
    }

    /// Lays over every pixel between two corners the colour that `paint` returns for its middle, as far as the share
    /// beside it says, and marks it as covered where it says so.
    pub fn paint(
        &mut self,
        low: [f32; 2],
        high: [f32; 2],
        paint: impl Fn(f32, f32) -> (Color, f32, bool),
    ) {
        let first = |place: f32, start: i32| (place.floor() as i32 - 1 - start).max(0) as usize;
        let last = |place: f32, start: i32, size: usize| {
            (place.ceil() as i32 + 1 - start).clamp(0, size as i32) as usize
        };
        let columns = first(low[0], self.left)..last(high[0], self.left, self.width);
        for row in first(low[1], self.top)..last(high[1], self.top, self.height) {
            let y = (self.top + row as i32) as f32 + 0.5;
            for column in columns.clone() {
                let x = (self.left + column as i32) as f32 + 0.5;
                let (color, covered, inside) = paint(x, y);
                if covered <= 0.0 {
                    continue;
                }
                let dot = &mut self.dots[row * self.width + column];
                let alpha = covered + dot.alpha * (1.0 - covered);
                dot.color = mix(dot.color, color, covered / alpha);
                dot.alpha = alpha;
                dot.inside |= inside;
            }
        }
    }

    /// How many pixels it covers, wherever they lie.
    pub fn extent(&self) -> usize {
        self.dots.iter().filter(|dot| dot.inside).count()
    }
}
