//! Diagrams as PNG: the one door to the plotting library.
//!
//! How an axis is divided stands in [`fireside_report::axis`], which the pages of reports go by too.

mod boundaries;
mod boxes;
mod chart;
mod dashes;
mod frame;
mod heat;
mod labels;
mod legend;
mod rows;
mod scene;
mod small;
mod text;
mod words;

pub use fireside_report::axis::Kind;
use fireside_training::history::History;
use fireside_training::supervised::{Curve, EpochPoint};

pub use self::boundaries::{Boundary, boundaries};
pub use self::boxes::{Mark, Spot, class_color, dotted, marked};
use self::chart::{Chart, Look, sheet};
pub use self::heat::heated;
pub use self::rows::{Row, rows};
pub(crate) use self::scene::{COLORS, encoded, heading, pixels, png, text, upright};
pub use self::small::{LARGEST, small};
pub(crate) use self::text::fitted;
pub use self::words::words;
use crate::Failure;

/// A percentage, of which an axis shows at least a fifth of the whole.
pub const PERCENTAGE: Kind = Kind::Share { whole: 100.0 };

/// The size of a diagram that has a sheet for itself, and of one beside others, in units of two pixels.
const ALONE: (f64, f64) = (600.0, 370.0);
const BESIDE: (f64, f64) = (420.0, 320.0);

/// A named line.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// Its points.
    pub points: Vec<(f64, f64)>,
    /// The least and the most of the figures that each point is the mean of, where it is one of several.
    pub spread: Vec<[f64; 2]>,
}

impl Series {
    /// Points under a name.
    pub fn new(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), points, spread: Vec::new() }
    }

    /// The costs of a training over its iterations.
    pub fn of_costs(name: impl Into<String>, history: &History) -> Self {
        let points = history.points.iter().map(|point| (point.iteration as f64, point.cost));
        Self::new(name, points.collect())
    }

    /// The costs of a training whose iterations are epochs, which count from 1.
    pub fn of_epoch_costs(name: impl Into<String>, history: &History) -> Self {
        let mut costs = Self::of_costs(name, history);
        costs.points.iter_mut().for_each(|point| point.0 += 1.0);
        costs
    }

    /// The loss of each epoch.
    pub fn of_losses(name: impl Into<String>, losses: &[f64]) -> Self {
        let points = (1..).map(f64::from).zip(losses.iter().copied());
        Self::new(name, points.collect())
    }

    /// One figure of each epoch of a training.
    pub fn of_epochs(
        name: impl Into<String>,
        curve: &Curve,
        figure: impl Fn(&EpochPoint) -> f64,
    ) -> Self {
        let points = curve.points.iter().map(|point| (point.epoch as f64, figure(point)));
        Self::new(name, points.collect())
    }

    /// The same, a share of 0 to 1 in percent.
    pub fn in_percent(mut self) -> Self {
        self.points.iter_mut().for_each(|point| point.1 *= 100.0);
        self
    }

    /// Its points, and the ends of what they spread over.
    fn with_spread(&self) -> impl Iterator<Item = (f64, f64)> {
        let ends = self.points.iter().zip(&self.spread);
        let ends = ends.flat_map(|((x, _), ends)| ends.map(|end| (*x, end)));
        self.points.iter().copied().chain(ends)
    }
}

/// What a diagram and its axes are called.
#[derive(Debug, Clone, Copy)]
pub struct Titles<'a> {
    /// Above the diagram.
    pub title: &'a str,
    /// Along the horizontal axis.
    pub x: &'a str,
    /// Along the vertical axis.
    pub y: &'a str,
}

/// Draws lines over a common axis, the vertical one logarithmic where the values are above 0 and span more than a
/// decade.
///
/// # Errors
/// When the drawing fails.
pub fn lines(titles: Titles<'_>, series: &[Series]) -> Result<Vec<u8>, Failure> {
    alone(titles, Kind::Figure, series.iter().map(|one| (Look::Line, one)))
}

/// Draws lines over a common axis, with a logarithmic vertical one; what is not above 0 has no place on it, which the
/// legend says.
///
/// # Errors
/// When the drawing fails.
pub fn lines_by_magnitude(titles: Titles<'_>, series: &[Series]) -> Result<Vec<u8>, Failure> {
    alone(titles, Kind::Logarithmic, series.iter().map(|one| (Look::Line, one)))
}

/// Draws lines of percentages over a common axis, of which the vertical one shows at least a fifth of the whole.
///
/// # Errors
/// When the drawing fails.
pub fn percentages(titles: Titles<'_>, series: &[Series]) -> Result<Vec<u8>, Failure> {
    alone(titles, PERCENTAGE, series.iter().map(|one| (Look::Line, one)))
}

/// Draws lines of percentages over percentages: neither axis is logarithmic.
///
/// # Errors
/// When the drawing fails.
pub fn percentages_by_percentages(
    titles: Titles<'_>,
    series: &[Series],
) -> Result<Vec<u8>, Failure> {
    let layers = series.iter().map(|one| (Look::Line, one));
    of_kinds(titles, [Kind::Linear, PERCENTAGE], layers)
}

fn alone<'a>(
    titles: Titles<'a>,
    kind: Kind,
    layers: impl Iterator<Item = (Look, &'a Series)>,
) -> Result<Vec<u8>, Failure> {
    of_kinds(titles, [Kind::Figure, kind], layers)
}

fn of_kinds<'a>(
    Titles { title, x, y }: Titles<'a>,
    kinds: [Kind; 2],
    layers: impl Iterator<Item = (Look, &'a Series)>,
) -> Result<Vec<u8>, Failure> {
    let chart = Chart { title: "", titles: [x, y], kinds, layers: layers.collect() };
    png(sheet(title, &[chart], 1, ALONE))
}

/// Draws paths across the level curves of a landscape.
///
/// # Errors
/// When the drawing fails.
pub fn paths(
    Titles { title, x, y }: Titles<'_>,
    levels: &[Vec<(f64, f64)>],
    paths: &[Series],
) -> Result<Vec<u8>, Failure> {
    let levels: Vec<Series> = levels.iter().map(|level| Series::new("", level.clone())).collect();
    let levels = levels.iter().map(|level| (Look::Level, level));
    let layers = levels.chain(paths.iter().map(|path| (Look::Path, path))).collect();
    let chart = Chart { title: "", titles: [x, y], kinds: [Kind::Linear; 2], layers };
    png(sheet(title, &[chart], 1, ALONE))
}

/// Draws points, and lines among them.
///
/// # Errors
/// When the drawing fails.
pub fn scatter(
    Titles { title, x, y }: Titles<'_>,
    points: &Series,
    lines_among: &[Series],
) -> Result<Vec<u8>, Failure> {
    let lines = lines_among.iter().map(|line| (Look::Line, line));
    let layers = std::iter::once((Look::GrayDots, points)).chain(lines).collect();
    let chart = Chart { title: "", titles: [x, y], kinds: [Kind::Linear; 2], layers };
    png(sheet(title, &[chart], 1, ALONE))
}

/// Draws points with their names, over axes of these kinds.
///
/// # Errors
/// When the drawing fails.
pub fn points(
    Titles { title, x, y }: Titles<'_>,
    kinds: [Kind; 2],
    named: &[Series],
) -> Result<Vec<u8>, Failure> {
    let layers = named.iter().map(|point| (Look::Named, point)).collect();
    let chart = Chart { title: "", titles: [x, y], kinds, layers };
    png(sheet(title, &[chart], 1, ALONE))
}

/// Points of several groups over one quantity.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Along the horizontal axis.
    pub x: String,
    /// Along the vertical axis.
    pub y: String,
    /// What is measured along both.
    pub kinds: [Kind; 2],
    /// The points of each group.
    pub groups: Vec<Series>,
}

/// Draws clouds of points side by side, `columns` in a row, their groups in the same colours.
///
/// # Errors
/// When the drawing fails.
pub fn clouds(title: &str, panels: &[Cloud], columns: usize) -> Result<Vec<u8>, Failure> {
    let charts = panels.iter().map(|Cloud { x, y, kinds, groups }| Chart {
        title: "",
        titles: [x, y],
        kinds: *kinds,
        layers: groups.iter().map(|group| (Look::Dots(3.0), group)).collect(),
    });
    png(sheet(title, &charts.collect::<Vec<_>>(), columns, BESIDE))
}

/// Lines of how much something takes over how large it is.
#[derive(Debug, Clone)]
pub struct Growth {
    /// Above the panel.
    pub title: String,
    /// Along the horizontal axis.
    pub x: String,
    /// Along the vertical axis.
    pub y: String,
    /// What was measured.
    pub series: Vec<Series>,
    /// What was expected, drawn dashed.
    pub expected: Series,
}

/// Draws growths side by side, `columns` in a row, both axes logarithmic.
///
/// # Errors
/// When the drawing fails.
pub fn growths(title: &str, panels: &[Growth], columns: usize) -> Result<Vec<u8>, Failure> {
    let charts = panels.iter().map(|Growth { title, x, y, series, expected }| {
        let measured = series.iter().map(|one| (Look::Line, one));
        let layers = measured.chain([(Look::Expected, expected)]).collect();
        Chart { title, titles: [x, y], kinds: [Kind::Logarithmic; 2], layers }
    });
    png(sheet(title, &charts.collect::<Vec<_>>(), columns, BESIDE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_values_become_a_picture() {
        let values = [0.0, -1e30, 1e30, 1e-300, f64::NAN, f64::INFINITY, 1.0];
        let points = |y: f64| (0..4).map(move |x| (f64::from(x), y * f64::from(x + 1))).collect();
        let titles = Titles { title: "title", x: "epoch", y: "cost" };
        for value in values {
            let series = [Series::new("one", points(value)), Series::new("none", Vec::new())];
            for draw in [lines, lines_by_magnitude, percentages] {
                assert!(draw(titles, &series).unwrap().starts_with(b"\x89PNG"), "{value}");
            }
        }
    }

    #[test]
    fn the_least_and_the_most_of_a_mean_are_on_the_axis() {
        let points = vec![(0.0, 5.0), (1.0, 6.0)];
        let mean = Series { spread: vec![[2.0, 7.0], [5.5, 9.0]], ..Series::new("", points) };
        let drawn: Vec<(f64, f64)> = mean.with_spread().collect();
        let ends = [(0.0, 2.0), (0.0, 7.0), (1.0, 5.5), (1.0, 9.0)];
        assert_eq!(drawn, [&mean.points[..], &ends].concat());
    }

    #[test]
    fn epochs_count_from_1_and_iterations_from_0() {
        let mut history = History::default();
        history.record(0, 0.7);
        history.record(99, 0.2);
        let across = |series: Series| series.points.iter().map(|point| point.0).collect::<Vec<_>>();
        assert_eq!(across(Series::of_costs("net", &history)), [0.0, 99.0]);
        assert_eq!(across(Series::of_epoch_costs("net", &history)), [1.0, 100.0]);
    }
}
