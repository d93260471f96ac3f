//! Drawn pictures of cats and of other things, 64x64 RGB: the stand-in for the course's photographs.
//!
//! Each picture is one thing in front of a plain wall with a light from one side. Two cats in three are
//! lighter than their wall, two other things in three darker. A linear classifier, which adds up pixels,
//! learns little more than that; a network can first ask "ears here, dark or light?".

use fireside_numpy_rng::NumpyRng;

use crate::canvas::{Canvas, Color, View, draw_set, mix, random_color};
use crate::labelled_images::LabelledImages;

const SIDE: usize = 64;

/// Draws a training set and a test set, about half cats each.
pub(crate) fn draw(train: usize, test: usize, seed: u32) -> (LabelledImages, LabelledImages) {
    let rng = &mut NumpyRng::new(seed);
    (draw_cats(train, rng), draw_cats(test, rng))
}

fn draw_cats(count: usize, rng: &mut NumpyRng) -> LabelledImages {
    // Classes and polarities take turns, so that neither is off balance by chance.
    draw_set(count, SIDE, rng, |index, rng| {
        let is_cat = index % 2 == 0;
        let is_dark = (index / 2 % 3 == 0) == is_cat;
        (draw_picture(is_cat, is_dark, rng), usize::from(is_cat))
    })
}

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
    let mut canvas = Canvas::new(SIDE, wall, view);
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
