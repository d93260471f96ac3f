//! One picture from a JPEG or PNG file.

use std::io::Cursor;
use std::path::Path;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{ResizeOptions, Resizer};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use serde::{Deserialize, Serialize};

use crate::DataError;
use crate::source::read_file;

/// The largest file that is read.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

/// The largest width and height that are decoded.
const MAX_SIDE: u32 = 16_384;
const FORMAT: &str = "JPEG or PNG";

/// Endings of the files that are pictures, in small letters.
const ENDINGS: [&str; 3] = ["jpg", "jpeg", "png"];

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

/// Reads a picture and scales it to `width` by `height`, whatever its proportions, as the course does.
///
/// Returns RGB bytes, row-major `[height, width, 3]`. Transparency is dropped, the colour below kept.
///
/// # Errors
/// When the file cannot be read, is neither JPEG nor PNG, is damaged, or is empty or huge.
pub fn read_rgb(path: &Path, width: u32, height: u32) -> Result<Vec<u8>, DataError> {
    read_fitted(path, [height as usize, width as usize], Fit::Squash)
}

/// Reads a picture of any size and colour mode and makes it one of `size`, height and width.
///
/// Returns RGB bytes, row-major `[height, width, 3]`. Greys become colours, 16 bits become 8, transparency is
/// dropped and the colour below kept. A camera that was held on its side says so in the file, and the
/// picture is turned upright.
///
/// # Errors
/// When the file cannot be read, is neither JPEG nor PNG, is damaged or cut off, or is empty or huge.
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

/// Decodes a picture and turns it upright.
fn decode_as_it_is(path: &Path, contents: Vec<u8>) -> Result<Picture, DataError> {
    let malformed = |reason: &dyn ToString| DataError::malformed(path, FORMAT, reason.to_string());
    let format = image::guess_format(&contents).map_err(|error| malformed(&error))?;
    if format == ImageFormat::Jpeg && !ends_as_jpeg(&contents) {
        return Err(malformed(&"it is cut off"));
    }
    let mut reader = ImageReader::with_format(Cursor::new(contents), format);
    let mut limits = Limits::default(); // 512 MiB
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| malformed(&error))?;
    limits.reserve(decoder.total_bytes()).map_err(|error| malformed(&error))?;
    // A file whose orientation cannot be read is shown as it is, as other programs do.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| malformed(&error))?;
    if picture.width() == 0 || picture.height() == 0 {
        return Err(malformed(&"it has no pixels"));
    }
    picture.apply_orientation(orientation);
    let picture = picture.into_rgb8();
    let (width, height) = picture.dimensions();
    Ok(Picture { pixels: picture.into_raw(), width, height })
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

/// Whether a JPEG goes on to the marker of its end: the decoder would paint grey what a file that is cut off
/// lacks.
fn ends_as_jpeg(contents: &[u8]) -> bool {
    let mut rest = contents;
    while let Some(marker) = rest.iter().position(|&byte| byte == 0xff) {
        let Some(filled) = rest[marker..].iter().position(|&byte| byte != 0xff) else {
            return false;
        };
        let code = rest[marker + filled];
        rest = &rest[marker + filled + 1..];
        match code {
            0xd9 => return true,
            // A byte of the pixels, and the markers that stand alone.
            0x00 | 0x01 | 0xd0..=0xd8 => {}
            // All others begin with their length, and may hold a small picture with an end of its own.
            _ => {
                let length = rest.first_chunk().map_or(0, |&bytes| u16::from_be_bytes(bytes));
                rest = rest.get(usize::from(length)..).unwrap_or_default();
            }
        }
    }
    false
}

/// The name of a file, if it ends as that of a picture and the file is not hidden.
pub(crate) fn picture_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy();
    let ending = path.extension()?.to_string_lossy().to_ascii_lowercase();
    let is_picture = ENDINGS.contains(&ending.as_str()) && !name.starts_with('.');
    is_picture.then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use fireside_numpy_rng::NumpyRng;
    use flate2::write::ZlibEncoder;
    use flate2::{Compression, Crc};
    use image::{DynamicImage, GrayImage, Rgb, RgbImage};

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

    fn whole(contents: &[u8], size: [usize; 2]) -> Result<Vec<u8>, DataError> {
        decode(Path::new("picture"), contents.to_vec(), size, Fit::Squash)
    }

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    const RED: [u8; 3] = [255, 0, 0];
    const GREEN: [u8; 3] = [0, 255, 0];
    const BLUE: [u8; 3] = [0, 0, 255];
    const WHITE: [u8; 3] = [255, 255, 255];

    /// 32 by 16 pixels, each quarter of another colour.
    fn quarters() -> DynamicImage {
        let colors = [RED, GREEN, BLUE, WHITE];
        let color = |x: u32, y: u32| Rgb(colors[(x / 16 + 2 * (y / 8)) as usize]);
        RgbImage::from_fn(32, 16, color).into()
    }

    /// Orientation as a camera writes it: one entry, 0x0112, of one 16-bit number.
    fn exif(orientation: u8) -> Vec<u8> {
        let header = b"MM\0\x2a\0\0\0\x08\0\x01";
        let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
        [&header[..], &entry, &[0; 4]].concat()
    }

    fn jpeg_with_exif(orientation: u8) -> Vec<u8> {
        let jpeg = encoded(&quarters(), ImageFormat::Jpeg);
        let exif = [b"Exif\0\0", &exif(orientation)[..]].concat();
        let length = (exif.len() as u16 + 2).to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let content = [kind, data].concat();
        let mut crc = Crc::new();
        crc.update(&content);
        [&(data.len() as u32).to_be_bytes()[..], &content, &crc.sum().to_be_bytes()].concat()
    }

    /// A PNG of one row of bytes for each line of pixels; `extra` are chunks before the pixels.
    fn png(size: [u32; 2], depth: u8, color: u8, extra: &[u8], rows: &[&[u8]]) -> Vec<u8> {
        let mut header = [size[1].to_be_bytes(), size[0].to_be_bytes()].concat();
        header.extend([depth, color, 0, 0, 0]);
        let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
        for row in rows {
            pixels.write_all(&[&[0], *row].concat()).unwrap();
        }
        let pixels = pixels.finish().unwrap();
        let signature = b"\x89PNG\r\n\x1a\n";
        let parts = [
            &signature[..],
            &chunk(b"IHDR", &header),
            extra,
            &chunk(b"IDAT", &pixels),
            &chunk(b"IEND", &[]),
        ];
        parts.concat()
    }

    /// By hand: what the quarters look like on a screen, from left to right and down.
    #[test]
    fn each_of_the_eight_orientations_is_turned_upright() {
        for (orientation, expected) in [
            (1, [RED, GREEN, BLUE, WHITE]),
            (2, [GREEN, RED, WHITE, BLUE]),
            (3, [WHITE, BLUE, GREEN, RED]),
            (4, [BLUE, WHITE, RED, GREEN]),
            (5, [RED, BLUE, GREEN, WHITE]),
            (6, [BLUE, RED, WHITE, GREEN]),
            (7, [WHITE, GREEN, BLUE, RED]),
            (8, [GREEN, WHITE, RED, BLUE]),
            // No orientation, and one that there is not.
            (0, [RED, GREEN, BLUE, WHITE]),
            (9, [RED, GREEN, BLUE, WHITE]),
        ] {
            let turned = (5..=8).contains(&orientation);
            let size = if turned { [32, 16] } else { [16, 32] };
            let pixels = whole(&jpeg_with_exif(orientation), size).unwrap();
            let middles = [[1, 1], [1, 3], [3, 1], [3, 3]]
                .map(|[row, column]| (row * size[0] / 4 * size[1] + column * size[1] / 4) * 3);
            for (first, color) in middles.into_iter().zip(expected) {
                let found = &pixels[first..first + 3];
                let far = found.iter().zip(color).any(|(a, b)| a.abs_diff(b) > 12);
                assert!(!far, "orientation {orientation}: {found:?}, not {color:?}");
            }
        }
    }

    #[test]
    fn orientation_of_a_png_is_heeded_too() {
        let row = [RED, GREEN].concat();
        let upside_down = png([1, 2], 8, 2, &chunk(b"eXIf", &exif(3)), &[&row]);
        assert_eq!(whole(&upside_down, [1, 2]).unwrap(), [GREEN, RED].concat());
    }

    #[test]
    fn every_colour_mode_and_depth_becomes_8_bit_colour() {
        let palette = chunk(b"PLTE", &[RED, GREEN, BLUE, WHITE].concat());
        let clear = chunk(b"tRNS", &[0, 255, 255, 255]);
        let grays = [[0; 3], [85; 3], [170; 3], [255; 3]];
        let colors = [RED, GREEN, BLUE, WHITE];
        let size = [1, 4];
        for (what, file, expected) in [
            (
                "1 bit grey",
                png(size, 1, 0, &[], &[&[0b0101_0000]]),
                [grays[0], WHITE, grays[0], WHITE],
            ),
            ("2 bit grey", png(size, 2, 0, &[], &[&[0b0001_1011]]), grays),
            ("4 bit grey", png(size, 4, 0, &[], &[&[0x05, 0xaf]]), grays),
            ("8 bit grey", png(size, 8, 0, &[], &[&[0, 85, 170, 255]]), grays),
            (
                "16 bit grey",
                png(size, 16, 0, &[], &[&[0, 0, 0x55, 0x55, 0xaa, 0xaa, 0xff, 0xff]]),
                grays,
            ),
            ("grey with alpha", png(size, 8, 4, &[], &[&[0, 255, 85, 0, 170, 9, 255, 255]]), grays),
            ("2 bit palette", png(size, 2, 3, &palette, &[&[0b0001_1011]]), colors),
            ("8 bit palette", png(size, 8, 3, &palette, &[&[0, 1, 2, 3]]), colors),
            (
                "palette with alpha",
                png(size, 8, 3, &[palette.clone(), clear].concat(), &[&[0, 1, 2, 3]]),
                colors,
            ),
            ("colour", png(size, 8, 2, &[], &[&colors.concat()]), colors),
            (
                "colour with alpha",
                png(size, 8, 6, &[], &[&colors.map(|[r, g, b]| [r, g, b, 7]).concat()]),
                colors,
            ),
            (
                "16 bit colour",
                png(size, 16, 2, &[], &[&colors.map(|c| c.map(|v| [v, v]).concat()).concat()]),
                colors,
            ),
            (
                "16 bit colour with alpha",
                png(
                    size,
                    16,
                    6,
                    &[],
                    &[&colors.map(|[r, g, b]| [r, r, g, g, b, b, 1, 2]).concat()],
                ),
                colors,
            ),
        ] {
            assert_eq!(whole(&file, [1, 4]).unwrap(), expected.concat(), "{what}");
        }
        let gray = DynamicImage::from(GrayImage::from_pixel(16, 16, image::Luma([99])));
        assert_eq!(whole(&encoded(&gray, ImageFormat::Jpeg), [1, 1]).unwrap(), [99; 3]);
    }

    #[test]
    fn file_that_is_cut_off_anywhere_is_an_error() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let file = encoded(&quarters(), format);
            assert!(whole(&file, [4, 4]).is_ok());
            // Without its last bytes a PNG still has all pixels, and a checksum to say so.
            let longest = if format == ImageFormat::Png { file.len() - 12 } else { file.len() };
            for length in 0..longest {
                assert!(whole(&file[..length], [4, 4]).is_err(), "{format:?}, {length} bytes");
            }
        }
    }

    /// A thumbnail has an end of its own.
    #[test]
    fn end_of_a_jpeg_within_its_header_is_not_its_end() {
        let jpeg = encoded(&quarters(), ImageFormat::Jpeg);
        let comment = [&[0xff, 0xfe, 0, 6], &jpeg[jpeg.len() - 2..], &[0, 0]].concat();
        let file = [&jpeg[..2], &comment, &jpeg[2..]].concat();
        assert!(whole(&file, [4, 4]).is_ok());
        assert!(whole(&file[..file.len() - 2], [4, 4]).is_err());
        // What follows the end, as in pictures that move, is of no interest.
        assert!(whole(&[&file[..], b"and more"].concat(), [4, 4]).is_ok());
    }

    /// Whatever a file holds, it is a picture or an error.
    #[test]
    fn damage_never_panics() {
        let palette = chunk(b"PLTE", &[RED, GREEN, BLUE, WHITE].concat());
        let row: &[u8] = &[0b0001_1011];
        let originals = [
            encoded(&quarters(), ImageFormat::Jpeg),
            jpeg_with_exif(6),
            encoded(&quarters(), ImageFormat::Png),
            encoded(&quarters().into_rgba16().into(), ImageFormat::Png),
            png([2, 4], 2, 3, &[palette, chunk(b"eXIf", &exif(8))].concat(), &[row, row]),
        ];
        let rng = &mut NumpyRng::new(1);
        let mut refused = 0;
        for round in 0..4000 {
            let mut file = originals[round % originals.len()].clone();
            for _ in 0..=rng.below(4) {
                let place = rng.below(file.len());
                match rng.below(4) {
                    0 => file[place] ^= 1 << rng.below(8),
                    1 => file[place] = [0, 1, 0x7f, 0xff][rng.below(4)],
                    2 => file.truncate(place.max(1)),
                    _ => {
                        let end = (place + rng.below(16)).min(file.len());
                        file.drain(place..end.max(place).min(file.len()));
                        if file.is_empty() {
                            file.push(0);
                        }
                    }
                }
            }
            let fit = if round % 2 == 0 { Fit::Crop } else { Fit::Squash };
            match decode(Path::new("damaged"), file, [5, 7], fit) {
                Ok(pixels) => assert_eq!(pixels.len(), 5 * 7 * 3),
                Err(error) => {
                    assert!(error.to_string().starts_with("damaged is not a whole"), "{error}");
                    refused += 1;
                }
            }
        }
        assert!(refused > 1000, "{refused}");
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

    /// A few bytes that claim 10000 by 10000 pixels of 16 bits: 800 MB.
    #[test]
    fn picture_that_claims_to_be_huge_is_refused_before_memory_is_taken() {
        for size in [[10_000, 10_000], [1, 60_000], [u32::MAX >> 1, 1]] {
            assert!(whole(&png(size, 16, 6, &[], &[&[0; 8]]), [4, 4]).is_err());
        }
    }
}
