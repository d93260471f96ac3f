//! Maps of words: each word written where it lies on the plane.

use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use crate::Failure;
use crate::plot::{COLORS, Titles, png, text};

/// Width and height of the ground, and the room around it, in units of the scene.
const GROUND: (f64, f64) = (820.0, 560.0);
const ROOM: f64 = 50.0;
/// Room for the words that stand at the right edge.
const WORD: f64 = 60.0;

/// Words that share a colour.
#[derive(Debug, Clone)]
pub struct Group {
    /// What the legend calls them.
    pub name: String,
    /// Each word and its place.
    pub words: Vec<(String, [f64; 2])>,
}

/// Draws words at their places.
///
/// # Errors
/// When the drawing fails.
pub fn draw(titles: Titles<'_>, groups: &[Group]) -> Result<Vec<u8>, Failure> {
    let (width, height) = GROUND;
    let mut scene = Scene::new(width + 2.0 * ROOM + WORD, height + 2.5 * ROOM);
    let (middle, bottom) = (scene.width / 2.0, height + ROOM);
    scene.elements.push(text(titles.title, middle, 0.5 * ROOM, 18, TextAnchor::Middle));
    scene.elements.push(text(titles.x, middle, bottom + 22.0, 12, TextAnchor::Middle));
    scene.elements.push(text(titles.y, 8.0, 0.8 * ROOM, 12, TextAnchor::Start));
    let places = || groups.iter().flat_map(|group| group.words.iter().map(|(_, place)| *place));
    let scale = |axis: usize| {
        let range = (f64::INFINITY, f64::NEG_INFINITY);
        let along = places().map(|place| place[axis]);
        let (low, high) = along.fold(range, |(low, high), x| (low.min(x), high.max(x)));
        let span = if high > low { high - low } else { 1.0 };
        move |place: [f64; 2]| (place[axis] - low) / span
    };
    let (across, up) = (scale(0), scale(1));
    for (group, (color, number)) in groups.iter().zip(COLORS.iter().cycle().zip(0..)) {
        let at = |place| (ROOM + width * across(place), bottom - height * up(place));
        let (cx, cy): (Vec<f64>, Vec<f64>) =
            group.words.iter().map(|(_, place)| at(*place)).unzip();
        for ((word, _), (x, y)) in group.words.iter().zip(cx.iter().zip(&cy)) {
            scene.elements.push(text(word, x + 5.0, y + 3.5, 10, TextAnchor::Start));
        }
        let fill: Color = (*color).into();
        let dots = |cx, cy, r, fill| Primitive::CircleBatch {
            cx,
            cy,
            r,
            fill,
            fill_opacity: None,
            stroke: None,
            stroke_width: None,
        };
        scene.elements.push(dots(cx, cy, 3.0, fill.clone()));
        let (x, y) = (ROOM + 150.0 * f64::from(number), bottom + 48.0);
        scene.elements.push(dots(vec![x], vec![y - 4.0], 5.0, fill));
        scene.elements.push(text(&group.name, x + 10.0, y, 12, TextAnchor::Start));
    }
    png(&scene)
}
