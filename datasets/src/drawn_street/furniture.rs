//! What else stands beside a street: bushes, trees, lamps, bins and the like.

use fireside_numpy_rng::NumpyRng;

use super::color::{against, any, mix, times};
use super::frame::{Frame, Light};
use super::pen::Pen;
use super::random::{between, chance};
use super::segments::{OTHER, POLE, VEGETATION};
use super::signs::pole;
use super::vehicles::Stand;

/// A bush, or with a trunk a tree.
pub(super) fn draw_plant(frame: &mut Frame, stand: Stand, distance: f32, rng: &mut NumpyRng) {
    let is_tree = chance(0.5, rng);
    let leaf = any(rng);
    let low = if is_tree { between(1.6, 2.6, rng) } else { 0.35 };
    let radius = if is_tree { between(1.1, 2.2, rng) } else { between(0.5, 1.0, rng) };
    if is_tree {
        let mut trunk = Pen::new(stand.foot, stand.scale, false, 0.5, [0.0, low + radius]);
        let wood = any(rng);
        trunk.polygon([[-0.2, 0.0], [0.2, 0.0], [0.1, low + radius], [-0.1, low + radius]], wood);
        frame.put(&trunk.stamp, VEGETATION, 0, |_| distance);
    }
    let top = low + 2.4 * radius;
    let mut crown = Pen::new(stand.foot, stand.scale, false, 2.0 * radius, [0.0, top]);
    for _ in 0..5 + rng.below(5) {
        let place = [between(-0.8, 0.8, rng) * radius, low + radius * between(0.25, 1.3, rng)];
        let size = radius * between(0.35, 0.65, rng);
        // Light falls from above.
        let shade = 0.75 + 0.3 * (place[1] - low) / (1.5 * radius);
        crown.ellipse(place, [size, size * 0.85], times(mix(leaf, any(rng), 0.12), shade));
    }
    frame.put(&crown.stamp, VEGETATION, 0, |_| distance);
}

/// A street lamp.
pub(super) fn draw_lamp(
    frame: &mut Frame,
    stand: Stand,
    distance: f32,
    is_night: bool,
    rng: &mut NumpyRng,
) {
    let high = between(4.0, 6.0, rng);
    let post = pole(stand, high, 0.07, rng);
    frame.put(&post.stamp, POLE, 0, |_| distance);
    let mut arm = Pen::new(stand.foot, stand.scale, stand.mirrored, 1.6, [high - 0.4, high + 0.4]);
    let color = any(rng);
    arm.line([0.0, high], [1.1, high + 0.1], 0.05, color);
    let glow = if is_night { [1.5, 1.3, 0.85] } else { against(color, rng) };
    arm.ellipse([1.1, high], [0.3, 0.12], glow);
    frame.put(&arm.stamp, POLE, 0, |_| distance);
    if is_night {
        let at = arm.at([1.1, high]);
        frame.lights.push(Light { at, reach: 1.8 * stand.scale, color: glow });
    }
}

/// A bin, a post box, a bench or a box for cables.
pub(super) fn draw_other(frame: &mut Frame, stand: Stand, distance: f32, rng: &mut NumpyRng) {
    let mut pen = Pen::new(stand.foot, stand.scale, stand.mirrored, 1.2, [0.0, 1.6]);
    let paint = any(rng);
    let trim = against(paint, rng);
    match rng.below(4) {
        0 => {
            pen.polygon([[-0.28, 0.0], [0.28, 0.0], [0.36, 0.95], [-0.36, 0.95]], paint);
            pen.rectangle([-0.42, 0.95], [0.42, 1.08], trim);
        }
        1 => {
            pen.rectangle([-0.3, 0.0], [0.3, 1.2], paint);
            pen.ellipse([0.0, 1.2], [0.3, 0.2], paint);
            pen.rectangle([-0.2, 0.95], [0.2, 1.05], trim);
        }
        2 => {
            for x in [-0.75, 0.75] {
                pen.rectangle([x - 0.07, 0.0], [x + 0.07, 0.45], trim);
            }
            pen.rectangle([-0.95, 0.4], [0.95, 0.55], paint);
            pen.rectangle([-0.95, 0.65], [0.95, 0.95], paint);
        }
        _ => {
            pen.rectangle([-0.6, 0.0], [0.6, 1.3], paint);
            pen.rectangle([-0.03, 0.1], [0.03, 1.2], trim);
            pen.rectangle([-0.65, 1.3], [0.65, 1.42], trim);
        }
    }
    frame.put(&pen.stamp, OTHER, 0, |_| distance);
}
