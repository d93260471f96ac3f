//! A drawn picture with edges of every kind: a house with upright, level and slanting sides, a round sun, a fence.

use fireside_numpy_rng::NumpyRng;

use crate::canvas::{Canvas, View};
use crate::image_file::Picture;

/// Draws a square picture of `side` pixels; the seed decides on its grain alone.
pub fn draw(side: usize, seed: u32) -> Picture {
    let view = View { x: 0.0, y: 0.0, scale: 1.0, tilt: 0.0 };
    let mut canvas = Canvas::new(side, [0.55, 0.72, 0.90], view);
    canvas.ellipse([0.62, -0.62], [0.20, 0.20], [0.98, 0.88, 0.40]);
    canvas.rectangle([-1.0, 0.55], [1.0, 1.0], [0.33, 0.52, 0.27]);
    draw_house(&mut canvas);
    for post in 0..7 {
        let left = 0.34 + 0.10 * f64::from(post);
        canvas.rectangle([left, 0.30], [left + 0.04, 0.70], [0.93, 0.92, 0.88]);
    }
    canvas.line([0.30, 0.45], [1.0, 0.45], 0.02, [0.93, 0.92, 0.88]);
    canvas.light(0.06, -0.04);
    canvas.grain(0.015, &mut NumpyRng::new(seed));
    Picture { pixels: canvas.bytes(), width: side as u32, height: side as u32 }
}

fn draw_house(canvas: &mut Canvas) {
    let (wall, pane, frame) = ([0.86, 0.80, 0.68], [0.28, 0.36, 0.46], [0.97, 0.96, 0.93]);
    canvas.rectangle([-0.75, -0.20], [0.20, 0.70], wall);
    canvas.rectangle([-0.05, -0.72], [0.09, -0.20], [0.52, 0.34, 0.28]); // chimney
    canvas.triangle([[-0.90, -0.18], [0.35, -0.18], [-0.275, -0.80]], [0.62, 0.24, 0.18]);
    for left in [-0.62, -0.16] {
        canvas.rectangle([left, -0.05], [left + 0.24, 0.22], frame);
        canvas.rectangle([left + 0.03, -0.02], [left + 0.21, 0.19], pane);
        canvas.line([left + 0.12, -0.02], [left + 0.12, 0.19], 0.012, frame);
        canvas.line([left + 0.03, 0.085], [left + 0.21, 0.085], 0.012, frame);
    }
    canvas.rectangle([-0.40, 0.32], [-0.16, 0.70], [0.38, 0.24, 0.16]); // door
    canvas.ellipse([-0.21, 0.52], [0.02, 0.02], [0.90, 0.80, 0.35]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn house_of_any_side_has_as_many_pixels_and_the_same_for_a_seed() {
        for side in [1, 16, 160] {
            let picture = draw(side, 1);
            assert_eq!(picture.pixels.len(), side * side * 3);
            assert_eq!(picture, draw(side, 1));
        }
    }
}
