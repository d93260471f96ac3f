//! A chart drawn, for a wide or a narrow screen, in colours that the page's style gives.

use std::sync::Arc;

use kuva::backend::svg::SvgBackend;
use kuva::plot::{LinePlot, LineStyle};
use kuva::render::layout::{Layout, TickFormat};
use kuva::render::plots::Plot;
use kuva::render::render::{AxisMeta, Primitive, Scene, render_multiple};
use kuva::render::theme::Theme;

use super::chart::Line;
use crate::curve::Curve;
use crate::text;

/// A chart whose values span more than this has a logarithmic axis.
const WIDE_SPAN: f64 = 200.0;
/// The plotting library takes all that is smaller for this small.
const LEAST_OF_MAGNITUDE: f64 = 1e-9;

/// Draws curves over a common axis: inline SVG that names no address.
pub(super) fn draw(
    class: &str,
    (width, height): (f64, f64),
    across: &str,
    summary: &str,
    lines: &[Line],
    curves: &[&Curve],
) -> String {
    let plots = lines.iter().zip(curves).map(|(line, curve)| {
        let plot = LinePlot::new()
            .with_data(curve.points.iter().copied())
            .with_color(color(line))
            .with_stroke_width(1.8)
            .with_line_style(match line.pattern {
                "" => LineStyle::Solid,
                pattern => LineStyle::Custom(pattern.to_string()),
            });
        Plot::Line(plot)
    });
    let plots: Vec<Plot> = plots.collect();
    let mut layout = Layout::auto_from_plots(&plots)
        .with_width(width)
        .with_height(height)
        .with_force_margins(60.0, 16.0)
        .with_tick_size(11)
        .with_label_size(12)
        .with_tick_format(TickFormat::Custom(Arc::new(text::number)))
        .with_theme(theme())
        .with_x_label(across)
        .with_interactive(); // for the ranges of its axes alone; its script stays out
    if spans_magnitudes(curves) {
        layout = layout.with_log_y();
    }
    let mut scene = render_multiple(plots, layout);
    scene.interactive = false;
    scene.background_color = None;
    // Clips go by names, which the next drawing of the page would have again; no line leaves its axes anyway.
    scene.defs.clear();
    scene.elements.retain(|one| !matches!(one, Primitive::ClipStart { .. } | Primitive::ClipEnd));
    let axes = scene.axis_meta.take();
    if let Some(axes) = &axes {
        draw_dots(&mut scene, lines, curves, axes);
    }
    let svg = SvgBackend::new().render_scene(&scene);
    // What is inline in a page needs no namespace, and this page names no address at all.
    let inner = svg.split_once('>').map_or("", |(_, inner)| inner);
    format!(
        r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" aria-label="{}" fill="currentColor"{}>{inner}"#,
        escaped(summary),
        axes.map(|axes| attributes(&axes)).unwrap_or_default(),
    )
}

/// Draws curves of one point, which are no lines.
fn draw_dots(scene: &mut Scene, lines: &[Line], curves: &[&Curve], axes: &AxisMeta) {
    let share = |value: f64, (low, high): (f64, f64), logarithmic: bool| match logarithmic {
        true => (value.log10() - low.log10()) / (high.log10() - low.log10()),
        false => (value - low) / (high - low),
    };
    for (curve, line) in curves.iter().zip(lines) {
        if let [(x, y)] = curve.points[..] {
            let across = share(x, (axes.x_min, axes.x_max), false);
            let up = share(y, (axes.y_min, axes.y_max), axes.log_y);
            scene.elements.push(Primitive::Circle {
                cx: axes.plot_left + across * (axes.plot_right - axes.plot_left),
                cy: axes.plot_bottom - up * (axes.plot_bottom - axes.plot_top),
                r: 3.5,
                fill: color(line).as_str().into(),
                fill_opacity: None,
                stroke: None,
                stroke_width: None,
            });
        }
    }
}

fn color(line: &Line) -> String {
    format!("var(--c{})", line.color)
}

fn theme() -> Theme {
    let grid = "var(--grid)".to_string();
    let axis = "var(--axis)".to_string();
    Theme {
        axis_color: axis.clone(),
        tick_color: axis,
        grid_color: grid,
        text_color: "currentColor".to_string(),
        ..Theme::light()
    }
}

/// Whether the values are positive and so far apart that small ones would lie on the axis.
fn spans_magnitudes(curves: &[&Curve]) -> bool {
    let values = curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.1));
    let (low, high) = values
        .fold((f64::INFINITY, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
    low >= LEAST_OF_MAGNITUDE && high / low > WIDE_SPAN
}

/// Where the axes are and what they span, for the script.
fn attributes(axes: &AxisMeta) -> String {
    format!(
        r#" data-box="{} {} {} {}" data-x="{} {}" data-y="{} {}" data-log="{}""#,
        axes.plot_left,
        axes.plot_top,
        axes.plot_right,
        axes.plot_bottom,
        axes.x_min,
        axes.x_max,
        axes.y_min,
        axes.y_max,
        u8::from(axes.log_y),
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            _ => safe.push(c),
        }
    }
    safe
}
