//! One picture from a JPEG or PNG file.

use std::path::Path;

use fast_image_resize::images::Image;
use fast_image_resize::{PixelType, ResizeOptions, Resizer};
use image::{ImageReader, Limits};

use crate::DataError;
use crate::source::read_file;

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The largest width and height that are decoded.
const MAX_SIDE: u32 = 16_384;
const FORMAT: &str = "JPEG or PNG";

/// A picture of red, green and blue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Bytes, row-major `[height, width, 3]`.
    pub pixels: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// Reads a picture and scales it to `width` by `height`, whatever its proportions, as the course does.
///
/// Returns RGB bytes, row-major `[height, width, 3]`. Transparency is dropped, the colour below kept.
///
/// # Errors
/// When the file cannot be read, is neither JPEG nor PNG, is damaged, or is empty or huge.
pub fn read_rgb(path: &Path, width: u32, height: u32) -> Result<Vec<u8>, DataError> {
    let picture = decode(path)?;
    Ok(scale(path, picture, width, height)?.pixels)
}

/// Reads a picture and shrinks it in its proportions until its longer side has at most `longest` pixels; a
/// smaller one stays as it is.
///
/// # Errors
/// As [`read_rgb`].
pub fn read_within(path: &Path, longest: u32) -> Result<Picture, DataError> {
    let picture = decode(path)?;
    let factor = f64::from(longest) / f64::from(picture.width.max(picture.height));
    if factor >= 1.0 {
        return Ok(picture);
    }
    let shrunk = |side: u32| (f64::from(side) * factor).round().max(1.0) as u32;
    let (width, height) = (shrunk(picture.width), shrunk(picture.height));
    scale(path, picture, width, height)
}

fn decode(path: &Path) -> Result<Picture, DataError> {
    let malformed = |reason: &dyn ToString| DataError::malformed(path, FORMAT, reason.to_string());
    let contents = read_file(path, MAX_FILE_BYTES)?;
    let mut reader = ImageReader::new(std::io::Cursor::new(contents))
        .with_guessed_format()
        .map_err(|source| DataError::unreadable(path, source))?;
    let mut limits = Limits::default(); // 512 MiB
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| malformed(&error))?;
    let picture = picture.into_rgb8();
    let (width, height) = picture.dimensions();
    if width == 0 || height == 0 {
        return Err(malformed(&"it has no pixels"));
    }
    Ok(Picture { pixels: picture.into_raw(), width, height })
}

fn scale(path: &Path, picture: Picture, width: u32, height: u32) -> Result<Picture, DataError> {
    let malformed = |reason: &dyn ToString| DataError::malformed(path, FORMAT, reason.to_string());
    let source = Image::from_vec_u8(picture.width, picture.height, picture.pixels, PixelType::U8x3)
        .map_err(|error| malformed(&error))?;
    let mut scaled = Image::new(width, height, PixelType::U8x3);
    Resizer::new()
        .resize(&source, &mut scaled, &ResizeOptions::new())
        .map_err(|error| malformed(&error))?;
    Ok(Picture { pixels: scaled.into_vec(), width, height })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(name: &str, contents: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        (folder, path)
    }

    #[test]
    fn picture_of_one_colour_keeps_it_when_scaled() {
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(9, 5, image::Rgb([10, 200, 30]))
            .write_to(&mut png, image::ImageFormat::Png)
            .unwrap();
        let (_folder, path) = write("green.png", png.get_ref());
        let pixels = read_rgb(&path, 4, 4).unwrap();
        assert_eq!(pixels, [10, 200, 30].repeat(16));
    }

    #[test]
    fn picture_keeps_its_proportions_when_shrunk_and_its_size_when_small() {
        let mut png = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(300, 2, image::Rgb([1, 2, 3]))
            .write_to(&mut png, image::ImageFormat::Png)
            .unwrap();
        let (_folder, path) = write("line.png", png.get_ref());
        let sizes = [1000, 300, 150, 30].map(|longest| {
            let picture = read_within(&path, longest).unwrap();
            assert_eq!(picture.pixels.len() as u32, picture.width * picture.height * 3);
            (picture.width, picture.height)
        });
        assert_eq!(sizes, [(300, 2), (300, 2), (150, 1), (30, 1)]);
    }

    #[test]
    fn text_under_the_name_of_a_picture_is_an_error_that_names_it() {
        let (_folder, path) = write("cat.jpg", b"not a picture");
        let error = read_rgb(&path, 64, 64).unwrap_err().to_string();
        assert!(error.contains("cat.jpg"), "{error}");
    }

    /// A PNG whose header says 0 by 0; its checksum is that of the header.
    #[test]
    fn picture_without_pixels_is_an_error() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
        png.extend([0x84, 0x4d, 0x57, 0xb4]);
        png.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
        let (_folder, path) = write("empty.png", &png);
        assert!(read_rgb(&path, 64, 64).is_err());
    }
}
