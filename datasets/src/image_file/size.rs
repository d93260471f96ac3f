//! How large a picture is, by the head of its file.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use image::metadata::Orientation;
use image::{ImageDecoder, ImageReader, Limits};

use super::format;
use crate::DataError;

/// The height and width that a picture has once it is read and turned upright, without decoding its pixels.
///
/// # Errors
/// When the file cannot be read, is of none of the formats, or its head is damaged.
pub fn read_size(path: &Path) -> Result<[usize; 2], DataError> {
    let unreadable = |source| DataError::unreadable(path, source);
    let mut file = BufReader::new(File::open(path).map_err(unreadable)?);
    let mut head = Vec::new();
    file.by_ref().take(format::HEAD).read_to_end(&mut head).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let Some(format) = format::of(&head) else {
        return Err(DataError::malformed(path, "picture", format::unknown(&head)));
    };
    let malformed = |reason: &dyn std::fmt::Display| {
        DataError::malformed(path, format::name(format), reason.to_string())
    };
    let mut reader = ImageReader::with_format(file, format);
    reader.limits(Limits::default());
    let mut decoder = reader.into_decoder().map_err(|error| malformed(&error))?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(malformed(&"it has no pixels"));
    }
    let is_on_its_side = matches!(
        decoder.orientation(),
        Ok(Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH)
    );
    let [height, width] = [height as usize, width as usize];
    Ok(if is_on_its_side { [width, height] } else { [height, width] })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use image::ImageFormat;

    use super::super::fixture::{encoded, jpeg_with_exif, quarters};
    use super::*;

    #[test]
    fn size_is_that_of_the_upright_picture_in_every_format() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        let size = |contents: &[u8]| {
            fs::write(&path, contents).unwrap();
            read_size(&path)
        };
        for format in [
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::WebP,
            ImageFormat::Gif,
            ImageFormat::Bmp,
        ] {
            assert_eq!(size(&encoded(&quarters(), format)).unwrap(), [16, 32], "{format:?}");
        }
        for orientation in 1..=8 {
            let expected = if orientation > 4 { [32, 16] } else { [16, 32] };
            assert_eq!(size(&jpeg_with_exif(orientation)).unwrap(), expected, "{orientation}");
        }
        let error = size(b"<html>").unwrap_err().to_string();
        assert!(error.contains("JPEG, PNG, WebP, GIF and BMP are read"), "{error}");
        assert!(size(&encoded(&quarters(), ImageFormat::Png)[..20]).is_err());
        assert!(read_size(&folder.path().join("none")).is_err());
    }
}
