//! Which files are pictures, by what they hold.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use image::ImageFormat;

/// Endings, in small letters, of files that are taken for pictures before anyone looks into them.
const ENDINGS: [&str; 11] =
    ["jpg", "jpeg", "jpe", "jfif", "jif", "png", "apng", "webp", "gif", "bmp", "dib"];
/// The formats of pictures that are read, for helps and errors.
pub const READ: &str = "JPEG, PNG, WebP, GIF and BMP";
/// Bytes that tell every format.
pub(super) const HEAD: u64 = 32;
/// Lengths of the second header of a BMP. Its first two bytes alone begin many a text.
const BMP_HEADERS: [u32; 7] = [12, 40, 52, 56, 64, 108, 124];

/// The format of a file that is read, by its first bytes.
pub fn of(contents: &[u8]) -> Option<ImageFormat> {
    match image::guess_format(contents).ok()? {
        ImageFormat::Bmp => {
            let header = contents.get(14..18)?.try_into().ok().map(u32::from_le_bytes)?;
            BMP_HEADERS.contains(&header).then_some(ImageFormat::Bmp)
        }
        format @ (ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP | ImageFormat::Gif) => {
            Some(format)
        }
        _ => None,
    }
}

/// What errors call a format.
pub fn name(format: ImageFormat) -> &'static str {
    match format {
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::Png => "PNG",
        ImageFormat::WebP => "WebP",
        ImageFormat::Gif => "GIF",
        ImageFormat::Bmp => "BMP",
        _ => "picture",
    }
}

/// Why contents of no format that is read are refused.
pub fn unknown(contents: &[u8]) -> String {
    let is_heif = contents.get(4..8) == Some(b"ftyp");
    match image::guess_format(contents) {
        _ if contents.is_empty() => "it is empty".to_string(),
        Ok(ImageFormat::Tiff) => format!("it is TIFF: {READ} are read"),
        Ok(ImageFormat::Avif) => format!("it is AVIF: {READ} are read"),
        _ if is_heif => format!("it is HEIF or a film: {READ} are read"),
        _ => format!("it is none that is known: {READ} are read"),
    }
}

/// Whether a file is a picture, by its ending or else by its first bytes. A file of such an ending is one even if it
/// is damaged, so that whoever reads it says so.
pub fn is_picture(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str())) || holds_picture(path)
}

fn holds_picture(path: &Path) -> bool {
    // Opening what is no file, such as a pipe, may take forever.
    if !fs::metadata(path).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    read.is_ok() && of(&head).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_that_is_read_is_named() {
        let heads = [
            &b"\xff\xd8\xff\xe0\0\x10JFIF"[..],
            b"\x89PNG\r\n\x1a\n",
            b"RIFF\x24\0\0\0WEBPVP8 ",
            b"GIF89a",
            b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
        ];
        let found = heads.map(|head| name(of(head).unwrap()));
        assert_eq!(READ.replace(" and", ",").split(", ").collect::<Vec<_>>(), found);
    }

    #[test]
    fn picture_is_told_by_its_contents_whatever_its_ending() {
        let folder = tempfile::tempdir().unwrap();
        let is = |name: &str, contents: &[u8]| {
            let path = folder.path().join(name);
            fs::write(&path, contents).unwrap();
            is_picture(&path)
        };
        let jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF";
        for name in ["a", "a.txt", "a.JFIF", "a.jpe", "a.png", "a.tmp.0001"] {
            assert!(is(name, jpeg), "{name}");
        }
        for head in [&b"GIF89a"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\x24\0\0\0WEBPVP8 "] {
            assert!(is("b", head));
        }
        let bmp = b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0";
        assert!(is("c", bmp));
        for other in [&b""[..], b"BMW is no picture, but a make of cars", b"RIFF\x24\0\0\0WAVEfmt "]
        {
            assert!(!is("d", other));
        }
        assert!(!is("e.tif", b"II*\0"));
        assert!(is("f.PNG", b"damaged"), "whoever reads it says so");
        assert!(!is_picture(&folder.path().join("none")));
    }
}
