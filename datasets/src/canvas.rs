//! A small software rasteriser: what the drawn pictures are drawn on.

use fireside_numpy_rng::NumpyRng;

use crate::labelled_images::LabelledImages;
use crate::pictures::Pictures;

/// Each pixel is the mean of this many points across and down.
const SAMPLES: usize = 2;

/// Red, green and blue in 0..=1.
pub(crate) type Color = [f64; 3];

/// Draws `count` square pictures of `side` pixels; `draw` gets 0, 1, 2, ... and returns a picture and its
/// class, and they are put in random order.
pub(crate) fn draw_set(
    count: usize,
    side: usize,
    rng: &mut NumpyRng,
    draw: impl Fn(usize, &mut NumpyRng) -> (Canvas, usize),
) -> LabelledImages {
    let order = rng.permutation(count);
    let size = side * side * 3;
    let mut labels = vec![0; count];
    let mut pixels = vec![0; count * size];
    for (index, &place) in order.iter().enumerate() {
        let (canvas, label) = draw(index, rng);
        labels[place] = label;
        pixels[place * size..][..size].copy_from_slice(&canvas.bytes());
    }
    LabelledImages::new(Pictures { shape: [count, side, side, 3], pixels }, labels)
}

pub(crate) fn random_color(low: f64, high: f64, rng: &mut NumpyRng) -> Color {
    std::array::from_fn(|_| rng.uniform(low, high))
}

pub(crate) fn mix(a: Color, b: Color, share: f64) -> Color {
    std::array::from_fn(|c| a[c] * (1.0 - share) + b[c] * share)
}

/// Where the thing stands: coordinates run from -1 to 1, y downwards.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub x: f64,
    pub y: f64,
    pub scale: f64,
    pub tilt: f64,
}

pub(crate) struct Canvas {
    side: usize,
    pixels: Vec<Color>,
    view: View,
}

impl Canvas {
    pub fn new(side: usize, wall: Color, view: View) -> Self {
        Self { side, pixels: vec![wall; side * side], view }
    }

    pub fn ellipse(&mut self, center: [f64; 2], radii: [f64; 2], color: Color) {
        self.fill(color, |x, y| {
            ((x - center[0]) / radii[0]).powi(2) + ((y - center[1]) / radii[1]).powi(2) <= 1.0
        });
    }

    pub fn rectangle(&mut self, low: [f64; 2], high: [f64; 2], color: Color) {
        self.fill(color, |x, y| (low[0]..=high[0]).contains(&x) && (low[1]..=high[1]).contains(&y));
    }

    pub fn triangle(&mut self, corners: [[f64; 2]; 3], color: Color) {
        let side = |a: [f64; 2], b: [f64; 2], x: f64, y: f64| {
            (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
        };
        self.fill(color, |x, y| {
            let sides = [0, 1, 2].map(|i| side(corners[i], corners[(i + 1) % 3], x, y));
            sides.iter().all(|&s| s >= 0.0) || sides.iter().all(|&s| s <= 0.0)
        });
    }

    pub fn line(&mut self, from: [f64; 2], to: [f64; 2], half_width: f64, color: Color) {
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = along[0].hypot(along[1]);
        self.fill(color, |x, y| {
            let offset = [x - from[0], y - from[1]];
            let position = (offset[0] * along[0] + offset[1] * along[1]) / length;
            let distance = (offset[0] * along[1] - offset[1] * along[0]).abs() / length;
            (0.0..=length).contains(&position) && distance <= half_width
        });
    }

    /// Paints every pixel by the share of its points that lie inside.
    pub fn fill(&mut self, color: Color, inside: impl Fn(f64, f64) -> bool) {
        let (sin, cos) = self.view.tilt.sin_cos();
        let side = self.side;
        let fine = side * SAMPLES;
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let mut covered = 0;
            for sample in 0..SAMPLES * SAMPLES {
                let column = (index % side) * SAMPLES + sample % SAMPLES;
                let row = (index / side) * SAMPLES + sample / SAMPLES;
                let x = ((column as f64 + 0.5) / fine as f64 * 2.0 - 1.0 - self.view.x)
                    / self.view.scale;
                let y =
                    ((row as f64 + 0.5) / fine as f64 * 2.0 - 1.0 - self.view.y) / self.view.scale;
                covered += usize::from(inside(x * cos + y * sin, y * cos - x * sin));
            }
            *pixel = mix(*pixel, color, covered as f64 / (SAMPLES * SAMPLES) as f64);
        }
    }

    /// Where a point of the thing lies in the picture, in pixels across and down from its upper left corner.
    pub fn place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let (sin, cos) = self.view.tilt.sin_cos();
        [(x * cos - y * sin, self.view.x), (x * sin + y * cos, self.view.y)]
            .map(|(place, shift)| (place * self.view.scale + shift + 1.0) * self.side as f64 / 2.0)
    }

    /// The side of a pixel in the thing's own coordinates.
    pub fn pixel(&self) -> f64 {
        2.0 / self.side as f64 / self.view.scale
    }

    /// Lays over every pixel between two corners the colour that `paint` returns for its middle, as far as
    /// the share of 0 to 1 beside it says.
    pub fn blend(
        &mut self,
        low: [f64; 2],
        high: [f64; 2],
        paint: impl Fn(f64, f64) -> (Color, f64),
    ) {
        let (sin, cos) = self.view.tilt.sin_cos();
        let half = self.side as f64 / 2.0;
        let on_canvas = |x: f64, y: f64| {
            [(x * cos - y * sin, self.view.x), (x * sin + y * cos, self.view.y)]
                .map(|(place, shift)| (place * self.view.scale + shift + 1.0) * half)
        };
        let corners = [[low[0], low[1]], [low[0], high[1]], [high[0], low[1]], [high[0], high[1]]]
            .map(|[x, y]| on_canvas(x, y));
        // Whole pixels that the turned rectangle touches.
        let [columns, rows] = [0, 1].map(|axis| {
            let places = corners.iter().map(|corner| corner[axis]);
            let first = places.clone().fold(f64::INFINITY, f64::min).floor().max(0.0) as usize;
            let last = places.fold(f64::NEG_INFINITY, f64::max).ceil().max(0.0) as usize;
            first..last.min(self.side)
        });
        for row in rows {
            for column in columns.clone() {
                let x = ((column as f64 + 0.5) / half - 1.0 - self.view.x) / self.view.scale;
                let y = ((row as f64 + 0.5) / half - 1.0 - self.view.y) / self.view.scale;
                let (color, share) = paint(x * cos + y * sin, y * cos - x * sin);
                let pixel = &mut self.pixels[row * self.side + column];
                *pixel = mix(*pixel, color, share);
            }
        }
    }

    /// Brightens towards one side.
    pub fn light(&mut self, rightwards: f64, downwards: f64) {
        let side = self.side;
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let across = (index % side) as f64 / side as f64 - 0.5;
            let down = (index / side) as f64 / side as f64 - 0.5;
            let change = across * rightwards + down * downwards;
            *pixel = pixel.map(|value| value + change);
        }
    }

    pub fn grain(&mut self, deviation: f64, rng: &mut NumpyRng) {
        for value in self.pixels.iter_mut().flatten() {
            *value += rng.normal(0.0, deviation);
        }
    }

    /// Grain of one shade for all three channels.
    pub fn gray_grain(&mut self, deviation: f64, rng: &mut NumpyRng) {
        for pixel in &mut self.pixels {
            let change = rng.normal(0.0, deviation);
            *pixel = pixel.map(|value| value + change);
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let byte = |value: &f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        self.pixels.iter().flatten().map(byte).collect()
    }
}
