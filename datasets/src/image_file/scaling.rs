//! Pictures of one size out of pictures of any.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use serde::{Deserialize, Serialize};

/// How a picture of other proportions becomes one of the size wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Scaled until it covers the size, and what sticks out is cut off evenly on both sides: things keep
    /// their shape, but what lies at the rim is lost.
    #[default]
    Crop,
    /// Height and width each scaled on their own: all of it is seen, but out of shape.
    Squash,
}

/// Scales RGB bytes of a picture of height and width `from` to those of `to`.
///
/// # Panics
/// When a size is 0 or there are not as many bytes.
pub(crate) fn scale_rgb(pixels: &[u8], from: [usize; 2], to: [usize; 2], fit: Fit) -> Vec<u8> {
    let mut scaled = Image::new(to[1] as u32, to[0] as u32, PixelType::U8x3);
    let options = match fit {
        Fit::Crop => ResizeOptions::new().fit_into_destination(Some((0.5, 0.5))),
        Fit::Squash => ResizeOptions::new(),
    };
    let source = ImageRef::new(from[1] as u32, from[0] as u32, pixels, PixelType::U8x3);
    let resized = source.map(|source| Resizer::new().resize(&source, &mut scaled, &options));
    assert!(
        matches!(resized, Ok(Ok(()))) && from.into_iter().chain(to).all(|size| size > 0),
        "{} bytes of {from:?} pixels cannot be scaled to {to:?}",
        pixels.len()
    );
    scaled.into_vec()
}
