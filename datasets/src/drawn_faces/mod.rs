//! Drawn pictures of faces that smile or do not, 64x64 RGB: the stand-in for the course's photographs.
//!
//! As in the course's, a few people were photographed often, each where that person stands, head and shoulders
//! in front of greenery under a sky, and the same people are in both sets. From person to person place and size
//! of the head, skin, hair, beard, glasses, clothes and light vary; from picture to picture a bit of place,
//! tilt and turn, exposure, eyes and mouth. Nothing but the face tells a smile: everyone smiles in half of the
//! pictures. Its mark is the corners of the mouth, which lie above its middle, on some six by twelve of the
//! pixels.

mod curve;
mod features;

use fireside_numpy_rng::NumpyRng;

use self::curve::Curve;
pub(crate) use self::features::COUNT;
use self::features::{Ends, Features};
use crate::canvas::{Canvas, Color, View, draw_set, mix, random_color};
use crate::labelled_images::LabelledImages;

pub(crate) const SIDE: usize = 64;
/// People who are photographed.
const CAST: usize = 8;
/// The least exposure of a person of the cast: one convolution still sees the mouth of whoever is dark.
const DIM: f64 = 0.85;
/// The least exposure of the other faces, as before a bright sky; the course's own pictures often have it.
const DARK_BEFORE_THE_SKY: f64 = 0.62;

/// Draws a training set and a test set of the same people, half of each happy.
pub(crate) fn draw(train: usize, test: usize, seed: u32) -> (LabelledImages, LabelledImages) {
    let rng = &mut NumpyRng::new(seed);
    let cast: Vec<Person> = (0..CAST).map(|_| Person::new(DIM, rng)).collect();
    (draw_faces(train, &cast, rng), draw_faces(test, &cast, rng))
}

/// Draws a face of someone who is in no other picture, with nostrils and less well in the middle than the others, and
/// returns where its features are: across and down in pixels.
pub(crate) fn draw_with_landmarks(rng: &mut NumpyRng) -> (Canvas, [[f64; 2]; COUNT]) {
    let mut person = Person::new(DARK_BEFORE_THE_SKY, rng);
    person.place = View {
        x: rng.uniform(-0.22, 0.22),
        y: rng.uniform(-0.22, 0.16),
        scale: rng.uniform(0.75, 1.2),
        tilt: rng.uniform(-0.3, 0.3),
    };
    let is_happy = chance(0.5, rng);
    let (canvas, features) = draw_picture(&person, is_happy, true, rng);
    let places = features.on(&canvas);
    (canvas, places)
}

fn draw_faces(count: usize, cast: &[Person], rng: &mut NumpyRng) -> LabelledImages {
    draw_set(count, SIDE, rng, |index, rng| {
        let is_happy = index % 2 == 0;
        let person = &cast[index / 2 % cast.len()];
        (draw_picture(person, is_happy, false, rng).0, usize::from(is_happy))
    })
}

const LIGHTEST_SKIN: Color = [0.96, 0.80, 0.70];
const DARKEST_SKIN: Color = [0.40, 0.27, 0.19];
/// Black, dark brown, brown, red, fair, grey.
const HAIR: [Color; 6] = [
    [0.08, 0.07, 0.07],
    [0.20, 0.13, 0.09],
    [0.36, 0.23, 0.13],
    [0.55, 0.25, 0.12],
    [0.80, 0.66, 0.40],
    [0.62, 0.61, 0.60],
];
const WHITE: Color = [0.95, 0.94, 0.92];
const DARK: Color = [0.06, 0.05, 0.05];
/// Half the width of an eye.
const EYE: f64 = 0.085;

fn draw_picture(
    person: &Person,
    is_happy: bool,
    has_nostrils: bool,
    rng: &mut NumpyRng,
) -> (Canvas, Features) {
    let view = View {
        x: person.place.x + rng.uniform(-0.015, 0.015),
        y: person.place.y + rng.uniform(-0.015, 0.015),
        scale: person.place.scale * rng.uniform(0.985, 1.015),
        tilt: person.place.tilt + rng.uniform(-0.03, 0.03),
    };
    let of_person = &mut NumpyRng::new(person.seed);
    let sky = mix([0.62, 0.72, 0.84], [0.97, 0.97, 0.95], of_person.random_sample());
    let mut canvas = Canvas::new(SIDE, sky, view);
    draw_surroundings(&mut canvas, of_person);
    let turn = person.turn.map(|turn| turn + rng.uniform(-0.015, 0.015));
    let person = Person { turn, ..*person };
    person.draw_body(&mut canvas);
    person.draw_head(&mut canvas, of_person);
    let features = person.draw_expression(&mut canvas, [is_happy, has_nostrils], of_person, rng);
    if chance(0.22, of_person) {
        person.draw_glasses(&mut canvas, of_person);
    }
    canvas.light(rng.uniform(-0.04, 0.04), rng.uniform(-0.03, 0.03));
    canvas.gray_grain(0.02, rng);
    (canvas, features)
}

/// Bushes above, a lawn, a road or a wall below.
fn draw_surroundings(canvas: &mut Canvas, rng: &mut NumpyRng) {
    let ground = match rng.below(3) {
        0 => random_color(0.70, 0.95, rng),
        1 => mix([0.35, 0.48, 0.20], [0.66, 0.70, 0.42], rng.random_sample()),
        _ => mix([0.45, 0.36, 0.28], [0.70, 0.66, 0.60], rng.random_sample()),
    };
    let horizon = rng.uniform(-0.5, 0.5);
    canvas.blend([-3.0, -3.0], [3.0, 3.0], |_, y| (ground, ((y - horizon) / 0.1).clamp(0.0, 1.0)));
    for _ in 0..6 + rng.below(8) {
        let center = [rng.uniform(-1.4, 1.4), rng.uniform(-1.3, horizon + 0.1)];
        let radii = [rng.uniform(0.15, 0.5), rng.uniform(0.12, 0.35)];
        let green = mix([0.16, 0.24, 0.10], [0.72, 0.78, 0.45], rng.random_sample());
        soft_ellipse(canvas, center, radii, 0.15, green);
    }
}

/// What one person looks like, and where; a face is 2 units across its cheeks and a bit more from brow to chin.
#[derive(Clone, Copy)]
struct Person {
    /// Where the head is in the pictures, and how large.
    place: View,
    /// What decides the rest: surroundings, brows, eyes, glasses.
    seed: u32,
    skin: Color,
    hair: Color,
    shirt: Color,
    /// Half the width and half the height of the head.
    head: [f64; 2],
    /// How far the face looks to the right and down.
    turn: [f64; 2],
    hairline: f64,
    has_long_hair: bool,
    is_bald: bool,
    beard: Beard,
    /// Where the light comes from: right and down above 0.
    light: [f64; 2],
}

#[derive(Clone, Copy, PartialEq)]
enum Beard {
    None,
    Moustache,
    Full,
}

impl Person {
    fn new(least_exposure: f64, rng: &mut NumpyRng) -> Self {
        let exposure = rng.uniform(least_exposure, 1.05);
        let hair = HAIR[rng.below(HAIR.len())];
        let skin = mix(LIGHTEST_SKIN, DARKEST_SKIN, rng.random_sample().powf(1.3));
        let shirt = random_color(0.10, 0.85, rng);
        let has_long_hair = chance(0.35, rng);
        Self {
            place: View {
                x: rng.uniform(-0.045, 0.045),
                y: rng.uniform(-0.04, 0.03),
                scale: rng.uniform(0.95, 1.05),
                tilt: 0.0,
            },
            seed: rng.below(1 << 30) as u32,
            skin: skin.map(|value| value * exposure),
            hair: hair.map(|value| value * exposure),
            shirt: shirt.map(|value| value * exposure),
            head: [rng.uniform(0.39, 0.47), rng.uniform(0.52, 0.60)],
            turn: [rng.uniform(-0.09, 0.09), rng.uniform(-0.05, 0.06)],
            hairline: rng.uniform(-0.42, -0.30),
            has_long_hair,
            is_bald: !has_long_hair && chance(0.12, rng),
            beard: match rng.below(10) {
                _ if has_long_hair => Beard::None,
                0 => Beard::Moustache,
                1..=3 => Beard::Full,
                _ => Beard::None,
            },
            light: [rng.uniform(-0.9, 0.9), rng.uniform(-0.7, 0.1)],
        }
    }

    fn draw_body(&self, canvas: &mut Canvas) {
        let [width, height] = self.head;
        if self.has_long_hair {
            soft_ellipse(canvas, [0.0, 0.12], [width + 0.13, height + 0.22], 0.05, self.hair);
        }
        let neck = self.skin.map(|value| value * 0.72);
        soft_ellipse(canvas, [0.0, height - 0.02], [0.20, 0.30], 0.04, neck);
        soft_ellipse(canvas, [0.0, height + 0.75], [0.85, 0.62], 0.04, self.shirt);
    }

    fn draw_head(&self, canvas: &mut Canvas, rng: &mut NumpyRng) {
        let [width, height] = self.head;
        let ear = self.skin.map(|value| value * 0.88);
        for side in [-1.0, 1.0] {
            let place = [side * width - 0.5 * self.turn[0], 0.02];
            soft_ellipse(canvas, place, [0.07, 0.11], 0.03, ear);
        }
        let pixel = canvas.pixel();
        canvas.blend([-width - 0.1, -height - 0.1], [width + 0.1, height + 0.1], |x, y| {
            let [away, covered] = ellipse([x, y], [width, height], pixel);
            // Round: darker towards the rim, lighter on the side of the light.
            let side = (x / width * self.light[0] + y / height * self.light[1]).clamp(-1.0, 1.0);
            let brightness = 1.0 - 0.30 * away.min(1.0).powi(4) + 0.16 * side;
            (self.skin.map(|value| value * brightness), covered)
        });
        if !self.is_bald {
            let [slope, wave] = [rng.uniform(-0.15, 0.15), rng.uniform(0.0, 0.05)];
            let reach = [width + 0.05, height + 0.06];
            canvas.blend([-reach[0] - 0.1, -reach[1] - 0.1], [reach[0] + 0.1, 0.2], |x, y| {
                let [_, covered] = ellipse([x, y], reach, pixel);
                // The hairline falls to the ears on both sides.
                let fall = 0.42 * (x / width).abs().min(1.1).powi(4);
                let line = self.hairline + fall + slope * x + wave * (14.0 * x).sin();
                let sheen = 1.0 + 0.25 * (x * self.light[0] - y * 0.5);
                let hair = self.hair.map(|value| value * sheen);
                (hair, covered * (0.5 + (line - y) / 0.05).clamp(0.0, 1.0))
            });
        }
        if self.beard == Beard::Full {
            let beard = mix(self.hair, self.skin, 0.25);
            canvas.blend([-width - 0.1, 0.0], [width + 0.1, height + 0.1], |x, y| {
                let [_, covered] = ellipse([x, y], self.head, pixel);
                let line = 0.20 - 0.25 * (x / width).powi(2);
                (beard, covered * (0.5 + (y - line) / 0.08).clamp(0.0, 1.0) * 0.9)
            });
        }
    }

    /// Eyes, brows, nose and mouth, and where they are. A smile narrows the eyes a bit, but so do eyes that are
    /// small.
    fn draw_expression(
        &self,
        canvas: &mut Canvas,
        [is_happy, has_nostrils]: [bool; 2],
        of_person: &mut NumpyRng,
        rng: &mut NumpyRng,
    ) -> Features {
        let [turn, nod] = self.turn;
        let opening = of_person.uniform(0.032, 0.060) * if is_happy { 0.88 } else { 1.0 };
        let share = of_person.random_sample().powi(2);
        let iris = mix([0.10, 0.07, 0.05], [0.28, 0.36, 0.42], share);
        let white = mix(self.skin, WHITE, 0.55);
        let brow = mix(self.hair, self.skin, 0.2);
        let brow_height = of_person.uniform(0.11, 0.16);
        // Inner ends down are grim, and up are sad; a smile has them as they come.
        let frown = if is_happy { rng.uniform(-0.03, 0.03) } else { rng.uniform(-0.05, 0.05) };
        let gaze = rng.uniform(-0.03, 0.03);
        let [left, right] = [-1.0, 1.0].map(|side| {
            let eye = [turn + side * 0.17, nod - 0.09];
            soft_ellipse(canvas, eye, [EYE, opening], 0.02, white);
            soft_ellipse(canvas, [eye[0] + gaze, eye[1]], [0.036, opening], 0.02, iris);
            let arch = Curve {
                middle: [eye[0], eye[1] - brow_height],
                half_width: 0.11,
                bend: -0.025,
                slope: -side * frown / 0.11,
            };
            arch.draw(canvas, 0.022, brow);
            let corners = [-EYE, EYE].map(|wide| [eye[0] + wide, eye[1]]);
            (corners, arch.end(side))
        });
        let shade = self.skin.map(|value| value * 0.72);
        let nose = [turn * 1.5, nod + 0.12];
        soft_ellipse(canvas, nose, [0.055, 0.045], 0.03, shade);
        let ridge = [nose[0] - 0.03 * self.light[0].signum(), nod + 0.01];
        soft_ellipse(canvas, ridge, [0.018, 0.10], 0.03, mix(self.skin, shade, 0.6));
        let nostrils = [-1.0, 1.0].map(|side| [nose[0] + side * 0.032, nose[1] + 0.022]);
        if has_nostrils {
            for nostril in nostrils {
                soft_ellipse(canvas, nostril, [0.016, 0.012], 0.02, mix(shade, DARK, 0.7));
            }
        }
        if self.beard != Beard::None {
            let moustache =
                Curve { middle: [nose[0], nod + 0.195], half_width: 0.15, bend: -0.03, slope: 0.0 };
            moustache.draw(canvas, 0.035, mix(self.hair, self.skin, 0.2));
        }
        Features {
            eyes: [left.0, right.0],
            brow_ends: [left.1, right.1],
            nose_tip: nose,
            nostrils,
            mouth: self.draw_mouth(canvas, is_happy, rng),
            chin: [0.0, self.head[1]],
        }
    }

    /// Returns the corners of the mouth.
    fn draw_mouth(&self, canvas: &mut Canvas, is_happy: bool, rng: &mut NumpyRng) -> Ends {
        let bend = match is_happy {
            true => rng.uniform(0.060, 0.125),
            false => rng.uniform(-0.075, 0.012),
        };
        let is_open = chance(if is_happy { 0.55 } else { 0.3 }, rng);
        let half_width = match is_happy {
            true => rng.uniform(0.17, 0.24),
            false if is_open => rng.uniform(0.08, 0.16),
            false => rng.uniform(0.13, 0.21),
        };
        let lips = mix(self.skin.map(|value| value * 0.55), [0.55, 0.16, 0.16], 0.4);
        let [turn, nod] = self.turn;
        let mouth = Curve {
            middle: [turn * 1.2, nod + rng.uniform(0.27, 0.32)],
            half_width,
            bend,
            slope: rng.uniform(-0.08, 0.08),
        };
        if is_open {
            let gap = rng.uniform(0.07, 0.15);
            let teeth = mix(self.skin, WHITE, 0.75);
            let inside = if chance(0.5, rng) { teeth } else { mix(lips, DARK, 0.7) };
            // Who laughs shows the upper teeth below a lip that bends like a smile; who talks opens as far
            // upwards as downwards.
            let bends = match is_happy {
                true => [0.7 * bend, bend + gap],
                false => [bend - 0.5 * gap, bend + 0.5 * gap],
            };
            let [upper, lower] = bends.map(|bend| mouth.bent(bend));
            upper.fill_to(&lower, canvas, inside);
            lower.draw(canvas, 0.024, lips);
            upper.draw(canvas, 0.020, lips);
        } else {
            mouth.draw(canvas, rng.uniform(0.022, 0.034), lips);
        }
        if is_happy {
            // The folds beside it.
            let fold = self.skin.map(|value| value * 0.80);
            for side in [-1.0, 1.0] {
                let place = [mouth.middle[0] + side * (half_width + 0.035), mouth.middle[1] - 0.05];
                soft_ellipse(canvas, place, [0.016, 0.05], 0.03, mix(self.skin, fold, 0.8));
            }
        }
        [-1.0, 1.0].map(|side| mouth.end(side))
    }

    fn draw_glasses(&self, canvas: &mut Canvas, rng: &mut NumpyRng) {
        let [turn, nod] = self.turn;
        let pixel = canvas.pixel();
        let rim = if chance(0.6, rng) { DARK } else { random_color(0.2, 0.7, rng) };
        let (radius, is_dark) = (rng.uniform(0.115, 0.145), chance(0.3, rng));
        for side in [-1.0, 1.0] {
            let center = [turn + side * 0.18, nod - 0.08];
            let reach = radius + 0.06;
            let [low, high] = [-reach, reach].map(|r| [center[0] + r, center[1] + r]);
            canvas.blend(low, high, |x, y| {
                let distance = (x - center[0]).hypot((y - center[1]) * 1.15);
                let on_rim = (0.5 - ((distance - radius).abs() - 0.018) / pixel).clamp(0.0, 1.0);
                let within = (0.5 - (distance - radius) / pixel).clamp(0.0, 1.0);
                (rim, on_rim.max(if is_dark { 0.85 * within } else { 0.0 }))
            });
            let [from, to] = [side * (0.18 + radius), side * (self.head[0] + 0.02)];
            canvas.line([turn + from, nod - 0.09], [to, nod - 0.06], 0.014, rim);
        }
        canvas.line(
            [turn - 0.18 + radius, nod - 0.09],
            [turn + 0.18 - radius, nod - 0.09],
            0.014,
            rim,
        );
    }
}

/// Fills an ellipse whose rim is `rim` wide, or a pixel where that is wider.
fn soft_ellipse(canvas: &mut Canvas, center: [f64; 2], radii: [f64; 2], rim: f64, color: Color) {
    let rim = rim.max(canvas.pixel());
    let reach = radii.map(|radius| radius + rim);
    let [low, high] = [-1.0, 1.0].map(|sign| [0, 1].map(|axis| center[axis] + sign * reach[axis]));
    canvas.blend(low, high, |x, y| (color, ellipse([x - center[0], y - center[1]], radii, rim)[1]));
}

/// How far out a point lies, 1 being the ellipse around 0, and the share of it that a rim of that width covers.
fn ellipse([x, y]: [f64; 2], radii: [f64; 2], rim: f64) -> [f64; 2] {
    let away = (x / radii[0]).hypot(y / radii[1]);
    let steepness = (x / radii[0].powi(2)).hypot(y / radii[1].powi(2));
    let distance = if steepness > 0.0 { away * (away - 1.0) / steepness } else { -radii[0] };
    [away, (0.5 - distance / rim).clamp(0.0, 1.0)]
}

fn chance(probability: f64, rng: &mut NumpyRng) -> bool {
    rng.random_sample() < probability
}
