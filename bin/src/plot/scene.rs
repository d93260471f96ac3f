//! What all drawings share: their colours, their texts, and how they become PNG.

use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{RgbImage, imageops};
use kuva::backend::png::PngBackend;
use kuva::render::color::Color;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use super::text::wrapped;
use crate::Failure;

/// Pixels of the PNG for each unit of the diagram.
const SCALE: f64 = 2.0;

/// Colours of the classes and of the series, told apart by the colour-blind too.
pub(crate) const COLORS: [&str; 8] =
    ["#1f77b4", "#d95f02", "#2a9d5c", "#8e44ad", "#b8860b", "#c2185b", "#555555", "#17a2b8"];

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

/// A title over the middle of a picture so `wide`, the first line's foot at `foot`, and how high its lines are together.
pub(crate) fn heading(title: &str, wide: f64, foot: f64) -> (Vec<Primitive>, f64) {
    const LINE: f64 = 22.0;
    let lines = wrapped(title, 16, wide - 24.0).into_iter().enumerate();
    let line = |(number, line): (usize, String)| {
        text(&line, wide / 2.0, foot + LINE * number as f64, 16, TextAnchor::Middle)
    };
    let lines: Vec<Primitive> = lines.map(line).collect();
    let high = LINE * lines.len() as f64;
    (lines, high)
}

/// A line of text that reads upwards, its middle at `y` and its foot at `x`.
pub(crate) fn upright(content: &str, x: f64, y: f64, size: u32) -> Primitive {
    match text(content, x, y, size, TextAnchor::Middle) {
        Primitive::Text { x, y, content, size, anchor, bold, color, .. } => {
            Primitive::Text { x, y, content, size, anchor, rotate: Some(-90.0), bold, color }
        }
        other => other,
    }
}

/// A straight line.
pub(crate) fn rule(from: (f64, f64), to: (f64, f64), color: Color, width: f64) -> Primitive {
    Primitive::Line {
        x1: from.0,
        y1: from.1,
        x2: to.0,
        y2: to.1,
        stroke: color,
        stroke_width: width,
        stroke_dasharray: None,
    }
}

/// Points of one colour and size.
pub(crate) fn dots(places: &[(f64, f64)], radius: f64, color: &str) -> Primitive {
    Primitive::CircleBatch {
        cx: places.iter().map(|place| place.0).collect(),
        cy: places.iter().map(|place| place.1).collect(),
        r: radius,
        fill: color.into(),
        fill_opacity: None,
        stroke: Some(Color::Rgb(255, 255, 255)),
        stroke_width: Some(0.5),
    }
}

/// The PNG of a scene.
pub(crate) fn png(scene: Scene) -> Result<Vec<u8>, Failure> {
    encoded(&pixels(scene)?)
}

/// The pixels of a scene. Upright text is drawn level and turned by a quarter, which loses nothing of it.
pub(crate) fn pixels(mut scene: Scene) -> Result<RgbImage, Failure> {
    let is_upright = |one: &Primitive| matches!(one, Primitive::Text { rotate: Some(_), .. });
    let (upright, level) = scene.elements.into_iter().partition(is_upright);
    scene.elements = level;
    let mut sheet = rasterized(&scene)?;
    for one in upright {
        let Primitive::Text { x, y, content, size, .. } = one else { continue };
        let (length, height) = (super::text::width(&content, size) + 4.0, 1.5 * f64::from(size));
        let mut strip = Scene::new(length, height);
        let foot = 1.1 * f64::from(size);
        strip.elements.push(text(&content, length / 2.0, foot, size, TextAnchor::Middle));
        let strip = imageops::rotate270(&rasterized(&strip)?);
        let left = ((x - foot) * SCALE).round() as i64;
        let top = (y * SCALE).round() as i64 - i64::from(strip.height() / 2);
        darken(&mut sheet, &strip, (left, top));
    }
    Ok(sheet)
}

/// Puts a picture over another, the darker of both at each pixel.
fn darken(sheet: &mut RgbImage, over: &RgbImage, (left, top): (i64, i64)) {
    for (x, y, pixel) in over.enumerate_pixels() {
        let place = (u32::try_from(left + i64::from(x)), u32::try_from(top + i64::from(y)));
        if let (Ok(x), Ok(y)) = place
            && let Some(below) = sheet.get_pixel_mut_checked(x, y)
        {
            for (below, over) in below.0.iter_mut().zip(pixel.0) {
                *below = over.min(*below);
            }
        }
    }
}

fn rasterized(scene: &Scene) -> Result<RgbImage, Failure> {
    let backend = PngBackend::new().with_scale(SCALE as f32);
    let png = backend.render_scene(scene).map_err(Failure::Run)?;
    let read = image::load_from_memory(&png);
    Ok(read.map_err(|error| Failure::Run(format!("a drawing: {error}")))?.into_rgb8())
}

/// Pixels as a PNG that is small, and has no channel for what is transparent: nothing is.
pub(crate) fn encoded(pixels: &RgbImage) -> Result<Vec<u8>, Failure> {
    let mut file = Cursor::new(Vec::new());
    let (kind, filter) = (CompressionType::Best, FilterType::Adaptive);
    let encoder = PngEncoder::new_with_quality(&mut file, kind, filter);
    let written = pixels.write_with_encoder(encoder);
    written.map_err(|error| Failure::Run(format!("a drawing: {error}")))?;
    Ok(file.into_inner())
}
