//! Maps of words: each word written beside its dot.

use fireside_recipes::counted;
use fireside_recipes::word_vectors::Group;
use fireside_report::axis::{Axis, Kind};
use kuva::render::color::Color;
use kuva::render::render::{Scene, TextAnchor};

use super::labels::{self, Labels};
use super::legend::{self, Entry, Mark};
use super::scene::{COLORS, dots, heading, png, rule, text};
use crate::Failure;

/// Width and height of the ground, and the room around it, in units of the scene.
const GROUND: (f64, f64) = (1080.0, 640.0);
const ROOM: f64 = 12.0;
/// From the edge of the ground to the first dot, and the radius of a dot.
const EDGE: f64 = 40.0;
const DOT: f64 = 3.0;

/// Draws words at their places, those of a group in one colour. The axes have no numbers: only what is near what
/// means something. A word without room beside its dot stands further away at the end of a line; those that find no
/// place there either are left out, and counted below.
///
/// # Errors
/// When the drawing fails.
pub fn words(title: &str, groups: &[Group]) -> Result<Vec<u8>, Failure> {
    let wide = GROUND.0 + 2.0 * ROOM;
    let (mut drawn, high) = heading(title, wide, 24.0);
    let top = 14.0 + high;
    let (right, bottom) = (ROOM + GROUND.0, top + GROUND.1);
    let corners = [(ROOM, top), (right, top), (right, bottom), (ROOM, bottom), (ROOM, top)];
    for side in corners.windows(2) {
        drawn.push(rule(side[0], side[1], Color::Rgb(200, 200, 200), 1.0));
    }

    let all = || groups.iter().flat_map(|group| &group.words);
    let [x, y] = [0, 1].map(|axis| {
        let places = all().map(|(_, place)| place[axis]);
        Axis::across(places, Kind::Linear, 2)
    });
    let place = |[across, up]: [f64; 2]| {
        let (across, up) = (x.place(across)?, y.place(up)?);
        let [wide, high] = [GROUND.0, GROUND.1].map(|side| side - 2.0 * EDGE);
        Some((ROOM + EDGE + across * wide, bottom - EDGE - up * high))
    };
    let places = all().filter_map(|(_, at)| place(*at));
    let inside = [ROOM + 2.0, top + 2.0, right - 2.0, bottom - 2.0];
    let mut labels = Labels::within(inside, places.collect());
    let (mut away, mut without) = (Vec::new(), 0);
    for (group, color) in groups.iter().zip(COLORS.into_iter().cycle()) {
        for (word, at) in &group.words {
            let Some(point) = place(*at) else { continue };
            drawn.push(dots(&[point], DOT, color));
            match labels.place(word, point) {
                Some((x, y)) => drawn.push(text(word, x, y, labels::SIZE, TextAnchor::Start)),
                None => away.push((word, point)),
            }
        }
    }
    for (word, point) in away {
        match labels.place_away(word, point) {
            Some(((x, y), line)) => {
                drawn.push(labels::leader(line));
                drawn.push(text(word, x, y, labels::SIZE, TextAnchor::Start));
            }
            None => without += 1,
        }
    }

    let entry = |(group, color): (&Group, &'static str)| Entry {
        name: group.name.clone(),
        color,
        mark: Mark::Dots(DOT),
    };
    let mut entries: Vec<Entry> =
        groups.iter().zip(COLORS.into_iter().cycle()).map(entry).collect();
    if entries.len() == 1 {
        entries.clear(); // it says what the title says
    }
    let mut foot = bottom + 8.0 + legend::height(&entries, GROUND.0);
    drawn.extend(legend::draw(&entries, ROOM, bottom + 6.0, GROUND.0));
    if without > 0 {
        let told = format!("{} could not be named, for there is no room", counted(without, "dot"));
        drawn.push(text(&told, wide / 2.0, foot + 12.0, 12, TextAnchor::Middle));
        foot += 20.0;
    }
    let mut scene = Scene::new(wide, foot + ROOM);
    scene.elements = drawn;
    png(scene)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_places_become_a_map() {
        let group = |places: &[[f64; 2]]| Group {
            name: "words".to_string(),
            words: places.iter().map(|place| ("word".to_string(), *place)).collect(),
        };
        for places in [&[[0.0, 0.0]; 40][..], &[[1e30, -1e30], [0.0, f64::NAN]], &[]] {
            let drawn = words("title", &[group(places), group(&[[3.0, 4.0]])]).unwrap();
            assert!(drawn.starts_with(b"\x89PNG"), "{places:?}");
        }
    }
}
