//! A chart drawn, for a wide or a narrow screen, in colours that the page's style gives.

use std::fmt::{Display, Write as _};

use super::chart::Line;
use crate::axis::{Axis, Kind};
use crate::curve::{Curve, Quantity};

/// Room around the ground for ticks and titles: to the left, above, to the right and below.
const LEFT: f64 = 60.0;
const ABOVE: f64 = 10.0;
const RIGHT: f64 = 16.0;
const BELOW: f64 = 40.0;

/// What is measured on the vertical axis of a quantity.
fn kind(quantity: Quantity) -> Kind {
    match quantity {
        Quantity::TrainingAccuracy | Quantity::HeldOutAccuracy => Kind::Share { whole: 1.0 },
        _ => Kind::Figure,
    }
}

/// Draws curves over a common axis: inline SVG that names no address.
pub(super) fn draw(
    class: &str,
    (width, height): (f64, f64),
    across: &str,
    summary: &str,
    lines: &[Line],
    curves: &[&Curve],
) -> String {
    let points = || curves.iter().flat_map(|curve| &curve.points);
    let kind = curves.first().map_or(Kind::Figure, |curve| kind(curve.quantity));
    let x = Axis::across(
        points().map(|point| point.0),
        Kind::Linear,
        if width > 400.0 { 6 } else { 4 },
    );
    let y = Axis::up(points().map(|point| point.1), kind, 5);
    let (right, bottom) = (width - RIGHT, height - BELOW);
    let place = |(at, value): (f64, f64)| {
        let (at, value) = (x.place(at)?, y.place(value)?);
        Some((LEFT + at * (right - LEFT), bottom - value * (bottom - ABOVE)))
    };

    let mut inner = String::new();
    for tick in &x.ticks {
        let Some((at, _)) = place((tick.value, y.low)) else { continue };
        inner += &rule((at, ABOVE), (at, bottom), "grid");
        inner += &word((at, bottom + 17.0), "middle", 11, &tick.label);
    }
    for tick in &y.ticks {
        let Some((_, up)) = place((x.low, tick.value)) else { continue };
        inner += &rule((LEFT, up), (right, up), "grid");
        inner += &word((LEFT - 8.0, up + 4.0), "end", 11, &tick.label);
    }
    inner += &rule((LEFT, bottom), (right, bottom), "axis");
    inner += &rule((LEFT, ABOVE), (LEFT, bottom), "axis");
    inner += &word(((LEFT + right) / 2.0, height - 6.0), "middle", 12, across);
    for (line, curve) in lines.iter().zip(curves) {
        let places: Vec<_> = curve.points.iter().filter_map(|point| place(*point)).collect();
        inner += &drawn(line, &places);
    }
    format!(
        r#"<svg class="{class}" viewBox="0 0 {width} {height}" role="img" aria-label="{}" fill="currentColor" data-box="{LEFT} {ABOVE} {right} {bottom}" data-x="{} {}" data-y="{} {}" data-log="{}">{inner}</svg>"#,
        escaped(summary),
        x.low,
        x.high,
        y.low,
        y.high,
        u8::from(y.is_logarithmic),
    )
}

/// A curve: a line, or a dot where it has one point alone.
fn drawn(line: &Line, places: &[(f64, f64)]) -> String {
    let color = format!("var(--c{})", line.color);
    if let [(x, y)] = places {
        return format!(r#"<circle cx="{x:.2}" cy="{y:.2}" r="3.5" fill="{color}"/>"#);
    }
    let mut path = String::new();
    for (number, (x, y)) in places.iter().enumerate() {
        let step = if number == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{step}{x:.2} {y:.2}"); // a string takes everything
    }
    let dashes = if line.pattern.is_empty() { "none" } else { line.pattern };
    format!(
        r#"<path d="{path}" fill="none" stroke="{color}" stroke-width="1.8" stroke-dasharray="{dashes}"/>"#
    )
}

fn rule(from: (f64, f64), to: (f64, f64), color: &str) -> String {
    let (x1, y1, x2, y2) = (from.0, from.1, to.0, to.1);
    format!(
        r#"<line x1="{x1:.2}" y1="{y1:.2}" x2="{x2:.2}" y2="{y2:.2}" stroke="var(--{color})" stroke-width="1"/>"#
    )
}

fn word((x, y): (f64, f64), anchor: &str, size: u32, content: impl Display) -> String {
    let content = escaped(&content.to_string());
    format!(
        r#"<text x="{x:.2}" y="{y:.2}" text-anchor="{anchor}" font-size="{size}">{content}</text>"#
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
