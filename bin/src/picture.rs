//! Sheets of small pictures with a caption below each.

use std::io::Cursor;

use fireside_datasets::labelled_images::LabelledImages;
use image::imageops::{self, FilterType};
use image::{GrayImage, ImageFormat, RgbImage};
use kuva::render::render::{Scene, TextAnchor};

use crate::Failure;
use crate::plot::{encoded, fitted, heading, pixels, text};

/// A small picture and what to say of it.
#[derive(Debug, Clone)]
pub struct Tile<'a> {
    /// RGB bytes, row-major.
    pub pixels: &'a [u8],
    /// Width and height.
    pub size: (u32, u32),
    /// What stands below.
    pub caption: String,
}

/// Pixels of the longer side of each picture on the sheet.
pub(crate) const PICTURE: u32 = 256;
/// Pixels around each picture; below it, room for the caption as well.
const MARGIN: u32 = 12;
const CAPTION: u32 = 56;
/// Lines of a caption at most, and the size of its letters, in units of two pixels.
const LINES: usize = 2;
const LETTERS: u32 = 10;

/// Lays pictures out in rows of `columns` below a title, which may be empty.
///
/// # Errors
/// When the drawing fails.
pub fn sheet(title: &str, tiles: &[Tile<'_>], columns: u32) -> Result<Vec<u8>, Failure> {
    let high = tiles.iter().map(|tile| shown(tile.size).1).max().unwrap_or(PICTURE);
    let cell = (PICTURE + 2 * MARGIN, high + MARGIN + CAPTION);
    let rows = (tiles.len() as u32).div_ceil(columns).max(1);
    // The plotting library draws the text, at two pixels to the unit.
    let wide = f64::from(columns * cell.0) / 2.0;
    let (lines, tall) = heading(title, wide, 22.0);
    let above = if lines.is_empty() { 0 } else { 20 + (2.0 * tall).round() as u32 };
    let place = |index: usize| {
        let index = index as u32;
        (index % columns * cell.0, above + index / columns * cell.1)
    };
    let mut scene = Scene::new(wide, f64::from(above + rows * cell.1) / 2.0);
    scene.elements = lines;
    for (index, tile) in tiles.iter().enumerate() {
        let (x, y) = place(index);
        let middle = f64::from(x + cell.0 / 2) / 2.0;
        let room = f64::from(PICTURE + MARGIN) / 2.0;
        let (lines, size) = fitted(&tile.caption, LETTERS, room, LINES);
        for (line, number) in lines.iter().zip(0_u32..) {
            let below = f64::from(y + high + MARGIN) / 2.0 + f64::from((number + 1) * (size + 2));
            scene.elements.push(text(line, middle, below, size, TextAnchor::Middle));
        }
    }
    let mut sheet = pixels(scene)?;
    for (index, tile) in tiles.iter().enumerate() {
        let (width, height) = tile.size;
        let wrong = || Failure::Run("a picture of another size than it says".to_string());
        let picture = RgbImage::from_raw(width, height, tile.pixels.to_vec()).ok_or_else(wrong)?;
        let (wide, tall) = shown(tile.size);
        let picture = imageops::resize(&picture, wide, tall, FilterType::Nearest);
        let (x, y) = place(index);
        let left = x + MARGIN + (PICTURE - wide) / 2;
        imageops::replace(&mut sheet, &picture, i64::from(left), i64::from(y + MARGIN));
    }
    encoded(&sheet)
}

/// Pixels across and down of a picture of this width and height on a sheet.
pub(crate) fn shown((width, height): (u32, u32)) -> (u32, u32) {
    let longer = f64::from(width.max(height).max(1));
    let side = |side: u32| (f64::from(side * PICTURE) / longer).round().max(1.0) as u32;
    (side(width), side(height))
}

/// A picture in gray, of a byte for each pixel, row by row.
///
/// # Errors
/// When there are not as many pixels.
pub fn gray_png(width: u32, height: u32, pixels: &[u8]) -> Result<Vec<u8>, Failure> {
    let failed = |error: &dyn ToString| Failure::Run(format!("a picture: {}", error.to_string()));
    let picture = GrayImage::from_raw(width, height, pixels.to_vec())
        .ok_or_else(|| failed(&"it has other pixels than it says"))?;
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).map_err(|error| failed(&error))?;
    Ok(file.into_inner())
}

/// Lays pictures of one size out in rows of `columns` below a title, each with its caption.
///
/// # Errors
/// When the drawing fails.
pub fn captioned(
    title: &str,
    pictures: &LabelledImages,
    captions: &[String],
    columns: u32,
) -> Result<Vec<u8>, Failure> {
    let [height, width, _] = pictures.image_shape();
    let tile = |(place, caption): (usize, &String)| Tile {
        pixels: pictures.image(place),
        size: (width as u32, height as u32),
        caption: caption.clone(),
    };
    sheet(title, &captions.iter().enumerate().map(tile).collect::<Vec<_>>(), columns)
}

#[cfg(test)]
mod tests {
    use fireside_datasets::happy::Happy;

    use super::*;

    #[test]
    fn sheet_has_a_cell_for_each_picture_and_a_row_for_its_title() {
        let pictures = Happy::embedded(1).test.subset(&[0, 1, 2, 3, 4]);
        let captions: Vec<String> = (0..5).map(|place| format!("number {place}")).collect();
        for (title, above) in [("", 0), ("Faces", 64)] {
            let sheet = captioned(title, &pictures, &captions, 3).unwrap();
            let sheet = image::load_from_memory(&sheet).unwrap();
            // Three columns of 280 pixels, two rows of 324.
            assert_eq!((sheet.width(), sheet.height()), (3 * 280, above + 2 * 324));
        }
    }

    #[test]
    fn pictures_keep_their_form() {
        assert_eq!(shown((64, 64)), (256, 256));
        assert_eq!(shown((128, 96)), (256, 192));
        assert_eq!(shown((720, 1280)), (144, 256));
        assert_eq!(shown((1, 5000)), (1, 256));
    }
}
