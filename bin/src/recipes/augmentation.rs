//! What augmentation makes of pictures, to look at.

use fireside_datasets::augmentation::{Augmentation, TEN, ten_crop};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::transform::Border;
use fireside_numpy_rng::NumpyRng;

use crate::Failure;
use crate::picture::{self, Tile};
use crate::recipes::classify::CHANGES_OF_HANDS;

const NONE: Augmentation = Augmentation {
    flip: 0.0,
    max_rotation: 0.0,
    max_shear: 0.0,
    max_shift: 0.0,
    max_crop: 0.0,
    border: Border::Nearest,
    color_shift: 0.0,
    pca_color: 0.0,
    cutout: 0.0,
};

/// Each way to change pictures by itself, and several at once as [`CHANGES_OF_HANDS`] has them: what it is called, and how far it goes on the sheet.
pub const WAYS: [(&str, Augmentation); 9] = [
    ("mirrored by chance", Augmentation { flip: 0.5, ..NONE }),
    ("rotation, up to 25°", Augmentation { max_rotation: 25.0, ..NONE }),
    ("shear, up to 20°", Augmentation { max_shear: 20.0, ..NONE }),
    ("random crop of the padded", Augmentation { max_shift: 0.15, border: Border::Black, ..NONE }),
    ("random crop, scaled back", Augmentation { max_crop: 0.4, ..NONE }),
    ("colour shift, up to 15 %", Augmentation { color_shift: 0.15, ..NONE }),
    // AlexNet's 0.1 is not seen on paper; this is five times as much.
    ("PCA colour jitter, 0.5", Augmentation { pca_color: 0.5, ..NONE }),
    ("cutout, 35 %", Augmentation { cutout: 0.35, ..NONE }),
    ("as the networks learn", CHANGES_OF_HANDS),
];

/// Draws a row for each of [`WAYS`]: a picture as it is, and `variants` of it. The rows take the pictures in turn,
/// and the principal colours are those of all of them.
///
/// # Errors
/// When there are no pictures, or the drawing fails.
pub fn contact_sheet(
    images: &LabelledImages,
    variants: usize,
    seed: u32,
) -> Result<Vec<u8>, Failure> {
    if images.is_empty() {
        return Err(Failure::Input("there is no picture to show augmentation on".into()));
    }
    let rng = &mut NumpyRng::new(seed);
    let mut rows = Vec::new();
    for (row, (name, settings)) in WAYS.into_iter().enumerate() {
        let original = images.subset(&[row % images.len()]);
        let copies = original.subset(&vec![0; variants]);
        let changed = settings.fit(images)?.apply(rng, &copies);
        rows.push((name, original, changed));
    }
    let tiles = rows.iter().flat_map(|(name, original, changed)| {
        let original = tile(original, 0, "original");
        let changed = (0..changed.len()).map(|index| tile(changed, index, name));
        std::iter::once(original).chain(changed)
    });
    picture::sheet(&tiles.collect::<Vec<_>>(), variants as u32 + 1)
}

/// Draws the ten views of the picture at `index`, of which each is `share` of its height and width: the straight
/// ones above, the mirrored ones below.
///
/// # Errors
/// When `share` leaves nothing or more than the picture, or the drawing fails.
///
/// # Panics
/// When there is no such picture.
pub fn ten_crop_sheet(
    images: &LabelledImages,
    index: usize,
    share: f64,
) -> Result<Vec<u8>, Failure> {
    const PLACES: [&str; TEN / 2] =
        ["top left", "top right", "bottom left", "bottom right", "middle"];
    let [height, width, _] = images.image_shape();
    let crop = [height, width].map(|side| (side as f64 * share).round() as usize);
    let views = ten_crop(&images.subset(&[index]), crop, crop)?;
    let tiles = (0..TEN).map(|view| {
        let place = PLACES[view % PLACES.len()];
        let mirrored = if view < PLACES.len() { "" } else { ", mirrored" };
        tile(&views, view, &format!("{place}{mirrored}"))
    });
    picture::sheet(&tiles.collect::<Vec<_>>(), PLACES.len() as u32)
}

fn tile<'a>(images: &'a LabelledImages, index: usize, caption: &str) -> Tile<'a> {
    let [height, width, _] = images.image_shape();
    Tile {
        pixels: images.image(index),
        size: (width as u32, height as u32),
        caption: caption.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use fireside_datasets::happy::Happy;

    use super::*;

    #[test]
    fn sheet_has_a_row_for_each_way_and_is_the_seed_s() {
        let images = Happy::embedded(1).test.subset(&[0, 1, 2]);
        let sheet = contact_sheet(&images, 4, 1).unwrap();
        let picture = image::load_from_memory(&sheet).unwrap();
        // Five columns of 280 pixels, nine rows of 308.
        assert_eq!((picture.width(), picture.height()), (5 * 280, 9 * 308));
        assert_eq!(sheet, contact_sheet(&images, 4, 1).unwrap());
        assert_ne!(sheet, contact_sheet(&images, 4, 2).unwrap());
        assert!(contact_sheet(&images.subset(&[]), 4, 1).is_err());
    }

    #[test]
    fn ten_views_stand_in_two_rows() {
        let images = Happy::embedded(1).test;
        let picture = image::load_from_memory(&ten_crop_sheet(&images, 0, 0.875).unwrap()).unwrap();
        assert_eq!((picture.width(), picture.height()), (5 * 280, 2 * 308));
        assert!(ten_crop_sheet(&images, 0, 1.5).is_err());
    }
}
