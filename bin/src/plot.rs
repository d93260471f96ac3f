//! Diagrams as PNG: the one door to the plotting library.

use fireside_training::history::History;
use fireside_training::supervised::{Curve, EpochPoint};
use kuva::plot::{LinePlot, ScatterPlot};
use kuva::render::color::Color;
use kuva::render::figure::Figure;
use kuva::render::layout::Layout;
use kuva::render::plots::Plot;
use kuva::render::render::{Primitive, Scene, TextAnchor, render_multiple};

use crate::Failure;

/// Pixels of the PNG for each unit of the diagram.
const SCALE: f32 = 2.0;

/// Colours of the classes and of the series, told apart by the colour-blind too.
pub(crate) const COLORS: [&str; 8] =
    ["#1f77b4", "#d95f02", "#2a9d5c", "#8e44ad", "#b8860b", "#c2185b", "#555555", "#17a2b8"];

/// A named line.
#[derive(Debug, Clone)]
pub struct Series {
    /// What the legend calls it.
    pub name: String,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

impl Series {
    /// The costs of a training over its iterations.
    pub fn of_costs(name: impl Into<String>, history: &History) -> Self {
        let points = history.points.iter().map(|point| (point.iteration as f64, point.cost));
        Self { name: name.into(), points: points.collect() }
    }
}

impl Series {
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

/// Where a classifier changes its mind, over the points it was trained on.
#[derive(Debug, Clone)]
pub struct Boundary {
    /// Above the panel.
    pub title: String,
    /// Horizontal positions of the grid.
    pub xs: Vec<f64>,
    /// Vertical positions of the grid.
    pub ys: Vec<f64>,
    /// The probability of class 1 at each grid point: a row for each of `ys`.
    pub probabilities: Vec<Vec<f64>>,
    /// The points of class 0 and of class 1.
    pub classes: [Vec<(f64, f64)>; 2],
}

/// Side of a panel's ground, of the room for its title and ticks around it; in units of the scene.
const GROUND: f64 = 300.0;
const ROOM: f64 = 40.0;

/// Draws boundaries side by side, `columns` in a row: the ground in the colour of the class it is given
/// to, the paler the less sure, and the boundary between as a line.
///
/// # Errors
/// When the drawing fails.
pub fn boundaries(title: &str, panels: &[Boundary], columns: usize) -> Result<Vec<u8>, Failure> {
    let cell = GROUND + 2.0 * ROOM;
    let rows = panels.len().div_ceil(columns);
    let mut scene = Scene::new(cell * columns as f64, cell * rows as f64 + ROOM);
    let middle = scene.width / 2.0;
    scene.elements.push(text(title, middle, 0.7 * ROOM, 20, TextAnchor::Middle));
    for (index, panel) in panels.iter().enumerate() {
        let left = (index % columns) as f64 * cell + ROOM;
        let top = (index / columns) as f64 * cell + 2.0 * ROOM;
        draw_boundary(&mut scene, panel, left, top);
    }
    png(&scene)
}

fn draw_boundary(scene: &mut Scene, panel: &Boundary, left: f64, top: f64) {
    let (columns, rows) = (panel.xs.len(), panel.ys.len());
    let (width, height) = (GROUND / columns as f64, GROUND / rows as f64);
    let is_one = |row: usize, column: usize| panel.probabilities[row][column] > 0.5;
    let (mut x, mut y, mut fills) = (Vec::new(), Vec::new(), Vec::new());
    for row in 0..rows {
        for column in 0..columns {
            x.push(left + column as f64 * width);
            y.push(top + (rows - 1 - row) as f64 * height); // upwards
            let here = is_one(row, column);
            let changes = (column + 1 < columns && is_one(row, column + 1) != here)
                || (row + 1 < rows && is_one(row + 1, column) != here);
            fills.push(match changes {
                true => Color::Rgb(60, 60, 60),
                false => ground_color(panel.probabilities[row][column]),
            });
        }
    }
    let (w, h) = (vec![width; x.len()], vec![height; x.len()]);
    scene.elements.push(Primitive::RectBatch { x, y, w, h, fills });

    let range = |axis: &[f64]| (axis[0], axis[axis.len() - 1]);
    let ((low_x, high_x), (low_y, high_y)) = (range(&panel.xs), range(&panel.ys));
    let across = |x: f64| left + (x - low_x) / (high_x - low_x) * GROUND;
    let down = |y: f64| top + (high_y - y) / (high_y - low_y) * GROUND;
    for (points, color) in panel.classes.iter().zip(COLORS) {
        scene.elements.push(Primitive::CircleBatch {
            cx: points.iter().map(|point| across(point.0)).collect(),
            cy: points.iter().map(|point| down(point.1)).collect(),
            r: 2.4,
            fill: color.into(),
            fill_opacity: None,
            stroke: Some(Color::Rgb(255, 255, 255)),
            stroke_width: Some(0.5),
        });
    }
    let (middle, above) = (left + GROUND / 2.0, top - 8.0);
    scene.elements.push(text(&panel.title, middle, above, 14, TextAnchor::Middle));
    for tick in ticks(low_x, high_x) {
        let label =
            text(&tick.to_string(), across(tick), top + GROUND + 14.0, 10, TextAnchor::Middle);
        scene.elements.push(label);
    }
    for tick in ticks(low_y, high_y) {
        let label = text(&tick.to_string(), left - 5.0, down(tick) + 4.0, 10, TextAnchor::End);
        scene.elements.push(label);
    }
}

/// Blue for class 0, orange for class 1, paler towards one half.
fn ground_color(probability: f64) -> Color {
    let pale = [246.0, 246.0, 246.0];
    let full = match probability > 0.5 {
        true => [250.0, 190.0, 130.0],
        false => [150.0, 195.0, 235.0],
    };
    let sure = (2.0 * (probability - 0.5).abs()).clamp(0.25, 1.0);
    let [r, g, b] = std::array::from_fn(|c: usize| (pale[c] + (full[c] - pale[c]) * sure) as u8);
    Color::Rgb(r, g, b)
}

/// About five round numbers within a range.
fn ticks(low: f64, high: f64) -> Vec<f64> {
    let rough = (high - low) / 5.0;
    let decade = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * decade)
        .find(|step| *step >= rough)
        .unwrap_or(rough);
    let first = (low / step).ceil() as i64;
    let last = (high / step).floor() as i64;
    (first..=last).map(|multiple| multiple as f64 * step).collect()
}

/// A line of text as an element of a scene.
pub(crate) fn text(content: &str, x: f64, y: f64, size: u32, anchor: TextAnchor) -> Primitive {
    Primitive::Text {
        x,
        y,
        content: content.to_string(),
        size,
        anchor,
        rotate: None,
        bold: false,
        color: None,
    }
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

pub(crate) fn png(scene: &Scene) -> Result<Vec<u8>, Failure> {
    let backend = kuva::backend::png::PngBackend::new().with_scale(SCALE);
    backend.render_scene(scene).map_err(Failure::Run)
}
