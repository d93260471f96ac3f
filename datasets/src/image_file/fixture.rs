//! Files of pictures for tests.

use std::io::{Cursor, Write};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

pub(super) fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

pub(super) const RED: [u8; 3] = [255, 0, 0];
pub(super) const GREEN: [u8; 3] = [0, 255, 0];
pub(super) const BLUE: [u8; 3] = [0, 0, 255];
pub(super) const WHITE: [u8; 3] = [255, 255, 255];

/// 32 by 16 pixels, each quarter of another colour.
pub(super) fn quarters() -> DynamicImage {
    let colors = [RED, GREEN, BLUE, WHITE];
    let color = |x: u32, y: u32| Rgb(colors[(x / 16 + 2 * (y / 8)) as usize]);
    RgbImage::from_fn(32, 16, color).into()
}

/// Orientation as a camera writes it: one entry, 0x0112, of one 16-bit number.
pub(super) fn exif(orientation: u8) -> Vec<u8> {
    let header = b"MM\0\x2a\0\0\0\x08\0\x01";
    let entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
    [&header[..], &entry, &[0; 4]].concat()
}

pub(super) fn jpeg_with_exif(orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&quarters(), ImageFormat::Jpeg);
    let exif = [b"Exif\0\0", &exif(orientation)[..]].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

pub(super) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let content = [kind, data].concat();
    let mut crc = Crc::new();
    crc.update(&content);
    [&(data.len() as u32).to_be_bytes()[..], &content, &crc.sum().to_be_bytes()].concat()
}

/// A PNG of one row of bytes for each line of pixels; `extra` are chunks before the pixels.
pub(super) fn png(size: [u32; 2], depth: u8, color: u8, extra: &[u8], rows: &[&[u8]]) -> Vec<u8> {
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
