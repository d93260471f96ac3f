//! Drawn street scenes, 32x32 RGB: a road between a pavement and a wall of houses, and what stands there.

use fireside_numpy_rng::NumpyRng;

use crate::canvas::{Canvas, Color, View, mix, random_color};

/// Pixels across and down.
pub(crate) const SIDE: usize = 32;

const WHITE: Color = [0.92, 0.92, 0.90];
const BLACK: Color = [0.08, 0.08, 0.09];
const POLE: Color = [0.35, 0.36, 0.38];
const LAMPS: [Color; 3] = [[0.95, 0.15, 0.10], [0.98, 0.75, 0.15], [0.20, 0.90, 0.35]];

/// Draws a scene with those of a pedestrian, a car, a stop sign and a traffic light that are present.
pub(crate) fn draw_scene(present: [bool; 4], rng: &mut NumpyRng) -> Canvas {
    let [pedestrian, car, stop_sign, traffic_light] = present;
    let view = View { x: 0.0, y: 0.0, scale: 1.0, tilt: rng.uniform(-0.03, 0.03) };
    let brightness = rng.uniform(0.55, 0.70);
    let sky = [brightness * 0.9, brightness, brightness * 1.15];
    let mut canvas = Canvas::new(SIDE, sky, view);
    draw_street(&mut canvas, rng);
    if traffic_light {
        draw_traffic_light(&mut canvas, rng);
    }
    if stop_sign {
        draw_stop_sign(&mut canvas, rng);
    }
    if pedestrian {
        draw_pedestrian(&mut canvas, rng);
    }
    if car {
        draw_car(&mut canvas, rng);
    }
    canvas.light(rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08));
    canvas.grain(0.02, rng);
    canvas
}

fn draw_street(canvas: &mut Canvas, rng: &mut NumpyRng) {
    for house in 0..4 {
        let left = -1.1 + 0.55 * f64::from(house);
        let shade = rng.uniform(0.42, 0.55);
        let wall = [0.0; 3].map(|_: f64| shade + rng.uniform(-0.04, 0.04));
        canvas.rectangle([left, rng.uniform(-0.45, -0.10)], [left + 0.56, 0.25], wall);
    }
    canvas.rectangle([-1.2, 0.22], [1.2, 0.40], [0.58, 0.56, 0.53]); // pavement
    canvas.rectangle([-1.2, 0.40], [1.2, 1.2], [0.30, 0.30, 0.32]); // road
    let start = rng.uniform(-1.3, -0.9);
    for dash in 0..5 {
        let left = start + 0.55 * f64::from(dash);
        canvas.rectangle([left, 0.86], [left + 0.28, 0.92], [0.72, 0.72, 0.68]);
    }
}

/// A head on a body with two legs, on the pavement.
fn draw_pedestrian(canvas: &mut Canvas, rng: &mut NumpyRng) {
    let [x, feet] = [rng.uniform(-0.9, 0.3), rng.uniform(0.38, 0.46)];
    let height = rng.uniform(0.70, 0.90);
    let at = |share: f64| feet - share * height;
    let skin = mix([0.93, 0.72, 0.60], [0.45, 0.29, 0.20], rng.random_sample());
    let trousers = random_color(0.05, 0.25, rng);
    for side in [-1.0, 1.0] {
        canvas.line([x + 0.03 * side, at(0.45)], [x + 0.09 * side, feet], 0.045, trousers);
    }
    canvas.ellipse([x, at(0.62)], [0.12, 0.24 * height], random_color(0.1, 0.95, rng));
    canvas.ellipse([x, at(0.93)], [0.09, 0.10], skin);
}

/// A body with a cabin and two wheels, on the road.
fn draw_car(canvas: &mut Canvas, rng: &mut NumpyRng) {
    let [x, y] = [rng.uniform(-0.5, 0.5), rng.uniform(0.50, 0.70)];
    let length = rng.uniform(0.42, 0.52);
    let paint = random_color(0.1, 0.95, rng);
    canvas.rectangle([x - 0.6 * length, y - 0.32], [x + 0.5 * length, y - 0.08], paint);
    canvas.rectangle(
        [x - 0.5 * length, y - 0.28],
        [x + 0.4 * length, y - 0.10],
        [0.70, 0.82, 0.90],
    );
    canvas.rectangle([x - length, y - 0.10], [x + length, y + 0.12], paint);
    for side in [-1.0, 1.0] {
        canvas.ellipse([x + side * 0.6 * length, y + 0.12], [0.11, 0.11], BLACK);
        canvas.ellipse([x + side * 0.6 * length, y + 0.12], [0.05, 0.05], POLE);
    }
}

/// A red octagon with a white rim on a pole.
fn draw_stop_sign(canvas: &mut Canvas, rng: &mut NumpyRng) {
    let [x, y] = [rng.uniform(-0.8, 0.8), rng.uniform(-0.30, -0.05)];
    canvas.line([x, y], [x, 0.38], 0.03, POLE);
    let radius = rng.uniform(0.17, 0.21);
    for (radius, color) in [(radius, WHITE), (radius - 0.04, [0.80, 0.08, 0.10])] {
        canvas.fill(color, |u, v| {
            let [u, v] = [(u - x).abs(), (v - y).abs()];
            u.max(v) <= radius && u + v <= radius * 2.0_f64.sqrt()
        });
    }
    canvas.rectangle([x - 0.09, y - 0.03], [x + 0.09, y + 0.03], [0.90, 0.62, 0.62]);
}

/// A dark box with three lamps, one of them lit, on a pole.
fn draw_traffic_light(canvas: &mut Canvas, rng: &mut NumpyRng) {
    let [x, y] = [rng.uniform(-0.8, 0.8), rng.uniform(-0.65, -0.40)];
    let lit = rng.below(3);
    canvas.line([x, y], [x, 0.38], 0.035, POLE);
    canvas.rectangle([x - 0.12, y - 0.30], [x + 0.12, y + 0.30], BLACK);
    for (lamp, color) in LAMPS.into_iter().enumerate() {
        let color = if lamp == lit { color } else { mix(color, BLACK, 0.8) };
        canvas.ellipse([x, y + 0.19 * (lamp as f64 - 1.0)], [0.08, 0.08], color);
    }
}
