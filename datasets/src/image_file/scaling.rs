//! Pictures of one size out of pictures of any.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{ResizeOptions, Resizer};
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
    let mut scaled = vec![0; to[0] * to[1] * 3];
    let options = match fit {
        Fit::Crop => ResizeOptions::new().fit_into_destination(Some((0.5, 0.5))),
        Fit::Squash => ResizeOptions::new(),
    };
    // By the type of these pixels: `resize` would compile the kernels of 13 types.
    let source = TypedImageRef::<U8x3>::from_buffer(from[1] as u32, from[0] as u32, pixels);
    let target = TypedImage::from_buffer(to[1] as u32, to[0] as u32, &mut scaled);
    let resized = match (source, target) {
        (Ok(source), Ok(mut target)) => {
            Resizer::new().resize_typed(&source, &mut target, &options).is_ok()
        }
        _ => false,
    };
    assert!(
        resized && from.into_iter().chain(to).all(|size| size > 0),
        "{} bytes of {from:?} pixels cannot be scaled to {to:?}",
        pixels.len()
    );
    scaled
}
