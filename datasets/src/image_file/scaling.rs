//! Pictures of one size out of pictures of any.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use serde::{Deserialize, Serialize};

use super::Picture;

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
    let options = match fit {
        Fit::Crop => ResizeOptions::new().fit_into_destination(Some((0.5, 0.5))),
        Fit::Squash => ResizeOptions::new(),
    };
    scale_by(pixels, from, to, &options)
}

impl Picture {
    /// The picture scaled to `size`, height and width, whatever its proportions, by the bicubic filter of the Python
    /// Imaging Library, which the course's car detection scales by.
    ///
    /// # Panics
    /// When a side is 0, or there are not as many bytes as pixels.
    #[must_use]
    pub fn scaled(&self, size: [usize; 2]) -> Self {
        let options =
            ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
        let from = [self.height as usize, self.width as usize];
        let pixels = scale_by(&self.pixels, from, size, &options);
        Self { pixels, width: size[1] as u32, height: size[0] as u32 }
    }
}

fn scale_by(pixels: &[u8], from: [usize; 2], to: [usize; 2], options: &ResizeOptions) -> Vec<u8> {
    let mut scaled = vec![0; to[0] * to[1] * 3];
    // By the type of these pixels: `resize` would compile the kernels of 13 types.
    let source = TypedImageRef::<U8x3>::from_buffer(from[1] as u32, from[0] as u32, pixels);
    let target = TypedImage::from_buffer(to[1] as u32, to[0] as u32, &mut scaled);
    let resized = match (source, target) {
        (Ok(source), Ok(mut target)) => {
            Resizer::new().resize_typed(&source, &mut target, options).is_ok()
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
