//! Puts a scene together, from what is far to what is near.

use fireside_numpy_rng::NumpyRng;

use super::frame::Frame;
use super::furniture::{draw_lamp, draw_other, draw_plant};
use super::ground::{Street, draw_ground, draw_sky};
use super::houses::{draw_backdrop, draw_sides};
use super::objects::{KINDS, Kind, Painter, Placed};
use super::random::{Noise, between, chance};
use super::vehicles::Stand;
use super::view::View;
use super::weather::Weather;

/// A scene before anyone asked what is seen of its objects.
pub(super) struct Drawing {
    pub frame: Frame,
    pub picture: Vec<u8>,
    pub placed: Vec<Placed>,
}

/// What stands on or beside the street.
#[derive(Clone, Copy)]
enum Thing {
    Object(Kind),
    OtherSign,
    Plant,
    Lamp,
    Other,
}

/// Draws a scene with 2 to 8 objects.
pub(super) fn draw_scene(size: [usize; 2], rng: &mut NumpyRng) -> Drawing {
    let objects = 2 + rng.below(7).min(rng.below(7)); // most scenes have few
    let mut things: Vec<(f32, Thing)> = (0..objects)
        .map(|_| {
            let kind = KINDS[rng.below(KINDS.len())];
            let [low, high] = kind.scales();
            (spread(low, high, rng), Thing::Object(kind))
        })
        .collect();
    let mut add = |most: usize, thing: Thing, rng: &mut NumpyRng| {
        for _ in 0..rng.below(most + 1) {
            things.push((spread(3.0, 14.0, rng), thing));
        }
    };
    add(2, Thing::OtherSign, rng);
    add(3, Thing::Plant, rng);
    add(2, Thing::Lamp, rng);
    add(2, Thing::Other, rng);
    draw_things(size, things, rng)
}

/// Draws a scene in which the only object, if there is one, is of a class and a size.
pub(super) fn draw_alone(
    size: [usize; 2],
    object: Option<(Kind, bool, f32)>,
    rng: &mut NumpyRng,
) -> Drawing {
    let (view, weather, mut drawing, street) = draw_empty(size, rng);
    let mut painter = Painter {
        frame: &mut drawing.frame,
        view: &view,
        is_night: weather.is_night,
        wetness: street.wetness,
        placed: Vec::new(),
    };
    for _ in 0..rng.below(4) {
        let thing = [Thing::OtherSign, Thing::Plant, Thing::Lamp, Thing::Other][rng.below(4)];
        draw_beside(&mut painter, &street, thing, between(3.0, 14.0, rng) * view.unit, rng);
    }
    if let Some((kind, from_side, scale)) = object {
        let foot = [view.width * between(0.2, 0.8, rng), view.height * between(0.6, 0.97, rng)];
        let stand = Stand { foot, scale, mirrored: chance(0.5, rng) };
        painter.draw(kind, stand, from_side, rng);
    }
    drawing.placed = painter.placed;
    develop(drawing, &view, &weather, rng)
}

fn draw_things(size: [usize; 2], mut things: Vec<(f32, Thing)>, rng: &mut NumpyRng) -> Drawing {
    let (view, weather, mut drawing, street) = draw_empty(size, rng);
    things.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    let mut painter = Painter {
        frame: &mut drawing.frame,
        view: &view,
        is_night: weather.is_night,
        wetness: street.wetness,
        placed: Vec::new(),
    };
    for (scale, thing) in things {
        let scale = scale * view.unit;
        match thing {
            Thing::Object(kind) => painter.draw_on(&street, kind, scale, rng),
            beside => draw_beside(&mut painter, &street, beside, scale, rng),
        }
    }
    drawing.placed = painter.placed;
    develop(drawing, &view, &weather, rng)
}

/// The street without anything on it.
fn draw_empty(size: [usize; 2], rng: &mut NumpyRng) -> (View, Weather, Drawing, Street) {
    let view = View::new(size, rng);
    let weather = Weather::new(rng);
    let street = Street::new(&view, rng);
    let mut frame = Frame::new(size);
    draw_sky(&mut frame, &view, rng);
    draw_backdrop(&mut frame, &view, weather.is_night, rng);
    let mut noise = Noise::new(rng);
    draw_ground(&mut frame, &view, &street, &mut noise, rng);
    draw_sides(&mut frame, &view, &street, weather.is_night, rng);
    (view, weather, Drawing { frame, picture: Vec::new(), placed: Vec::new() }, street)
}

fn develop(mut drawing: Drawing, view: &View, weather: &Weather, rng: &mut NumpyRng) -> Drawing {
    let mut noise = Noise::new(rng);
    drawing.picture = weather.develop(&mut drawing.frame, view, &mut noise, rng);
    drawing
}

fn draw_beside(
    painter: &mut Painter<'_>,
    street: &Street,
    thing: Thing,
    scale: f32,
    rng: &mut NumpyRng,
) {
    let view = painter.view;
    let side = rng.below(2);
    let outwards = if side == 0 { -1.0 } else { 1.0 };
    let across = match thing {
        Thing::Plant => street.pavement[side] + outwards * between(0.3, 4.0, rng),
        _ => street.road[side] + outwards * between(0.3, 1.2, rng),
    };
    let foot = [view.column(across, scale), view.ground(scale)];
    let stand = Stand { foot, scale, mirrored: side == 1 };
    let distance = view.distance(scale);
    match thing {
        Thing::Plant => draw_plant(painter.frame, stand, distance, rng),
        Thing::Lamp => draw_lamp(painter.frame, stand, distance, painter.is_night, rng),
        Thing::Other => draw_other(painter.frame, stand, distance, rng),
        Thing::OtherSign | Thing::Object(_) => painter.draw_other_sign(stand, rng),
    }
}

/// A number between two, as often near the lower in proportion as near the higher.
fn spread(low: f32, high: f32, rng: &mut NumpyRng) -> f32 {
    // Evenly in its square root: between evenly and evenly in proportion, without a logarithm.
    let root = between(low.sqrt(), high.sqrt(), rng);
    root * root
}
