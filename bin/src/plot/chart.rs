//! Diagrams of lines and points over two axes, one or several on a sheet.

use fireside_report::axis::{Axis, Kind};
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use super::dashes::{PATTERNS, dashed, patterns};
use super::frame::Frame;
use super::legend::{self, Entry, Mark};
use super::scene::{dots, rule, text};
use super::text::{fitted, width, wrapped};
use super::{COLORS, Series};

/// About so many ticks on an axis.
const TICKS: [usize; 2] = [8, 6];

/// How a layer of a diagram is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Look {
    /// A line of the next colour; one that would hide behind another is broken.
    Line,
    /// A line that turns where it likes.
    Path,
    /// A pale line without a name.
    Level,
    /// A gray broken line.
    Expected,
    /// Points of this radius.
    Dots(f64),
    /// Gray points.
    GrayDots,
    /// Points with their names beside them.
    Named,
}

/// A diagram: its titles, what its axes measure, and what is drawn.
#[derive(Debug, Clone)]
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) titles: [&'a str; 2],
    pub(crate) kinds: [Kind; 2],
    pub(crate) layers: Vec<(Look, &'a Series)>,
}

/// Draws diagrams of one size side by side, `columns` in a row, below a title and above the names of what they show.
pub(crate) fn sheet(title: &str, charts: &[Chart<'_>], columns: usize, cell: (f64, f64)) -> Scene {
    let rows = charts.len().div_ceil(columns);
    let wide = cell.0 * columns as f64;
    let title = wrapped(title, 16, wide - 24.0);
    let (mut drawn, mut entries) = (Vec::new(), Vec::<Entry>::new());
    let above = 14.0 + 22.0 * title.len() as f64;
    for (number, line) in title.iter().enumerate() {
        let y = 24.0 + 22.0 * number as f64;
        drawn.push(text(line, wide / 2.0, y, 16, TextAnchor::Middle));
    }
    for (index, chart) in charts.iter().enumerate() {
        let left = (index % columns) as f64 * cell.0;
        let top = above + (index / columns) as f64 * cell.1;
        let (parts, names) = chart.draw((left, top), cell);
        drawn.extend(parts);
        let is_new = |entry: &Entry| entries.iter().all(|other| other.name != entry.name);
        let names: Vec<Entry> = names.into_iter().filter(is_new).collect();
        entries.extend(names);
    }
    let below = above + rows as f64 * cell.1;
    drawn.extend(legend::draw(&entries, 12.0, below + 2.0, wide - 24.0));
    let high = below + legend::height(&entries, wide - 24.0) + 12.0;
    let mut scene = Scene::new(wide, high);
    scene.elements = drawn;
    scene
}

impl Chart<'_> {
    fn axes(&self) -> [Axis; 2] {
        let points = || self.layers.iter().flat_map(|(_, series)| series.with_spread());
        let [x, y] = self.kinds;
        [
            Axis::across(points().map(|point| point.0), x, TICKS[0]),
            Axis::up(points().map(|point| point.1), y, TICKS[1]),
        ]
    }

    fn draw(
        &self,
        (left, top): (f64, f64),
        (wide, high): (f64, f64),
    ) -> (Vec<Primitive>, Vec<Entry>) {
        let room = if self.title.is_empty() { 4.0 } else { 24.0 };
        let frame = Frame::within((left, top + room), (wide, high - room), self.axes());
        let [x_title, y_title] = self.titles;
        let mut drawn = frame.draw(x_title, y_title);
        let (lines, size) = fitted(self.title, 13, wide - 20.0, 1);
        for line in lines {
            drawn.push(text(&line, left + wide / 2.0, top + 14.0, size, TextAnchor::Middle));
        }
        let placed = |series: &Series| -> Vec<(f64, f64)> {
            series.points.iter().filter_map(|point| frame.place(*point)).collect()
        };
        let is_line = |look: &Look| *look == Look::Line;
        let lines = self.layers.iter().filter(|(look, _)| is_line(look));
        let mut patterns =
            patterns(&lines.map(|layer| placed(layer.1)).collect::<Vec<_>>()).into_iter();
        let (mut entries, mut colored, mut labels) = (Vec::new(), 0, Vec::new());
        let all = self.layers.iter().flat_map(|(_, series)| placed(series)).collect::<Vec<_>>();
        for (look, series) in &self.layers {
            let is_colored = !matches!(look, Look::Level | Look::Expected | Look::GrayDots);
            let (round, color) = (
                colored / COLORS.len(),
                match look {
                    Look::Level => "#d8d8d8",
                    Look::Expected | Look::GrayDots => "#999999",
                    _ => COLORS[colored % COLORS.len()],
                },
            );
            colored += usize::from(is_colored);
            let mark = match look {
                Look::Line => Mark::Line(patterns.next().unwrap_or_default()),
                Look::Path | Look::Level => Mark::Line(PATTERNS[0]),
                Look::Expected => Mark::Line(PATTERNS[1]),
                // When the colours are used up, larger points tell the groups apart.
                Look::Dots(radius) => Mark::Dots(radius + 3.0 * round as f64),
                Look::GrayDots => Mark::Dots(2.5),
                Look::Named => Mark::Dots(4.0),
            };
            match mark {
                Mark::Dots(radius) => drawn.push(dots(&placed(series), radius, color)),
                Mark::Line(pattern) => {
                    for run in runs(series, &frame) {
                        match run[..] {
                            [_] => drawn.push(dots(&run, 3.0, color)),
                            _ => drawn.extend(dashed(&run, pattern, color)),
                        }
                    }
                }
            }
            drawn.extend(spreads(series, &frame, color));
            match look {
                Look::Level => (),
                Look::Named => {
                    for place in placed(series) {
                        drawn.push(label(&series.name, place, &all, &mut labels, left + wide));
                    }
                }
                _ => entries.push(Entry { name: told(series, &frame), color, mark }),
            }
        }
        (drawn, entries)
    }
}

/// The stretches of a line between what has no place on the axes.
fn runs(series: &Series, frame: &Frame) -> Vec<Vec<(f64, f64)>> {
    let places: Vec<_> = series.points.iter().map(|point| frame.place(*point)).collect();
    let stretches = places.split(|place| place.is_none()).filter(|stretch| !stretch.is_empty());
    stretches.map(|stretch| stretch.iter().flatten().copied().collect()).collect()
}

/// The name of a line, and what of it is not on the picture.
fn told(series: &Series, frame: &Frame) -> String {
    let count = series.points.len();
    let missing = series.points.iter().filter(|point| frame.place(**point).is_none()).count();
    match missing {
        0 => series.name.clone(),
        _ => format!("{} ({missing} of {count} are 0 or no number)", series.name),
    }
}

/// Upright bars from below to above each point, as far as its figure spreads.
fn spreads(series: &Series, frame: &Frame, color: &str) -> Vec<Primitive> {
    let bars = series.points.iter().zip(&series.spread).flat_map(|(&(x, y), spread)| {
        let ends = frame.place((x, y - spread)).zip(frame.place((x, y + spread)));
        ends.map(|(low, high)| {
            let cap = |at: (f64, f64)| {
                rule((at.0 - 4.0, at.1), (at.0 + 4.0, at.1), Color::from(color), 1.6)
            };
            [rule(low, high, Color::from(color), 1.6), cap(low), cap(high)]
        })
    });
    bars.flatten().collect()
}

/// A name beside its point, where it covers neither a point nor another name.
fn label(
    name: &str,
    (x, y): (f64, f64),
    points: &[(f64, f64)],
    taken: &mut Vec<[f64; 4]>,
    right: f64,
) -> Primitive {
    const SIZE: u32 = 10;
    let (wide, high) = (width(name, SIZE), f64::from(SIZE));
    let beside = |lower: f64| [(x + 8.0, y + lower), (x - 8.0 - wide, y + lower)];
    let across = [(x - wide / 2.0, y - 9.0), (x - wide / 2.0, y + 17.0)];
    let tried = [beside(4.0), across, beside(14.0), beside(-6.0), beside(26.0), beside(-18.0)];
    let area = |(left, foot): (f64, f64)| [left, foot - high, left + wide, foot + 2.0];
    let is_free = |place: &(f64, f64)| {
        let [left, top, end, foot] = area(*place);
        let covers = |at: &(f64, f64)| {
            at.0 > left - 4.0 && at.0 < end + 4.0 && at.1 > top - 3.0 && at.1 < foot + 3.0
        };
        let meets = |other: &[f64; 4]| {
            other[0] < end && left < other[2] && other[1] < foot && top < other[3]
        };
        end < right && !points.iter().any(covers) && !taken.iter().any(meets)
    };
    let places = tried.concat();
    let place = places.iter().copied().find(is_free).unwrap_or(places[0]);
    taken.push(area(place));
    text(name, place.0, place.1, SIZE, TextAnchor::Start)
}
