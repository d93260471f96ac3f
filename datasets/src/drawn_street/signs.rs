//! Traffic lights and stop signs on their poles, and signs of other shapes.

use fireside_numpy_rng::NumpyRng;

use super::color::{Color, against, any, mix, times};
use super::pen::Pen;
use super::random::{between, chance};
use super::vehicles::{Drawn, Stand};

/// Pale, or else lamps would be known by the blue that they lack.
const LIT: [Color; 3] = [[1.1, 0.3, 0.45], [1.1, 0.85, 0.6], [0.35, 1.05, 0.9]];

/// The pole of something from the ground to `high` metres.
pub(super) fn pole(stand: Stand, high: f32, half_width: f32, rng: &mut NumpyRng) -> Pen {
    let mut pen = Pen::new(stand.foot, stand.scale, false, 0.3, [0.0, high]);
    let half = half_width.max(0.55 * pen.pixel());
    let color = any(rng);
    pen.rectangle([-half, 0.0], [half, high], color);
    pen.rectangle([0.0, 0.0], [half, high], times(color, 0.75));
    pen
}

/// The head of a traffic light, its middle `high` metres above the ground: three lamps of which one is lit.
pub(super) fn traffic_light(stand: Stand, high: f32, rng: &mut NumpyRng) -> Drawn {
    let mut pen = Pen::new(stand.foot, stand.scale, stand.mirrored, 0.7, [high - 1.1, high + 1.1]);
    let housing = any(rng);
    let [wide, tall] = [between(0.26, 0.36, rng), between(0.72, 0.9, rng)];
    if chance(0.5, rng) {
        let plate = against(housing, rng);
        let [wide, tall] = [wide + 0.1, tall + 0.1];
        pen.rectangle([-wide, high - tall], [wide, high + tall], plate);
    }
    pen.rectangle([-wide, high - tall], [wide, high + tall], housing);
    let lit = rng.below(3);
    let off = against(housing, rng);
    let mut lamps = Vec::new();
    for (lamp, color) in LIT.into_iter().enumerate() {
        let place = [0.0, high + tall * 0.63 * (1.0 - lamp as f32)];
        let radius = wide * 0.68;
        let glass = if lamp == lit { color } else { off };
        pen.circle(place, radius, glass);
        pen.rectangle(
            [-radius, place[1] + radius * 0.75],
            [radius, place[1] + radius * 1.1],
            times(housing, 0.6),
        );
        if lamp == lit {
            lamps.push((pen.at(place), color));
        }
    }
    Drawn { pen, lamps }
}

/// Corners of an octagon that stands on a side.
fn octagon([x, y]: [f32; 2], radius: f32) -> [[f32; 2]; 8] {
    let short = radius * 0.414_213_57; // the tangent of an eighth of half a turn
    [
        [-short, -radius],
        [short, -radius],
        [radius, -short],
        [radius, short],
        [short, radius],
        [-short, radius],
        [-radius, short],
        [-radius, -short],
    ]
    .map(|[u, v]| [x + u, y + v])
}

/// A stop sign, its middle `high` metres above the ground.
pub(super) fn stop_sign(stand: Stand, high: f32, rng: &mut NumpyRng) -> Drawn {
    let mut pen = Pen::new(stand.foot, stand.scale, false, 0.7, [high - 0.7, high + 0.7]);
    let face = any(rng);
    let rim = against(face, rng);
    let middle = [0.0, high];
    let radius = 0.6;
    pen.polygon(octagon(middle, radius), rim);
    pen.polygon(octagon(middle, radius * 0.84), face);
    // Four letters.
    let ink = mix(rim, face, 0.15);
    for letter in 0..4 {
        let left = radius * (-0.62 + 0.32 * letter as f32);
        let wide = radius * 0.24;
        pen.rectangle([left, high - radius * 0.25], [left + wide, high + radius * 0.25], ink);
        let hole = radius * if letter % 2 == 0 { 0.02 } else { -0.12 };
        pen.rectangle(
            [left + wide * 0.4, high + hole],
            [left + wide * 0.75, high + hole + radius * 0.12],
            face,
        );
    }
    Drawn { pen, lamps: Vec::new() }
}

/// A sign of another shape: round, a triangle, a square on its corner, a board.
pub(super) fn other_sign(stand: Stand, high: f32, rng: &mut NumpyRng) -> Drawn {
    let mut pen = Pen::new(stand.foot, stand.scale, false, 1.1, [high - 1.0, high + 1.0]);
    let face = any(rng);
    let rim = against(face, rng);
    let radius = between(0.4, 0.62, rng);
    match rng.below(5) {
        0 => {
            pen.circle([0.0, high], radius, rim);
            pen.circle([0.0, high], radius * 0.75, face);
            pen.rectangle([-0.3 * radius, high - 0.1], [0.3 * radius, high + 0.1], rim);
        }
        kind @ (1 | 2) => {
            let up = if kind == 1 { 1.0 } else { -1.0 };
            let triangle = |size: f32| {
                [[-size, -0.7 * size], [size, -0.7 * size], [0.0, size]]
                    .map(|[x, y]| [x, high + up * y])
            };
            pen.polygon(triangle(radius), rim);
            pen.polygon(triangle(radius * 0.66), face);
        }
        3 => {
            let diamond =
                |size: f32| [[-size, high], [0.0, high - size], [size, high], [0.0, high + size]];
            pen.polygon(diamond(radius), rim);
            pen.polygon(diamond(radius * 0.72), face);
        }
        _ => {
            let [wide, tall] = [between(0.35, 0.95, rng), between(0.25, 0.55, rng)];
            pen.rectangle([-wide, high - tall], [wide, high + tall], rim);
            pen.rectangle(
                [0.06 - wide, high - tall + 0.06],
                [wide - 0.06, high + tall - 0.06],
                face,
            );
            for line in 0..2 {
                let y = high + 0.1 - 0.22 * line as f32;
                pen.rectangle([-0.7 * wide, y - 0.04], [0.6 * wide, y + 0.04], rim);
            }
        }
    }
    Drawn { pen, lamps: Vec::new() }
}
