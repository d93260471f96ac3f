//! Diagrams as PNG: the one door to the plotting library.

mod boundaries;
mod scene;

use fireside_training::history::History;
use fireside_training::supervised::{Curve, EpochPoint};
use kuva::plot::{LinePlot, ScatterPlot};
use kuva::render::figure::Figure;
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::{Scene, render_multiple};

pub use self::boundaries::{Boundary, boundaries};
pub(crate) use self::scene::{COLORS, png, text};
use crate::Failure;

/// A named line.
#[derive(Debug, Clone)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// Points under a name.
    pub fn new(name: impl Into<String>, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), points }
    }

    /// The costs of a training over its iterations.
    pub fn of_costs(name: impl Into<String>, history: &History) -> Self {
        let points = history.points.iter().map(|point| (point.iteration as f64, point.cost));
        Self { name: name.into(), points: points.collect() }
    }

    /// The loss of each epoch.
    pub fn of_losses(name: impl Into<String>, losses: &[f64]) -> Self {
        let points = (1..).map(f64::from).zip(losses.iter().copied());
        Self { name: name.into(), points: points.collect() }
    }

    /// One figure of each epoch of a training.
    pub fn of_epochs(
        name: impl Into<String>,
        curve: &Curve,
        figure: impl Fn(&EpochPoint) -> f64,
    ) -> Self {
        let points = curve.points.iter().map(|point| (point.epoch as f64, figure(point)));
        Self { name: name.into(), points: points.collect() }
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

/// Draws lines over a common axis.
///
/// # Errors
/// When the drawing fails.
pub fn lines(titles: Titles<'_>, series: &[Series]) -> Result<Vec<u8>, Failure> {
    let plots = series.iter().zip(COLORS.iter().cycle());
    let plots: Vec<Plot> = plots.map(|(series, color)| line(series, color)).collect();
    png(&render(titles, plots))
}

/// Draws lines over a common axis, with a logarithmic vertical one; what is not above 0 is left out.
///
/// # Errors
/// When the drawing fails.
pub fn lines_by_magnitude(titles: Titles<'_>, series: &[Series]) -> Result<Vec<u8>, Failure> {
    let plots = series.iter().zip(COLORS.iter().cycle()).map(|(series, color)| {
        let points = series.points.iter().filter(|point| point.1 > 0.0);
        line(&Series { name: series.name.clone(), points: points.copied().collect() }, color)
    });
    let plots: Vec<Plot> = plots.collect();
    let layout = layout(titles, &plots).with_log_y();
    png(&render_multiple(plots, layout))
}

/// Draws paths across the level curves of a landscape.
///
/// # Errors
/// When the drawing fails.
pub fn paths(
    titles: Titles<'_>,
    levels: &[Vec<(f64, f64)>],
    paths: &[Series],
) -> Result<Vec<u8>, Failure> {
    let level = |points: &Vec<(f64, f64)>| {
        let curve = LinePlot::new().with_data(points.clone()).with_color("#d8d8d8");
        Plot::Line(curve.with_stroke_width(1.0))
    };
    let mut plots: Vec<Plot> = levels.iter().map(level).collect();
    let colored = paths.iter().zip(COLORS.iter().cycle());
    plots.extend(colored.map(|(path, color)| line(path, color)));
    png(&render(titles, plots))
}

/// Draws points, and lines among them.
///
/// # Errors
/// When the drawing fails.
pub fn scatter(
    titles: Titles<'_>,
    points: &Series,
    lines_among: &[Series],
) -> Result<Vec<u8>, Failure> {
    let cloud = ScatterPlot::new()
        .with_data(points.points.clone())
        .with_color("#999999")
        .with_size(3.0)
        .with_legend(points.name.clone());
    let mut plots = vec![Plot::Scatter(cloud)];
    let colored = lines_among.iter().zip(COLORS.iter().cycle());
    plots.extend(colored.map(|(series, color)| line(series, color)));
    png(&render(titles, plots))
}

/// Draws groups of points, each in a colour of its own.
///
/// # Errors
/// When the drawing fails.
pub fn points(titles: Titles<'_>, groups: &[Series]) -> Result<Vec<u8>, Failure> {
    let colored = groups.iter().zip(COLORS.iter().cycle()).enumerate();
    let plots = colored.map(|(index, (group, color))| {
        // When the colours are used up, larger points tell the groups apart.
        let size = 5.0 + 4.0 * (index / COLORS.len()) as f64;
        let cloud = ScatterPlot::new().with_data(group.points.clone()).with_color(*color);
        Plot::Scatter(cloud.with_size(size).with_legend(group.name.clone()))
    });
    png(&render(titles, plots.collect()))
}

/// Points of several groups over one quantity.
#[derive(Debug, Clone)]
pub struct Cloud {
    /// Along the horizontal axis.
    pub x: String,
    /// Along the vertical axis.
    pub y: String,
    /// Whether the horizontal axis is.
    pub logarithmic: bool,
    /// The points of each group.
    pub groups: Vec<Series>,
}

/// Draws clouds of points side by side, `columns` in a row, their groups in the same colours.
///
/// # Errors
/// When the drawing fails.
pub fn clouds(title: &str, panels: &[Cloud], columns: usize) -> Result<Vec<u8>, Failure> {
    let (mut plots, mut layouts) = (Vec::new(), Vec::new());
    for panel in panels {
        let colored = panel.groups.iter().zip(COLORS.iter().cycle());
        let groups = colored.map(|(group, color)| {
            let cloud = ScatterPlot::new()
                .with_data(group.points.clone())
                .with_color(*color)
                .with_size(4.0)
                .with_legend(group.name.clone());
            Plot::Scatter(cloud)
        });
        let groups: Vec<Plot> = groups.collect();
        let mut layout = Layout::auto_from_plots(&groups)
            .with_x_label(panel.x.as_str())
            .with_y_label(panel.y.as_str());
        if panel.logarithmic {
            layout = layout.with_log_x();
        }
        plots.push(groups);
        layouts.push(layout);
    }
    let figure = Figure::new(panels.len().div_ceil(columns), columns)
        .with_title(title)
        .with_plots(plots)
        .with_layouts(layouts)
        .with_cell_size(460.0, 340.0)
        .with_shared_legend_bottom();
    png(&figure.render())
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
    let (mut plots, mut layouts) = (Vec::new(), Vec::new());
    for panel in panels {
        let colored = panel.series.iter().zip(COLORS.iter().cycle());
        let mut lines: Vec<Plot> = colored.map(|(series, color)| line(series, color)).collect();
        let expected = LinePlot::new()
            .with_data(panel.expected.points.clone())
            .with_color("#999999")
            .with_dashed()
            .with_legend(panel.expected.name.clone());
        lines.push(Plot::Line(expected));
        let layout = Layout::auto_from_plots(&lines)
            .with_title(panel.title.as_str())
            .with_x_label(panel.x.as_str())
            .with_y_label(panel.y.as_str())
            .with_log_scale();
        plots.push(lines);
        layouts.push(layout);
    }
    let figure = Figure::new(panels.len().div_ceil(columns), columns)
        .with_title(title)
        .with_plots(plots)
        .with_layouts(layouts)
        .with_cell_size(420.0, 340.0)
        .with_shared_legend_bottom();
    png(&figure.render())
}

fn line(series: &Series, color: &str) -> Plot {
    let line = LinePlot::new()
        .with_data(series.points.clone())
        .with_color(color)
        .with_stroke_width(1.6)
        .with_legend(series.name.clone());
    Plot::Line(line)
}

fn render(titles: Titles<'_>, plots: Vec<Plot>) -> Scene {
    let layout = layout(titles, &plots);
    render_multiple(plots, layout)
}

fn layout(titles: Titles<'_>, plots: &[Plot]) -> Layout {
    Layout::auto_from_plots(plots)
        .with_title(titles.title)
        .with_x_label(titles.x)
        .with_y_label(titles.y)
}
