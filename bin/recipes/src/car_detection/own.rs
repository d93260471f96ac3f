//! A user's own pictures with boxes.

use std::path::Path;

use fireside_datasets::boxes_files::{self, BoxedPictures};
use fireside_numpy_rng::NumpyRng;

use super::scenes::Scenes;
use crate::RecipeError;

/// Pictures of more bytes together are not taken into memory.
const MOST_BYTES: usize = 4 << 30;
/// Of a user's own pictures one in so many is to test.
const TESTED: usize = 5;

impl Scenes {
    /// A user's own pictures, scaled to `size` whatever their proportions: to learn from, and one in five to test on.
    ///
    /// # Errors
    /// When a picture cannot be read, there are fewer than two, or more than fit into memory.
    pub fn own_sets(
        found: &BoxedPictures,
        size: [usize; 2],
        seed: u32,
    ) -> Result<[Self; 2], RecipeError> {
        let count = found.pictures.len();
        let bytes = size[0].saturating_mul(size[1]).saturating_mul(3).saturating_mul(count);
        if bytes > MOST_BYTES {
            let [height, width] = size;
            return Err(RecipeError::Input(format!(
                "{count} pictures of {height}x{width} are more than the {} GiB that are taken into memory: choose a \
                 smaller --size",
                MOST_BYTES >> 30
            )));
        }
        if count < 2 {
            return Err(RecipeError::Input(format!(
                "{count} picture with boxes: two are the least, one to learn from and one to test on"
            )));
        }
        let mut sets = [(); 2].map(|()| Self::none(size, found.classes.clone()));
        let tested = count.div_ceil(TESTED);
        for (place, number) in NumpyRng::new(seed).permutation(count).into_iter().enumerate() {
            let set = &mut sets[usize::from(place < tested)];
            let (picture, boxes) = found.pictures[number].read(size)?;
            set.pictures.push(picture);
            set.boxes.push(boxes);
        }
        match sets[0].boxes.iter().all(Vec::is_empty) {
            true => Err(RecipeError::Input("no picture to learn from has a box".to_string())),
            false => Ok(sets),
        }
    }
}

/// A user's own pictures with boxes, with what was found in a sentence or two.
///
/// # Errors
/// As [`boxes_files::read`].
pub fn own(
    images: &Path,
    annotations: &Path,
    classes: Option<&[String]>,
) -> Result<(BoxedPictures, String), RecipeError> {
    let found = boxes_files::read(images, annotations, classes)?;
    let mut text = format!(
        "Data: {} pictures with {} boxes of {} classes, {}.",
        found.pictures.len(),
        found.num_boxes(),
        found.classes.len(),
        found.form
    );
    if !found.passed_over.is_empty() {
        text += &format!("\npassed over: {}", found.passed_over);
    }
    Ok((found, text))
}
