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

/// Decodes the contents of a file, and says how the camera was held.
///
/// Whether the marker of the end is there makes no difference to a file of one scan. One of several, for each color or
/// finer and finer, is whole with its end only: nothing else tells that no scan is missing.
pub(super) fn decode(
    mut contents: Vec<u8>,
    mut limits: Limits,
) -> Result<(DynamicImage, Orientation), String> {
    if ends_between_scans(&contents) {
        return Err("it is cut off".to_string());
    }
    contents.extend(BEHIND);
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

/// Whether the first scan is of some of the components only, and nothing says that the last one is there.
fn ends_between_scans(contents: &[u8]) -> bool {
    let mut components = None;
    let mut rest = contents.get(2..).unwrap_or_default();
    // Segments: 0xff, what it is, a length that counts itself, contents.
    while let Some(start) =
        rest.windows(2).position(|it| it[0] == 0xff && (0xc0..0xff).contains(&it[1]))
    {
        let (marker, segment) = (rest[start + 1], &rest[start + 2..]);
        let &[high, low, ..] = segment else { return false };
        match marker {
            0xda => {
                let has_end = segment.windows(2).any(|it| it == [0xff, 0xd9]);
                return !has_end && segment.get(2) != components;
            }
            0xc4 | 0xc8 | 0xcc => {} // no frame: tables and an extension
            0xc0..0xd0 => components = segment.get(7),
            _ => {}
        }
        rest = segment.get(usize::from(u16::from_be_bytes([high, low]))..).unwrap_or_default();
    }
    false
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

    #[test]
    fn picture_of_many_scans_is_whole_with_its_end_only() {
        for file in [SCANS, COMPONENTS] {
            assert!(whole(file, [16, 16]).is_ok());
            for length in 0..file.len() {
                assert!(whole(&file[..length], [16, 16]).is_err(), "{length} bytes");
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
