//! JPEG by a decoder that says where pixels are missing or damaged, which the one behind [`image`] paints grey.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, Limits, RgbImage};
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Bits of 1 behind the last byte. Where all pixels are there nothing depends on them, but the decoder, which reads
/// eight bytes ahead, does not take the end of the file for a lack of pixels; where pixels are missing they are an
/// error, since no code of a JPEG is all ones. Only the bits of the very last coefficient are not missed, where the
/// last block is full to its end.
const BEHIND: [u8; 32] = {
    let mut bytes = [0xff; 32];
    let mut index = 1;
    while index < bytes.len() {
        bytes[index] = 0; // says that the 0xff before it is no marker
        index += 2;
    }
    bytes
};

/// The marker of the end.
const END: [u8; 2] = [0xff, 0xd9];

/// Decodes the contents of a file, and says how the camera was held.
///
/// Whether the marker of the end is there makes no difference where every scan is: of a file of several, for each
/// color or finer and finer, each coefficient of each component must have come down to its last bit.
pub(super) fn decode(
    mut contents: Vec<u8>,
    mut limits: Limits,
) -> Result<(DynamicImage, Orientation), String> {
    if lacks_scans(&contents) {
        return Err("it is cut off".to_string());
    }
    contents.extend(BEHIND);
    contents.extend(END);
    let side = |limit: Option<u32>| limit.map_or(usize::MAX, |limit| limit as usize);
    let options = DecoderOptions::default()
        .set_max_width(side(limits.max_image_width))
        .set_max_height(side(limits.max_image_height));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(contents), options);
    // Bytes between headers, of which some programs leave a few, are passed over.
    decoder.set_options(options.set_strict_mode(false));
    decoder.decode_headers().map_err(reason)?;
    let is_gray = decoder.input_colorspace() == Some(ColorSpace::Luma);
    let colors = if is_gray { ColorSpace::Luma } else { ColorSpace::RGB };
    decoder.set_options(options.set_strict_mode(true).jpeg_set_out_colorspace(colors));
    let bytes = decoder.output_buffer_size().unwrap_or(usize::MAX);
    limits.reserve(bytes as u64).map_err(|error| error.to_string())?;
    let orientation = decoder.exif().and_then(|exif| Orientation::from_exif_chunk(exif));
    let pixels = decoder.decode().map_err(reason)?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    let (width, height) = (width as u32, height as u32);
    let picture = match is_gray {
        true => GrayImage::from_raw(width, height, pixels).map(DynamicImage::from),
        false => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
    };
    let picture = picture.ok_or("it has another number of pixels than its header says")?;
    // A file whose orientation cannot be read is shown as it is, as other programs do.
    Ok((picture, orientation.unwrap_or(Orientation::NoTransforms)))
}

/// Whether the end of a file is missing, and with it a scan.
fn lacks_scans(contents: &[u8]) -> bool {
    // By component: its name, and the lowest bit that has come of each of its coefficients.
    let mut components: Vec<(u8, [u8; 64])> = Vec::new();
    let mut rest = contents.get(2..).unwrap_or_default();
    // Segments: 0xff, what it is, a length that counts itself, contents. What follows a scan is none of them.
    while let Some(start) =
        rest.windows(2).position(|it| it[0] == 0xff && matches!(it[1], 0xc0..=0xcf | 0xd8..=0xfe))
    {
        let (marker, segment) = (rest[start + 1], &rest[start + 2..]);
        if marker == END[1] {
            return false;
        }
        let &[high, low, ..] = segment else { break };
        let length = usize::from(u16::from_be_bytes([high, low]));
        match marker {
            0xda => mark_scan(&mut components, segment),
            0xc4 | 0xc8 | 0xcc => {} // no frame: tables and an extension
            0xc0..0xd0 => {
                let named = segment.get(8..length.min(segment.len())).unwrap_or_default();
                components = named.chunks_exact(3).map(|it| (it[0], [u8::MAX; 64])).collect();
            }
            _ => {}
        }
        rest = segment.get(length..).unwrap_or_default();
    }
    components.iter().any(|(_, lowest)| *lowest != [0; 64])
}

/// Notes what a scan brings: `[length: 2, count, (component, tables) of each, first, last, bits]`.
fn mark_scan(components: &mut [(u8, [u8; 64])], segment: &[u8]) {
    let count = usize::from(segment.get(2).copied().unwrap_or_default());
    let (Some(named), Some(&[first, last, bits])) =
        (segment.get(3..3 + 2 * count), segment.get(3 + 2 * count..6 + 2 * count))
    else {
        return;
    };
    for (name, lowest) in components {
        if named.chunks_exact(2).any(|it| it[0] == *name) {
            let coefficients = lowest.iter_mut().take(usize::from(last) + 1);
            coefficients.skip(usize::from(first)).for_each(|lowest| *lowest = bits & 0x0f);
        }
    }
}

fn reason(error: DecodeErrors) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use image::{ImageFormat, Rgb};

    use super::super::fixture::{encoded, quarters};
    use super::super::{Fit, decode};
    use super::*;
    use crate::DataError;

    fn whole(contents: &[u8], size: [usize; 2]) -> Result<Vec<u8>, DataError> {
        decode(Path::new("picture"), contents.to_vec(), size, Fit::Squash)
    }

    /// Its last two bytes are the marker of its end.
    #[test]
    fn picture_whose_end_alone_is_missing_is_read_and_one_whose_pixels_end_early_is_not() {
        for picture in [quarters(), quarters().into_luma8().into(), flat([1, 1]), flat([90, 70])] {
            let file = encoded(&picture, ImageFormat::Jpeg);
            let pixels = whole(&file, [16, 32]).unwrap();
            for length in 0..file.len() {
                match (whole(&file[..length], [16, 32]), file.len() - length) {
                    (found, 1 | 2) => assert_eq!(found.unwrap(), pixels),
                    (found, missing) => assert!(found.is_err(), "{picture:?} without {missing}"),
                }
            }
        }
    }

    fn flat([width, height]: [u32; 2]) -> DynamicImage {
        RgbImage::from_pixel(width, height, Rgb([9, 99, 199])).into()
    }

    /// 16 by 16 greys in six scans, by libjpeg-turbo.
    const SCANS: &[u8] = b"\xff\xd8\xff\xdb\0C\0dEKXK?dXQXqjdw\x96\xfa\xa3\x96\x8a\x8a\x96\xff\xdb\xe7\xb5\xfa\xff\xff\xff\xff\
        \xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\
        \xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xc2\0\x0b\x08\0\x10\0\x10\x01\x01\x11\0\xff\xc4\0\x15\0\x01\
        \x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\xff\xda\0\x08\x01\x01\0\0\0\x01\x94\xff\xc4\0\x14\x10\x01\0\0\
        \0\0\0\0\0\0\0\0\0\0\0\0\0\x20\xff\xda\0\x08\x01\x01\0\x01\x05\x02\x1f\xff\xc4\0\x14\x10\x01\0\0\0\0\
        \0\0\0\0\0\0\0\0\0\0\0\x20\xff\xda\0\x08\x01\x01\0\x06?\x02\x1f\xff\xc4\0\x1a\x10\0\x02\x02\x03\0\0\
        \0\0\0\0\0\0\0\0\0\0\0\x01\x111!AQ\xff\xda\0\x08\x01\x01\0\x01?!I-\x93\xcc\x94:?\xff\xda\0\x08\x01\
        \x01\0\0\0\x10O\xff\xc4\0\x1d\x10\x01\0\x02\x02\x02\x03\0\0\0\0\0\0\0\0\0\0\x01\0!\x11\x911Aa\xb1\
        \xf0\xff\xda\0\x08\x01\x01\0\x01?\x10\xe5\x05@\x1c\x15\xaf\xb5\x1c\xa3\x17\x9f\x05hb\xc5\x94^\x95\
        \xbfD\xff\xd9";

    /// 8 by 8 of one color in a scan for each of three components, by libjpeg-turbo.
    const COMPONENTS: &[u8] = b"\xff\xd8\xff\xdb\0C\0\x0d\x09\x0a\x0b\x0a\x08\x0d\x0b\x0a\x0b\x0e\x0e\x0d\x0f\x13\x20\x15\x13\x12\
        \x12\x13'\x1c\x1e\x17\x20.)10.)-,3:J>36F7,-@WAFLNRSR2>ZaZP`JQRO\xff\xdb\0C\x01\x0e\x0e\x0e\x13\x11\
        \x13&\x15\x15&O5-5OOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOOO\xff\xc0\0\x11\x08\0\x08\0\x08\
        \x03\x01\x11\0\x02\x11\x01\x03\x11\x01\xff\xc4\0\x14\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x05\xff\
        \xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xda\0\x08\x01\x01\0\0?\0\x19\xff\xc4\0\x14\
        \x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\xff\xc4\0\x14\x11\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
        \xff\xda\0\x08\x01\x02\x11\0?\0_\xff\xc4\0\x14\x01\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x06\xff\xc4\0\
        \x14\x11\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xda\0\x08\x01\x03\x11\0?\0\\\xff\xd9";

    /// 8 by 8 of one color in the inks of print (0, 200, 255, 29), by libjpeg-turbo, which gives (226, 49, 0) back.
    const INKS: &[u8] = b"\xff\xd8\xff\xee\0\x0eAdobe\0d\0\0\0\0\0\xff\xdb\0C\0\x0d\x09\x0a\x0b\x0a\x08\x0d\
        \x0b\x0a\x0b\x0e\x0e\x0d\x0f\x13\x20\x15\x13\x12\x12\x13'\x1c\x1e\x17\x20.)10.)-,3:J>36F7,-@WAFLNRSR2>\
        ZaZP`JQRO\xff\xc0\0\x14\x08\0\x08\0\x08\x04C\x11\0M\x11\0Y\x11\0K\x11\0\xff\xc4\0\x15\0\x01\x01\0\0\0\
        \0\0\0\0\0\0\0\0\0\0\0\x06\x07\xff\xc4\0\x14\x10\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xda\0\x0e\x04\
        C\0M\0Y\0K\0\0?\0\xa7\x09&\x07\x8f\xff\xd9";

    #[test]
    fn inks_of_print_become_red_green_and_blue() {
        let pixels = whole(INKS, [8, 8]).unwrap();
        for (found, expected) in pixels.iter().zip([226, 49, 0].into_iter().cycle()) {
            assert!(found.abs_diff(expected) < 3, "{found}, not {expected}");
        }
    }

    #[test]
    fn picture_of_many_scans_is_whole_without_its_end_and_not_without_a_scan() {
        for file in [SCANS, COMPONENTS] {
            let pixels = whole(file, [16, 16]).unwrap();
            for length in 0..file.len() {
                match (whole(&file[..length], [16, 16]), file.len() - length) {
                    (found, 1 | 2) => assert_eq!(found.unwrap(), pixels),
                    (found, missing) => assert!(found.is_err(), "without {missing}"),
                }
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
        assert!(whole(&file[..file.len() - 20], [4, 4]).is_err());
        // What follows the end, as in pictures that move, is of no interest.
        assert!(whole(&[&file[..], b"and more"].concat(), [4, 4]).is_ok());
    }
}
