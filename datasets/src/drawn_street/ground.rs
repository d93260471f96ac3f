//! The sky, the road with its lines, the pavements, and what lies beside them.

use fireside_numpy_rng::NumpyRng;

use super::color::{Color, against, any, mix, times};
use super::frame::Frame;
use super::random::{Noise, between, chance};
use super::segments::{NONE, ROAD, ROAD_LINE, SIDEWALK, VEGETATION};
use super::stamp::Stamp;
use super::view::View;

/// Metres to the side that no picture reaches.
const BEYOND: f32 = 1e6;

/// How the street runs, in metres to the right of the camera.
pub(super) struct Street {
    /// Where the road ends on both sides.
    pub road: [f32; 2],
    /// Where the pavements end.
    pub pavement: [f32; 2],
    pub lanes: usize,
    /// Scales between which another street crosses, if one does.
    pub crossing: Option<[f32; 2]>,
    /// How much the ground mirrors; 0 where it is dry.
    pub wetness: f32,
}

impl Street {
    pub fn new(view: &View, rng: &mut NumpyRng) -> Self {
        let lanes = 2 + rng.below(2);
        let width = lanes as f32 * between(2.8, 3.6, rng);
        let left = -width * between(0.3, 0.7, rng);
        let road = [left, left + width];
        let far = between(3.5, 6.5, rng) * view.unit;
        Self {
            road,
            pavement: [road[0] - between(1.2, 3.5, rng), road[1] + between(1.2, 3.5, rng)],
            lanes,
            crossing: chance(0.55, rng).then_some([far, far * between(1.5, 2.2, rng)]),
            wetness: if chance(0.18, rng) { between(0.15, 0.45, rng) } else { 0.0 },
        }
    }
}

/// Paints the sky down to the horizon.
pub(super) fn draw_sky(frame: &mut Frame, view: &View, rng: &mut NumpyRng) {
    let [top, bottom] = [any(rng), any(rng)];
    let bottom = mix(top, bottom, 0.6);
    for row in 0..frame.height {
        let color = mix(top, bottom, (row as f32 / view.horizon).min(1.0));
        frame.pixels[row * frame.width..][..frame.width].fill(color);
    }
    for _ in 0..rng.below(6) {
        let center = [between(0.0, view.width, rng), between(0.0, view.horizon, rng)];
        let wide = between(6.0, 26.0, rng) * view.unit;
        let radii = [wide, wide * between(0.15, 0.4, rng)];
        let mut cloud =
            Stamp::new([0, 1].map(|a| center[a] - radii[a]), [0, 1].map(|a| center[a] + radii[a]));
        let [a, b] = radii.map(|radius| 1.0 / (radius * radius));
        let color = any(rng);
        let [low, high] = [-1.0, 1.0].map(|side| [0, 1].map(|a| center[a] + side * radii[a]));
        cloud.paint(low, high, |x, y| {
            let [u, v] = [x - center[0], y - center[1]];
            (color, (1.2 - 1.2 * (u * u * a + v * v * b)).clamp(0.0, 1.0), false)
        });
        frame.tint(&cloud, between(0.2, 0.7, rng));
    }
}

/// What the ground is painted in.
struct Paints {
    road: Color,
    pavement: Color,
    curb: Color,
    lines: Color,
    /// Left and right of the pavements, with its segment.
    beside: [(Color, u8); 2],
}

impl Paints {
    fn new(rng: &mut NumpyRng) -> Self {
        let road = any(rng);
        let pavement = mix(any(rng), road, 0.15);
        let mut beside = || {
            let segment = [VEGETATION, VEGETATION, SIDEWALK, NONE][rng.below(4)];
            (if segment == SIDEWALK { pavement } else { any(rng) }, segment)
        };
        let beside = [beside(), beside()];
        Self { road, pavement, curb: against(road, rng), lines: against(road, rng), beside }
    }
}

/// The lines on a road: where they lie across it, and for dashes how long one is with its gap.
struct Line {
    across: f32,
    period: Option<f32>,
}

/// Paints all rows below the horizon.
pub(super) fn draw_ground(
    frame: &mut Frame,
    view: &View,
    street: &Street,
    noise: &mut Noise,
    rng: &mut NumpyRng,
) {
    let paints = Paints::new(rng);
    let lines = lines_of(street, rng);
    let phase = between(0.0, 10.0, rng);
    let zebra = chance(0.35, rng).then(|| {
        let near = between(6.0, 14.0, rng) * view.unit;
        [near / between(1.25, 1.5, rng), near]
    });
    let roughness = between(0.0, 0.05, rng);
    let [left, right] = street.road;
    let curb = 0.14;
    for row in 0..frame.height {
        let scale = view.scale_at(row as f32 + 0.5);
        if scale <= 0.0 {
            continue;
        }
        let mut strip = Strip { frame: &mut *frame, view, row, scale };
        strip.fill([-BEYOND, street.pavement[0]], paints.beside[0]);
        strip.fill([street.pavement[1], BEYOND], paints.beside[1]);
        strip.fill([street.pavement[0], left], (paints.pavement, SIDEWALK));
        strip.fill([right, street.pavement[1]], (paints.pavement, SIDEWALK));
        strip.fill([left - curb, left], (paints.curb, SIDEWALK));
        strip.fill([right, right + curb], (paints.curb, SIDEWALK));
        let crosses = street.crossing.is_some_and(|[low, high]| low <= scale && scale <= high);
        if crosses {
            strip.fill([-BEYOND, BEYOND], (paints.road, ROAD));
        } else {
            strip.fill([left, right], (paints.road, ROAD));
            for line in &lines {
                let place = view.distance(scale) + phase;
                let is_there = line.period.is_none_or(|period| (place / period).fract() < 0.5);
                if is_there {
                    let half = 0.09_f32.max(0.45 / scale);
                    strip.fill([line.across - half, line.across + half], (paints.lines, ROAD_LINE));
                }
            }
        }
        if zebra.is_some_and(|[low, high]| low <= scale && scale <= high) && !crosses {
            let stripes = ((right - left) / 0.9) as usize;
            for stripe in 0..stripes {
                let start = left + 0.2 + 0.9 * stripe as f32;
                strip.fill([start, start + 0.5], (paints.lines, ROAD_LINE));
            }
        }
        strip.roughen(roughness, noise);
    }
}

fn lines_of(street: &Street, rng: &mut NumpyRng) -> Vec<Line> {
    let [left, right] = street.road;
    let lane = (right - left) / street.lanes as f32;
    let period = between(2.5, 5.0, rng);
    let mut lines: Vec<Line> = (1..street.lanes)
        .map(|lane_number| Line {
            across: left + lane * lane_number as f32,
            period: chance(0.85, rng).then_some(period),
        })
        .collect();
    if chance(0.5, rng) {
        let edges = [left + 0.3, right - 0.3].map(|across| Line { across, period: None });
        lines.extend(edges);
    }
    lines
}

/// A row of the ground.
struct Strip<'a> {
    frame: &'a mut Frame,
    view: &'a View,
    row: usize,
    scale: f32,
}

impl Strip<'_> {
    /// Paints it between two places in metres to the right of the camera.
    fn fill(&mut self, [from, to]: [f32; 2], (color, segment): (Color, u8)) {
        let width = self.frame.width;
        let [from, to] =
            [from, to].map(|x| self.view.column(x, self.scale).clamp(0.0, width as f32));
        let distance = self.view.distance(self.scale);
        for column in from.floor() as usize..(to.ceil() as usize).min(width) {
            let x = column as f32;
            let covered = to.min(x + 1.0) - from.max(x);
            let place = self.row * width + column;
            let pixel = &mut self.frame.pixels[place];
            *pixel = mix(*pixel, color, covered);
            if from <= x + 0.5 && x + 0.5 < to {
                self.frame.segments[place] = segment;
                self.frame.distances[place] = distance;
            }
        }
    }

    fn roughen(&mut self, deviation: f32, noise: &mut Noise) {
        let width = self.frame.width;
        for pixels in self.frame.pixels[self.row * width..][..width].chunks_mut(4) {
            for (pixel, change) in pixels.iter_mut().zip(noise.four()) {
                // What is brighter than 1 shines by itself.
                *pixel = times(*pixel, 1.0 + deviation * change).map(|value| value.min(1.0));
            }
        }
    }
}
