//! The pixels of a file, upright, without transparency, and in red, green and blue.

use std::io::Cursor;
use std::path::Path;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::clear::over_white;
use super::{format, jpeg};
use crate::DataError;

/// The largest width and height that are decoded.
const MAX_SIDE: u32 = 16_384;

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

/// Decodes a picture, turns it upright and lays what is clear over white.
pub(super) fn decode_as_it_is(path: &Path, contents: Vec<u8>) -> Result<Picture, DataError> {
    let Some(format) = format::of(&contents) else {
        return Err(DataError::malformed(path, "picture", format::unknown(&contents)));
    };
    let name = format::name(format);
    let (mut picture, orientation) =
        decode(contents, format).map_err(|reason| DataError::malformed(path, name, reason))?;
    picture.apply_orientation(orientation);
    let picture = over_white(picture);
    let (width, height) = picture.dimensions();
    Ok(Picture { pixels: picture.into_raw(), width, height })
}

fn decode(contents: Vec<u8>, format: ImageFormat) -> Result<(DynamicImage, Orientation), String> {
    let mut limits = Limits::default(); // 512 MiB
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    let (picture, orientation) = match format {
        ImageFormat::Jpeg => jpeg::decode(contents, limits)?,
        _ => decode_other(contents, format, limits).map_err(|error| error.to_string())?,
    };
    match picture.width() == 0 || picture.height() == 0 {
        true => Err("it has no pixels".to_string()),
        false => Ok((picture, orientation)),
    }
}

fn decode_other(
    contents: Vec<u8>,
    format: ImageFormat,
    mut limits: Limits,
) -> Result<(DynamicImage, Orientation), image::ImageError> {
    let mut reader = ImageReader::with_format(Cursor::new(contents), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    // A file whose orientation cannot be read is shown as it is, as other programs do.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder)?, orientation))
}

#[cfg(test)]
mod tests {
    use fireside_numpy_rng::NumpyRng;
    use image::GrayImage;

    use super::super::fixture::{BLUE, GREEN, RED, WHITE, chunk, encoded, exif, jpeg_with_exif};
    use super::super::fixture::{png, quarters};
    use super::super::{Fit, decode};
    use super::*;

    fn whole(contents: &[u8], size: [usize; 2]) -> Result<Vec<u8>, DataError> {
        decode(Path::new("picture"), contents.to_vec(), size, Fit::Squash)
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
            (
                "grey with alpha",
                png(size, 8, 4, &[], &[&[0, 255, 85, 0, 170, 9, 255, 255]]),
                [grays[0], WHITE, [252; 3], WHITE],
            ),
            (
                "16 bit grey with alpha",
                png(
                    size,
                    16,
                    4,
                    &[],
                    &[&[0, 0, 255, 255, 9, 9, 0, 0, 0, 0, 0x80, 0, 1, 1, 255, 255]],
                ),
                [grays[0], WHITE, [127; 3], [1; 3]],
            ),
            (
                "grey with a clear value",
                png(size, 8, 0, &chunk(b"tRNS", &[0, 85]), &[&[0, 85, 170, 255]]),
                [grays[0], WHITE, grays[2], WHITE],
            ),
            (
                "colour with a clear value",
                png(size, 8, 2, &chunk(b"tRNS", &[0, 255, 0, 0, 0, 0]), &[&colors.concat()]),
                [WHITE, GREEN, BLUE, WHITE],
            ),
            ("2 bit palette", png(size, 2, 3, &palette, &[&[0b0001_1011]]), colors),
            ("8 bit palette", png(size, 8, 3, &palette, &[&[0, 1, 2, 3]]), colors),
            (
                "palette with alpha",
                png(size, 8, 3, &[palette.clone(), clear].concat(), &[&[0, 1, 2, 3]]),
                [WHITE, GREEN, BLUE, WHITE],
            ),
            ("colour", png(size, 8, 2, &[], &[&colors.concat()]), colors),
            (
                "colour with alpha",
                png(size, 8, 6, &[], &[&colors.map(|[r, g, b]| [r, g, b, 7]).concat()]),
                colors.map(|color| color.map(|value| value.max(248))),
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
                colors.map(|color| color.map(|value| value.max(254))),
            ),
        ] {
            assert_eq!(whole(&file, [1, 4]).unwrap(), expected.concat(), "{what}");
        }
        let gray = DynamicImage::from(GrayImage::from_pixel(16, 16, image::Luma([99])));
        assert_eq!(whole(&encoded(&gray, ImageFormat::Jpeg), [1, 1]).unwrap(), [99; 3]);
    }

    /// WebP, GIF and BMP as [`image`] writes them, the first without loss.
    #[test]
    fn every_format_is_read_and_what_is_clear_in_it_is_white() {
        let opaque = quarters();
        let mut clear = quarters().into_rgba8();
        for pixel in clear.pixels_mut().filter(|pixel| pixel.0[..3] == RED) {
            pixel.0 = [0; 4];
        }
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
            let pixels = whole(&encoded(&opaque, format), [16, 32]).unwrap();
            assert_eq!(pixels, opaque.as_bytes(), "{format:?}");
            let pixels = whole(&encoded(&clear.clone().into(), format), [16, 32]).unwrap();
            assert_eq!([&pixels[..3], &pixels[93..96]], [&WHITE[..], &GREEN], "{format:?}");
        }
    }

    #[test]
    fn format_that_is_not_read_is_an_error_that_names_it() {
        for (contents, expected) in [
            (&b""[..], "it is empty"),
            (b"II*\0\x08\0\0\0", "it is TIFF: JPEG, PNG, WebP, GIF and BMP are read"),
            (
                b"\0\0\0\x18ftypheic\0\0\0\0",
                "it is HEIF or a film: JPEG, PNG, WebP, GIF and BMP are read",
            ),
            (b"<html>", "it is none that is known: JPEG, PNG, WebP, GIF and BMP are read"),
        ] {
            let error = whole(contents, [4, 4]).unwrap_err().to_string();
            assert_eq!(error, format!("picture is not a whole picture file: {expected}"));
        }
    }

    #[test]
    fn file_that_is_cut_off_is_an_error_or_has_all_its_pixels() {
        for format in [ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
            let file = encoded(&quarters(), format);
            let pixels = whole(&file, [4, 4]).unwrap();
            for length in 0..file.len() {
                match whole(&file[..length], [4, 4]) {
                    Ok(found) => {
                        assert!(found == pixels && length + 9 > file.len(), "{format:?} {length}")
                    }
                    Err(error) => assert!(error.to_string().contains("is not a whole"), "{error}"),
                }
            }
        }
    }

    /// Without its last bytes it still has all pixels, and a checksum to say so.
    #[test]
    fn png_that_is_cut_off_anywhere_is_an_error() {
        let file = encoded(&quarters(), ImageFormat::Png);
        assert!(whole(&file, [4, 4]).is_ok());
        for length in 0..file.len() - 12 {
            assert!(whole(&file[..length], [4, 4]).is_err(), "{length} bytes");
        }
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
            encoded(&quarters(), ImageFormat::WebP),
            encoded(&quarters(), ImageFormat::Gif),
            encoded(&quarters(), ImageFormat::Bmp),
            png([2, 4], 2, 3, &[palette, chunk(b"eXIf", &exif(8))].concat(), &[row, row]),
        ];
        let rng = &mut NumpyRng::new(1);
        let mut refused = 0;
        for round in 0..8000 {
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

    /// A few bytes that claim 10000 by 10000 pixels of 16 bits: 800 MB.
    #[test]
    fn picture_that_claims_to_be_huge_is_refused_before_memory_is_taken() {
        for size in [[10_000, 10_000], [1, 60_000], [u32::MAX >> 1, 1]] {
            assert!(whole(&png(size, 16, 6, &[], &[&[0; 8]]), [4, 4]).is_err());
        }
    }
}
