//! Drawn pictures of cats and of other things, 64x64 RGB: the stand-in for the course's photographs.
//!
//! There are two kinds, because no pictures that are a network's lesson are a linear classifier's too.
//!
//! In a corner, by little light: one small thing in a quarter of the picture, lighter or darker than its wall. Each
//! quarter and either shade is as frequent with cats as with other things, so that a sum of pixels tells nothing,
//! whatever its weights. A network has to ask "dark or light, and where?" before it asks "ears?": seven hidden units
//! are few for that. The light is little because brightness, which all pictures share, bends the cost the most: in
//! bright ones a descent at the assignment's rate jumps to and fro, and a network ends where its last jump took it.
//!
//! At dusk: one thing in the middle, a little lighter than its wall, and walls that differ from each other much more
//! than that. A sum of pixels can tell, but not before it has learnt to disregard how light the wall is, which takes
//! a small learning rate longer than it is given. As with the course's photographs, a third of the pictures to learn
//! from are cats, and two thirds of those to judge by: whoever has learnt no more than which class is the more
//! frequent is wrong there.

use fireside_numpy_rng::NumpyRng;

use crate::canvas::{Canvas, Color, View, draw_set, mix, random_color};
use crate::labelled_images::LabelledImages;

const SIDE: usize = 64;

/// Pictures to train on and to judge by, and how many of them are cats in the course's files.
const TRAIN: Counts = Counts { pictures: 209, cats: 72 };
const TEST: Counts = Counts { pictures: 50, cats: 33 };

#[derive(Clone, Copy)]
struct Counts {
    pictures: usize,
    cats: usize,
}

/// Draws a training set and a test set of things in a corner, half of them cats.
pub(crate) fn draw_in_corners(seed: u32) -> [LabelledImages; 2] {
    let rng = &mut NumpyRng::new(seed);
    [TRAIN, TEST].map(|counts| {
        // Classes, shades and places take turns, so that none is off balance by chance.
        draw_set(counts.pictures, SIDE, rng, |index, rng| {
            let is_cat = index % 2 == 0;
            let (is_dark, place) = (index / 2 % 2 == 0, index / 4 % 4);
            (draw_in_corner(is_cat, is_dark, place, rng), usize::from(is_cat))
        })
    })
}

/// Draws a training set and a test set of things at dusk, with as many cats as the course has.
pub(crate) fn draw_at_dusk(seed: u32) -> [LabelledImages; 2] {
    let rng = &mut NumpyRng::new(seed);
    [TRAIN, TEST].map(|counts| {
        draw_set(counts.pictures, SIDE, rng, |index, rng| {
            let is_cat = index < counts.cats;
            (draw_dusk(is_cat, rng), usize::from(is_cat))
        })
    })
}

fn draw_in_corner(is_cat: bool, is_dark: bool, place: usize, rng: &mut NumpyRng) -> Canvas {
    let dark = random_color(0.05, 0.15, rng);
    let light = random_color(0.30, 0.40, rng);
    let colors = if is_dark { [dark, light] } else { [light, dark] };
    let middle = [place % 2, place / 2].map(|side| if side == 0 { -0.42 } else { 0.42 });
    let view = View {
        x: middle[0] + rng.uniform(-0.03, 0.03),
        y: middle[1] + rng.uniform(-0.03, 0.03),
        scale: rng.uniform(0.517, 0.583),
        tilt: rng.uniform(-0.06, 0.06),
    };
    draw_picture(is_cat, colors, view, 0.03, rng)
}

fn draw_dusk(is_cat: bool, rng: &mut NumpyRng) -> Canvas {
    let brightness = rng.uniform(0.05, 0.4);
    let wall = random_color(brightness - 0.04, brightness + 0.04, rng);
    let lighter = rng.uniform(0.042, 0.078);
    let view = View {
        x: rng.uniform(-0.1, 0.1),
        y: rng.uniform(-0.1, 0.1),
        scale: rng.uniform(0.8, 1.2),
        tilt: rng.uniform(-0.2, 0.2),
    };
    draw_picture(is_cat, [wall.map(|value| value + lighter), wall], view, 0.05, rng)
}

fn draw_picture(
    is_cat: bool,
    [thing, wall]: [Color; 2],
    view: View,
    grain: f64,
    rng: &mut NumpyRng,
) -> Canvas {
    let mut canvas = Canvas::new(SIDE, wall, view);
    if is_cat {
        draw_cat(&mut canvas, thing, wall, rng);
    } else {
        draw_other(&mut canvas, thing, wall, rng);
    }
    canvas.light(rng.uniform(-0.08, 0.08), rng.uniform(-0.08, 0.08));
    canvas.grain(grain, rng);
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
    match rng.below(10) {
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
