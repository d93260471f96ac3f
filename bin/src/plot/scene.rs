//! What all drawings share: their colours, their texts, and how they become PNG.

use kuva::backend::png::PngBackend;
use kuva::render::render::{Primitive, Scene, TextAnchor};

use crate::Failure;

/// Pixels of the PNG for each unit of the diagram.
const SCALE: f32 = 2.0;

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

/// The PNG of a scene.
pub(crate) fn png(scene: &Scene) -> Result<Vec<u8>, Failure> {
    let backend = PngBackend::new().with_scale(SCALE);
    backend.render_scene(scene).map_err(Failure::Run)
}
