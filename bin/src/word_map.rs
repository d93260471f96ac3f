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
/// Room for the name of a kind in the legend.
const KIND: f64 = 105.0;
/// Radius of a dot; height of a word, and about the width of a letter.
const DOT: f64 = 3.0;
const LINE: f64 = 10.0;
const LETTER: f64 = 5.6;

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
    let at = |place| (ROOM + width * across(place), bottom - height * up(place));
    let dot = |(x, y): (f64, f64)| [x - DOT, y - DOT, x + DOT, y + DOT];
    let mut taken: Vec<Frame> = places().map(|place| dot(at(place))).collect();
    for (group, (color, number)) in groups.iter().zip(COLORS.iter().cycle().zip(0..)) {
        let (cx, cy): (Vec<f64>, Vec<f64>) =
            group.words.iter().map(|(_, place)| at(*place)).unzip();
        for ((word, _), (x, y)) in group.words.iter().zip(cx.iter().zip(&cy)) {
            let label = Label::beside(word, (*x, *y), &taken);
            scene.elements.push(text(word, label.x, label.y, 10, label.anchor));
            taken.push(label.frame);
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
        scene.elements.push(dots(cx, cy, DOT, fill.clone()));
        let (x, y) = (ROOM + KIND * f64::from(number), bottom + 48.0);
        scene.elements.push(dots(vec![x], vec![y - 4.0], 5.0, fill));
        scene.elements.push(text(&group.name, x + 10.0, y, 12, TextAnchor::Start));
    }
    png(&scene)
}

/// A rectangle: left, top, right, bottom.
type Frame = [f64; 4];

/// Where a word stands.
struct Label {
    x: f64,
    y: f64,
    anchor: TextAnchor,
    frame: Frame,
}

impl Label {
    /// Right of its dot, left of it, above or below: the first that hides nothing of what is taken, or the one that
    /// hides least.
    fn beside(word: &str, (x, y): (f64, f64), taken: &[Frame]) -> Self {
        let wide = LETTER * word.chars().count() as f64;
        let away = DOT + 2.0;
        let sides = [
            (x + away, y + 3.5, TextAnchor::Start, x + away),
            (x - away, y + 3.5, TextAnchor::End, x - away - wide),
            (x, y - away, TextAnchor::Middle, x - wide / 2.0),
            (x, y + away + 0.7 * LINE, TextAnchor::Middle, x - wide / 2.0),
        ];
        let [right, left, above, below] = sides.map(|(x, y, anchor, begin)| {
            let frame = [begin, y - 0.8 * LINE, begin + wide, y + 0.2 * LINE];
            Self { x, y, anchor, frame }
        });
        let hidden = |label: &Self| taken.iter().map(|other| shared(label.frame, *other)).sum();
        let less_hidden = |best: Self, other: Self| {
            let (least, hides): (f64, f64) = (hidden(&best), hidden(&other));
            if hides < least { other } else { best }
        };
        [left, above, below].into_iter().fold(right, less_hidden)
    }
}

/// The area that two rectangles share.
fn shared(one: Frame, other: Frame) -> f64 {
    let along = |axis: usize| one[axis + 2].min(other[axis + 2]) - one[axis].max(other[axis]);
    along(0).max(0.0) * along(1).max(0.0)
}
