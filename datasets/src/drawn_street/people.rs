//! Who walks, and who rides a motorcycle.

use fireside_numpy_rng::NumpyRng;

use super::color::{Color, against, any, mix, times};
use super::pen::Pen;
use super::random::{between, chance};
use super::vehicles::{Drawn, Stand};

/// A pedestrian of 1.75 m, a bit broad so that far ones can be seen.
pub(super) fn pedestrian(stand: Stand, rng: &mut NumpyRng) -> Drawn {
    let mut pen = Pen::new(stand.foot, stand.scale, stand.mirrored, 0.65, [0.0, 2.1]);
    let [skin, hair, shirt, trousers, shoes] = [(); 5].map(|()| any(rng));
    let stride = between(0.03, 0.32, rng);
    let broad = between(0.19, 0.27, rng);
    let hip = 0.88;
    let has_skirt = chance(0.25, rng);
    for (side, shade) in [(-1.0, 0.8), (1.0, 1.0)] {
        let foot = [side * stride, 0.04];
        pen.line([side * 0.08, hip], [foot[0], 0.06], 0.085, times(trousers, shade));
        pen.ellipse([foot[0] + 0.05, 0.06], [0.13, 0.06], shoes);
    }
    if has_skirt {
        pen.polygon([[-0.3, 0.5], [0.3, 0.5], [0.17, 1.0], [-0.17, 1.0]], trousers);
    }
    let swing = stride * between(0.5, 1.2, rng);
    let sleeve = times(shirt, 0.82);
    pen.line([-broad, 1.38], [-broad - 0.06 - swing * 0.5, 0.9], 0.06, sleeve);
    pen.polygon([[-broad, 1.42], [broad, 1.42], [broad * 0.8, 0.82], [-broad * 0.8, 0.82]], shirt);
    pen.line([broad, 1.38], [broad + 0.06 + swing * 0.5, 0.9], 0.06, sleeve);
    if chance(0.3, rng) {
        let bag = against(shirt, rng);
        let x = if chance(0.5, rng) { -broad - 0.12 } else { broad + 0.12 };
        pen.rectangle([x - 0.12, 0.7], [x + 0.12, 1.0], bag);
    }
    pen.rectangle([-0.06, 1.4], [0.06, 1.5], times(skin, 0.85));
    head(&mut pen, [0.0, 1.6], skin, hair, rng);
    Drawn { pen, lamps: Vec::new() }
}

fn head(pen: &mut Pen, [x, y]: [f32; 2], skin: Color, hair: Color, rng: &mut NumpyRng) {
    pen.ellipse([x, y], [0.13, 0.16], skin);
    match rng.below(3) {
        0 => pen.ellipse([x - 0.01, y + 0.09], [0.14, 0.09], hair),
        1 => {
            pen.ellipse([x - 0.03, y + 0.07], [0.15, 0.11], hair);
            pen.rectangle([x - 0.17, y - 0.14], [x - 0.07, y + 0.08], hair);
        }
        _ => {
            pen.ellipse([x, y + 0.1], [0.14, 0.08], hair);
            pen.rectangle([x - 0.16, y + 0.05], [x + 0.2, y + 0.1], hair);
        }
    }
}

fn helmet(pen: &mut Pen, [x, y]: [f32; 2], color: Color, visor: Color) {
    pen.ellipse([x, y], [0.16, 0.17], color);
    pen.ellipse([x + 0.07, y], [0.09, 0.06], visor);
}

const HEADLIGHT: Color = [1.5, 1.45, 1.2];

/// A motorcycle seen from the side, 2.1 m long, mostly with who rides it.
pub(super) fn motorcycle_side(stand: Stand, is_night: bool, rng: &mut NumpyRng) -> Drawn {
    let mut pen = Pen::new(stand.foot, stand.scale, stand.mirrored, 1.25, [0.0, 2.0]);
    let [body, seat] = [any(rng), times(any(rng), 0.6)];
    let tire = times(any(rng), 0.35);
    let spokes = against(tire, rng);
    let metal = against(body, rng);
    for x in [-0.7, 0.72] {
        pen.circle([x, 0.33], 0.33, tire);
        pen.circle([x, 0.33], 0.2, spokes);
        pen.circle([x, 0.33], 0.07, tire);
    }
    pen.line([0.72, 0.33], [0.42, 1.02], 0.05, metal);
    pen.line([-0.7, 0.33], [0.1, 0.5], 0.07, metal);
    pen.polygon([[-0.3, 0.28], [0.3, 0.28], [0.4, 0.6], [-0.25, 0.62]], times(metal, 0.7));
    pen.line([-0.85, 0.3], [-0.1, 0.3], 0.05, metal);
    pen.polygon([[-0.15, 0.6], [0.4, 0.58], [0.5, 0.9], [0.0, 0.88]], body);
    pen.polygon([[-0.95, 0.72], [-0.05, 0.65], [0.0, 0.82], [-0.9, 0.86]], seat);
    pen.ellipse([-0.75, 0.66], [0.28, 0.09], body);
    pen.line([0.4, 1.0], [0.22, 1.1], 0.04, metal);
    pen.ellipse([0.72, 0.68], [0.24, 0.06], body);
    if chance(0.8, rng) {
        let [jacket, trousers] = [any(rng), any(rng)];
        pen.line([-0.25, 0.85], [0.15, 0.68], 0.1, trousers);
        pen.line([0.15, 0.68], [-0.02, 0.3], 0.08, times(trousers, 0.8));
        pen.polygon([[-0.42, 0.8], [-0.1, 0.8], [0.12, 1.4], [-0.2, 1.45]], jacket);
        pen.line([0.0, 1.3], [0.26, 1.08], 0.07, times(jacket, 0.8));
        let color = any(rng);
        helmet(&mut pen, [0.02, 1.58], color, against(color, rng));
    }
    let light = if is_night { HEADLIGHT } else { metal };
    pen.ellipse([0.56, 0.95], [0.1, 0.1], light);
    let lamps = vec![(pen.at([0.56, 0.95]), light)];
    Drawn { pen, lamps }
}

/// A motorcycle that comes or goes.
pub(super) fn motorcycle_front(stand: Stand, is_night: bool, rng: &mut NumpyRng) -> Drawn {
    let mut pen = Pen::new(stand.foot, stand.scale, stand.mirrored, 0.7, [0.0, 2.0]);
    let body = any(rng);
    let tire = times(any(rng), 0.35);
    let metal = against(body, rng);
    pen.ellipse([0.0, 0.33], [0.1, 0.33], tire);
    for side in [-1.0, 1.0] {
        pen.line([side * 0.1, 0.3], [side * 0.14, 0.95], 0.035, metal);
    }
    pen.polygon([[-0.26, 0.45], [0.26, 0.45], [0.3, 0.85], [-0.3, 0.85]], times(body, 0.7));
    let has_rider = chance(0.85, rng);
    if has_rider {
        let [jacket, trousers] = [any(rng), any(rng)];
        for side in [-1.0, 1.0] {
            pen.line([side * 0.18, 0.85], [side * 0.38, 0.72], 0.09, trousers);
            pen.line([side * 0.38, 0.72], [side * 0.3, 0.3], 0.08, times(trousers, 0.85));
            pen.line([side * 0.24, 1.35], [side * 0.42, 1.06], 0.07, times(jacket, 0.85));
        }
        pen.polygon([[-0.27, 1.42], [0.27, 1.42], [0.2, 0.8], [-0.2, 0.8]], jacket);
        let color = any(rng);
        pen.ellipse([0.0, 1.58], [0.15, 0.17], color);
        pen.ellipse([0.0, 1.57], [0.1, 0.06], against(color, rng));
    }
    pen.ellipse([0.0, 0.88], [0.22, 0.2], body);
    pen.line([-0.44, 1.06], [0.44, 1.06], 0.035, mix(metal, body, 0.2));
    let light = if is_night { HEADLIGHT } else { against(body, rng) };
    pen.circle([0.0, 0.9], 0.11, light);
    let lamps = vec![(pen.at([0.0, 0.9]), light)];
    Drawn { pen, lamps }
}
