//! Diagrams of lines and points over two axes, one or several on a sheet.

use fireside_report::axis::{Axis, Kind, write_alike};
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use super::dashes::{PATTERNS, dashed, patterns};
use super::frame::Frame;
use super::labels::{self, Labels};
use super::legend::{self, Entry, Mark};
use super::scene::{dots, heading, rule, text};
use super::text::fitted;
use super::{COLORS, Series};

/// About so many ticks on an axis.
const TICKS: [usize; 2] = [8, 6];
/// From a bar of spread to that of the next series at most, and from its middle to where its ends' strokes end.
const ASIDE: f64 = 5.0;
const CAP: f64 = 2.5;

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
    let (mut drawn, high) = heading(title, wide, 24.0);
    let (above, mut entries) = (14.0 + high, Vec::<Entry>::new());
    let mut axes: Vec<[Axis; 2]> = charts.iter().map(Chart::axes).collect();
    write_alike(axes.iter_mut().flatten());
    for (index, (chart, axes)) in charts.iter().zip(axes).enumerate() {
        let left = (index % columns) as f64 * cell.0;
        let top = above + (index / columns) as f64 * cell.1;
        let (parts, names) = chart.draw((left, top), cell, axes);
        drawn.extend(parts);
        let is_new = |entry: &Entry| entries.iter().all(|other| other.name != entry.name);
        let names: Vec<Entry> = names.into_iter().filter(is_new).collect();
        entries.extend(names);
    }
    // One name alone says what the titles say, unless points of it are missing.
    let is_whole = |entry: &Entry| {
        let mut layers = charts.iter().flat_map(|chart| &chart.layers);
        layers.any(|(_, series)| series.name == entry.name)
    };
    if entries.len() == 1 {
        entries.retain(|entry| !is_whole(entry));
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
        axes: [Axis; 2],
    ) -> (Vec<Primitive>, Vec<Entry>) {
        let room = if self.title.is_empty() { 4.0 } else { 24.0 };
        let frame = Frame::within((left, top + room), (wide, high - room), axes);
        let [x_title, y_title] = self.titles;
        let mut drawn = frame.draw(x_title, y_title);
        let (lines, size) = fitted(self.title, 13, wide - 20.0, 1);
        for line in lines {
            drawn.push(text(&line, left + wide / 2.0, top + 14.0, size, TextAnchor::Middle));
        }
        let asides = asides(&self.layers, &frame);
        let layers = self.layers.iter().zip(&asides);
        let of_layer = |((_, series), aside): (&(Look, &Series), &f64)| {
            let places = series.points.iter().map(|point| beside(&frame, *point, *aside));
            places.collect::<Vec<Option<(f64, f64)>>>()
        };
        let places: Vec<_> = layers.map(of_layer).collect();
        let placed =
            |number: usize| places[number].iter().flatten().copied().collect::<Vec<(f64, f64)>>();
        let numbers = 0..self.layers.len();
        let is_line = |number: &usize| self.layers[*number].0 == Look::Line;
        let lines: Vec<Vec<(f64, f64)>> = numbers.clone().filter(is_line).map(placed).collect();
        let mut patterns = patterns(&lines).into_iter();
        let (mut entries, mut colored) = (Vec::new(), 0);
        let mut labels = Labels::within(frame.inside(), numbers.flat_map(placed).collect());
        for (number, (look, series)) in self.layers.iter().enumerate() {
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
                Mark::Dots(radius) => drawn.push(dots(&placed(number), radius, color)),
                Mark::Line(pattern) => {
                    for run in runs(&places[number]) {
                        match run[..] {
                            [_] => drawn.push(dots(&run, 3.0, color)),
                            _ => drawn.extend(dashed(&run, pattern, color)),
                        }
                    }
                }
            }
            drawn.extend(spreads(series, &frame, asides[number], color));
            match look {
                Look::Level => (),
                Look::Named => {
                    for point in placed(number) {
                        let place = labels.place(&series.name, point).or_else(|| {
                            let (place, line) = labels.place_away(&series.name, point)?;
                            drawn.push(labels::leader(line));
                            Some(place)
                        });
                        let (x, y) = place.unwrap_or_else(|| labels::beside(point));
                        drawn.push(text(&series.name, x, y, labels::SIZE, TextAnchor::Start));
                    }
                }
                _ => entries.push(Entry { name: told(series, &frame), color, mark }),
            }
        }
        (drawn, entries)
    }
}

/// Where a point lies, drawn so far to the right of its place; none where it has no place on an axis.
fn beside(frame: &Frame, point: (f64, f64), aside: f64) -> Option<(f64, f64)> {
    frame.place(point).map(|(x, y)| (x + aside, y))
}

/// How far to the right of its place each layer is drawn: those with bars of spread stand side by side around it, so
/// that none hides another.
fn asides(layers: &[(Look, &Series)], frame: &Frame) -> Vec<f64> {
    let has_bars = |series: &&Series| !series.spread.is_empty();
    let with_bars = || layers.iter().map(|layer| layer.1).filter(has_bars);
    let count = with_bars().count() as f64;
    let gap = |pair: &[(f64, f64)]| {
        let (one, other) = frame.place(pair[0]).zip(frame.place(pair[1]))?;
        Some((other.0 - one.0).abs() / (3.0 * count))
    };
    let gaps = with_bars().flat_map(|series| series.points.windows(2)).filter_map(gap);
    let step = gaps.fold(ASIDE, f64::min);
    let mut next = -(count - 1.0) / 2.0 * step;
    let aside = |layer: &(Look, &Series)| match has_bars(&layer.1) {
        false => 0.0,
        true => {
            let aside = next;
            next += step;
            aside
        }
    };
    layers.iter().map(aside).collect()
}

/// The stretches of a line between what has no place on the axes.
fn runs(places: &[Option<(f64, f64)>]) -> Vec<Vec<(f64, f64)>> {
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

/// Upright bars from the least to the most of what each point is the mean of.
fn spreads(series: &Series, frame: &Frame, aside: f64, color: &str) -> Vec<Primitive> {
    let bars = series.points.iter().zip(&series.spread).flat_map(|(&(x, _), &[least, most])| {
        let ends = beside(frame, (x, least), aside).zip(beside(frame, (x, most), aside));
        ends.map(|(low, high)| {
            let cap = |at: (f64, f64)| {
                rule((at.0 - CAP, at.1), (at.0 + CAP, at.1), Color::from(color), 1.6)
            };
            [rule(low, high, Color::from(color), 1.6), cap(low), cap(high)]
        })
    });
    bars.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts on a sheet of one diagram of these lines.
    fn texts(lines: &[Series]) -> Vec<String> {
        let layers = lines.iter().map(|line| (Look::Line, line)).collect();
        let (titles, kinds) = (["epoch", "cost"], [Kind::Figure, Kind::Logarithmic]);
        let chart = Chart { title: "", titles, kinds, layers };
        let texts = sheet("title", &[chart], 1, (600.0, 370.0)).elements.into_iter();
        let content = |one| match one {
            Primitive::Text { content, .. } => Some(content),
            _ => None,
        };
        texts.filter_map(content).collect()
    }

    #[test]
    fn one_line_alone_has_no_legend_unless_points_of_it_are_missing() {
        let line = |name: &str, last: f64| Series::new(name, vec![(1.0, 0.5), (2.0, last)]);
        assert!(!texts(&[line("training", 0.4)]).contains(&"training".to_string()));
        let both = texts(&[line("training", 0.4), line("test", 0.3)]);
        assert!(both.contains(&"training".to_string()) && both.contains(&"test".to_string()));
        let missing = "training (1 of 2 are 0 or no number)".to_string();
        assert!(texts(&[line("training", 0.0)]).contains(&missing));
    }

    #[test]
    fn bars_of_spread_stand_side_by_side_around_their_place() {
        let with_bars = Series {
            spread: vec![[0.4, 0.6], [0.3, 0.5]],
            ..Series::new("mean", vec![(1.0, 0.5), (2.0, 0.4)])
        };
        let without = Series::new("line", vec![(1.0, 0.5), (2.0, 0.4)]);
        let of = |series: [&Series; 3]| {
            let layers: Vec<(Look, &Series)> = series.map(|one| (Look::Line, one)).to_vec();
            let (titles, kinds) = (["epoch", "cost"], [Kind::Linear; 2]);
            let chart = Chart { title: "", titles, kinds, layers };
            let frame = Frame::within((0.0, 0.0), (600.0, 370.0), chart.axes());
            asides(&chart.layers, &frame)
        };
        assert_eq!(of([&with_bars, &without, &with_bars]), [-ASIDE / 2.0, 0.0, ASIDE / 2.0]);
        assert_eq!(of([&with_bars; 3]), [-ASIDE, 0.0, ASIDE]);
        assert_eq!(of([&without, &with_bars, &without]), [0.0; 3]);
    }
}
