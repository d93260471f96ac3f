//! Pictures for pages, which everyone who clones the repository gets.

use image::imageops::{self, FilterType};

use super::scene::encoded;
use crate::Failure;

/// What a picture of the documentation takes at most, in bytes.
pub const LARGEST: u64 = 95_000;

/// A picture, shrunk until it takes less than [`LARGEST`].
///
/// # Errors
/// When it is no picture.
pub fn small(png: &[u8]) -> Result<Vec<u8>, Failure> {
    let read = image::load_from_memory(png);
    let whole = read.map_err(|error| Failure::Run(format!("a picture: {error}")))?.into_rgb8();
    let mut file = encoded(&whole)?;
    let mut tenths = 10;
    while file.len() as u64 >= LARGEST && tenths > 3 {
        tenths -= 1;
        let [width, height] = [whole.width(), whole.height()].map(|side| side * tenths / 10);
        file = encoded(&imageops::resize(&whole, width, height, FilterType::CatmullRom))?;
    }
    Ok(file)
}
