//! Drawn pictures of cats and of other things, 64x64 RGB: the stand-in for the course's photographs.
//!
//! Each picture is one thing in front of a plain wall with a light from one side. Two cats in three are
//! lighter than their wall, two other things in three darker. A linear classifier, which adds up pixels,
//! learns little more than that; a network can first ask "ears here, dark or light?".

use crate::hdf5::Pictures;
use crate::labelled_images::LabelledImages;
use fireside_training::rng::NumpyRng;

const SIDE: usize = 64;
/// Each pixel is the mean of this many points across and down.
const SAMPLES: usize = 2;

/// Draws a training set and a test set, about half cats each.
pub(crate) fn draw(train: usize, test: usize, seed: u32) -> (LabelledImages, LabelledImages) {
    let rng = &mut NumpyRng::new(seed);
    (draw_set(train, rng), draw_set(test, rng))
}

fn draw_set(count: usize, rng: &mut NumpyRng) -> LabelledImages {
    // Classes and polarities take turns before the shuffle, so that neither is off balance by chance.
    let order = rng.permutation(count);
    let mut labels = vec![0; count];
    let mut pixels = vec![0; count * SIDE * SIDE * 3];
    for (index, &place) in order.iter().enumerate() {
        let is_cat = index % 2 == 0;
        let is_dark = (index / 2 % 3 == 0) == is_cat;
        labels[place] = usize::from(is_cat);
        let canvas = draw_picture(is_cat, is_dark, rng);
        pixels[place * SIDE * SIDE * 3..][..SIDE * SIDE * 3].copy_from_slice(&canvas.bytes());
    }
    let shape = [count, SIDE, SIDE, 3];
    LabelledImages::new(Pictures { shape, pixels }, labels)
}

type Color = [f64; 3];

fn draw_picture(is_cat: bool, is_dark: bool, rng: &mut NumpyRng) -> Canvas {
    let dark = random_color(0.10, 0.35, rng);
    let light = random_color(0.60, 0.90, rng);
    let (thing, wall) = if is_dark { (dark, light) } else { (light, dark) };
    let view = View {
        x: rng.uniform(-0.12, 0.12),
        y: rng.uniform(-0.12, 0.12),
        scale: rng.uniform(0.8, 1.12),
        tilt: rng.uniform(-0.2, 0.2),
    };
    let mut canvas = Canvas::new(wall, view);
    if is_cat {
        draw_cat(&mut canvas, thing, wall, rng);
    } else {
        draw_other(&mut canvas, thing, wall, rng);
    }
    canvas.light(rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08));
    canvas.grain(0.03, rng);
    canvas
}

/// A face with two ears, eyes, a nose and whiskers.
fn draw_cat(canvas: &mut Canvas, fur: Color, wall: Color, rng: &mut NumpyRng) {
    let ear = rng.uniform(0.75, 0.9);
    for side in [-1.0, 1.0] {
        let tip = [side * 0.52, -ear];
        canvas.triangle([tip, [side * 0.62, -0.1], [side * 0.08, -0.42]], fur);
        canvas.triangle(
            [[side * 0.49, -ear * 0.82], [side * 0.52, -0.3], [side * 0.25, -0.42]],
            mix(fur, wall, 0.35),
        );
    }
    canvas.ellipse([0.0, 0.12], [0.66, 0.56], fur);
    for side in [-1.0, 1.0] {
        canvas.ellipse([side * 0.27, 0.0], [0.14, 0.11], mix(fur, wall, 0.7));
        canvas.ellipse([side * 0.27, 0.0], [0.04, 0.10], fur);
        for slope in [-0.06, 0.02, 0.10] {
            canvas.line(
                [side * 0.15, 0.30 + slope],
                [side * 0.85, 0.24 + slope * 2.5],
                0.015,
                mix(wall, fur, 0.4),
            );
        }
    }
    canvas.triangle([[-0.08, 0.2], [0.08, 0.2], [0.0, 0.3]], mix(fur, wall, 0.6));
    canvas.line([0.0, 0.3], [0.0, 0.42], 0.02, mix(wall, fur, 0.3));
}

fn draw_other(canvas: &mut Canvas, color: Color, wall: Color, rng: &mut NumpyRng) {
    let detail = mix(color, wall, 0.6);
    match (rng.random_sample() * 10.0) as usize {
        0 => {
            // ball
            canvas.ellipse([0.0, 0.05], [0.6, 0.6], color);
            canvas.line([-0.55, 0.0], [0.55, 0.1], 0.05, detail);
        }
        1 => {
            // house
            canvas.rectangle([-0.5, -0.1], [0.5, 0.7], color);
            canvas.triangle([[-0.65, -0.1], [0.65, -0.1], [0.0, -0.75]], color);
            canvas.rectangle([-0.12, 0.3], [0.12, 0.7], detail);
        }
        2 => {
            // tree
            canvas.ellipse([0.0, -0.3], [0.5, 0.5], color);
            canvas.rectangle([-0.1, 0.1], [0.1, 0.8], color);
        }
        3 => {
            // fish
            canvas.ellipse([-0.1, 0.05], [0.55, 0.32], color);
            canvas.triangle([[0.35, 0.05], [0.8, -0.3], [0.8, 0.4]], color);
            canvas.ellipse([-0.4, -0.02], [0.06, 0.06], detail);
        }
        4 => {
            // car
            canvas.rectangle([-0.75, 0.05], [0.75, 0.4], color);
            canvas.rectangle([-0.4, -0.25], [0.35, 0.05], color);
            canvas.ellipse([-0.42, 0.42], [0.16, 0.16], detail);
            canvas.ellipse([0.42, 0.42], [0.16, 0.16], detail);
        }
        5 => {
            // crescent
            canvas.ellipse([0.0, 0.0], [0.65, 0.65], color);
            canvas.ellipse([0.3, -0.1], [0.52, 0.52], wall);
        }
        6 => {
            // cup
            canvas.rectangle([-0.45, -0.4], [0.3, 0.6], color);
            canvas.ellipse([0.35, 0.05], [0.28, 0.3], color);
            canvas.ellipse([0.37, 0.05], [0.14, 0.17], wall);
        }
        7 => {
            // bear
            canvas.ellipse([0.0, 0.12], [0.66, 0.58], color);
            for side in [-1.0, 1.0] {
                canvas.ellipse([side * 0.5, -0.45], [0.22, 0.22], color);
                canvas.ellipse([side * 0.22, -0.02], [0.07, 0.07], detail);
            }
            canvas.ellipse([0.0, 0.32], [0.24, 0.18], detail);
        }
        8 => {
            // dog
            canvas.ellipse([0.0, 0.05], [0.52, 0.62], color);
            for side in [-1.0, 1.0] {
                canvas.ellipse([side * 0.55, 0.1], [0.16, 0.45], mix(color, wall, 0.25));
                canvas.ellipse([side * 0.2, -0.1], [0.07, 0.09], detail);
            }
            canvas.ellipse([0.0, 0.25], [0.12, 0.09], detail);
        }
        _ => {
            // flower
            for petal in 0..6 {
                let angle = f64::from(petal) * std::f64::consts::PI / 3.0;
                let center = [0.38 * angle.cos(), 0.38 * angle.sin() - 0.1];
                canvas.ellipse(center, [0.22, 0.22], color);
            }
            canvas.ellipse([0.0, -0.1], [0.18, 0.18], detail);
            canvas.line([0.0, 0.2], [0.0, 0.85], 0.04, color);
        }
    }
}

fn random_color(low: f64, high: f64, rng: &mut NumpyRng) -> Color {
    std::array::from_fn(|_| rng.uniform(low, high))
}

fn mix(a: Color, b: Color, share: f64) -> Color {
    std::array::from_fn(|c| a[c] * (1.0 - share) + b[c] * share)
}

/// Where the thing stands: coordinates run from -1 to 1, y downwards.
struct View {
    x: f64,
    y: f64,
    scale: f64,
    tilt: f64,
}

struct Canvas {
    pixels: Vec<Color>,
    view: View,
}

impl Canvas {
    fn new(wall: Color, view: View) -> Self {
        Self { pixels: vec![wall; SIDE * SIDE], view }
    }

    fn ellipse(&mut self, center: [f64; 2], radii: [f64; 2], color: Color) {
        self.fill(color, |x, y| {
            ((x - center[0]) / radii[0]).powi(2) + ((y - center[1]) / radii[1]).powi(2) <= 1.0
        });
    }

    fn rectangle(&mut self, low: [f64; 2], high: [f64; 2], color: Color) {
        self.fill(color, |x, y| (low[0]..=high[0]).contains(&x) && (low[1]..=high[1]).contains(&y));
    }

    fn triangle(&mut self, corners: [[f64; 2]; 3], color: Color) {
        let side = |a: [f64; 2], b: [f64; 2], x: f64, y: f64| {
            (b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])
        };
        self.fill(color, |x, y| {
            let sides = [0, 1, 2].map(|i| side(corners[i], corners[(i + 1) % 3], x, y));
            sides.iter().all(|&s| s >= 0.0) || sides.iter().all(|&s| s <= 0.0)
        });
    }

    fn line(&mut self, from: [f64; 2], to: [f64; 2], half_width: f64, color: Color) {
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
    fn fill(&mut self, color: Color, inside: impl Fn(f64, f64) -> bool) {
        let (sin, cos) = self.view.tilt.sin_cos();
        let fine = SIDE * SAMPLES;
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let mut covered = 0;
            for sample in 0..SAMPLES * SAMPLES {
                let column = (index % SIDE) * SAMPLES + sample % SAMPLES;
                let row = (index / SIDE) * SAMPLES + sample / SAMPLES;
                let x = ((column as f64 + 0.5) / fine as f64 * 2.0 - 1.0 - self.view.x)
                    / self.view.scale;
                let y =
                    ((row as f64 + 0.5) / fine as f64 * 2.0 - 1.0 - self.view.y) / self.view.scale;
                covered += usize::from(inside(x * cos + y * sin, y * cos - x * sin));
            }
            *pixel = mix(*pixel, color, covered as f64 / (SAMPLES * SAMPLES) as f64);
        }
    }

    /// Brightens towards one side.
    fn light(&mut self, rightwards: f64, downwards: f64) {
        for (index, pixel) in self.pixels.iter_mut().enumerate() {
            let across = (index % SIDE) as f64 / SIDE as f64 - 0.5;
            let down = (index / SIDE) as f64 / SIDE as f64 - 0.5;
            let change = across * rightwards + down * downwards;
            *pixel = pixel.map(|value| value + change);
        }
    }

    fn grain(&mut self, deviation: f64, rng: &mut NumpyRng) {
        for value in self.pixels.iter_mut().flatten() {
            *value += rng.normal(0.0, deviation);
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |value: &f64| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        self.pixels.iter().flatten().map(byte).collect()
    }
}
