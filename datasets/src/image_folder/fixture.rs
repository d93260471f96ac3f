//! Folders to read in tests.

use std::fs;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

use super::files::ImageFolder;

/// Writes a picture of `size`, width and height, and of one colour.
pub(super) fn write(path: &Path, size: (u32, u32), color: [u8; 3]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let picture = RgbImage::from_pixel(size.0, size.1, Rgb(color));
    picture.save_with_format(path, ImageFormat::Png).unwrap();
}

pub(super) fn folder_of(files: &[&str]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    files.iter().for_each(|file| write(&root.path().join(file), (3, 2), [7; 3]));
    root
}

/// 40 cats and 20 dogs.
pub(super) fn pets() -> (tempfile::TempDir, ImageFolder) {
    let files = (0..40).map(|i| format!("cat/{i:02}.png"));
    let files: Vec<String> = files.chain((0..20).map(|i| format!("dog/{i:02}.png"))).collect();
    let root = folder_of(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let found = ImageFolder::open(root.path()).unwrap();
    (root, found)
}
