//! The objects of a scene: which, how large, where, and how they come into the picture.

use fireside_numpy_rng::NumpyRng;

use super::frame::{Frame, Light};
use super::ground::Street;
use super::people::{motorcycle_front, motorcycle_side, pedestrian};
use super::random::{between, chance};
use super::segments::{PEDESTRIAN, POLE, TRAFFIC_SIGN, VEHICLE};
use super::signs::{other_sign, pole, stop_sign, traffic_light};
use super::stamp::Stamp;
use super::vehicles::{Drawn, Stand, car_front, car_side, truck_front, truck_side};
use super::view::View;

/// What the classes of boxes are called.
pub const CLASSES: [&str; 6] =
    ["car", "truck", "pedestrian", "traffic light", "stop sign", "motorcycle"];

/// One kind of object; its number is its class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Car,
    Truck,
    Pedestrian,
    TrafficLight,
    StopSign,
    Motorcycle,
}

pub(super) const KINDS: [Kind; 6] = [
    Kind::Car,
    Kind::Truck,
    Kind::Pedestrian,
    Kind::TrafficLight,
    Kind::StopSign,
    Kind::Motorcycle,
];

impl Kind {
    /// Pixels a metre in a picture of 96 rows, at the least and at the most.
    pub fn scales(self) -> [f32; 2] {
        match self {
            Self::Car => [3.6, 14.0],
            Self::Truck => [2.8, 9.0],
            Self::Pedestrian => [5.5, 20.0],
            Self::TrafficLight => [6.0, 18.0],
            Self::StopSign => [5.5, 18.0],
            Self::Motorcycle => [5.5, 18.0],
        }
    }

    pub fn segment(self) -> u8 {
        match self {
            Self::Car | Self::Truck | Self::Motorcycle => VEHICLE,
            Self::Pedestrian => PEDESTRIAN,
            Self::TrafficLight | Self::StopSign => TRAFFIC_SIGN,
        }
    }

    fn is_sign(self) -> bool {
        matches!(self, Self::TrafficLight | Self::StopSign)
    }
}

/// An object as it was put into the picture.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub class: usize,
    /// Pixels that it covers, hidden or not, in the picture or beyond.
    pub extent: usize,
}

/// What it takes to draw an object.
pub(super) struct Painter<'a> {
    pub frame: &'a mut Frame,
    pub view: &'a View,
    pub is_night: bool,
    pub wetness: f32,
    pub placed: Vec<Placed>,
}

impl Painter<'_> {
    /// Draws an object of scale `scale` on the street.
    pub fn draw_on(&mut self, street: &Street, kind: Kind, scale: f32, rng: &mut NumpyRng) {
        let [left, right] = street.road;
        let crosses = street.crossing.is_some_and(|[low, high]| low <= scale && scale <= high);
        let from_side = chance(if crosses { 0.75 } else { 0.3 }, rng);
        // Somewhere that is seen.
        let across = |low: f32, high: f32, rng: &mut NumpyRng| {
            let edge = 0.06 * self.view.width;
            let seen = [edge, self.view.width - edge].map(|x| (x - self.view.vanishing) / scale);
            let [low, high] = [low.max(seen[0]), high.min(seen[1])];
            if low < high { between(low, high, rng) } else { between(seen[0], seen[1], rng) }
        };
        let beyond = 1.5;
        let place = match kind {
            Kind::Car | Kind::Truck if from_side && crosses => across(-40.0, 40.0, rng),
            Kind::Car | Kind::Truck | Kind::Motorcycle => across(left + 0.9, right - 0.9, rng),
            Kind::Pedestrian if chance(0.35, rng) => across(left, right, rng),
            Kind::Pedestrian => {
                let is_left = chance(0.5, rng);
                let [low, high] = if is_left {
                    [street.pavement[0] - beyond, left]
                } else {
                    [right, street.pavement[1] + beyond]
                };
                across(low, high, rng)
            }
            Kind::TrafficLight | Kind::StopSign => {
                let edge = if chance(0.5, rng) { left - 0.4 } else { right + 0.4 };
                across(edge - 0.5, edge + 0.5, rng)
            }
        };
        let foot = [self.view.column(place, scale), self.view.ground(scale)];
        let stand = Stand { foot, scale, mirrored: chance(0.5, rng) };
        self.draw(kind, stand, from_side, rng);
    }

    /// Draws an object where it is to stand.
    pub fn draw(&mut self, kind: Kind, stand: Stand, from_side: bool, rng: &mut NumpyRng) {
        let distance = self.view.distance(stand.scale);
        let is_night = self.is_night;
        let high = self.sign_height(stand, kind, rng);
        if kind.is_sign() {
            let post = pole(stand, high, 0.06, rng);
            self.reflect(&post.stamp, stand);
            self.frame.put(&post.stamp, POLE, 0, |_| distance);
        } else {
            self.draw_shadow(kind, stand, from_side, rng);
        }
        let drawn = match (kind, from_side) {
            (Kind::Car, true) => car_side(stand, is_night, rng),
            (Kind::Car, false) => car_front(stand, is_night, rng),
            (Kind::Truck, true) => truck_side(stand, is_night, rng),
            (Kind::Truck, false) => truck_front(stand, is_night, rng),
            (Kind::Motorcycle, true) => motorcycle_side(stand, is_night, rng),
            (Kind::Motorcycle, false) => motorcycle_front(stand, is_night, rng),
            (Kind::Pedestrian, _) => pedestrian(stand, rng),
            (Kind::TrafficLight, _) => traffic_light(stand, high, rng),
            (Kind::StopSign, _) => stop_sign(stand, high, rng),
        };
        self.reflect(&drawn.pen.stamp, stand);
        self.placed.push(Placed { class: kind as usize, extent: drawn.pen.stamp.extent() });
        let owner = self.placed.len() as u16;
        self.frame.put(&drawn.pen.stamp, kind.segment(), owner, |_| distance);
        self.shine(&drawn, stand);
    }

    /// Draws a sign of another shape, which is no object.
    pub fn draw_other_sign(&mut self, stand: Stand, rng: &mut NumpyRng) {
        let distance = self.view.distance(stand.scale);
        let high = self.sign_height(stand, Kind::StopSign, rng);
        let post = pole(stand, high, 0.06, rng);
        self.frame.put(&post.stamp, POLE, 0, |_| distance);
        let drawn = other_sign(stand, high, rng);
        self.frame.put(&drawn.pen.stamp, TRAFFIC_SIGN, 0, |_| distance);
    }

    /// How high a sign hangs, in metres, so that it is seen.
    fn sign_height(&self, stand: Stand, kind: Kind, rng: &mut NumpyRng) -> f32 {
        let [low, high] = if kind == Kind::TrafficLight { [2.8, 4.2] } else { [1.8, 2.9] };
        let most = (stand.foot[1] / stand.scale - 0.5).max(1.2);
        between(low, high, rng).min(most)
    }

    fn reflect(&mut self, stamp: &Stamp, stand: Stand) {
        if self.wetness > 0.0 {
            self.frame.reflect(stamp, stand.foot[1], self.wetness);
        }
    }

    fn draw_shadow(&mut self, kind: Kind, stand: Stand, from_side: bool, rng: &mut NumpyRng) {
        let half = match (kind, from_side) {
            (Kind::Car, true) => 2.1,
            (Kind::Truck, true) => 3.6,
            (Kind::Car | Kind::Truck, false) => 1.1,
            (Kind::Motorcycle, true) => 1.0,
            _ => 0.4,
        };
        let [x, y] = stand.foot;
        let radii = [half * 1.1, 0.22].map(|metres| metres * stand.scale);
        let mut shadow = Stamp::new([x - radii[0], y - radii[1]], [x + radii[0], y + radii[1]]);
        shadow.ellipse([x, y], radii, [0.02; 3]);
        self.frame.tint(&shadow, between(0.2, 0.6, rng));
    }

    fn shine(&mut self, drawn: &Drawn, stand: Stand) {
        if self.is_night {
            let reach = 0.8 * stand.scale;
            let lights = drawn.lamps.iter().map(|&(at, color)| Light { at, reach, color });
            self.frame.lights.extend(lights);
        }
    }
}
