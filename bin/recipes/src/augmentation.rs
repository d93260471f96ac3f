//! What augmentation makes of pictures, to look at.

use fireside_datasets::augmentation::{Augmentation, TEN, ten_crop};
use fireside_datasets::labelled_images::LabelledImages;
use fireside_datasets::transform::Border;
use fireside_numpy_rng::NumpyRng;

use crate::RecipeError;
use crate::classify::CHANGES_OF_HANDS;

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

/// Each way to change pictures by itself, and several at once as [`CHANGES_OF_HANDS`] has them: what it is called, and
/// how far it goes here.
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

/// Pictures of one size, and what to say of each.
#[derive(Debug, Clone)]
pub struct Captioned {
    /// The pictures.
    pub pictures: LabelledImages,
    /// A line for each.
    pub captions: Vec<String>,
}

/// A row for each of [`WAYS`]: a picture as it is, and `variants` of it. The rows take the pictures in turn, and the
/// principal colours are those of all of them.
///
/// # Errors
/// When there are no pictures.
pub fn variants(
    images: &LabelledImages,
    variants: usize,
    seed: u32,
) -> Result<Captioned, RecipeError> {
    if images.is_empty() {
        return Err(RecipeError::Input("there is no picture to show augmentation on".into()));
    }
    let rng = &mut NumpyRng::new(seed);
    let (mut pictures, mut captions) = (images.subset(&[]), Vec::new());
    for (row, (name, settings)) in WAYS.into_iter().enumerate() {
        let original = images.subset(&[row % images.len()]);
        let copies = original.subset(&vec![0; variants]);
        let changed = settings.fit(images)?.apply(rng, &copies);
        pictures = pictures.joined(&original).joined(&changed);
        captions.push("original".to_string());
        captions.extend(vec![name.to_string(); variants]);
    }
    Ok(Captioned { pictures, captions })
}

/// The ten views of the picture at `index`, of which each is `share` of its height and width: five straight ones, then
/// the same mirrored.
///
/// # Errors
/// When `share` leaves nothing or more than the picture.
///
/// # Panics
/// When there is no such picture.
pub fn ten_views(
    images: &LabelledImages,
    index: usize,
    share: f64,
) -> Result<Captioned, RecipeError> {
    const PLACES: [&str; TEN / 2] =
        ["top left", "top right", "bottom left", "bottom right", "middle"];
    let [height, width, _] = images.image_shape();
    let crop = [height, width].map(|side| (side as f64 * share).round() as usize);
    let caption = |view: usize| {
        let mirrored = if view < PLACES.len() { "" } else { ", mirrored" };
        format!("{}{mirrored}", PLACES[view % PLACES.len()])
    };
    let pictures = ten_crop(&images.subset(&[index]), crop, crop)?;
    Ok(Captioned { pictures, captions: (0..TEN).map(caption).collect() })
}

#[cfg(test)]
mod tests {
    use fireside_datasets::happy::Happy;

    use super::*;

    #[test]
    fn there_is_a_row_for_each_way_and_it_is_the_seed_s() {
        let images = Happy::embedded(1).test.subset(&[0, 1, 2]);
        let found = variants(&images, 4, 1).unwrap();
        assert_eq!((found.pictures.len(), found.captions.len()), (9 * 5, 9 * 5));
        assert_eq!(found.captions[5..7], ["original", "rotation, up to 25°"]);
        assert_eq!(found.pictures.image(5), images.image(1));
        let same = |seed| {
            let other = variants(&images, 4, seed).unwrap().pictures;
            (0..found.pictures.len()).all(|place| other.image(place) == found.pictures.image(place))
        };
        assert!(same(1) && !same(2));
        assert!(variants(&images.subset(&[]), 4, 1).is_err());
    }

    #[test]
    fn ten_views_are_five_places_and_the_same_mirrored() {
        let images = Happy::embedded(1).test;
        let found = ten_views(&images, 0, 0.875).unwrap();
        assert_eq!((found.pictures.len(), found.pictures.image_shape()), (10, [56, 56, 3]));
        assert_eq!([&found.captions[4], &found.captions[9]], ["middle", "middle, mirrored"]);
        assert!(ten_views(&images, 0, 1.5).is_err());
    }
}
