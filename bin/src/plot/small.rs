//! Pictures for pages, which everyone who clones the repository gets.

use image::imageops::{self, FilterType};

use super::scene::encoded;
use crate::Failure;

/// What a picture of the documentation takes at most, in bytes.
pub const LARGEST: u64 = 95_000;

/// What one is shrunk to, so that all of them keep room for what programs will draw.
const AIM: u64 = 90_000;

/// Levels of a colour that are one in a picture that takes too much: nobody sees it but the encoder, for which noise is
/// most of what there is.
const COARSE: u8 = 4;

/// A picture; one that takes too much is shrunk, its colours rounded, until it takes less than `AIM`.
///
/// # Errors
/// When it is no picture.
pub fn small(png: &[u8]) -> Result<Vec<u8>, Failure> {
    let read = image::load_from_memory(png);
    let whole = read.map_err(|error| Failure::Run(format!("a picture: {error}")))?.into_rgb8();
    let mut file = encoded(&whole)?;
    let mut tenths = 10;
    while file.len() as u64 >= AIM && tenths >= 3 {
        let [width, height] = [whole.width(), whole.height()].map(|side| side * tenths / 10);
        let mut shrunk = imageops::resize(&whole, width, height, FilterType::CatmullRom);
        shrunk.iter_mut().for_each(|level| *level = coarse(*level));
        file = encoded(&shrunk)?;
        tenths -= 1;
    }
    Ok(file)
}

/// The nearest level that is told from others, white as it is.
fn coarse(level: u8) -> u8 {
    match level.checked_add(COARSE / 2) {
        Some(level) => level / COARSE * COARSE,
        None => u8::MAX,
    }
}
