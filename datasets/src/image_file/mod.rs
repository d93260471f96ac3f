//! One picture from a file: JPEG, PNG, WebP, GIF (the first frame) or BMP, told by what the file holds.

mod clear;
mod decoding;
#[cfg(test)]
mod fixture;
mod format;
mod jpeg;
mod scaling;
mod size;

use std::path::Path;

pub use self::decoding::Picture;
use self::decoding::decode_as_it_is;
pub use self::format::READ;
pub(crate) use self::format::is_picture;
pub use self::scaling::Fit;
pub(crate) use self::scaling::scale_rgb;
pub use self::size::read_size;
use crate::DataError;
use crate::source::read_file;

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// Reads a picture and scales it to `width` by `height`, whatever its proportions, as the course does.
///
/// Returns RGB bytes, row-major `[height, width, 3]`. What is clear is laid over white.
///
/// # Errors
/// As [`read_fitted`].
pub fn read_rgb(path: &Path, width: u32, height: u32) -> Result<Vec<u8>, DataError> {
    read_fitted(path, [height as usize, width as usize], Fit::Squash)
}

/// Reads a picture of any size and colour mode and makes it one of `size`, height and width.
///
/// Returns RGB bytes, row-major `[height, width, 3]`. Greys become colours, 16 bits become 8, what is clear is laid
/// over white, as every screen shows it. A camera that was held on its side says so in the file, and the picture is
/// turned upright.
///
/// # Errors
/// When the file cannot be read, is of none of the formats, is damaged or cut off, or is empty or huge.
pub fn read_fitted(path: &Path, size: [usize; 2], fit: Fit) -> Result<Vec<u8>, DataError> {
    decode(path, read_file(path, MAX_FILE_BYTES)?, size, fit)
}

/// As [`read_fitted`], from the contents of a file; `path` only names it in errors.
///
/// # Errors
/// As [`read_fitted`].
pub fn decode(
    path: &Path,
    contents: Vec<u8>,
    size: [usize; 2],
    fit: Fit,
) -> Result<Vec<u8>, DataError> {
    let Picture { pixels, width, height } = decode_as_it_is(path, contents)?;
    Ok(scale_rgb(&pixels, [height as usize, width as usize], size, fit))
}

/// Reads a picture and shrinks it in its proportions until its longer side has at most `longest` pixels; a
/// smaller one stays as it is.
///
/// # Errors
/// As [`read_rgb`].
///
/// # Panics
/// When `longest` is 0.
pub fn read_within(path: &Path, longest: u32) -> Result<Picture, DataError> {
    let picture = decode_as_it_is(path, read_file(path, MAX_FILE_BYTES)?)?;
    let factor = f64::from(longest) / f64::from(picture.width.max(picture.height));
    if factor >= 1.0 {
        return Ok(picture);
    }
    let shrunk = |side: u32| (f64::from(side) * factor).round().max(1.0) as usize;
    let from = [picture.height as usize, picture.width as usize];
    let to = [shrunk(picture.height), shrunk(picture.width)];
    let pixels = scale_rgb(&picture.pixels, from, to, Fit::Squash);
    Ok(Picture { pixels, width: to[1] as u32, height: to[0] as u32 })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Cursor;

    use image::{ImageFormat, Rgb, RgbImage};

    use super::fixture::encoded;
    use super::*;

    fn write(name: &str, contents: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, contents).unwrap();
        (folder, path)
    }

    #[test]
    fn picture_of_one_colour_keeps_it_when_scaled() {
        let green = RgbImage::from_pixel(9, 5, Rgb([10, 200, 30]));
        let (_folder, path) = write("green.png", &encoded(&green.into(), ImageFormat::Png));
        let pixels = read_rgb(&path, 4, 4).unwrap();
        assert_eq!(pixels, [10, 200, 30].repeat(16));
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

    #[test]
    fn picture_keeps_its_proportions_when_shrunk_and_its_size_when_small() {
        let mut png = Cursor::new(Vec::new());
        RgbImage::from_pixel(300, 2, Rgb([1, 2, 3])).write_to(&mut png, ImageFormat::Png).unwrap();
        let (_folder, path) = write("line.png", png.get_ref());
        let sizes = [1000, 300, 150, 30].map(|longest| {
            let picture = read_within(&path, longest).unwrap();
            assert_eq!(picture.pixels.len() as u32, picture.width * picture.height * 3);
            (picture.width, picture.height)
        });
        assert_eq!(sizes, [(300, 2), (300, 2), (150, 1), (30, 1)]);
    }
}
