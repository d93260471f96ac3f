//! Cars, trucks and buses, from the front, from behind and from the side.

use fireside_numpy_rng::NumpyRng;

use super::color::{Color, against, any, mix, times};
use super::pen::Pen;
use super::random::{between, chance};

/// A thing that was drawn, and where it shines at night.
pub(super) struct Drawn {
    pub pen: Pen,
    pub lamps: Vec<([f32; 2], Color)>,
}

/// Where a thing stands: the place in pixels, pixels a metre, and whether it looks to the left.
#[derive(Clone, Copy)]
pub(super) struct Stand {
    pub foot: [f32; 2],
    pub scale: f32,
    pub mirrored: bool,
}

impl Stand {
    fn pen(self, half_width: f32, height: f32) -> Pen {
        Pen::new(self.foot, self.scale, self.mirrored, half_width, [0.0, height])
    }
}

const HEADLIGHT: Color = [1.5, 1.45, 1.2];
const TAILLIGHT: Color = [1.3, 0.15, 0.12];

/// What a vehicle is painted in.
struct Coat {
    body: Color,
    shade: Color,
    glass: Color,
    tire: Color,
    hub: Color,
    trim: Color,
}

impl Coat {
    fn new(rng: &mut NumpyRng) -> Self {
        let body = any(rng);
        let tire = times(any(rng), 0.35);
        Self {
            body,
            shade: times(body, between(0.65, 0.9, rng)),
            glass: against(body, rng),
            tire,
            hub: against(tire, rng),
            trim: against(body, rng),
        }
    }
}

fn wheel(pen: &mut Pen, x: f32, radius: f32, coat: &Coat) {
    pen.circle([x, radius], radius, coat.tire);
    pen.circle([x, radius], radius * 0.55, coat.hub);
    pen.circle([x, radius], radius * 0.18, coat.tire);
}

/// A car that comes or goes, 1.8 m wide.
pub(super) fn car_front(stand: Stand, is_night: bool, rng: &mut NumpyRng) -> Drawn {
    let coat = Coat::new(rng);
    let mut pen = stand.pen(1.1, 1.9);
    let high = between(1.38, 1.75, rng);
    let comes = chance(0.5, rng);
    for side in [-1.0, 1.0_f32] {
        let [a, b] = [side * 0.56, side * 0.86];
        pen.rectangle([a.min(b), 0.0], [a.max(b), 0.5], coat.tire);
        pen.ellipse([side * 0.95, 0.93], [0.1, 0.07], coat.shade);
    }
    let roof = between(0.5, 0.68, rng);
    pen.polygon([[-0.8, 0.85], [0.8, 0.85], [roof, high], [-roof, high]], coat.body);
    pen.polygon(
        [[-0.7, 0.88], [0.7, 0.88], [roof - 0.05, high - 0.1], [0.05 - roof, high - 0.1]],
        coat.glass,
    );
    if chance(0.5, rng) {
        // What the glass mirrors.
        let sheen = mix(coat.glass, against(coat.glass, rng), 0.6);
        pen.polygon([[-0.5, 0.9], [-0.2, 0.9], [0.1, high - 0.12], [-0.15, high - 0.12]], sheen);
    }
    pen.polygon(
        [[-0.9, 0.24], [0.9, 0.24], [0.92, 0.6], [0.8, 0.92], [-0.8, 0.92], [-0.92, 0.6]],
        coat.body,
    );
    pen.rectangle([-0.88, 0.24], [0.88, 0.42], coat.shade);
    let grille = between(0.25, 0.5, rng);
    pen.rectangle([-grille, 0.45], [grille, 0.62], if comes { coat.trim } else { coat.shade });
    pen.rectangle([-0.24, 0.3], [0.24, 0.42], against(coat.shade, rng));
    let light = match (is_night, comes) {
        (true, true) => HEADLIGHT,
        (true, false) => TAILLIGHT,
        _ => against(coat.body, rng),
    };
    let tall = between(0.07, 0.14, rng);
    let mut lamps = Vec::new();
    for side in [-1.0, 1.0] {
        pen.ellipse([side * 0.68, 0.68], [0.17, tall], light);
        lamps.push((pen.at([side * 0.68, 0.68]), light));
    }
    Drawn { pen, lamps }
}

/// A car seen from the side, some 4.2 m long: a saloon, a hatchback or an estate.
pub(super) fn car_side(stand: Stand, is_night: bool, rng: &mut NumpyRng) -> Drawn {
    let coat = Coat::new(rng);
    let mut pen = stand.pen(2.4, 1.9);
    let half = between(1.85, 2.25, rng);
    let high = between(1.35, 1.7, rng);
    let waist = between(0.8, 0.92, rng);
    let [back, rear_roof] =
        [[-1.6, -0.9], [-1.95, -1.5], [-2.0, -1.85]][rng.below(3)].map(|x| x * half / 2.1);
    let [front, front_roof] = [1.05 * half / 2.1, 0.35 * half / 2.1];
    pen.polygon([[back, waist], [rear_roof, high], [front_roof, high], [front, waist]], coat.body);
    let sill = waist + 0.03;
    let top = high - 0.11;
    let post = (rear_roof + front_roof) / 2.0 + 0.1;
    let window = coat.glass;
    pen.polygon(
        [[back + 0.2, sill], [rear_roof + 0.1, top], [post - 0.05, top], [post - 0.05, sill]],
        window,
    );
    pen.polygon(
        [[post + 0.05, sill], [post + 0.05, top], [front_roof - 0.05, top], [front - 0.22, sill]],
        window,
    );
    pen.polygon(
        [
            [-half, 0.4],
            [-half + 0.1, 0.25],
            [half - 0.1, 0.25],
            [half, 0.4],
            [half - 0.05, waist - 0.15],
            [front, waist],
            [-half + 0.1, waist],
            [-half, waist - 0.15],
        ],
        coat.body,
    );
    pen.rectangle([-half + 0.05, 0.25], [half - 0.05, 0.4], coat.shade);
    for x in [post, front - 0.15] {
        pen.line([x, 0.42], [x, waist], 0.02, coat.shade);
    }
    pen.rectangle([post - 0.3, waist - 0.18], [post - 0.1, waist - 0.12], coat.trim);
    for x in [-0.62, 0.62] {
        pen.circle([x * half, 0.36], 0.42, coat.shade);
        wheel(&mut pen, x * half, 0.34, &coat);
    }
    let light = if is_night { HEADLIGHT } else { against(coat.body, rng) };
    let tail = if is_night { TAILLIGHT } else { against(coat.body, rng) };
    let places = [([half - 0.14, waist - 0.25], light), ([-half + 0.1, waist - 0.25], tail)];
    let lamps = places.map(|(place, color)| {
        pen.ellipse(place, [0.14, 0.09], color);
        (pen.at(place), color)
    });
    Drawn { pen, lamps: lamps.to_vec() }
}

/// A truck or a bus that comes or goes, 2.5 m wide.
pub(super) fn truck_front(stand: Stand, is_night: bool, rng: &mut NumpyRng) -> Drawn {
    let coat = Coat::new(rng);
    let mut pen = stand.pen(1.6, 3.9);
    let high = between(2.7, 3.6, rng);
    for side in [-1.0, 1.0_f32] {
        let [a, b] = [side * 0.75, side * 1.15];
        pen.rectangle([a.min(b), 0.0], [a.max(b), 0.6], coat.tire);
    }
    let is_bus = chance(0.5, rng);
    if is_bus {
        pen.rectangle([-1.25, 0.3], [1.25, high], coat.body);
        pen.rectangle([-1.12, 1.2], [1.12, high - 0.6], coat.glass);
        pen.rectangle([-0.04, 1.2], [0.04, high - 0.6], coat.body);
        // Where it goes.
        pen.rectangle([-0.8, high - 0.45], [0.8, high - 0.15], coat.trim);
    } else {
        // The box behind the cab.
        let load = any(rng);
        pen.rectangle([-1.25, 0.6], [1.25, high], load);
        let cab = between(0.7, 0.85, rng) * high;
        pen.polygon([[-1.15, 0.3], [1.15, 0.3], [1.1, cab], [-1.1, cab]], coat.body);
        pen.polygon(
            [[-1.0, 0.52 * cab], [1.0, 0.52 * cab], [0.95, cab - 0.2], [-0.95, cab - 0.2]],
            coat.glass,
        );
        pen.rectangle([-0.7, 0.62], [0.7, 1.0], coat.trim);
    }
    pen.rectangle([-1.2, 0.3], [1.2, 0.52], coat.shade);
    for side in [-1.0, 1.0] {
        pen.ellipse([side * 1.36, 1.75], [0.1, 0.28], coat.shade);
    }
    let light = if is_night { HEADLIGHT } else { against(coat.body, rng) };
    let lamps = [-1.0, 1.0].map(|side| {
        pen.ellipse([side * 0.95, 0.75], [0.16, 0.12], light);
        (pen.at([side * 0.95, 0.75]), light)
    });
    Drawn { pen, lamps: lamps.to_vec() }
}

/// A truck or a bus seen from the side, 6 to 9 m long.
pub(super) fn truck_side(stand: Stand, is_night: bool, rng: &mut NumpyRng) -> Drawn {
    let coat = Coat::new(rng);
    let mut pen = stand.pen(4.8, 3.9);
    let half = between(3.0, 4.5, rng);
    let high = between(2.7, 3.5, rng);
    if chance(0.5, rng) {
        pen.rectangle([-half, 0.4], [half, high], coat.body);
        pen.rectangle([-half, 0.4], [half, 0.8], coat.shade);
        let count = 4 + rng.below(3);
        let pitch = (2.0 * half - 0.5) / count as f32;
        for number in 0..count {
            let left = -half + 0.3 + pitch * number as f32;
            pen.rectangle([left, 1.45], [left + pitch - 0.18, high - 0.45], coat.glass);
        }
        let door = half - 0.5 - between(0.3, 1.0, rng);
        pen.rectangle([door - 0.45, 0.5], [door + 0.45, high - 0.45], coat.glass);
        pen.line([door, 0.5], [door, high - 0.45], 0.04, coat.body);
        pen.rectangle([-half, 1.15], [half, 1.3], coat.trim);
    } else {
        let cab = half - between(1.5, 2.0, rng);
        pen.rectangle([-half, 0.55], [half - 0.2, 0.85], coat.shade);
        let load = any(rng);
        pen.rectangle([-half, 0.8], [cab - 0.15, high], load);
        let stripe = against(load, rng);
        match rng.below(3) {
            0 => pen.rectangle([-half, 1.5], [cab - 0.15, 1.9], stripe),
            1 => pen.ellipse([(cab - half) / 2.0, 1.9], [0.8, 0.45], stripe),
            _ => (),
        }
        let top = high * between(0.7, 0.9, rng);
        pen.polygon(
            [[cab, 0.4], [half, 0.4], [half, 1.2], [half - 0.25, top], [cab, top]],
            coat.body,
        );
        pen.polygon(
            [
                [cab + 0.35, 1.3],
                [half - 0.08, 1.3],
                [half - 0.3, top - 0.2],
                [cab + 0.35, top - 0.2],
            ],
            coat.glass,
        );
    }
    for x in [-0.7 * half, -0.7 * half + 1.1, half - 1.0] {
        wheel(&mut pen, x, 0.5, &coat);
    }
    let light = if is_night { HEADLIGHT } else { coat.trim };
    pen.ellipse([half - 0.12, 0.85], [0.12, 0.12], light);
    let lamps = vec![(pen.at([half - 0.12, 0.85]), light)];
    Drawn { pen, lamps }
}
