//! Pictures that are clear in places.

use image::{DynamicImage, Pixel, RgbImage, Rgba};

/// The picture as every screen shows it on a white page: a color of which a share `a` covers becomes
/// `a * color + (1 - a) * white`, in the values of the file.
pub fn over_white(picture: DynamicImage) -> RgbImage {
    let (width, height) = (picture.width(), picture.height());
    let pixels: Vec<u8> = match &picture {
        DynamicImage::ImageLumaA8(gray) => {
            gray.pixels().flat_map(|pixel| [byte_over_white(pixel.0[0], pixel.0[1]); 3]).collect()
        }
        DynamicImage::ImageRgba8(color) => {
            let over =
                |pixel: &Rgba<u8>| pixel.to_rgb().0.map(|value| byte_over_white(value, pixel.0[3]));
            color.pixels().flat_map(over).collect()
        }
        DynamicImage::ImageLumaA16(gray) => {
            gray.pixels().flat_map(|pixel| [word_over_white(pixel.0[0], pixel.0[1]); 3]).collect()
        }
        DynamicImage::ImageRgba16(color) => {
            let over = |pixel: &Rgba<u16>| {
                pixel.to_rgb().0.map(|value| word_over_white(value, pixel.0[3]))
            };
            color.pixels().flat_map(over).collect()
        }
        _ => return picture.into_rgb8(),
    };
    RgbImage::from_raw(width, height, pixels).unwrap_or_default()
}

fn byte_over_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

/// Of 16 bits, the 8 upper ones rounded.
fn word_over_white(value: u16, alpha: u16) -> u8 {
    const MOST: u64 = 65_535;
    let (value, alpha) = (u64::from(value), u64::from(alpha));
    let over = (value * alpha + MOST * (MOST - alpha) + MOST / 2) / MOST;
    ((over + 128) / 257) as u8
}
