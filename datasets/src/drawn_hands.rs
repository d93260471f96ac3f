//! Drawn pictures of hands that show 0 to 5 fingers, 64x64 RGB: the stand-in for the course's photographs.
//!
//! Each picture is one hand, left or right, held up from below in front of a dim wall on which it throws a
//! shadow. Place, size, tilt, skin, light and the spread of the fingers vary, so that no single pixel tells
//! the number. The wall is dim because bright pixels all over the picture, which say nothing, drive the
//! units of a ReLU network out of reach of every gradient in its first steps. Before a dim wall a dense network
//! of 25 such units keeps two to eight of them, before a dark one eight to fifteen.

use fireside_numpy_rng::NumpyRng;

use crate::canvas::{Canvas, Color, View, draw_set, mix};
use crate::labelled_images::LabelledImages;

const SIDE: usize = 64;
/// The hands show 0 to 5 fingers.
const CLASSES: usize = 6;

/// How wide the rim of a shadow is.
const PENUMBRA: f64 = 0.12;

/// How bright the wall behind a hand is, from and to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wall(f64, f64);

impl Wall {
    pub(crate) const DIM: Self = Self(0.26, 0.34);
    pub(crate) const DARK: Self = Self(0.08, 0.14);
}

/// Draws a training set of 180 hands for each number of fingers, and a test set of 20.
pub(crate) fn draw(wall: Wall, seed: u32) -> (LabelledImages, LabelledImages) {
    let rng = &mut NumpyRng::new(seed);
    (draw_hands(180 * CLASSES, wall, rng), draw_hands(20 * CLASSES, wall, rng))
}

fn draw_hands(count: usize, wall: Wall, rng: &mut NumpyRng) -> LabelledImages {
    draw_set(count, SIDE, rng, |index, rng| {
        (draw_picture(index % CLASSES, wall, rng), index % CLASSES)
    })
}

/// A finger: where its middle line begins, which way it points (0 is up, the thumb's side below 0), its
/// length and half its width.
#[derive(Clone, Copy)]
struct Finger {
    base: [f64; 2],
    angle: f64,
    length: f64,
    radius: f64,
}

impl Finger {
    fn tip(&self) -> [f64; 2] {
        [
            self.base[0] + self.length * self.angle.sin(),
            self.base[1] - self.length * self.angle.cos(),
        ]
    }
}

/// The four fingers beside the thumb, held up side by side.
const FINGERS: [Finger; 4] = [
    Finger { base: [-0.23, -0.12], angle: -0.24, length: 0.60, radius: 0.078 },
    Finger { base: [-0.08, -0.17], angle: -0.07, length: 0.68, radius: 0.080 },
    Finger { base: [0.08, -0.16], angle: 0.10, length: 0.62, radius: 0.077 },
    Finger { base: [0.22, -0.10], angle: 0.30, length: 0.47, radius: 0.068 },
];
const THUMB: Finger = Finger { base: [-0.24, 0.20], angle: -0.85, length: 0.46, radius: 0.085 };

/// Which of index, middle, ring and little finger are up, and whether the thumb is: the ways to show each
/// number.
const WAYS: [&[([bool; 4], bool)]; CLASSES] = [
    &[([false; 4], false)],
    &[([true, false, false, false], false)],
    &[([true, true, false, false], false)],
    &[([true, true, false, false], true), ([true, true, true, false], false)],
    &[([true; 4], false)],
    &[([true; 4], true)],
];

fn draw_picture(number: usize, Wall(darkest, brightest): Wall, rng: &mut NumpyRng) -> Canvas {
    let brightness = rng.uniform(darkest, brightest);
    let wall = [0; 3].map(|_| brightness + rng.uniform(-0.04, 0.04));
    let skin = mix([0.93, 0.72, 0.60], [0.60, 0.42, 0.31], rng.random_sample());
    let view = View {
        x: rng.uniform(-0.10, 0.10),
        y: rng.uniform(0.10, 0.20),
        scale: rng.uniform(1.0, 1.15),
        tilt: rng.uniform(-0.20, 0.20),
    };
    let hand = hand(number, rng);
    let light = [rng.uniform(-1.0, 1.0), -0.5];
    let mut canvas = Canvas::new(SIDE, wall, view);
    throw_shadow(&hand, [-0.15 * light[0], 0.08], &mut canvas, mix(wall, [0.0; 3], 0.35));
    for limb in &hand {
        limb.paint(&mut canvas, skin, light);
    }
    canvas.light(rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08));
    canvas.gray_grain(0.02, rng);
    canvas
}

/// Returns the limbs of a hand that shows `number` fingers, from the back to the front.
fn hand(number: usize, rng: &mut NumpyRng) -> Vec<Limb> {
    let side = if rng.random_sample() < 0.5 { -1.0 } else { 1.0 };
    let ways = WAYS[number];
    let (up, thumb_up) = ways[rng.below(ways.len())];
    let spread = rng.uniform(0.9, 1.3);
    let mut vary = |finger: Finger| Finger {
        angle: finger.angle * spread + rng.uniform(-0.05, 0.05),
        length: finger.length * rng.uniform(0.92, 1.05),
        ..finger
    };
    let mut limbs = vec![
        Limb::between([0.02, 2.6], [0.0, 0.55], 0.27, 0.20), // forearm
        Limb::between([-0.10, 0.30], [0.12, 0.30], 0.24, 0.22), // heel of the hand
        Limb::between([-0.16, -0.02], [0.15, 0.0], 0.20, 0.19), // palm
    ];
    let mut folded = Vec::new();
    for (finger, is_up) in FINGERS.into_iter().zip(up) {
        let Finger { base: [x, y], radius, .. } = finger;
        let tip = vary(finger).tip();
        match is_up {
            true => limbs.push(Limb::between([x, y], tip, radius * 1.1, radius * 0.85)),
            // its middle joint stands up, its tip lies in the palm
            false => folded.push(Limb::between([x, y + 0.02], [x * 0.85, y + 0.26], 0.088, 0.075)),
        }
    }
    limbs.extend(folded);
    let thumb = vary(THUMB);
    match thumb_up {
        true => limbs.extend([
            Limb::between([-0.12, 0.32], thumb.base, 0.15, 0.11),
            Limb::between(thumb.base, thumb.tip(), 0.11, thumb.radius * 0.85),
        ]),
        false => limbs.extend([
            Limb::between([-0.24, 0.28], [-0.17, 0.14], 0.11, 0.09),
            Limb::between([-0.17, 0.14], [0.10, 0.09], 0.09, 0.075),
        ]),
    }
    limbs.into_iter().map(|limb| limb.mirrored(side)).collect()
}

/// A limb, thick at one end and thin at the other.
#[derive(Clone, Copy)]
struct Limb {
    from: [f64; 2],
    to: [f64; 2],
    radius_from: f64,
    radius_to: f64,
}

impl Limb {
    fn between(from: [f64; 2], to: [f64; 2], radius_from: f64, radius_to: f64) -> Self {
        Self { from, to, radius_from, radius_to }
    }

    fn mirrored(self, sign: f64) -> Self {
        let [from, to] = [self.from, self.to].map(|[x, y]| [x * sign, y]);
        Self { from, to, ..self }
    }

    /// Returns the way from the nearest point of the middle line to `point`, and half the width there.
    fn away(&self, point: [f64; 2]) -> ([f64; 2], f64) {
        let along = [self.to[0] - self.from[0], self.to[1] - self.from[1]];
        let offset = [point[0] - self.from[0], point[1] - self.from[1]];
        let length = along[0] * along[0] + along[1] * along[1];
        let share = ((offset[0] * along[0] + offset[1] * along[1]) / length).clamp(0.0, 1.0);
        let away = [offset[0] - share * along[0], offset[1] - share * along[1]];
        (away, self.radius_from + share * (self.radius_to - self.radius_from))
    }

    fn paint(&self, canvas: &mut Canvas, skin: Color, light: [f64; 2]) {
        let pixel = canvas.pixel();
        let [low, high] = bounds(&[*self], pixel);
        canvas.blend(low, high, |x, y| {
            let (away, radius) = self.away([x, y]);
            let distance = away[0].hypot(away[1]);
            let covered = (0.5 - (distance - radius) / pixel).clamp(0.0, 1.0);
            // Round like a pipe: darker towards its edge, lighter on the side of the light.
            let edge = (distance / radius).min(1.0);
            let side = (away[0] * light[0] + away[1] * light[1]) / radius;
            let brightness = 1.0 - 0.42 * edge.powi(4) + 0.12 * side;
            (skin.map(|value| value * brightness), covered)
        });
    }
}

/// The corners of the smallest upright rectangle around some limbs and `margin`.
fn bounds(limbs: &[Limb], margin: f64) -> [[f64; 2]; 2] {
    let reach = |limb: &Limb| limb.radius_from.max(limb.radius_to) + margin;
    [(-1.0, f64::INFINITY), (1.0, f64::NEG_INFINITY)].map(|(sign, worst)| {
        [0, 1].map(|axis| {
            let ends = limbs.iter().flat_map(|limb| [(limb, limb.from), (limb, limb.to)]);
            let places = ends.map(|(limb, end)| end[axis] + sign * reach(limb));
            places.fold(worst, if sign < 0.0 { f64::min } else { f64::max })
        })
    })
}

/// Darkens the wall where the hand, moved by `offset`, keeps the light off, the less the nearer to its rim.
fn throw_shadow(hand: &[Limb], offset: [f64; 2], canvas: &mut Canvas, color: Color) {
    let [low, high] =
        bounds(hand, PENUMBRA).map(|corner| [corner[0] + offset[0], corner[1] + offset[1]]);
    canvas.blend(low, high, |x, y| {
        let inside = hand.iter().map(|limb| {
            let (away, radius) = limb.away([x - offset[0], y - offset[1]]);
            radius - away[0].hypot(away[1])
        });
        let inside = inside.fold(f64::NEG_INFINITY, f64::max);
        (color, (0.5 + inside / PENUMBRA).clamp(0.0, 1.0))
    });
}
